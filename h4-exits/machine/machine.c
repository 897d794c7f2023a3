#include "machine/machine.h"
#include "console/console.h"
#include "cpu/alarm.h"
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

static void transmit(void *console, u8 byte)
{
	(void)console;
	console_send(byte);
}

static struct cmos_memory memory_of(const struct machine *m)
{
	return (struct cmos_memory){.below_4g = m->memory.size};
}

static struct error attach_devices(struct machine *m)
{
	struct irq_line pit = pic8259_line(&m->pic, MACHINE_IRQ_PIT);
	struct irq_line com1 = pic8259_line(&m->pic, MACHINE_IRQ_COM1);
	struct irq_line rtc = pic8259_line(&m->pic, MACHINE_IRQ_RTC);
	struct irq_line sci = pic8259_line(&m->pic, MACHINE_IRQ_SCI);
	struct error error = pic8259_attach(&m->pic, &m->ports);

	if (!failed(error)) {
		error = pit8254_attach(&m->pit, &m->ports, &m->clock, pit);
	}
	if (!failed(error)) {
		error = uart16550_attach(&m->uart, &m->ports, MACHINE_PORT_COM1,
					 &m->clock, com1, transmit, m);
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

struct error machine_init(struct machine *machine,
			  const struct vmx_capabilities *caps,
			  const struct vm_options *options)
{
	struct error error;

	memset(machine, 0, sizeof(*machine));
	machine->clock.now = now;
	machine->switched_on = rdtsc();
	machine->flash_block = FRAME_NONE;
	machine->alarm_time = DEVICE_CLOCK_NEVER;
	machine->alarm_tsc = UINT64_MAX;
	error = init_memory(machine, caps, options);
	if (failed(error)) {
		return error;
	}
	error = attach_devices(machine);
	if (failed(error)) {
		machine_destroy(machine);
		return error;
	}
	machine_notice(machine);
	return SUCCESS;
}

void machine_hear(struct machine *machine,
		  void (*transmit)(void *context, u8 byte), void *context)
{
	machine->uart.transmit = transmit;
	machine->uart.console = context;
}

void machine_destroy(struct machine *machine)
{
	alarm_cancel();
	machine_flash_release(machine);
	guest_memory_destroy(&machine->memory);
	ept_destroy(&machine->ept);
}

/* The UART takes as much as the guest has made room for. */
static void take_input(struct machine *machine)
{
	u8 byte;

	machine->input_waits = false;
	while (uart16550_can_receive(&machine->uart)) {
		if (!console_read(&byte)) {
			return;
		}
		uart16550_receive(&machine->uart, byte);
	}
	machine->input_waits = true;
}

static void set_alarm(struct machine *machine)
{
	machine->alarm_time = device_clock_next(&machine->clock);
	if (machine->alarm_time == DEVICE_CLOCK_NEVER) {
		machine->alarm_tsc = UINT64_MAX;
		alarm_cancel();
		return;
	}
	machine->alarm_tsc =
		machine->switched_on + tsc_from_ns(machine->alarm_time);
	alarm_set(machine->alarm_tsc);
}

void machine_notice(struct machine *machine)
{
	device_clock_run(&machine->clock);
	take_input(machine);
	set_alarm(machine);
}

u64 machine_stop_time(void)
{
	alarm_cancel();
	return rdtsc();
}

u64 machine_start_time(struct machine *machine, u64 stopped)
{
	u64 ticks = rdtsc() - stopped;

	machine->switched_on += ticks;
	set_alarm(machine);
	return ticks;
}

bool machine_read_memory(struct machine *machine, gpa_t gpa, unsigned int size,
			 u64 *value)
{
	*value = 0;
	if (guest_memory_contains(&machine->memory, gpa, size)) {
		return guest_memory_read(&machine->memory, gpa, value, size);
	}
	machine_read_device(machine, gpa, size, value);
	return true;
}

bool machine_write_memory(struct machine *machine, gpa_t gpa, unsigned int size,
			  u64 value)
{
	if (guest_memory_contains(&machine->memory, gpa, size)) {
		return !guest_memory_may_write(&machine->memory, gpa, size) ||
		       guest_memory_write(&machine->memory, gpa, &value, size);
	}
	machine_write_device(machine, gpa, size, value);
	return true;
}
