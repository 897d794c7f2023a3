#include "smp/apic.h"
#include "cpu/instructions.h"
#include "cpu/msr.h"
#include "memory/physical.h"

#define DELIVERY_STATUS BIT(12) /* of APIC_COMMAND: not sent yet */
#define SEND_POLLS	1000000

bool apic_in_x2apic_mode(void)
{
	return (rdmsr(IA32_APIC_BASE) & APIC_BASE_EXTD) != 0;
}

static u32 msr_of(enum apic_register number)
{
	return IA32_X2APIC_BASE + ((u32)number >> 4);
}

static volatile u32 *place_of(u64 base, enum apic_register number)
{
	return phys_to_virt((base & APIC_BASE_ADDRESS) + number);
}

u32 apic_read(enum apic_register number)
{
	u64 base = rdmsr(IA32_APIC_BASE);

	if ((base & APIC_BASE_EXTD) != 0) {
		return (u32)rdmsr(msr_of(number));
	}
	return *place_of(base, number);
}

void apic_write(enum apic_register number, u32 value)
{
	u64 base = rdmsr(IA32_APIC_BASE);

	if ((base & APIC_BASE_EXTD) != 0) {
		wrmsr(msr_of(number), value);
	} else {
		*place_of(base, number) = value;
	}
}

static bool wait_until_sent(void)
{
	for (u32 i = 0; i < SEND_POLLS; i++) {
		if ((apic_read(APIC_COMMAND) & DELIVERY_STATUS) == 0) {
			return true;
		}
		cpu_pause();
	}
	return false;
}

/*
 * In x2APIC mode both halves are one MSR, whose write is not ordered behind
 * earlier stores by itself: "MSR Access in x2APIC Mode".
 */
bool apic_send(u32 destination, u32 command)
{
	command |= APIC_ASSERT;
	if (apic_in_x2apic_mode()) {
		asm volatile("mfence; lfence" : : : "memory");
		wrmsr(msr_of(APIC_COMMAND), (u64)destination << 32 | command);
		return true;
	}
	if (!wait_until_sent()) {
		return false;
	}
	apic_write(APIC_COMMAND_HIGH, destination << APIC_ID_SHIFT);
	apic_write(APIC_COMMAND, command);
	return wait_until_sent();
}

void apic_set_flat_bit(u32 bit)
{
	apic_write(APIC_DESTINATION_FORMAT, APIC_FLAT_MODEL);
	apic_write(APIC_LOGICAL_DESTINATION, 1u << bit << APIC_ID_SHIFT);
}
