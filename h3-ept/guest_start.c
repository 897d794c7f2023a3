#include "guest_start.h"
#include "boot/multiboot2.h"
#include "cpu/registers.h"
#include "segment.h"
#include "vmcs.h"

/* SDM: "Format of Access Rights". */
#define FLAT_CODE32 0xc09b
#define FLAT_DATA32 0xc093
#define TSS32_BUSY  0x008b
#define FLAT_LIMIT  0xffffffff
#define TSS32_LIMIT 0x67

/* The selectors that GRUB leaves; the guest is to load its own. */
#define SELECTOR_CODE 0x10
#define SELECTOR_DATA 0x18

#define DR7_RESET 0x400
#define PAT_RESET 0x0007040600070406 /* SDM: "Programming the PAT" */

/*
 * The guest reads the bits of the guest/host masks from the read shadows, and
 * an attempt to change one exits. They are those that VMX operation keeps at
 * 1, but for PE and PG, which an unrestricted guest may clear; and CD and NW,
 * which a VM exit leaves as they are, so that a guest could switch off the
 * host's caches. SDM: "Guest/Host Masks and Read Shadows for CR0 and CR4" and
 * "Loading Host Control Registers, Debug Registers, MSRs".
 */
static void write_control_registers(const struct vmx_capabilities *caps)
{
	u64 cr0_fixed = caps->cr0_fixed0 & ~(CR0_PE | CR0_PG);
	u64 cr0 = CR0_PE | CR0_ET | cr0_fixed;
	u64 cr4_fixed = caps->cr4_fixed0;

	vmcs_write(GUEST_CR0, cr0);
	vmcs_write(CR0_GUEST_HOST_MASK, cr0_fixed | CR0_CD | CR0_NW);
	vmcs_write(CR0_READ_SHADOW, cr0);
	vmcs_write(GUEST_CR3, 0);
	vmcs_write(GUEST_CR4, cr4_fixed);
	vmcs_write(CR4_GUEST_HOST_MASK, cr4_fixed);
	vmcs_write(CR4_READ_SHADOW, 0);
	vmcs_write(GUEST_IA32_EFER, 0);
	vmcs_write(GUEST_IA32_PAT, PAT_RESET);
	vmcs_write(GUEST_DR7, DR7_RESET);
}

static void write_segments(void)
{
	const struct segment code = {SELECTOR_CODE, FLAT_LIMIT, FLAT_CODE32, 0};
	const struct segment data = {SELECTOR_DATA, FLAT_LIMIT, FLAT_DATA32, 0};
	const struct segment ldtr = {0, 0, ACCESS_RIGHTS_UNUSABLE, 0};
	const struct segment tr = {0, TSS32_LIMIT, TSS32_BUSY, 0};

	GUEST_SEGMENT_WRITE(CS, code);
	GUEST_SEGMENT_WRITE(SS, data);
	GUEST_SEGMENT_WRITE(DS, data);
	GUEST_SEGMENT_WRITE(ES, data);
	GUEST_SEGMENT_WRITE(FS, data);
	GUEST_SEGMENT_WRITE(GS, data);
	GUEST_SEGMENT_WRITE(LDTR, ldtr);
	GUEST_SEGMENT_WRITE(TR, tr);
}

void guest_start_flat(const struct vmx_capabilities *caps, u32 entry)
{
	write_control_registers(caps);
	write_segments();
	vmcs_write(GUEST_RIP, entry);
	vmcs_write(GUEST_RFLAGS, RFLAGS_FIXED);
}

void guest_start_multiboot2(struct ept_vcpu *vcpu,
			    const struct vmx_capabilities *caps,
			    const struct guest_image *image)
{
	guest_start_flat(caps, image->entry);
	vcpu->vcpu.registers.rax = MULTIBOOT2_BOOTLOADER_MAGIC;
	vcpu->vcpu.registers.rbx = image->info;
}
