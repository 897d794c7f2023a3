#include "cpu/guest_reset.h"
#include "cpu/registers.h"
#include "guest_start.h"
#include "segment.h"
#include "vmcs.h"

/* SDM: "Format of Access Rights": as a CPU in real mode has them. */
#define REAL_CODE  0x9b
#define REAL_DATA  0x93
#define REAL_LIMIT 0xffff

/* Masked bits read as after reset: of CR0 only ET and, if so, PE are 1. */
static void write_shadows(struct guest_cpu *cpu,
			  const struct vmx_capabilities *caps, u64 cr0)
{
	vmcs_write(CR0_READ_SHADOW, cr0);
	vmcs_write(CR4_GUEST_HOST_MASK, ~cpu->cr4_allowed | caps->cr4_fixed0);
	vmcs_write(CR4_READ_SHADOW, 0);
}

static struct segment real_segment(u16 selector, u32 access_rights)
{
	return (struct segment){
		.selector = selector,
		.base = (u64)selector << 4,
		.limit = REAL_LIMIT,
		.access_rights = access_rights,
	};
}

static void enter_real_mode(const struct start_state *start)
{
	const struct segment data = real_segment(0, REAL_DATA);

	vmcs_write(GUEST_CR0, vmcs_read(GUEST_CR0) & ~CR0_PE);
	GUEST_SEGMENT_WRITE(CS, real_segment(start->cs, REAL_CODE));
	GUEST_SEGMENT_WRITE(SS, data);
	GUEST_SEGMENT_WRITE(DS, data);
	GUEST_SEGMENT_WRITE(ES, data);
	GUEST_SEGMENT_WRITE(FS, data);
	GUEST_SEGMENT_WRITE(GS, data);
	vmcs_write(GUEST_IDTR_BASE, 0);
	vmcs_write(GUEST_IDTR_LIMIT, REAL_LIMIT);
}

void guest_reset(struct guest_cpu *cpu, const struct vmx_capabilities *caps,
		 const struct start_state *start)
{
	union vcpu_registers *r = guest_cpu_registers(cpu);

	guest_start_flat(caps, start->eip);
	if (start->mode == START_REAL_16) {
		enter_real_mode(start);
		write_shadows(cpu, caps, CR0_ET);
	} else {
		write_shadows(cpu, caps, CR0_ET | CR0_PE);
	}
	vmcs_write(GUEST_RSP, start->esp);
	r->rax = start->eax;
	r->rbx = start->ebx;
	r->rdx = start->edx;
}
