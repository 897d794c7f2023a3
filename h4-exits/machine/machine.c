#include "machine/machine.h"
#include "cpu/instructions.h"
#include "cpu/registers.h"
#include "devices/machine_layout.h"
#include "lib/string.h"
#include "machine/host_time.h"
#include "machine/machine_flash.h"
#include "memory/frames.h"

static u64 now(const struct device_clock *clock)
{
	const struct machine *machine =
		(const void *)((const u8 *)clock -
			       offsetof(struct machine, clock));

	return tsc_to_ns(rdtsc() - machine->switched_on);
}

/* An interrupt of the PC/AT goes to whoever listens to its line. */
static void set_isa(void *device, unsigned int number, bool level)
{
	struct machine *machine = device;

	irq_line_set(&machine->isa[number], level);
	irq_line_set(&machine->isa_also[number], level);
}

static bool isa_is_heard(void *device, unsigned int number)
{
	const struct machine *machine = device;

	return irq_line_is_heard(&machine->isa[number]) ||
	       irq_line_is_heard(&machine->isa_also[number]);
}

struct irq_line machine_isa_line(struct machine *machine, unsigned int number)
{
	return (struct irq_line){.set = set_isa,
				 .is_heard = isa_is_heard,
				 .controller = machine,
				 .number = number};
}

static void wire_pic(struct machine *machine)
{
	for (unsigned int i = 0; i < PIC8259_INPUTS; i++) {
		machine->isa[i] = pic8259_line(&machine->pic, i);
	}
}

static struct cmos_memory memory_of(const struct machine *m)
{
	return (struct cmos_memory){.below_4g = m->memory.size};
}

static struct error attach_devices(struct machine *m)
{
	struct irq_line pit = machine_isa_line(m, MACHINE_IRQ_PIT);
	struct irq_line com1 = machine_isa_line(m, MACHINE_IRQ_COM1);
	struct irq_line rtc = machine_isa_line(m, MACHINE_IRQ_RTC);
	struct irq_line sci = machine_isa_line(m, MACHINE_IRQ_SCI);
	struct error error = pic8259_attach(&m->pic, &m->ports, &m->clock);

	if (!failed(error)) {
		error = pit8254_attach(&m->pit, &m->ports, &m->clock, pit);
	}
	if (!failed(error)) {
		error = uart16550_attach(&m->uart, &m->ports, MACHINE_PORT_COM1,
					 &m->clock, com1, m->host.transmit,
					 m->host.context);
	}
	if (!failed(error)) {
		error = cmos_rtc_attach(&m->rtc, &m->ports, &m->clock, rtc,
					host_time(), memory_of(m));
	}
	if (!failed(error)) {
		error = acpi_pm_attach(&m->pm, &m->ports, &m->clock, sci,
				       &m->end);
	}
	if (!failed(error)) {
		error = debug_exit_attach(&m->debug_exit, &m->ports, &m->end);
	}
	if (!failed(error)) {
		error = reset_control_attach(&m->reset, &m->ports, &m->end);
	}
	if (!failed(error)) {
		error = pci_none_attach(&m->pci, &m->ports, &m->reset);
	}
	return error;
}

static struct error init_memory(struct machine *machine,
				const struct vmx_capabilities *caps,
				const struct vm_options *options)
{
	unsigned int bits = cpuid(CPUID_ADDRESS_SIZES, 0).eax & 0xff;
	struct error error = ept_init(&machine->ept, caps->ept_vpid, bits);

	if (failed(error)) {
		return error;
	}
	error = guest_memory_init(&machine->memory, &machine->ept,
				  options->memory_size, options->lazy);
	if (failed(error)) {
		ept_destroy(&machine->ept);
	}
	return error;
}

struct error machine_equip(struct machine *machine,
			   const struct machine_host *host)
{
	struct error error;

	machine->host = *host;
	machine->clock.now = now;
	machine->switched_on = rdtsc();
	machine->flash_block = FRAME_NONE;
	machine->next_time = DEVICE_CLOCK_NEVER;
	machine->next_tsc = UINT64_MAX;
	wire_pic(machine);
	error = attach_devices(machine);
	if (!failed(error)) {
		machine_notice(machine);
	}
	return error;
}

void machine_strip(struct machine *machine)
{
	machine->host.set_alarm(machine->host.context, UINT64_MAX);
	machine_flash_release(machine);
}

struct error machine_init(struct machine *machine,
			  const struct machine_host *host,
			  const struct vmx_capabilities *caps,
			  const struct vm_options *options)
{
	struct error error;

	memset(machine, 0, sizeof(*machine));
	error = init_memory(machine, caps, options);
	if (failed(error)) {
		return error;
	}
	error = machine_equip(machine, host);
	if (failed(error)) {
		machine_destroy(machine);
	}
	return error;
}

void machine_hear(struct machine *machine,
		  void (*transmit)(void *context, u8 byte), void *context)
{
	machine->uart.transmit = transmit;
	machine->uart.console = context;
}

void machine_destroy(struct machine *machine)
{
	machine_strip(machine);
	guest_memory_destroy(&machine->memory);
	ept_destroy(&machine->ept);
}

/* The UART takes as much as the guest has made room for. */
static void take_input(struct machine *machine)
{
	u8 byte;

	machine->input_waits = false;
	while (uart16550_can_receive(&machine->uart)) {
		if (!machine->host.receive(machine->host.context, &byte)) {
			return;
		}
		uart16550_receive(&machine->uart, byte);
	}
	machine->input_waits = true;
}

static u64 tsc_at(const struct machine *machine, u64 time)
{
	return time == DEVICE_CLOCK_NEVER
		       ? UINT64_MAX
		       : machine->switched_on + tsc_from_ns(time);
}

static void set_alarm(struct machine *machine)
{
	u64 heard = device_clock_next_heard(&machine->clock);

	machine->next_time = device_clock_next(&machine->clock);
	machine->next_tsc = tsc_at(machine, machine->next_time);
	machine->host.set_alarm(machine->host.context, tsc_at(machine, heard));
}

void machine_notice(struct machine *machine)
{
	device_clock_run(&machine->clock);
	take_input(machine);
	set_alarm(machine);
}

u64 machine_stop_time(struct machine *machine)
{
	machine->host.set_alarm(machine->host.context, UINT64_MAX);
	return rdtsc();
}

u64 machine_start_time(struct machine *machine, u64 stopped)
{
	u64 ticks = rdtsc() - stopped;

	machine->switched_on += ticks;
	set_alarm(machine);
	return ticks;
}
