#include "ground.h"
#include "cpu/msr.h"
#include "memory/frames.h"
#include "memory/physical.h"
#include "vmx_region.h"

#define ENTRIES	    512
#define DIRECTORIES 4 /* of 1 GiB each */

/* SDM: "PAE Paging". */
#define PAGE_PRESENT BIT(0)
#define PAGE_WRITE   BIT(1)
#define PAGE_LARGE   BIT(7)

/* SDM: "EPT Translation Mechanism"; a leaf also has its memory type. */
#define EPT_ALL	       7ull
#define EPT_LARGE      BIT(7)
#define EPT_WRITE_BACK (6ull << 3)

#define SHADOW_INDICATOR BIT(31)
/* SDM: "Virtualized APIC Registers". */
#define VTPR	   0x80
#define VTPR_VALUE 0x50

#define SMM_MONITOR_CTL 0x9b
#define X2APIC_VERSION	0x803

/* An MSR area has two entries of 16 bytes; the areas share one frame. */
#define AREA_SIZE 32

/* 1 GiB from start on, in pages of 2 MiB, each entry with these flags. */
static void fill_directory(hpa_t directory, hpa_t start, u64 flags)
{
	u64 *entries = phys_to_virt(directory);

	for (u64 i = 0; i < ENTRIES; i++) {
		entries[i] = (start + i * MIB(2)) | flags;
	}
}

static bool prepare_pae(struct ground *ground)
{
	hpa_t table = frames_alloc_zeroed(FRAME_ORDER_4K);
	hpa_t directory = frames_alloc_zeroed(FRAME_ORDER_4K);
	u64 *pdptes;

	if (table == FRAME_NONE || directory == FRAME_NONE || table >= GIB(4)) {
		return false;
	}
	fill_directory(directory, 0, PAGE_LARGE | PAGE_WRITE | PAGE_PRESENT);
	ground->pdpte0 = directory | PAGE_PRESENT;
	ground->pae_table = table;
	ground->pae_table_reserved = table + 4 * sizeof(pdptes[0]);
	pdptes = phys_to_virt(table);
	pdptes[0] = ground->pdpte0;
	pdptes[4] = ground->pdpte0 | PAGE_WRITE;
	return true;
}

static bool prepare_ept(struct ground *ground)
{
	hpa_t pml4 = frames_alloc_zeroed(FRAME_ORDER_4K);
	hpa_t pdpt = frames_alloc_zeroed(FRAME_ORDER_4K);

	if (pml4 == FRAME_NONE || pdpt == FRAME_NONE) {
		return false;
	}
	*(u64 *)phys_to_virt(pml4) = pdpt | EPT_ALL;
	for (u64 i = 0; i < DIRECTORIES; i++) {
		hpa_t directory = frames_alloc_zeroed(FRAME_ORDER_4K);

		if (directory == FRAME_NONE) {
			return false;
		}
		fill_directory(directory, i * GIB(1),
			       EPT_LARGE | EPT_WRITE_BACK | EPT_ALL);
		((u64 *)phys_to_virt(pdpt))[i] = directory | EPT_ALL;
	}
	ground->ept = pml4;
	return true;
}

/* index: bits 31:0 name an MSR, bits 63:32 are reserved. */
static hpa_t write_area(hpa_t *next, u64 index)
{
	u64 *words = phys_to_virt(*next);
	hpa_t area = *next;

	words[0] = index;
	words[2] = IA32_SYSENTER_CS;
	*next += AREA_SIZE;
	return area;
}

static bool prepare_msr_areas(struct ground *ground)
{
	hpa_t next = frames_alloc_zeroed(FRAME_ORDER_4K);

	if (next == FRAME_NONE) {
		return false;
	}
	ground->msr_area = write_area(&next, IA32_SYSENTER_CS);
	ground->msr_area_fs_base = write_area(&next, IA32_FS_BASE);
	ground->msr_area_x2apic = write_area(&next, X2APIC_VERSION);
	ground->msr_area_smm = write_area(&next, SMM_MONITOR_CTL);
	ground->msr_area_reserved =
		write_area(&next, IA32_SYSENTER_CS | BIT(32));
	return true;
}

static bool prepare_vmcss(struct ground *ground)
{
	ground->ordinary_vmcs = vmx_region_alloc(ground->caps);
	ground->shadow_vmcs = vmx_region_alloc(ground->caps);
	ground->alien_vmcs = vmx_region_alloc(ground->caps);
	if (ground->ordinary_vmcs == FRAME_NONE ||
	    ground->shadow_vmcs == FRAME_NONE ||
	    ground->alien_vmcs == FRAME_NONE) {
		return false;
	}
	*(u32 *)phys_to_virt(ground->shadow_vmcs) |= SHADOW_INDICATOR;
	*(u32 *)phys_to_virt(ground->alien_vmcs) ^= 1;
	return true;
}

static bool prepare_pages(struct ground *ground)
{
	ground->page = frames_alloc_zeroed(FRAME_ORDER_4K);
	ground->virtual_apic = frames_alloc_zeroed(FRAME_ORDER_4K);
	if (ground->page == FRAME_NONE || ground->virtual_apic == FRAME_NONE) {
		return false;
	}
	((u8 *)phys_to_virt(ground->virtual_apic))[VTPR] = VTPR_VALUE;
	return true;
}

struct error ground_prepare(struct ground *ground)
{
	ground->efer = ground->cpu->efer;
	if (!prepare_pages(ground) || !prepare_vmcss(ground) ||
	    !prepare_ept(ground) || !prepare_pae(ground) ||
	    !prepare_msr_areas(ground)) {
		return failure("no memory for the settings, free frames",
			       frames_free_count());
	}
	return SUCCESS;
}
