#include "firmware/power.h"
#include "cpu/instructions.h"
#include "cpu/ports.h"

/* "PM1 Control Registers". */
#define PM1_CNT_SCI_EN	 BIT(0)
#define PM1_CNT_SLP_TYP	 10 /* shift; three bits */
#define PM1_CNT_SLP_MASK (7u << PM1_CNT_SLP_TYP)
#define PM1_CNT_SLP_EN	 BIT(13)

/* How often a register is read before it is given up. */
#define POLLS_MAX 1000000

static struct {
	bool available;
	struct fadt fadt;
} power;

void power_init(const struct fadt *fadt)
{
	power.fadt = *fadt;
	power.available = true;
}

bool power_available(void)
{
	return power.available;
}

/* The registers listen only in ACPI mode, which firmware may not have set. */
static void enter_acpi_mode(const struct fadt *fadt)
{
	if (fadt->smi_command == 0 || fadt->acpi_enable == 0 ||
	    (in16(fadt->pm1a_control) & PM1_CNT_SCI_EN) != 0) {
		return;
	}
	out8(fadt->smi_command, fadt->acpi_enable);
	for (u32 i = 0; i < POLLS_MAX; i++) {
		if ((in16(fadt->pm1a_control) & PM1_CNT_SCI_EN) != 0) {
			return;
		}
		cpu_pause();
	}
}

static void sleep(u16 control, u8 sleep_type)
{
	u32 value = in16(control) & ~PM1_CNT_SLP_MASK;

	value |= (u32)sleep_type << PM1_CNT_SLP_TYP | PM1_CNT_SLP_EN;
	out16(control, (u16)value);
}

void power_off(void)
{
	const struct fadt *fadt = &power.fadt;

	if (!power.available) {
		return;
	}
	enter_acpi_mode(fadt);
	sleep(fadt->pm1a_control, fadt->s5_sleep_type_a);
	if (fadt->pm1b_control != 0) {
		sleep(fadt->pm1b_control, fadt->s5_sleep_type_b);
	}
	for (u32 i = 0; i < POLLS_MAX; i++) {
		cpu_pause();
	}
}
