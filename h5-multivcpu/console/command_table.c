#include "console/command_table.h"

static void quit(struct commander *commander, const struct command_words *words)
{
	(void)words;
	commander->request = COMMAND_QUIT;
}

static const struct command commands[] = {
	{"help", "", "[command]", 0, 1, "this list, or a part of it",
	 command_help},
	{"vm", "list", "", 0, 0, "all virtual machines", command_vm_list},
	{"vm", "start", "N", 1, 1, "let one run that is loaded or stopped",
	 command_vm_start},
	{"vm", "stop", "N", 1, 1, "switch it off", command_vm_stop},
	{"vm", "suspend", "N", 1, 1, "let it stand still", command_vm_suspend},
	{"vm", "resume", "N", 1, 1, "let it go on", command_vm_resume},
	{"vm", "reset", "N", 1, 1, "boot it again", command_vm_reset},
	{"vm", "destroy", "N", 1, 1, "give back all that it has",
	 command_vm_destroy},
	{"vm", "show", "N", 1, 1, "what it was described as", command_vm_show},
	{"vm", "interrupt", "N LINE", 2, 2,
	 "pulse an input of its interrupt controllers", command_vm_interrupt},
	{"vm", "wait", "N STATE", 2, 2,
	 "no further command until it is in that state", command_vm_wait},
	{"console", "", "N", 1, 1, "the terminal to it; Ctrl-A c comes back",
	 command_vm_console},
	{"stats", "", "[N]", 0, 1,
	 "vCPUs, their exits and time; without N, CPUs as well",
	 command_cpu_stats},
	{"regs", "", "N[.V]", 1, 1, "a vCPU's registers", command_cpu_regs},
	{"ept", "", "N [gpa]", 1, 2, "guest memory, or the way to an address",
	 command_cpu_ept},
	{"vmcs", "", "N[.V] [field]", 1, 2, "a vCPU's VMCS, or a field of it",
	 command_cpu_vmcs},
	{"quit", "", "", 0, 0, "end all virtual machines and the hypervisor",
	 quit},
};

const struct command *command_table_at(u32 index)
{
	return index < ARRAY_SIZE(commands) ? &commands[index] : NULL;
}
