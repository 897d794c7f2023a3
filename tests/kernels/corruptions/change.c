#include "change.h"
#include "vmx_controls.h"

/* SDM: "Miscellaneous Data": the number of CR3-target values. */
#define MISC_CR3_TARGETS(misc) ((misc) >> 16 & 0x1ff)

static u64 control_msr(const struct vmx_capabilities *caps,
		       enum vmcs_field field)
{
	switch (field) {
	case PIN_BASED_CONTROLS:
		return caps->pin;
	case PRIMARY_CONTROLS:
		return caps->primary;
	case SECONDARY_CONTROLS:
		return caps->secondary;
	case VM_EXIT_CONTROLS:
		return caps->exit;
	default:
		return caps->entry;
	}
}

static u64 lowest_bit(u64 bits)
{
	return bits & -bits;
}

static u64 changed(const struct change *change, const struct ground *ground,
		   u64 old)
{
	u64 controls = control_msr(ground->caps, change->field);
	unsigned int linear_width = ground->cpu->linear_width;

	switch (change->kind) {
	case SET:
		return old | change->value;
	case CLEAR:
		return old & ~change->value;
	case FLIP:
		return old ^ change->value;
	case TO_GROUND:
		return *(const u64 *)((const char *)ground + change->value);
	case UNMUST:
		return old & ~lowest_bit((u32)controls);
	case OVERDO:
		return old | lowest_bit(~(controls >> 32));
	case EXCEED_PHYSICAL:
		return old | BIT(ground->cpu->physical_width);
	case EXCEED_LINEAR:
		return old ^ BIT(linear_width);
	case BREAK_CANONICAL:
		return old ^ BIT(linear_width - 1);
	case TO_LAST_BYTES:
		return BIT(ground->cpu->physical_width) - 16;
	case TO_MOST:
		return MISC_CR3_TARGETS(ground->caps->misc);
	case TO_TOO_MANY:
		return MISC_CR3_TARGETS(ground->caps->misc) + 1;
	case TO:
		break;
	}
	return change->value;
}

void change_apply(const struct change *change, const struct ground *ground,
		  struct vmcs_snapshot *vmcs)
{
	u64 old = vmcs_snapshot_get(vmcs, change->field);

	vmcs_snapshot_set(vmcs, change->field, changed(change, ground, old));
}
