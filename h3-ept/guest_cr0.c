#include "guest_cr0.h"
#include "cpu/registers.h"
#include "vmcs.h"

#define ACCESS_REGISTER(q) ((q)&0xf)
#define ACCESS_TYPE(q)	   ((q) >> 4 & 3)
#define ACCESS_SOURCE(q)   ((q) >> 8 & 0xf)
#define ACCESS_MOV_TO_CR   0

/* CR0 values that are a #GP: SDM, "Control Registers". */
static bool is_valid(u64 cr0)
{
	return cr0 <= UINT32_MAX &&
	       ((cr0 & CR0_PG) == 0 || (cr0 & CR0_PE) != 0) &&
	       ((cr0 & CR0_NW) == 0 || (cr0 & CR0_CD) != 0);
}

bool guest_cr0_answer(struct vcpu *vcpu)
{
	u64 access = vmcs_read(EXIT_QUALIFICATION);
	u64 mask = vmcs_read(CR0_GUEST_HOST_MASK);
	u64 now = vmcs_read(GUEST_CR0);
	u64 wanted;

	if (ACCESS_REGISTER(access) != 0 ||
	    ACCESS_TYPE(access) != ACCESS_MOV_TO_CR) {
		return false;
	}
	wanted = vcpu_register(vcpu, ACCESS_SOURCE(access));
	if (!is_valid(wanted) || ((wanted ^ now) & CR0_PG) != 0) {
		return false;
	}
	vmcs_write(GUEST_CR0, (now & mask) | (wanted & ~mask) | CR0_ET);
	vmcs_write(CR0_READ_SHADOW, wanted | CR0_ET);
	vcpu_skip_instruction();
	return true;
}
