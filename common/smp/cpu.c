#include "smp/cpu.h"
#include "cpu/instructions.h"
#include "cpu/msr.h"
#include "lib/string.h"
#include "memory/frames.h"
#include "memory/paging.h"
#include "memory/physical.h"

#define BLOCK_ORDER 4u
#define BLOCK_SIZE  ((u64)FRAME_SIZE << BLOCK_ORDER)
#define STACK_LEAST KIB(32)

_Static_assert(FRAME_SIZE + STACK_LEAST + sizeof(struct cpu) + 16 <= BLOCK_SIZE,
	       "the guard page, a stack and struct cpu fill a block");

static struct cpu *cpus[CPUS_MAX];

void cpu_enter(struct cpu *cpu)
{
	cpu->self = cpu;
	wrmsr(IA32_GS_BASE, (u64)(uintptr_t)cpu);
	__atomic_store_n(&cpus[cpu->number], cpu, __ATOMIC_RELEASE);
}

struct cpu *cpu_at(u32 number)
{
	return number < CPUS_MAX
		       ? __atomic_load_n(&cpus[number], __ATOMIC_ACQUIRE)
		       : NULL;
}

bool cpu_has_others(void)
{
	return cpu_at(1) != NULL;
}

static struct cpu *place_in(hpa_t block)
{
	return phys_to_virt(
		ALIGN_DOWN(block + BLOCK_SIZE - sizeof(struct cpu), 16));
}

/* The guard page is the block's first, where the stack would run into. */
struct cpu *cpu_make(u32 number, u32 apic_id)
{
	hpa_t block = frames_alloc(BLOCK_ORDER);
	struct cpu *cpu;

	if (block == FRAME_NONE) {
		return NULL;
	}
	if (!paging_protect(block, block + FRAME_SIZE, PAGING_NONE)) {
		frames_free(block, BLOCK_ORDER);
		return NULL;
	}
	cpu = place_in(block);
	memset(cpu, 0, sizeof(*cpu));
	cpu->number = number;
	cpu->apic_id = apic_id;
	cpu->block = block;
	return cpu;
}

void *cpu_stack_top(struct cpu *cpu)
{
	return cpu;
}

void *cpu_stack_bottom(struct cpu *cpu)
{
	return phys_to_virt(cpu->block + FRAME_SIZE);
}

/* The page's entry is there already, so that no table is needed. */
void cpu_forget(struct cpu *cpu)
{
	hpa_t block = cpu->block;

	__atomic_store_n(&cpus[cpu->number], NULL, __ATOMIC_RELEASE);
	(void)paging_protect(block, block + FRAME_SIZE, PAGING_READ_WRITE);
	frames_free(block, BLOCK_ORDER);
}

bool cpu_is_stack(u64 address, u64 size)
{
	for (u32 i = 1; i < CPUS_MAX && cpu_at(i) != NULL; i++) {
		u64 offset = address - cpu_at(i)->block;

		if (offset >= FRAME_SIZE && offset < BLOCK_SIZE &&
		    size <= BLOCK_SIZE - offset) {
			return true;
		}
	}
	return false;
}
