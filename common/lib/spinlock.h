#pragma once
/*
 * A lock for what several CPUs touch. All zeros, it is free.
 *
 * Interrupt handlers take no lock, so that interrupts need not be off.
 */
#include "lib/types.h"

struct spinlock {
	u32 locked;
};

/* False: somebody has it. */
static inline bool spin_try_lock(struct spinlock *lock)
{
	return __atomic_exchange_n(&lock->locked, 1, __ATOMIC_ACQUIRE) == 0;
}

static inline void spin_lock(struct spinlock *lock)
{
	while (!spin_try_lock(lock)) {
		while (__atomic_load_n(&lock->locked, __ATOMIC_RELAXED) != 0) {
			__builtin_ia32_pause();
		}
	}
}

static inline void spin_unlock(struct spinlock *lock)
{
	__atomic_store_n(&lock->locked, 0, __ATOMIC_RELEASE);
}
