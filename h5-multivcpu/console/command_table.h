#pragma once
/*
 * All commands of the monitor, one behind the other.
 */
#include "console/command.h"

/* The command of that index, from 0 on; NULL behind the last. */
const struct command *command_table_at(u32 index);

/* command.c */
void command_help(struct commander *commander,
		  const struct command_words *words);

/* command_vm.c */
void command_vm_list(struct commander *commander,
		     const struct command_words *words);
void command_vm_start(struct commander *commander,
		      const struct command_words *words);
void command_vm_stop(struct commander *commander,
		     const struct command_words *words);
void command_vm_suspend(struct commander *commander,
			const struct command_words *words);
void command_vm_resume(struct commander *commander,
		       const struct command_words *words);
void command_vm_reset(struct commander *commander,
		      const struct command_words *words);
void command_vm_destroy(struct commander *commander,
			const struct command_words *words);
void command_vm_show(struct commander *commander,
		     const struct command_words *words);
void command_vm_interrupt(struct commander *commander,
			  const struct command_words *words);
void command_vm_wait(struct commander *commander,
		     const struct command_words *words);
void command_vm_console(struct commander *commander,
			const struct command_words *words);

/* command_cpu.c */
void command_cpu_stats(struct commander *commander,
		       const struct command_words *words);
void command_cpu_regs(struct commander *commander,
		      const struct command_words *words);
void command_cpu_ept(struct commander *commander,
		     const struct command_words *words);
void command_cpu_vmcs(struct commander *commander,
		      const struct command_words *words);
