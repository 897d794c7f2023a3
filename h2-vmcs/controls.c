#include "controls.h"
#include "lib/printk.h"

/* Bits 31:0 of the MSR must be 1, and only bits 63:32 may be. */
static u32 fit(u64 control_msr, struct control_wish wish)
{
	u32 must = (u32)control_msr;
	u32 may = (u32)(control_msr >> 32);

	return ((wish.required | wish.optional) & may) | must;
}

static struct control_gap find_gap(enum vmcs_field field, u64 control_msr,
				   struct control_wish wish)
{
	return (struct control_gap){
		.field = field,
		.missing = wish.required & ~(u32)(control_msr >> 32),
		.forced = wish.forbidden & (u32)control_msr,
	};
}

struct control_gap controls_fit(const struct vmx_capabilities *caps,
				const struct control_wishes *wishes,
				struct controls *controls)
{
	struct control_wish primary = wishes->primary;

	controls->secondary = fit(caps->secondary, wishes->secondary);
	if (controls->secondary != 0) {
		primary.required |= PRIMARY_ACTIVATE_SECONDARY_CONTROLS;
	}
	const struct {
		enum vmcs_field field;
		u64 msr;
		struct control_wish wish;
		u32 *value;
	} all[] = {
		{PIN_BASED_CONTROLS, caps->pin, wishes->pin, &controls->pin},
		{PRIMARY_CONTROLS, caps->primary, primary, &controls->primary},
		{SECONDARY_CONTROLS, caps->secondary, wishes->secondary,
		 &controls->secondary},
		{VM_EXIT_CONTROLS, caps->exit, wishes->exit, &controls->exit},
		{VM_ENTRY_CONTROLS, caps->entry, wishes->entry,
		 &controls->entry},
	};

	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		struct control_gap gap =
			find_gap(all[i].field, all[i].msr, all[i].wish);

		if (controls_gap(gap)) {
			return gap;
		}
		*all[i].value = fit(all[i].msr, all[i].wish);
	}
	return (struct control_gap){.missing = 0};
}

static void print_names(enum vmcs_field field, const char *before, u32 bits)
{
	for (unsigned int bit = 0; bit < 32; bit++) {
		if ((bits & BIT(bit)) != 0) {
			const char *name = vmx_control_name(field, bit);

			printk("%s \"%s\" (bit %u)", before,
			       name != NULL ? name : "reserved", bit);
		}
	}
}

void controls_print_gap(struct control_gap gap)
{
	printk("Not supported by this CPU: %s", vmcs_field_name(gap.field));
	print_names(gap.field, ",", gap.missing);
	print_names(gap.field, " without", gap.forced);
	printk("\n");
}
