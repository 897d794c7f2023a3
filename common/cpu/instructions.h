#pragma once
/*
 * One C function for each privileged or unusual instruction.
 *
 * SDM, volume "Instruction Set Reference". Each function is the instruction
 * and no more: the caller answers for the conditions that the manual sets, and
 * gets an exception where they do not hold.
 *
 * "memory" is clobbered where the instruction changes what later memory
 * accesses mean or do, so that the compiler moves none across it.
 */
#include "lib/types.h"

/* What LGDT, LIDT, SGDT and SIDT take: "Memory-Management Registers". */
struct descriptor_table {
	u16 limit; /* the table's size in bytes, less one */
	u64 base;
} __attribute__((packed));

struct cpuid {
	u32 eax, ebx, ecx, edx;
};

/*
 * CPUID. subleaf is ignored by leaves that have none. A leaf above the CPU's
 * maximum (leaf 0 or 0x80000000, EAX) answers with meaningless data.
 */
static inline struct cpuid cpuid(u32 leaf, u32 subleaf)
{
	struct cpuid r;

	asm volatile("cpuid"
		     : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx)
		     : "a"(leaf), "c"(subleaf));
	return r;
}

/* msr: a number of cpu/msr.h. An MSR that the CPU has not is a #GP. */
static inline u64 rdmsr(u32 msr)
{
	u32 low, high;

	asm volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
	return (u64)high << 32 | low;
}

static inline void wrmsr(u32 msr, u64 value)
{
	asm volatile("wrmsr"
		     :
		     : "c"(msr), "a"((u32)value), "d"((u32)(value >> 32))
		     : "memory");
}

/* Not ordered against other instructions; cpu/tsc.h has reads that are. */
static inline u64 rdtsc(void)
{
	u32 low, high;

	asm volatile("rdtsc" : "=a"(low), "=d"(high));
	return (u64)high << 32 | low;
}

/* index: 0 for XCR0. A #UD unless CR4.OSXSAVE is set. */
static inline u64 xgetbv(u32 index)
{
	u32 low, high;

	asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(index));
	return (u64)high << 32 | low;
}

/* A #UD unless CR4.OSXSAVE is set, a #GP for a value that XCR0 cannot have. */
static inline void xsetbv(u32 index, u64 value)
{
	asm volatile("xsetbv"
		     :
		     : "a"((u32)value), "d"((u32)(value >> 32)), "c"(index)
		     : "memory");
}

/* The rights of protection keys. A #UD unless CR4.PKE is set. */
static inline u32 rdpkru(void)
{
	u32 value, high;

	asm volatile(".byte 0x0f, 0x01, 0xee"
		     : "=a"(value), "=d"(high)
		     : "c"(0));
	return value;
}

static inline u64 read_cr0(void)
{
	u64 value;

	asm volatile("mov %%cr0, %0" : "=r"(value) : : "memory");
	return value;
}

static inline void write_cr0(u64 value)
{
	asm volatile("mov %0, %%cr0" : : "r"(value) : "memory");
}

static inline u64 read_cr2(void)
{
	u64 value;

	asm volatile("mov %%cr2, %0" : "=r"(value) : : "memory");
	return value;
}

static inline void write_cr2(u64 value)
{
	asm volatile("mov %0, %%cr2" : : "r"(value) : "memory");
}

static inline u64 read_cr3(void)
{
	u64 value;

	asm volatile("mov %%cr3, %0" : "=r"(value) : : "memory");
	return value;
}

static inline void write_cr3(u64 value)
{
	asm volatile("mov %0, %%cr3" : : "r"(value) : "memory");
}

static inline u64 read_cr4(void)
{
	u64 value;

	asm volatile("mov %%cr4, %0" : "=r"(value) : : "memory");
	return value;
}

static inline void write_cr4(u64 value)
{
	asm volatile("mov %0, %%cr4" : : "r"(value) : "memory");
}

static inline u64 read_cr8(void)
{
	u64 value;

	asm volatile("mov %%cr8, %0" : "=r"(value) : : "memory");
	return value;
}

static inline void write_cr8(u64 value)
{
	asm volatile("mov %0, %%cr8" : : "r"(value) : "memory");
}

static inline u64 read_dr0(void)
{
	u64 value;

	asm volatile("mov %%dr0, %0" : "=r"(value) : : "memory");
	return value;
}

static inline u64 read_dr1(void)
{
	u64 value;

	asm volatile("mov %%dr1, %0" : "=r"(value) : : "memory");
	return value;
}

static inline u64 read_dr2(void)
{
	u64 value;

	asm volatile("mov %%dr2, %0" : "=r"(value) : : "memory");
	return value;
}

static inline u64 read_dr3(void)
{
	u64 value;

	asm volatile("mov %%dr3, %0" : "=r"(value) : : "memory");
	return value;
}

static inline void write_dr0(u64 value)
{
	asm volatile("mov %0, %%dr0" : : "r"(value) : "memory");
}

static inline void write_dr1(u64 value)
{
	asm volatile("mov %0, %%dr1" : : "r"(value) : "memory");
}

static inline void write_dr2(u64 value)
{
	asm volatile("mov %0, %%dr2" : : "r"(value) : "memory");
}

static inline void write_dr3(u64 value)
{
	asm volatile("mov %0, %%dr3" : : "r"(value) : "memory");
}

static inline u64 read_dr6(void)
{
	u64 value;

	asm volatile("mov %%dr6, %0" : "=r"(value) : : "memory");
	return value;
}

static inline void write_dr6(u64 value)
{
	asm volatile("mov %0, %%dr6" : : "r"(value) : "memory");
}

static inline u64 read_dr7(void)
{
	u64 value;

	asm volatile("mov %%dr7, %0" : "=r"(value) : : "memory");
	return value;
}

static inline void write_dr7(u64 value)
{
	asm volatile("mov %0, %%dr7" : : "r"(value) : "memory");
}

static inline u64 read_rflags(void)
{
	u64 value;

	asm volatile("pushfq; pop %0" : "=r"(value) : : "memory");
	return value;
}

static inline struct descriptor_table sgdt(void)
{
	struct descriptor_table table;

	asm volatile("sgdt %0" : "=m"(table));
	return table;
}

static inline struct descriptor_table sidt(void)
{
	struct descriptor_table table;

	asm volatile("sidt %0" : "=m"(table));
	return table;
}

/* The segment registers keep their old descriptors until they are loaded. */
static inline void lgdt(const struct descriptor_table *table)
{
	asm volatile("lgdt %0" : : "m"(*table) : "memory");
}

static inline void lidt(const struct descriptor_table *table)
{
	asm volatile("lidt %0" : : "m"(*table) : "memory");
}

/* Marks the TSS descriptor busy; loading one that is busy is a #GP. */
static inline void ltr(u16 selector)
{
	asm volatile("ltr %0" : : "r"(selector) : "memory");
}

static inline u16 str(void)
{
	u16 selector;

	asm volatile("str %0" : "=r"(selector));
	return selector;
}

static inline u16 sldt(void)
{
	u16 selector;

	asm volatile("sldt %0" : "=r"(selector));
	return selector;
}

static inline u16 read_es(void)
{
	u16 selector;

	asm volatile("mov %%es, %0" : "=r"(selector));
	return selector;
}

static inline u16 read_cs(void)
{
	u16 selector;

	asm volatile("mov %%cs, %0" : "=r"(selector));
	return selector;
}

static inline u16 read_ss(void)
{
	u16 selector;

	asm volatile("mov %%ss, %0" : "=r"(selector));
	return selector;
}

static inline u16 read_ds(void)
{
	u16 selector;

	asm volatile("mov %%ds, %0" : "=r"(selector));
	return selector;
}

static inline u16 read_fs(void)
{
	u16 selector;

	asm volatile("mov %%fs, %0" : "=r"(selector));
	return selector;
}

static inline u16 read_gs(void)
{
	u16 selector;

	asm volatile("mov %%gs, %0" : "=r"(selector));
	return selector;
}

/* Drops the translation of the page that holds the linear address. */
static inline void invlpg(const void *address)
{
	asm volatile("invlpg (%0)" : : "r"(address) : "memory");
}

/* Clears RFLAGS.IF: maskable interrupts wait. */
static inline void cli(void)
{
	asm volatile("cli" : : : "memory");
}

/* Sets RFLAGS.IF, after the instruction that follows. */
static inline void sti(void)
{
	asm volatile("sti" : : : "memory");
}

/* Stops until an interrupt, an NMI or a reset; for ever, if IF is clear. */
/* Waits for an interrupt that may be pending already: STI holds it off. */
static inline void sti_hlt(void)
{
	asm volatile("sti; hlt" : : : "memory");
}

static inline void hlt(void)
{
	asm volatile("hlt" : : : "memory");
}

/* INT3: the breakpoint exception, #BP. */
static inline void int3(void)
{
	asm volatile("int3" : : : "memory");
}

/* A random number; false: there is none at the moment, and *value is 0. */
static inline bool rdrand(u64 *value)
{
	bool carry;

	asm volatile("rdrand %0" : "=r"(*value), "=@ccc"(carry));
	return carry;
}

static inline bool rdseed(u64 *value)
{
	bool carry;

	asm volatile("rdseed %0" : "=r"(*value), "=@ccc"(carry));
	return carry;
}

/* PAUSE: tells the CPU that this loop waits for somebody else. */
static inline void cpu_pause(void)
{
	asm volatile("pause" : : : "memory");
}
