#pragma once
/*
 * Task switches, which no guest can do by itself: each is an exit, and the
 * hypervisor carries it out.
 *
 * SDM: chapter "Task Management", and "Treatment of Task Switches". The CPU
 * has checked the gate and privileges before the exit, and that the guest is
 * not in IA-32e mode; whatever lies in memory is checked again here, since
 * another CPU of the guest may have changed it.
 *
 * Shadow stacks (CET) are not switched.
 */
#include "task/task_request.h"
#include "task/task_state.h"

/*
 * Carries a task switch out. True: the new task runs on from state. False:
 * fault is to be raised in the task that state describes: the old one, with
 * nothing changed, or the new one. The latter also tells of a debug trap, if
 * the new TSS asks for one.
 *
 * The caller, who knows of NMIs, ends their blocking after an IRET and begins
 * it after an NMI; and has translations flushed if CR3 has changed.
 */
bool task_switch(struct guest_memory *memory, struct task_state *state,
		 const struct task_request *request, struct guest_fault *fault);
