#include "host/host_controls.h"
#include "cpu/guest_cpu.h"
#include "cpu/guest_period.h"
#include "cpu/registers.h"
#include "ept.h"
#include "lib/printk.h"

#define CR8_EXITING \
	((u32)(PRIMARY_CR8_LOAD_EXITING | PRIMARY_CR8_STORE_EXITING))

/* "Virtualize x2APIC mode" takes turns with "Virtualize APIC accesses". */
#define APIC_HELP                                       \
	((u32)(SECONDARY_VIRTUALIZE_APIC_ACCESSES |     \
	       SECONDARY_APIC_REGISTER_VIRTUALIZATION | \
	       SECONDARY_VIRTUAL_INTERRUPT_DELIVERY))

/* SDM: "TPR Virtualization". */
static void wish_for_tpr_shadow(const struct vmx_capabilities *caps,
				struct control_wishes *wishes)
{
	if (vmx_allows(caps->primary, PRIMARY_USE_TPR_SHADOW)) {
		wishes->primary.required &= ~CR8_EXITING;
		wishes->primary.required |= (u32)PRIMARY_USE_TPR_SHADOW;
	}
}

/*
 * A hypervisor below this one may offer virtual-interrupt delivery, and leave
 * EOI-exit bitmaps aside: KVM does, on a CPU without posted interrupts. Nobody
 * would hear that a level-triggered interrupt is over.
 */
static bool eois_can_exit(const struct vmx_capabilities *caps)
{
	return (cpuid(CPUID_FEATURES, 0).ecx & CPUID_FEATURES_ECX_HYPERVISOR) ==
		       0 ||
	       vmx_allows(caps->pin, PIN_PROCESS_POSTED_INTERRUPTS);
}

/* SDM: chapter "APIC Virtualization and Virtual Interrupts". */
static void wish_for_apic_help(const struct vmx_capabilities *caps,
			       struct control_wishes *wishes)
{
	wish_for_tpr_shadow(caps, wishes);
	if (vmx_allows(caps->primary, PRIMARY_USE_TPR_SHADOW) &&
	    eois_can_exit(caps) &&
	    vmx_allows(caps->secondary,
		       APIC_HELP | SECONDARY_VIRTUALIZE_X2APIC_MODE)) {
		wishes->secondary.required |= APIC_HELP;
	}
}

enum kernel_status host_controls_fit(const struct vmx_capabilities *caps,
				     const struct host_options *options,
				     struct controls *controls)
{
	const struct guest_cpu_wishes also = {.all_exits = options->all_exits};
	struct control_wishes wishes = guest_cpu_wish(caps, also);
	struct error error = ept_support(caps->ept_vpid);
	struct control_gap gap;

	guest_period_wish(&wishes);
	if (!options->software_apic) {
		wish_for_apic_help(caps, &wishes);
	}
	gap = controls_fit(caps, &wishes, controls);
	if (controls_gap(gap)) {
		controls_print_gap(gap);
		return KERNEL_UNSUPPORTED;
	}
	if (failed(error)) {
		printk("Not supported by this CPU: %s: %#lx\n", error.what,
		       error.value);
		return KERNEL_UNSUPPORTED;
	}
	return KERNEL_SUCCESS;
}
