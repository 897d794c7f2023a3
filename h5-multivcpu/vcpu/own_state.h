#pragma once
/*
 * The guest's state that neither the VMCS nor the exit's register frame holds.
 *
 * The hypervisor uses none of these registers, so an exit leaves them in the
 * CPU. They are switched when another vCPU takes the CPU: the extended state
 * (x87, SSE, AVX, ..., XCR0), the MSRs of SYSCALL and SWAPGS, IA32_TSC_AUX,
 * CR2, and the debug registers but DR7.
 *
 * SDM: "Managing State Using the XSAVE Feature Set", "Loading Host State".
 */
#include "lib/error.h"
#include "lib/types.h"

struct own_state {
	hpa_t area; /* of XSAVE or FXSAVE; FRAME_NONE: there is none */
	unsigned int area_order;
	u64 xcr0;
	u64 star; /* the MSRs of SYSCALL and SWAPGS, by their names */
	u64 lstar;
	u64 cstar;
	u64 fmask;
	u64 kernel_gs_base;
	u64 tsc_aux;
	u64 cr2;
	u64 dr[4]; /* DR0 .. DR3 */
	u64 dr6;
};

/*
 * Makes room for a state, whose contents are those of a CPU after power-up.
 * Error: no free frames.
 */
struct error own_state_init(struct own_state *state);

void own_state_destroy(struct own_state *state);

/*
 * From the running CPU, and to it. guest_cpu_give_extended_state() has been
 * called there. tsc_aux: the CPU has IA32_TSC_AUX.
 */
void own_state_save(struct own_state *state, bool tsc_aux);
void own_state_load(const struct own_state *state, bool tsc_aux);
