#pragma once
/*
 * An emulated local APIC: its state, and what switches it on, off and back to
 * the beginning.
 *
 * SDM: chapter "Advanced Programmable Interrupt Controller (APIC)".
 *
 * The registers lie in a page that has the layout of the hardware's
 * virtual-APIC page, so that APIC-register virtualization and virtual-interrupt
 * delivery may work on the same page. What software emulates never relies on
 * what a register held before the guest wrote to it: after an APIC-write VM
 * exit, the page has the new value already, and passing that value to
 * local_apic_write() does the rest.
 *
 * Three kinds of caller:
 * - the CPU that runs the virtual CPU, or whoever holds it while it does not
 *   run: everything;
 * - any other CPU: what says so, which is posting an interrupt and asking how
 *   messages are to be routed;
 * - VT-x, which changes the page while the guest runs.
 *
 * What the emulated APIC is like: that of a CPU since Nehalem with x2APIC mode
 * and TSC-deadline timer. Its ID cannot be written; there is no focus
 * processor; lowest-priority messages may be sent; there is no LVT entry for
 * CMCI, since the entry above 5 is not there; an SMI is lost, since there is
 * no SMM. The timer's clock is the guest's TSC.
 */
#include "apic/apic_message.h"
#include "apic/local_apic_registers.h"
#include "ept.h"
#include "lib/types.h"

/* Never: as a moment of the guest's TSC. */
#define LOCAL_APIC_NEVER UINT64_MAX

/* What the APIC asks of its owner. Called by those that may do everything. */
struct local_apic_ops {
	/* What RDTSC would give the guest now. */
	u64 (*tsc)(void *context);
	/*
	 * Calls local_apic_timer_expired() as soon as the guest's TSC has
	 * reached the deadline, be it long ago; only the last call counts.
	 * LOCAL_APIC_NEVER: not at all.
	 */
	void (*set_timer)(void *context, u64 deadline);
	/* Gives the message to whom it is for: apic_bus_deliver(). */
	void (*send)(void *context, const struct apic_message *message);
	/* A level-triggered interrupt is over: io_apic_eoi(). */
	void (*eoi)(void *context, u8 vector);
};

/*
 * Interrupts from other CPUs. The first 32 bytes and bit 0 of outstanding are
 * where a posted-interrupt descriptor has PIR and ON: "Posted-Interrupt
 * Processing".
 */
struct local_apic_posted {
	u64 vectors[4];
	u32 outstanding; /* 0, or 1: look at vectors */
	u32 reserved[7];
	u64 level[4]; /* of the vectors: which are level-triggered */
} __attribute__((aligned(64)));

struct local_apic_timer {
	u64 deadline; /* what set_timer was last told; LOCAL_APIC_NEVER: off */
	u64 due;      /* where the count reaches 0; at most deadline */
	u32 initial;  /* count */
	u8 shift;     /* a tick of the count is 2^shift of the TSC's: 0 .. 7 */
	u32 mode;     /* the bits APIC_LVT_TIMER_MODE of the LVT */
};

/* Begins as zeros, at a multiple of 64 bytes. */
struct local_apic {
	struct local_apic_posted posted;

	/* The owner sets these before the first reset, and leaves them. */
	u32 *page; /* 4 KiB, aligned to 4 KiB */
	u32 id;	   /* below 255: its index on the bus */
	bool boot_processor;
	u8 maxphyaddr; /* of the guest's CPU: 32 .. 52 */
	const struct local_apic_ops *ops;
	void *context; /* of ops */

	u64 base; /* IA32_APIC_BASE */
	struct local_apic_timer timer;
	u32 errors; /* since the guest last wrote to the ESR */
	u8 pins;    /* LINT0 is bit 0, LINT1 bit 1: which are high */
	/* A level on LINT0 was taken with it and waits for its EOI; or 0. */
	u8 lint0_vector;
	/*
	 * What VT-x is to be told of, and taken back by whoever has told it:
	 * the highest vector that has come into the IRR, or 0; has a bit of the
	 * TMR changed; has the APIC been enabled or disabled, or changed its
	 * mode?
	 */
	u8 requested;
	bool levels_changed;
	bool mode_changed;
};

/*
 * As firmware hands the machine over: xAPIC mode, page at 0xfee00000. On the
 * boot processor the APIC is enabled by software, LINT0 is ExtINT and LINT1 is
 * NMI ("virtual wire mode"); elsewhere it is as after a reset. The pins keep
 * their levels.
 */
void local_apic_reset(struct local_apic *apic);

/*
 * An INIT has come: all but ID, mode and base as after a reset. "Local APIC
 * State After an INIT Reset", "x2APIC States".
 */
void local_apic_receive_init(struct local_apic *apic);

/*
 * WRMSR to IA32_APIC_BASE; RDMSR gives apic->base. "Local APIC Status and
 * Location", "x2APIC State Transitions". False: #GP, and nothing has happened.
 */
bool local_apic_set_base(struct local_apic *apic, u64 base);

/* From any CPU. */
static inline u64 local_apic_base(const struct local_apic *apic)
{
	return __atomic_load_n(&apic->base, __ATOMIC_RELAXED);
}

static inline bool local_apic_in_x2apic_mode(const struct local_apic *apic)
{
	return (local_apic_base(apic) & APIC_BASE_EXTD) != 0;
}

/* Is an access to this address one to this APIC's registers? */
static inline bool local_apic_claims(const struct local_apic *apic,
				     gpa_t address)
{
	return (apic->base & (APIC_BASE_EN | APIC_BASE_EXTD)) == APIC_BASE_EN &&
	       (address ^ apic->base) < 0x1000;
}

/*
 * A register as it stands in the page. Others may ask while its CPU writes, so
 * both are one access.
 */
static inline u32 local_apic_register(const struct local_apic *apic, u32 offset)
{
	return __atomic_load_n(&apic->page[offset / 4], __ATOMIC_RELAXED);
}

static inline void local_apic_put(struct local_apic *apic, u32 offset,
				  u32 value)
{
	__atomic_store_n(&apic->page[offset / 4], value, __ATOMIC_RELAXED);
}

/* Enabled by software too, so that it takes fixed interrupts; any CPU. */
static inline bool local_apic_is_enabled(const struct local_apic *apic)
{
	return (local_apic_base(apic) & APIC_BASE_EN) != 0 &&
	       (local_apic_register(apic, APIC_SVR) & APIC_SVR_ENABLE) != 0;
}
