#include "devices/acpi_pm.h"
#include "devices/machine_layout.h"

/* PM1 Status and Enable. */
#define TMR_STS	    0x0001
#define GBL_STS	    0x0020
#define PWRBTN_STS  0x0100
#define SLPBTN_STS  0x0200
#define RTC_STS	    0x0400
#define ENABLE_MASK (TMR_STS | GBL_STS | PWRBTN_STS | SLPBTN_STS | RTC_STS)

/* PM1 Control. */
#define SCI_EN		 0x0001
#define BM_RLD		 0x0002
#define SLP_TYP_SHIFT	 10
#define SLP_TYP_MASK	 0x1c00
#define SLP_EN		 0x2000 /* write-only, as GBL_RLS is */
#define CONTROL_WRITABLE (BM_RLD | SLP_TYP_MASK)

/* TMR_STS is set whenever the upper bit of the timer changes. */
#define TICKS_A_CHANGE BIT(MACHINE_PM_TMR_BITS - 1)

static u64 ticks_now(const struct acpi_pm *pm)
{
	return device_clock_ticks(device_clock_now(pm->clock),
				  ACPI_PM_TIMER_HZ);
}

/* Brings the status to where time is, and the line and the alarm with it. */
static void catch_up(struct acpi_pm *pm)
{
	u64 ticks = ticks_now(pm);
	u64 deadline = DEVICE_CLOCK_NEVER;

	if (ticks / TICKS_A_CHANGE != pm->caught / TICKS_A_CHANGE) {
		pm->status |= TMR_STS;
	}
	pm->caught = ticks;
	if ((pm->enable & ~pm->status & TMR_STS) != 0) {
		deadline = device_clock_time((ticks / TICKS_A_CHANGE + 1) *
						     TICKS_A_CHANGE,
					     ACPI_PM_TIMER_HZ);
	}
	device_timer_set(pm->clock, &pm->timer, deadline);
	irq_line_set(&pm->sci, (pm->status & pm->enable) != 0);
}

static void expire(struct device_timer *timer, u64 now)
{
	(void)now;
	catch_up((struct acpi_pm *)((u8 *)timer -
				    offsetof(struct acpi_pm, timer)));
}

/* The registers have two bytes and may be used byte by byte. */
static u16 byte_of(u16 value, u64 offset)
{
	return (value >> (8 * (offset % 2))) & 0xff;
}

static u16 at_byte(u64 value, u64 offset)
{
	return (u16)(value << (8 * (offset % 2)));
}

static u16 with_byte(u16 old, u64 value, u64 offset)
{
	return (u16)((old & ~at_byte(0xff, offset)) | at_byte(value, offset));
}

static bool event_read(void *device, u64 offset, unsigned int size, u64 *value)
{
	struct acpi_pm *pm = device;

	(void)size;
	catch_up(pm);
	*value = byte_of(offset < 2 ? pm->status : pm->enable, offset);
	return true;
}

/* A status bit is cleared by a 1. */
static bool event_write(void *device, u64 offset, unsigned int size, u64 value)
{
	struct acpi_pm *pm = device;

	(void)size;
	catch_up(pm);
	if (offset < 2) {
		pm->status &= (u16)~at_byte(value, offset);
	} else {
		pm->enable = with_byte(pm->enable, value, offset) & ENABLE_MASK;
	}
	catch_up(pm);
	return true;
}

static bool control_read(void *device, u64 offset, unsigned int size,
			 u64 *value)
{
	const struct acpi_pm *pm = device;

	(void)size;
	*value = byte_of(pm->control, offset);
	return true;
}

/* A sleeping state that the ACPI tables do not offer is not entered. */
static bool control_write(void *device, u64 offset, unsigned int size,
			  u64 value)
{
	struct acpi_pm *pm = device;
	u16 written = with_byte(pm->control, value, offset);

	(void)size;
	pm->control = (written & CONTROL_WRITABLE) | SCI_EN;
	if ((written & SLP_EN) != 0 &&
	    (written & SLP_TYP_MASK) >> SLP_TYP_SHIFT == MACHINE_SLP_TYP_S5) {
		*pm->end = (struct machine_end){MACHINE_POWERED_OFF, 0};
	}
	return true;
}

static bool timer_read(void *device, u64 offset, unsigned int size, u64 *value)
{
	u64 ticks = ticks_now(device) % BIT(MACHINE_PM_TMR_BITS);

	(void)size;
	*value = ticks >> (8 * offset);
	return true;
}

static bool timer_write(void *device, u64 offset, unsigned int size, u64 value)
{
	(void)device;
	(void)offset;
	(void)size;
	(void)value;
	return true; /* read-only */
}

static const struct bus_ops event_ops = {event_read, event_write, 1};
static const struct bus_ops control_ops = {control_read, control_write, 1};
static const struct bus_ops timer_ops = {timer_read, timer_write, 4};

struct error acpi_pm_attach(struct acpi_pm *pm, struct bus *ports,
			    struct device_clock *clock, struct irq_line sci,
			    struct machine_end *end)
{
	const struct bus_range ranges[] = {
		{MACHINE_PORT_PM1A_EVT,
		 MACHINE_PORT_PM1A_EVT + MACHINE_PM1_EVT_LEN - 1, &event_ops,
		 pm, "ACPI PM1a events"},
		{MACHINE_PORT_PM1A_CNT,
		 MACHINE_PORT_PM1A_CNT + MACHINE_PM1_CNT_LEN - 1, &control_ops,
		 pm, "ACPI PM1a control"},
		{MACHINE_PORT_PM_TMR,
		 MACHINE_PORT_PM_TMR + MACHINE_PM_TMR_LEN - 1, &timer_ops, pm,
		 "ACPI timer"},
	};
	struct error error = SUCCESS;

	*pm = (struct acpi_pm){
		.clock = clock,
		.sci = sci,
		.end = end,
		.timer = {.deadline = DEVICE_CLOCK_NEVER, .expire = expire},
		.control = SCI_EN,
	};
	pm->caught = ticks_now(pm);
	for (size_t i = 0; i < ARRAY_SIZE(ranges) && !failed(error); i++) {
		error = bus_add(ports, ranges[i]);
	}
	return error;
}
