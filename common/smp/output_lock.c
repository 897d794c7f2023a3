#include "smp/output_lock.h"
#include "lib/printk.h"
#include "lib/spinlock.h"
#include "smp/cpu.h"

#define NOBODY UINT32_MAX

static struct spinlock lock;
static u32 owner = NOBODY; /* a CPU's number */
static u32 depth;	   /* how often the owner has taken it */

/* Only the owner itself writes its own number, so the question is no race. */
void output_lock_take(void)
{
	if (__atomic_load_n(&owner, __ATOMIC_RELAXED) != cpu_number()) {
		spin_lock(&lock);
		__atomic_store_n(&owner, cpu_number(), __ATOMIC_RELAXED);
	}
	depth++;
}

void output_lock_give(void)
{
	if (--depth == 0) {
		__atomic_store_n(&owner, NOBODY, __ATOMIC_RELAXED);
		spin_unlock(&lock);
	}
}

bool output_lock_break(void)
{
	u32 last = __atomic_load_n(&owner, __ATOMIC_RELAXED);

	printk_lock_with(NULL, NULL);
	return last != NOBODY && last != cpu_number();
}
