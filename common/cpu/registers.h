#pragma once
/*
 * Bits of the control registers, of RFLAGS and of IA32_EFER, and the CPUID
 * bits that say whether a CPU has them.
 *
 * SDM: "Control Registers", "System Flags and Fields in the EFLAGS Register",
 * "Extended Feature Enable Register" and, for CPUID, the instruction's page.
 */
#include "lib/types.h"

#define CR0_PE BIT(0)  /* protection enable */
#define CR0_MP BIT(1)  /* monitor coprocessor */
#define CR0_EM BIT(2)  /* emulation: no x87 FPU */
#define CR0_TS BIT(3)  /* task switched */
#define CR0_ET BIT(4)  /* extension type: always 1 */
#define CR0_NE BIT(5)  /* numeric error */
#define CR0_WP BIT(16) /* write protect, for the supervisor too */
#define CR0_AM BIT(18) /* alignment mask */
#define CR0_NW BIT(29) /* not write-through */
#define CR0_CD BIT(30) /* cache disable */
#define CR0_PG BIT(31) /* paging */

#define CR4_VME	       BIT(0)  /* virtual-8086 mode extensions */
#define CR4_PVI	       BIT(1)  /* protected-mode virtual interrupts */
#define CR4_TSD	       BIT(2)  /* time stamp disable */
#define CR4_DE	       BIT(3)  /* debugging extensions */
#define CR4_PSE	       BIT(4)  /* page size extensions */
#define CR4_PAE	       BIT(5)  /* physical address extension */
#define CR4_MCE	       BIT(6)  /* machine-check enable */
#define CR4_PGE	       BIT(7)  /* page global enable */
#define CR4_PCE	       BIT(8)  /* RDPMC allowed at every privilege level */
#define CR4_OSFXSR     BIT(9)  /* FXSAVE and FXRSTOR supported */
#define CR4_OSXMMEXCPT BIT(10) /* unmasked SIMD exceptions supported */
#define CR4_UMIP       BIT(11) /* user-mode instruction prevention */
#define CR4_LA57       BIT(12) /* 57-bit linear addresses */
#define CR4_VMXE       BIT(13) /* VMX enable */
#define CR4_SMXE       BIT(14) /* SMX enable */
#define CR4_FSGSBASE   BIT(16) /* RDFSBASE and its kin */
#define CR4_PCIDE      BIT(17) /* process-context identifiers */
#define CR4_OSXSAVE    BIT(18) /* XSAVE and extended states */
#define CR4_SMEP       BIT(20) /* supervisor-mode execution prevention */
#define CR4_SMAP       BIT(21) /* supervisor-mode access prevention */
#define CR4_PKE	       BIT(22) /* protection keys for user-mode pages */
#define CR4_CET	       BIT(23) /* control-flow enforcement */
#define CR4_PKS	       BIT(24) /* protection keys for supervisor pages */

#define EFER_SCE BIT(0)	 /* SYSCALL enable */
#define EFER_LME BIT(8)	 /* IA-32e mode enable */
#define EFER_LMA BIT(10) /* IA-32e mode active */
#define EFER_NXE BIT(11) /* execute-disable bit enable */

#define RFLAGS_CF	 BIT(0)
#define RFLAGS_FIXED	 BIT(1) /* reserved, always 1 */
#define RFLAGS_PF	 BIT(2)
#define RFLAGS_AF	 BIT(4)
#define RFLAGS_ZF	 BIT(6)
#define RFLAGS_SF	 BIT(7)
#define RFLAGS_TF	 BIT(8) /* trap: single step */
#define RFLAGS_IF	 BIT(9) /* interrupts enabled */
#define RFLAGS_DF	 BIT(10)
#define RFLAGS_OF	 BIT(11)
#define RFLAGS_IOPL_MASK (3ull << 12)
#define RFLAGS_NT	 BIT(14) /* nested task */
#define RFLAGS_RF	 BIT(16) /* resume */
#define RFLAGS_VM	 BIT(17) /* virtual-8086 mode */
#define RFLAGS_AC	 BIT(18)
#define RFLAGS_VIF	 BIT(19)
#define RFLAGS_VIP	 BIT(20)
#define RFLAGS_ID	 BIT(21)

/* The leaves of CPUID that the tour asks for. */
enum cpuid_leaf {
	CPUID_VENDOR = 0x0,
	CPUID_FEATURES = 0x1,
	CPUID_CACHES = 0x4,
	CPUID_THERMAL = 0x6,
	CPUID_EXTENDED_FEATURES = 0x7,
	CPUID_TOPOLOGY = 0xb,
	CPUID_XSAVE = 0xd,
	CPUID_TSC = 0x15,
	CPUID_FREQUENCY = 0x16,
	CPUID_TOPOLOGY_V2 = 0x1f,
	CPUID_HYPERVISOR = 0x40000000,
	CPUID_EXTENDED_MAX = 0x80000000,
	CPUID_EXTENDED = 0x80000001,
	CPUID_BRAND = 0x80000002,
	CPUID_BRAND_2 = 0x80000003,
	CPUID_BRAND_3 = 0x80000004,
	CPUID_POWER = 0x80000007,
	CPUID_ADDRESS_SIZES = 0x80000008,
};

/* Leaf CPUID_FEATURES, ECX and EDX. */
#define CPUID_FEATURES_ECX_MONITOR	BIT(3)
#define CPUID_FEATURES_ECX_VMX		BIT(5)
#define CPUID_FEATURES_ECX_SMX		BIT(6)
#define CPUID_FEATURES_ECX_X2APIC	BIT(21)
#define CPUID_FEATURES_ECX_TSC_DEADLINE BIT(24)
#define CPUID_FEATURES_ECX_XSAVE	BIT(26)
#define CPUID_FEATURES_ECX_OSXSAVE	BIT(27)
#define CPUID_FEATURES_ECX_AVX		BIT(28)
#define CPUID_FEATURES_ECX_HYPERVISOR	BIT(31)
#define CPUID_FEATURES_EDX_APIC		BIT(9)
#define CPUID_FEATURES_EDX_MTRR		BIT(12)
#define CPUID_FEATURES_EDX_PAT		BIT(16)
#define CPUID_FEATURES_EDX_HTT		BIT(28)

/* Leaf CPUID_THERMAL, EAX: the local APIC's timer runs in every power state. */
#define CPUID_THERMAL_EAX_ARAT BIT(2)

/* Leaf CPUID_EXTENDED_FEATURES, subleaf 0, EBX. */
#define CPUID_EXTENDED_FEATURES_EBX_AVX2    BIT(5)
#define CPUID_EXTENDED_FEATURES_EBX_INVPCID BIT(10)

/* The same, ECX. */
#define CPUID_EXTENDED_FEATURES_ECX_PKU	  BIT(3)
#define CPUID_EXTENDED_FEATURES_ECX_OSPKE BIT(4)

/* Leaf CPUID_XSAVE, subleaf 1, EAX: XSAVES, XRSTORS and IA32_XSS. */
#define CPUID_XSAVE_EAX_XSAVES BIT(3)

/* Leaf CPUID_EXTENDED, EDX. */
#define CPUID_EXTENDED_EDX_SYSCALL  BIT(11)
#define CPUID_EXTENDED_EDX_NX	    BIT(20)
#define CPUID_EXTENDED_EDX_PAGE_1GB BIT(26)
#define CPUID_EXTENDED_EDX_RDTSCP   BIT(27)

/* Leaf CPUID_POWER, EDX: the TSC counts at one rate in every power state. */
#define CPUID_POWER_EDX_INVARIANT_TSC BIT(8)
