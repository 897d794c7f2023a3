#include "cpu/guest_control.h"
#include "access_rights.h"
#include "cpu/instructions.h"
#include "cpu/panic.h"
#include "cpu/registers.h"
#include "invept.h"
#include "machine/machine.h"
#include "memory/guest_pdptes.h"
#include "vmcs.h"

#define CR3_PCID     0xfffull
#define CR3_NO_FLUSH BIT(63)

/* With these a change of CR4 reloads the PDPTEs of PAE paging. */
#define CR4_OF_PAE (CR4_PAE | CR4_PSE | CR4_PGE | CR4_SMEP)
#define CR0_OF_PAE (CR0_PG | CR0_CD | CR0_NW)

enum cpuid_register { EBX, ECX, EDX };

/* The bits of CR4 that go with a bit of CPUID. */
static const struct {
	u64 cr4;
	u32 leaf;
	enum cpuid_register place;
	unsigned int bit;
} cr4_rules[] = {
	{CR4_VME | CR4_PVI, CPUID_FEATURES, EDX, 1},
	{CR4_DE, CPUID_FEATURES, EDX, 2},
	{CR4_PSE, CPUID_FEATURES, EDX, 3},
	{CR4_TSD, CPUID_FEATURES, EDX, 4},
	{CR4_PAE, CPUID_FEATURES, EDX, 6},
	{CR4_MCE, CPUID_FEATURES, EDX, 7},
	{CR4_PGE, CPUID_FEATURES, EDX, 13},
	{CR4_OSFXSR, CPUID_FEATURES, EDX, 24},
	{CR4_OSXMMEXCPT, CPUID_FEATURES, EDX, 25},
	{CR4_PCIDE, CPUID_FEATURES, ECX, 17},
	{CR4_OSXSAVE, CPUID_FEATURES, ECX, 26},
	{CR4_FSGSBASE, CPUID_EXTENDED_FEATURES, EBX, 0},
	{CR4_SMEP, CPUID_EXTENDED_FEATURES, EBX, 7},
	{CR4_SMAP, CPUID_EXTENDED_FEATURES, EBX, 20},
	{CR4_UMIP, CPUID_EXTENDED_FEATURES, ECX, 2},
	{CR4_PKE, CPUID_EXTENDED_FEATURES, ECX, 3},
};

u64 guest_control_allowed_cr4(const struct cpuid_table *table)
{
	u64 allowed = CR4_PCE;

	for (size_t i = 0; i < ARRAY_SIZE(cr4_rules); i++) {
		const struct cpuid *leaf =
			cpuid_table_find(table, cr4_rules[i].leaf, 0);
		const u32 registers[] = {leaf->ebx, leaf->ecx, leaf->edx};

		if ((registers[cr4_rules[i].place] & BIT(cr4_rules[i].bit)) !=
		    0) {
			allowed |= cr4_rules[i].cr4;
		}
	}
	return allowed;
}

static u64 as_read(enum vmcs_field real, enum vmcs_field mask,
		   enum vmcs_field shadow)
{
	u64 masked = vmcs_read(mask);

	return (vmcs_read(real) & ~masked) | (vmcs_read(shadow) & masked);
}

u64 guest_control_cr0(void)
{
	return as_read(GUEST_CR0, CR0_GUEST_HOST_MASK, CR0_READ_SHADOW);
}

u64 guest_control_cr4(void)
{
	return as_read(GUEST_CR4, CR4_GUEST_HOST_MASK, CR4_READ_SHADOW);
}

static bool uses_pdptes(u64 cr0, u64 cr4, u64 efer)
{
	return (cr0 & CR0_PG) != 0 && (cr4 & CR4_PAE) != 0 &&
	       (efer & EFER_LME) == 0;
}

void guest_control_paging(const struct guest_cpu *cpu,
			  struct guest_paging_state *paging)
{
	paging->cr0 = vmcs_read(GUEST_CR0);
	paging->cr3 = vmcs_read(GUEST_CR3);
	paging->cr4 = vmcs_read(GUEST_CR4);
	paging->efer = vmcs_read(GUEST_IA32_EFER);
	paging->rflags = vmcs_read(GUEST_RFLAGS);
	paging->cpl = (u8)guest_cpu_cpl();
	paging->maxphyaddr = cpu->maxphyaddr;
	paging->pages_1g = cpu->pages_1g;
	paging->pkrs = 0;
	paging->pkru = (paging->cr4 & CR4_PKE) != 0 ? rdpkru() : 0;
	if (uses_pdptes(paging->cr0, paging->cr4, paging->efer)) {
		paging->pdpte[0] = vmcs_read(GUEST_PDPTE0);
		paging->pdpte[1] = vmcs_read(GUEST_PDPTE1);
		paging->pdpte[2] = vmcs_read(GUEST_PDPTE2);
		paging->pdpte[3] = vmcs_read(GUEST_PDPTE3);
	}
}

static void write_pdptes(const struct guest_paging_state *paging)
{
	vmcs_write(GUEST_PDPTE0, paging->pdpte[0]);
	vmcs_write(GUEST_PDPTE1, paging->pdpte[1]);
	vmcs_write(GUEST_PDPTE2, paging->pdpte[2]);
	vmcs_write(GUEST_PDPTE3, paging->pdpte[3]);
}

/* Loads them as paging will be. False: one has a reserved bit set. */
static bool load_pdptes(struct guest_cpu *cpu,
			struct guest_paging_state *paging)
{
	if (!guest_pdptes_load(&cpu->machine->memory, paging)) {
		return false;
	}
	write_pdptes(paging);
	return true;
}

void guest_control_forget_translations(const struct guest_cpu *cpu)
{
	if (cpu->vcpu.vpid != 0 &&
	    invvpid_context(cpu->vcpu.ept->capabilities, cpu->vcpu.vpid) !=
		    VM_SUCCEED) {
		panic("INVVPID failed, VPID %u", cpu->vcpu.vpid);
	}
}

static bool in_64_bit_code(void)
{
	return (vmcs_read(GUEST_CS_ACCESS_RIGHTS) & ACCESS_RIGHTS_L) != 0;
}

/* IA-32e mode has no task of 16 bits, nor does an entry to it. */
static bool in_16_bit_task(void)
{
	return (vmcs_read(GUEST_TR_ACCESS_RIGHTS) & TYPE_TSS_32_BIT) == 0;
}

/* Would a MOV of value to CR0 fault? */
static bool cr0_is_valid(u64 value, const struct guest_paging_state *now)
{
	bool turns_on = (value & CR0_PG) != 0 && (now->cr0 & CR0_PG) == 0;
	bool turns_off = (value & CR0_PG) == 0 && (now->cr0 & CR0_PG) != 0;

	if (value > UINT32_MAX ||
	    ((value & CR0_PG) != 0 && (value & CR0_PE) == 0) ||
	    ((value & CR0_NW) != 0 && (value & CR0_CD) == 0)) {
		return false;
	}
	if (turns_on && (now->efer & EFER_LME) != 0) {
		return (now->cr4 & CR4_PAE) != 0 && !in_64_bit_code() &&
		       !in_16_bit_task();
	}
	if (turns_off) {
		return (now->cr4 & CR4_PCIDE) == 0 &&
		       ((now->efer & EFER_LMA) == 0 || !in_64_bit_code());
	}
	return true;
}

/* EFER.LMA and the entry control go with paging where LME is set. */
static void follow_long_mode(u64 cr0, u64 efer)
{
	u64 entry = vmcs_read(VM_ENTRY_CONTROLS);

	if ((cr0 & CR0_PG) != 0 && (efer & EFER_LME) != 0) {
		vmcs_write(GUEST_IA32_EFER, efer | EFER_LMA);
		vmcs_write(VM_ENTRY_CONTROLS, entry | ENTRY_IA32E_MODE_GUEST);
	} else {
		vmcs_write(GUEST_IA32_EFER, efer & ~EFER_LMA);
		vmcs_write(VM_ENTRY_CONTROLS, entry & ~ENTRY_IA32E_MODE_GUEST);
	}
}

bool guest_control_write_cr0(struct guest_cpu *cpu, u64 value)
{
	u64 mask = vmcs_read(CR0_GUEST_HOST_MASK);
	struct guest_paging_state paging;
	u64 before, after;

	guest_control_paging(cpu, &paging);
	before = paging.cr0;
	value |= CR0_ET;
	if (!cr0_is_valid(value, &paging)) {
		return false;
	}
	after = (before & mask) | (value & ~mask & UINT32_MAX);
	paging.cr0 = after;
	/* CD and NW change for the guest alone. */
	if (((value ^ guest_control_cr0()) & CR0_OF_PAE) != 0 &&
	    uses_pdptes(after, paging.cr4, paging.efer) &&
	    !load_pdptes(cpu, &paging)) {
		return false;
	}
	vmcs_write(GUEST_CR0, after);
	vmcs_write(CR0_READ_SHADOW, value);
	if (((after ^ before) & CR0_PG) != 0) {
		follow_long_mode(after, paging.efer);
	}
	if (((after ^ before) & (CR0_PG | CR0_WP)) != 0) {
		guest_control_forget_translations(cpu);
	}
	return true;
}

bool guest_control_write_cr4(struct guest_cpu *cpu, u64 value)
{
	u64 mask = vmcs_read(CR4_GUEST_HOST_MASK);
	struct guest_paging_state paging;
	u64 before, after;
	bool long_mode;

	guest_control_paging(cpu, &paging);
	before = paging.cr4;
	long_mode = (paging.efer & EFER_LMA) != 0;
	after = (before & mask) | (value & ~mask);
	if ((value & ~cpu->cr4_allowed) != 0 ||
	    (long_mode && (value & CR4_PAE) == 0) ||
	    ((value & CR4_PCIDE) != 0 && (before & CR4_PCIDE) == 0 &&
	     (!long_mode || (paging.cr3 & CR3_PCID) != 0))) {
		return false;
	}
	paging.cr4 = after;
	if (((after ^ before) & CR4_OF_PAE) != 0 &&
	    uses_pdptes(paging.cr0, after, paging.efer) &&
	    !load_pdptes(cpu, &paging)) {
		return false;
	}
	vmcs_write(GUEST_CR4, after);
	vmcs_write(CR4_READ_SHADOW, value & mask);
	guest_control_forget_translations(cpu);
	return true;
}

bool guest_control_write_cr3(struct guest_cpu *cpu, u64 value)
{
	struct guest_paging_state paging;

	guest_control_paging(cpu, &paging);
	if ((paging.cr4 & CR4_PCIDE) != 0) {
		value &= ~CR3_NO_FLUSH;
	}
	if ((paging.efer & EFER_LMA) == 0) {
		value = (u32)value;
	} else if (value >> paging.maxphyaddr != 0) {
		return false;
	}
	paging.cr3 = value;
	if (uses_pdptes(paging.cr0, paging.cr4, paging.efer) &&
	    !load_pdptes(cpu, &paging)) {
		return false;
	}
	vmcs_write(GUEST_CR3, value);
	guest_control_forget_translations(cpu);
	return true;
}

void guest_control_set_task(const struct guest_cpu *cpu,
			    const struct guest_paging_state *paging)
{
	vmcs_write(GUEST_CR0, paging->cr0);
	vmcs_write(GUEST_CR3, paging->cr3);
	if (uses_pdptes(paging->cr0, paging->cr4, paging->efer)) {
		write_pdptes(paging);
	}
	guest_control_forget_translations(cpu);
}
