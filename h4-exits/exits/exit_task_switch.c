#include "exits/exit_table.h"

struct answer exit_task_switch(struct guest_cpu *cpu)
{
	(void)cpu;
	return answer_stop("a task switch");
}
