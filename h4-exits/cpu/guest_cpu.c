#include "cpu/guest_cpu.h"
#include "access_rights.h"
#include "cpu/guest_control.h"
#include "cpu/guest_msr.h"
#include "cpu/guest_own.h"
#include "cpu/guest_period.h"
#include "cpu/guest_xstate.h"
#include "cpu/instructions.h"
#include "cpu/msr.h"
#include "cpu/registers.h"
#include "cpu/traps.h"
#include "cpu/tsc.h"
#include "exits/exit_table.h"
#include "exits/hypercall.h"
#include "lib/string.h"
#include "machine/machine_options.h"
#include "vmcs.h"

/* What a guest may do by itself, unless each of its exits is to be seen. */
static void wish_for_all_exits(struct control_wishes *wishes)
{
	wishes->primary.forbidden = 0;
	wishes->primary.optional |=
		PRIMARY_INVLPG_EXITING | PRIMARY_RDTSC_EXITING |
		PRIMARY_CR3_LOAD_EXITING | PRIMARY_CR3_STORE_EXITING |
		PRIMARY_MOV_DR_EXITING | PRIMARY_PAUSE_EXITING;
	wishes->secondary.optional |=
		SECONDARY_DESCRIPTOR_TABLE_EXITING | SECONDARY_WBINVD_EXITING |
		SECONDARY_RDRAND_EXITING | SECONDARY_RDSEED_EXITING;
}

struct control_wishes guest_cpu_wish(const struct vmx_capabilities *caps,
				     struct guest_cpu_wishes also)
{
	struct control_wishes wishes = ept_vcpu_wishes(caps);

	if (also.all_exits) {
		wish_for_all_exits(&wishes);
	}

	wishes.pin.required |= (u32)PIN_VIRTUAL_NMIS;
	wishes.secondary.optional |= (u32)SECONDARY_ENABLE_XSAVES_XRSTORS;
	wishes.primary.required |=
		(u32)(PRIMARY_USE_TSC_OFFSETTING | PRIMARY_RDPMC_EXITING);
	if (also.timed) {
		guest_period_wish(&wishes);
	}
	return wishes;
}

struct control_gap guest_cpu_fit(const struct vmx_capabilities *caps,
				 struct guest_cpu_wishes also,
				 struct controls *controls)
{
	struct control_wishes wishes = guest_cpu_wish(caps, also);

	return controls_fit(caps, &wishes, controls);
}

/* No page of the host is a user's: protection keys mean nothing to it. */
void guest_cpu_give_extended_state(void)
{
	if (guest_xstate_offered(cpuid)) {
		write_cr4(read_cr4() | CR4_OSXSAVE);
		xsetbv(0, XCR0_X87);
	}
	if (guest_xstate_has_xss(cpuid)) {
		wrmsr(IA32_XSS, 0);
	}
	if ((cpuid(CPUID_EXTENDED_FEATURES, 0).ecx &
	     CPUID_EXTENDED_FEATURES_ECX_PKU) != 0) {
		write_cr4(read_cr4() | CR4_PKE);
	}
}

const struct cpuid_processor guest_cpu_single = {.cpus = 1};

static bool interrupt_pending(void *pic)
{
	return pic8259_pending(pic);
}

static u8 interrupt_acknowledge(void *pic)
{
	return pic8259_acknowledge(pic);
}

struct error guest_cpu_init(struct guest_cpu *cpu, struct machine *machine,
			    const struct vmx_capabilities *caps,
			    const struct controls *controls,
			    const struct cpuid_processor *processor, u16 vpid)
{
	struct error error;

	memset(cpu, 0, sizeof(*cpu));
	cpu->machine = machine;
	cpu->devices = &machine->mmio;
	cpu->handlers = exit_table;
	cpu->other_hypercall = hypercall_unknown;
	guest_cpu_give_extended_state();
	error = ept_vcpu_init(&cpu->vcpu, caps, controls, &machine->ept, vpid);
	if (failed(error)) {
		return error;
	}
	event_queue_init(&cpu->events, &cpu->vcpu.vcpu,
			 (struct interrupt_source){
				 .pending = interrupt_pending,
				 .wakes = interrupt_pending,
				 .acknowledge = interrupt_acknowledge,
				 .controller = &machine->pic,
			 });
	cpuid_table_init(&cpu->cpuid, processor, controls, cpuid,
			 tsc_frequency_hz() / 1000);
	cpu->cr4_allowed = guest_control_allowed_cr4(&cpu->cpuid);
	cpu->maxphyaddr =
		(u8)cpuid_table_find(&cpu->cpuid, CPUID_ADDRESS_SIZES, 0)->eax;
	cpu->pages_1g = (cpuid_table_find(&cpu->cpuid, CPUID_EXTENDED, 0)->edx &
			 CPUID_EXTENDED_EDX_PAGE_1GB) != 0;
	cpu->xcr0_supported = guest_xstate_supported(cpuid);
	guest_own_reset((controls->secondary & SECONDARY_ENABLE_RDTSCP) != 0);
	guest_cpu_shift_tsc(-rdtsc());
	vmcs_write(EXCEPTION_BITMAP, vmcs_read(EXCEPTION_BITMAP) |
					     BIT(VECTOR_DEBUG) |
					     BIT(VECTOR_ALIGNMENT_CHECK));
	guest_period_start(cpu, caps);
	error = guest_msr_init(cpu, processor->has_local_apic);
	if (failed(error)) {
		ept_vcpu_destroy(&cpu->vcpu);
	}
	return error;
}

void guest_cpu_pass_ports(struct guest_cpu *cpu,
			  const struct machine_options *options)
{
	if (options->has_ports) {
		intercept_ports(&cpu->vcpu.intercept, options->first_port,
				options->last_port - options->first_port + 1u,
				false);
	}
}

struct error guest_cpu_destroy(struct guest_cpu *cpu)
{
	if (guest_xstate_offered(cpuid)) {
		xsetbv(0, XCR0_X87);
	}
	return ept_vcpu_destroy(&cpu->vcpu);
}

u64 guest_cpu_tsc(void)
{
	return rdtsc() + vmcs_read(TSC_OFFSET);
}

void guest_cpu_shift_tsc(u64 ticks)
{
	vmcs_write(TSC_OFFSET, vmcs_read(TSC_OFFSET) + ticks);
}

void guest_cpu_notice(struct guest_cpu *cpu)
{
	machine_notice(cpu->machine);
	if (pic8259_pending(&cpu->machine->pic) ||
	    cpu->machine->end.kind != MACHINE_RUNS) {
		event_queue_signal(&cpu->events);
	}
}
