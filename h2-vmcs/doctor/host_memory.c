#include "doctor/host_memory.h"
#include "cpu/instructions.h"
#include "lib/string.h"
#include "memory/physical.h"

/* SDM: "4-Level Paging and 5-Level Paging". */
#define PAGE_PRESENT BIT(0)
#define PAGE_SIZE_PS BIT(7)
#define PAGE_ADDRESS 0x000ffffffffff000ull
#define PAGE_BYTES   4096ull
#define LEVELS	     4
#define LINEAR_WIDTH 48

/* Is the page mapped? A kernel address is below the canonical hole. */
static bool mapped(hpa_t address)
{
	const u64 *table = phys_to_virt(read_cr3() & PAGE_ADDRESS);

	if (address >> (LINEAR_WIDTH - 1) != 0) {
		return false;
	}
	for (int level = LEVELS - 1; level >= 0; level--) {
		u64 entry = table[address >> (12 + 9 * level) & 511];

		if (!(entry & PAGE_PRESENT)) {
			return false;
		}
		if (level > 0 && (entry & PAGE_SIZE_PS)) {
			return true;
		}
		table = phys_to_virt(entry & PAGE_ADDRESS);
	}
	return true;
}

bool host_memory_read(hpa_t address, void *to, u64 size, void *context)
{
	hpa_t end = address + size;

	(void)context;
	if (end < address) {
		return false;
	}
	for (hpa_t page = ALIGN_DOWN(address, PAGE_BYTES); page < end;
	     page += PAGE_BYTES) {
		if (!mapped(page)) {
			return false;
		}
	}
	memcpy(to, phys_to_virt(address), size);
	return true;
}
