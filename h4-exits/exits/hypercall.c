#include "exits/hypercall.h"

struct answer hypercall_unknown(struct guest_cpu *cpu)
{
	guest_cpu_registers(cpu)->rax = HYPERCALL_UNKNOWN;
	return answer_done();
}

struct answer hypercall(struct guest_cpu *cpu)
{
	union vcpu_registers *r = guest_cpu_registers(cpu);

	switch (r->rax) {
	case HYPERCALL_PING:
		r->rax = 0;
		break;
	case HYPERCALL_NMI:
		event_queue_raise_nmi(&cpu->events);
		r->rax = 0;
		break;
	default:
		return cpu->other_hypercall(cpu);
	}
	return answer_done();
}
