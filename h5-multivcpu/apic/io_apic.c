#include "apic/io_apic.h"
#include "devices/machine_layout.h"

/* What is in the page of memory. */
#define IOREGSEL 0x00u
#define IOWIN	 0x10u
#define EOI	 0x40u

/* What IOREGSEL selects; two for each entry. */
#define IOAPICID  0x00u
#define IOAPICVER 0x01u
#define IOAPICARB 0x02u
#define IOREDTBL  0x10u

#define ID_MASK 0x0f000000u
#define VERSION (0x20u | (IO_APIC_PINS - 1) << 16)

/* IOREDTBL: an entry. Delivery status and remote IRR are read-only. */
#define ENTRY_VECTOR	 0xffull
#define ENTRY_MODE	 0x700ull
#define ENTRY_LOGICAL	 0x800ull
#define ENTRY_ACTIVE_LOW 0x2000ull
#define ENTRY_REMOTE_IRR 0x4000ull
#define ENTRY_LEVEL	 0x8000ull
#define ENTRY_MASKED	 0x10000ull
#define ENTRY_WRITABLE	 0xff0000000001afffull

#define ENTRY_MODE_SHIFT	8
#define ENTRY_DESTINATION_SHIFT 56

static enum apic_delivery_mode mode_of(u64 entry)
{
	return (entry & ENTRY_MODE) >> ENTRY_MODE_SHIFT;
}

/* All other delivery modes are edge-triggered, whatever the entry says. */
static bool is_level(u64 entry)
{
	enum apic_delivery_mode mode = mode_of(entry);

	return (entry & ENTRY_LEVEL) != 0 &&
	       (mode == APIC_FIXED || mode == APIC_LOWEST_PRIORITY);
}

static bool is_active(const struct io_apic *io_apic, unsigned int pin)
{
	bool high = (io_apic->lines >> pin & 1) != 0;
	bool active_low = (io_apic->entries[pin] & ENTRY_ACTIVE_LOW) != 0;

	return high != active_low;
}

/* False: no APIC takes it. A SIPI cannot come from here. */
static bool send(struct io_apic *io_apic, u64 entry)
{
	const struct apic_message message = {
		.destination = apic_message_destination(
			(u8)(entry >> ENTRY_DESTINATION_SHIFT)),
		.all_but = APIC_NOBODY,
		.mode = (u8)mode_of(entry),
		.vector = entry & ENTRY_VECTOR,
		.logical = (entry & ENTRY_LOGICAL) != 0,
		.level = is_level(entry),
	};

	return message.mode != APIC_STARTUP &&
	       apic_bus_deliver(io_apic->apics, &message);
}

/* A level interrupts once, until its EOI. */
static void look_at_level(struct io_apic *io_apic, unsigned int pin)
{
	u64 entry = io_apic->entries[pin];
	u32 bit = 1u << pin;

	if (is_level(entry) && (entry & ENTRY_MASKED) == 0 &&
	    (io_apic->waiting & bit) == 0 && is_active(io_apic, pin) &&
	    send(io_apic, entry)) {
		io_apic->waiting |= bit;
	}
}

static void set_line(void *controller, unsigned int number, bool level)
{
	struct io_apic *io_apic = controller;
	u64 entry = io_apic->entries[number];
	bool was_active = is_active(io_apic, number);

	if (level) {
		io_apic->lines |= 1u << number;
	} else {
		io_apic->lines &= ~(1u << number);
	}
	if (!is_active(io_apic, number)) {
		io_apic->repeats[number] = 0;
	}
	if (is_level(entry)) {
		look_at_level(io_apic, number);
	} else if (!was_active && is_active(io_apic, number) &&
		   (entry & ENTRY_MASKED) == 0) {
		/* An edge that is masked, or that nobody takes, is lost. */
		send(io_apic, entry);
	}
}

static bool is_heard(void *controller, unsigned int number)
{
	const struct io_apic *io_apic = controller;

	return (io_apic->entries[number] & ENTRY_MASKED) == 0;
}

struct irq_line io_apic_line(struct io_apic *io_apic, unsigned int pin)
{
	return (struct irq_line){.set = set_line,
				 .is_heard = is_heard,
				 .controller = io_apic,
				 .number = pin};
}

static void repeat_later(struct device_timer *timer, u64 now)
{
	struct io_apic *io_apic = CONTAINER_OF(timer, struct io_apic, again);
	u32 left = io_apic->later;

	(void)now;
	io_apic->later = 0;
	while (left != 0) {
		look_at_level(io_apic, (unsigned int)__builtin_ctz(left));
		left &= left - 1;
	}
}

/* The pin's interrupt is over. */
static void end_level(struct io_apic *io_apic, unsigned int pin)
{
	u8 repeats = io_apic->repeats[pin];

	io_apic->waiting &= ~(1u << pin);
	if (!is_active(io_apic, pin)) {
		return;
	}
	if (repeats < IO_APIC_REPEATS_MAX + IO_APIC_DOUBLINGS_MAX) {
		io_apic->repeats[pin]++;
	}
	if (repeats < IO_APIC_REPEATS_MAX) {
		look_at_level(io_apic, pin);
		return;
	}
	io_apic->later |= 1u << pin;
	device_timer_set(
		io_apic->clock, &io_apic->again,
		device_clock_now(io_apic->clock) +
			(IO_APIC_REPEAT_NS << (repeats - IO_APIC_REPEATS_MAX)));
}

void io_apic_eoi(struct io_apic *io_apic, u8 vector)
{
	u32 left = io_apic->waiting;

	while (left != 0) {
		unsigned int pin = (unsigned int)__builtin_ctz(left);

		left &= left - 1;
		if ((io_apic->entries[pin] & ENTRY_VECTOR) == vector) {
			end_level(io_apic, pin);
		}
	}
}

/*
 * What was level-triggered and no longer is waits for no EOI: drivers use that
 * as an EOI.
 */
static void write_entry(struct io_apic *io_apic, unsigned int pin, u64 entry)
{
	if (((io_apic->entries[pin] ^ entry) & ENTRY_MASKED) != 0) {
		device_clock_stir(io_apic->clock);
	}
	io_apic->entries[pin] = entry & ENTRY_WRITABLE;
	if (!is_level(entry)) {
		io_apic->waiting &= ~(1u << pin);
	}
	look_at_level(io_apic, pin);
}

static u64 read_entry(const struct io_apic *io_apic, unsigned int pin)
{
	bool waiting = (io_apic->waiting >> pin & 1) != 0;

	return io_apic->entries[pin] | (waiting ? ENTRY_REMOTE_IRR : 0);
}

static u32 read_selected(const struct io_apic *io_apic)
{
	unsigned int half = io_apic->selected - IOREDTBL;

	switch (io_apic->selected) {
	case IOAPICID:
	case IOAPICARB:
		return io_apic->id;
	case IOAPICVER:
		return VERSION;
	default:
		if (half >= 2 * IO_APIC_PINS) {
			return 0;
		}
		return (u32)(read_entry(io_apic, half / 2) >> half % 2 * 32);
	}
}

static void write_selected(struct io_apic *io_apic, u32 value)
{
	unsigned int half = io_apic->selected - IOREDTBL;
	u64 entry;

	if (io_apic->selected == IOAPICID) {
		io_apic->id = value & ID_MASK;
	} else if (half < 2 * IO_APIC_PINS) {
		entry = io_apic->entries[half / 2];
		entry = half % 2 == 0 ? entry >> 32 << 32 | value
				      : (u32)entry | (u64)value << 32;
		write_entry(io_apic, half / 2, entry);
	}
}

/* Parts of a register may be read. */
static bool read(void *device, u64 offset, unsigned int size, u64 *value)
{
	const struct io_apic *io_apic = device;

	(void)size;
	switch (ALIGN_DOWN(offset, 4)) {
	case IOREGSEL:
		*value = io_apic->selected;
		break;
	case IOWIN:
		*value = read_selected(io_apic);
		break;
	default:
		*value = 0;
		break;
	}
	*value >>= 8 * (offset % 4);
	return true;
}

/* The window takes its four bytes as a whole; of the rest, one byte matters. */
static bool write(void *device, u64 offset, unsigned int size, u64 value)
{
	struct io_apic *io_apic = device;

	if (offset == IOREGSEL) {
		io_apic->selected = (u8)value;
	} else if (offset == IOWIN && size == 4) {
		write_selected(io_apic, (u32)value);
	} else if (offset == EOI) {
		io_apic_eoi(io_apic, (u8)value);
	}
	return true;
}

static const struct bus_ops io_apic_ops = {read, write, 4};

void io_apic_reset(struct io_apic *io_apic)
{
	for (unsigned int i = 0; i < IO_APIC_PINS; i++) {
		io_apic->entries[i] = ENTRY_MASKED;
	}
	io_apic->waiting = 0;
	io_apic->later = 0;
	io_apic->id = 0;
	io_apic->selected = 0;
}

struct error io_apic_attach(struct io_apic *io_apic, struct bus *memory,
			    struct apic_bus *apics, struct device_clock *clock)
{
	*io_apic = (struct io_apic){
		.apics = apics,
		.clock = clock,
		.again = {.deadline = DEVICE_CLOCK_NEVER,
			  .expire = repeat_later},
	};
	io_apic_reset(io_apic);
	return bus_add(memory,
		       (struct bus_range){
			       .first = MACHINE_IO_APIC_BASE,
			       .last = MACHINE_IO_APIC_BASE + IO_APIC_SIZE - 1,
			       .ops = &io_apic_ops,
			       .device = io_apic,
			       .name = "I/O APIC",
		       });
}
