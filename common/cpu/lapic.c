#include "cpu/lapic.h"
#include "cpu/instructions.h"
#include "cpu/msr.h"
#include "cpu/registers.h"
#include "memory/physical.h"

/* IA32_APIC_BASE: "Local APIC Status and Location" */
#define APIC_BASE_BSP	  BIT(8)  /* this is the boot processor */
#define APIC_BASE_EXTD	  BIT(10) /* x2APIC mode */
#define APIC_BASE_EN	  BIT(11) /* the local APIC is on */
#define APIC_BASE_ADDRESS 0x000ffffffffff000ull

/* What the kernel maps on every machine. */
#define MAPPED_END GIB(4)

/* "Local APIC Register Address Map": offsets in the page of registers */
enum lapic_register {
	LOCAL_APIC_ID = 0x020,
	LOCAL_APIC_VERSION = 0x030,
	TASK_PRIORITY = 0x080,
	END_OF_INTERRUPT = 0x0b0,
	SPURIOUS_INTERRUPT_VECTOR = 0x0f0,
	LVT_CMCI = 0x2f0,
	INTERRUPT_COMMAND = 0x300,
	INTERRUPT_COMMAND_HIGH = 0x310,
	LVT_TIMER = 0x320,
	LVT_THERMAL_SENSOR = 0x330,
	LVT_PERFORMANCE_COUNTERS = 0x340,
	LVT_LINT0 = 0x350,
	LVT_LINT1 = 0x360,
	LVT_ERROR = 0x370,
	TIMER_INITIAL_COUNT = 0x380,
	TIMER_CURRENT_COUNT = 0x390,
	TIMER_DIVIDE_CONFIGURATION = 0x3e0,
};

#define SVR_SOFTWARE_ENABLE BIT(8)
#define LVT_EXTINT	    (7u << 8)
#define LVT_MASKED	    BIT(16)
#define LVT_TIMER_PERIODIC  BIT(17)
#define TIMER_DIVIDE_BY_16  0x3

/* "Interrupt Command Register (ICR)" */
#define ICR_FIXED	    (0u << 8)
#define ICR_NMI		    (4u << 8)
#define ICR_INIT	    (5u << 8)
#define ICR_STARTUP	    (6u << 8)
#define ICR_DELIVERY_STATUS BIT(12) /* the last one has not left yet */
#define ICR_LEVEL_ASSERT    BIT(14)
#define ICR_XAPIC_ID_SHIFT  24 /* in the high half */
#define XAPIC_BROADCAST	    0xff

/* Read through an uncached page, each in some 100 ns at least. */
#define SEND_POLLS 1000000

/* IA32_APIC_BASE without its BSP flag: the same on every CPU. 0: not known. */
static u64 location;

static bool in_x2apic_mode(void)
{
	return (location & APIC_BASE_EXTD) != 0;
}

static volatile u32 *xapic_register(enum lapic_register number)
{
	return phys_to_virt((location & APIC_BASE_ADDRESS) + number);
}

/* "x2APIC Register Address Space": each register is an MSR of its own. */
static u32 x2apic_msr(enum lapic_register number)
{
	return IA32_X2APIC_BASE + ((u32)number >> 4);
}

static u32 read(enum lapic_register number)
{
	if (in_x2apic_mode()) {
		return (u32)rdmsr(x2apic_msr(number));
	}
	return *xapic_register(number);
}

static void write(enum lapic_register number, u32 value)
{
	if (in_x2apic_mode()) {
		wrmsr(x2apic_msr(number), value);
	} else {
		*xapic_register(number) = value;
	}
}

/* How many entries the local vector table has: "Local APIC Version Register" */
static u32 lvt_entries(void)
{
	return (read(LOCAL_APIC_VERSION) >> 16 & 0xff) + 1;
}

/*
 * The later entries of the table are not there on every CPU; in x2APIC mode
 * touching one that is not raises #GP. CMCI is the seventh, though it stands
 * first in the page.
 */
static void mask_local_vector_table(void)
{
	static const u16 entries[] = {
		LVT_TIMER,
		LVT_LINT0,
		LVT_LINT1,
		LVT_ERROR,
		LVT_PERFORMANCE_COUNTERS,
		LVT_THERMAL_SENSOR,
		LVT_CMCI,
	};
	u64 count = min_u64(lvt_entries(), ARRAY_SIZE(entries));

	for (u64 i = 0; i < count; i++) {
		write(entries[i], read(entries[i]) | LVT_MASKED);
	}
}

/* An INIT may have left this APIC in xAPIC mode. "x2APIC State Transitions" */
static u64 join_the_first(u64 base)
{
	if (in_x2apic_mode() && (base & APIC_BASE_EXTD) == 0) {
		wrmsr(IA32_APIC_BASE, rdmsr(IA32_APIC_BASE) | APIC_BASE_EXTD);
		base |= APIC_BASE_EXTD;
	}
	return base;
}

static struct error locate(void)
{
	u64 base;

	if ((cpuid(CPUID_FEATURES, 0).edx & CPUID_FEATURES_EDX_APIC) == 0) {
		return failure("no local APIC, CPUID.01H:EDX[9] is", 0);
	}
	base = rdmsr(IA32_APIC_BASE) & ~APIC_BASE_BSP;
	if ((base & APIC_BASE_EN) == 0) {
		return failure("local APIC switched off, IA32_APIC_BASE is",
			       base);
	}
	base = join_the_first(base);
	if ((base & APIC_BASE_EXTD) == 0 &&
	    (base & APIC_BASE_ADDRESS) >= MAPPED_END) {
		return failure("local APIC out of reach, IA32_APIC_BASE is",
			       base);
	}
	if (location != 0 && location != base) {
		return failure(
			"local APIC unlike the others, IA32_APIC_BASE is",
			base);
	}
	location = base;
	return SUCCESS;
}

struct error lapic_enable(u8 spurious)
{
	struct error error = locate();

	if (failed(error)) {
		return error;
	}
	write(SPURIOUS_INTERRUPT_VECTOR, SVR_SOFTWARE_ENABLE | spurious);
	mask_local_vector_table();
	write(TIMER_DIVIDE_CONFIGURATION, TIMER_DIVIDE_BY_16);
	write(TASK_PRIORITY, 0);
	return SUCCESS;
}

void lapic_use_x2apic(void)
{
	wrmsr(IA32_APIC_BASE, rdmsr(IA32_APIC_BASE) | APIC_BASE_EXTD);
	__atomic_or_fetch(&location, APIC_BASE_EXTD, __ATOMIC_ACQ_REL);
}

void lapic_accept_pic(void)
{
	write(LVT_LINT0, LVT_EXTINT);
}

u32 lapic_id(void)
{
	u32 id = read(LOCAL_APIC_ID);

	return in_x2apic_mode() ? id : id >> ICR_XAPIC_ID_SHIFT;
}

void lapic_eoi(void)
{
	write(END_OF_INTERRUPT, 0);
}

/* Writing the initial count starts the timer, so it comes last. */
void lapic_timer_start(enum lapic_timer mode, u8 vector, u32 count)
{
	u32 entry = vector;

	if (mode == LAPIC_TIMER_PERIODIC) {
		entry |= LVT_TIMER_PERIODIC;
	}
	write(LVT_TIMER, entry);
	write(TIMER_INITIAL_COUNT, count);
}

u32 lapic_timer_left(void)
{
	return read(TIMER_CURRENT_COUNT);
}

void lapic_timer_stop(void)
{
	write(TIMER_INITIAL_COUNT, 0);
	write(LVT_TIMER, LVT_MASKED);
}

/*
 * "MSR Access in x2APIC Mode": such a WRMSR does not wait until earlier stores
 * can be seen by the CPU that the interrupt is for, so MFENCE does; the LFENCE
 * keeps the WRMSR behind it. There is no delivery status to wait for.
 */
static bool send_x2apic(u32 apic_id, u32 command)
{
	asm volatile("mfence; lfence" : : : "memory");
	wrmsr(x2apic_msr(INTERRUPT_COMMAND), (u64)apic_id << 32 | command);
	return true;
}

static bool wait_until_sent(void)
{
	for (u32 i = 0; i < SEND_POLLS; i++) {
		if ((read(INTERRUPT_COMMAND) & ICR_DELIVERY_STATUS) == 0) {
			return true;
		}
		cpu_pause();
	}
	return false;
}

/* Writing the low half sends, so the destination is written first. */
static bool send(u32 apic_id, u32 command)
{
	if (in_x2apic_mode()) {
		return send_x2apic(apic_id, command);
	}
	if (apic_id >= XAPIC_BROADCAST || !wait_until_sent()) {
		return false;
	}
	write(INTERRUPT_COMMAND_HIGH, apic_id << ICR_XAPIC_ID_SHIFT);
	write(INTERRUPT_COMMAND, command);
	return wait_until_sent();
}

bool lapic_send_fixed(u32 apic_id, u8 vector)
{
	return send(apic_id, ICR_FIXED | ICR_LEVEL_ASSERT | vector);
}

bool lapic_send_nmi(u32 apic_id)
{
	return send(apic_id, ICR_NMI | ICR_LEVEL_ASSERT);
}

bool lapic_send_init(u32 apic_id)
{
	return send(apic_id, ICR_INIT | ICR_LEVEL_ASSERT);
}

bool lapic_send_startup(u32 apic_id, u8 page)
{
	return send(apic_id, ICR_STARTUP | ICR_LEVEL_ASSERT | page);
}
