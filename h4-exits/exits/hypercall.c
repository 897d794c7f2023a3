#include "exits/hypercall.h"

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
		r->rax = HYPERCALL_UNKNOWN;
	}
	return answer_done();
}
