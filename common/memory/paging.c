#include "memory/paging.h"
#include "cpu/instructions.h"
#include "cpu/msr.h"
#include "cpu/registers.h"
#include "memory/frames.h"
#include "memory/physical.h"

#define PAGE_PRESENT BIT(0)
#define PAGE_WRITE   BIT(1)
#define PAGE_LARGE   BIT(7)
#define PAGE_NX	     BIT(63)
#define PAGE_ADDRESS 0x000ffffffffff000ull
#define PAGE_ENTRIES 512u

/* From boot.S: the tables that CR3 points to. */
extern u64 boot_pdpt[PAGE_ENTRIES];

static bool cpu_has_1g_pages(void)
{
	return (cpuid(CPUID_EXTENDED, 0).edx & CPUID_EXTENDED_EDX_PAGE_1GB) !=
	       0;
}

/* A table of one gigabyte in pages of 2 MiB, or FRAME_NONE. */
static hpa_t directory_for(hpa_t gigabyte)
{
	hpa_t directory = frames_alloc(FRAME_ORDER_4K);

	if (directory == FRAME_NONE) {
		return FRAME_NONE;
	}
	u64 *entries = phys_to_virt(directory);

	for (u64 i = 0; i < PAGE_ENTRIES; i++) {
		entries[i] = (gigabyte + i * MIB(2)) | PAGE_LARGE | PAGE_WRITE |
			     PAGE_PRESENT;
	}
	return directory;
}

bool paging_init(hpa_t top)
{
	bool large = cpu_has_1g_pages();

	if (large || top > PAGING_MAPPED_MAX) {
		top = PAGING_MAPPED_MAX;
	}
	for (hpa_t at = GIB(4); at < top; at += GIB(1)) {
		hpa_t target = large ? at | PAGE_LARGE : directory_for(at);

		if (target == FRAME_NONE) {
			return false;
		}
		boot_pdpt[at / GIB(1)] = target | PAGE_WRITE | PAGE_PRESENT;
	}
	return true;
}

static u64 rights_bits(enum paging_rights rights)
{
	u64 nx = (rdmsr(IA32_EFER) & EFER_NXE) != 0 ? PAGE_NX : 0;

	switch (rights) {
	case PAGING_READ:
		return PAGE_PRESENT | nx;
	case PAGING_READ_EXEC:
		return PAGE_PRESENT;
	case PAGING_READ_WRITE:
		return PAGE_PRESENT | PAGE_WRITE | nx;
	case PAGING_NONE:
		break;
	}
	return 0;
}

/* The directory of a page's gigabyte, which may be one large page as yet. */
static u64 *directory_of(hpa_t page)
{
	u64 *entry = &boot_pdpt[page / GIB(1)];

	if ((*entry & PAGE_LARGE) != 0) {
		hpa_t directory = directory_for(ALIGN_DOWN(page, GIB(1)));

		if (directory == FRAME_NONE) {
			return NULL;
		}
		*entry = directory | PAGE_WRITE | PAGE_PRESENT;
	}
	return phys_to_virt(*entry & PAGE_ADDRESS);
}

/* The entry of one 4 KiB page, its 2 MiB page being split for it if need be. */
static u64 *entry_of(hpa_t page)
{
	u64 *directory = directory_of(page);
	u64 *entry;

	if (directory == NULL) {
		return NULL;
	}
	entry = &directory[page / MIB(2) % PAGE_ENTRIES];
	if ((*entry & PAGE_LARGE) != 0) {
		hpa_t table = frames_alloc(FRAME_ORDER_4K);

		if (table == FRAME_NONE) {
			return NULL;
		}
		u64 *small = phys_to_virt(table);

		for (u64 i = 0; i < PAGE_ENTRIES; i++) {
			small[i] = (*entry & ~PAGE_LARGE) + i * FRAME_SIZE;
		}
		*entry = table | PAGE_WRITE | PAGE_PRESENT;
	}
	u64 *table = phys_to_virt(*entry & PAGE_ADDRESS);

	return &table[page / FRAME_SIZE % PAGE_ENTRIES];
}

bool paging_protect(hpa_t start, hpa_t end, enum paging_rights rights)
{
	for (hpa_t page = start; page < end; page += FRAME_SIZE) {
		u64 *entry = entry_of(page);

		if (entry == NULL) {
			return false;
		}
		*entry = page | rights_bits(rights);
		invlpg(phys_to_virt(page));
	}
	return true;
}
