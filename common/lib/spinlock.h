#pragma once
/*
 * A lock for what several CPUs use: whoever finds it taken waits in a loop.
 *
 * It knows no owner. Taking it twice on one CPU waits for ever, so nothing that
 * an interrupt handler calls may take a lock that is held with interrupts on.
 * A lock whose bytes are all zero is free.
 *
 * SDM: "Locked Atomic Operations" and "Use the PAUSE Instruction in Spin-Wait
 * Loops".
 */
#include "cpu/instructions.h"
#include "lib/types.h"

struct spinlock {
	u32 locked;
};

/* Takes the lock if it is free; false: somebody has it. Never waits. */
static inline bool spin_try_lock(struct spinlock *lock)
{
	return __atomic_exchange_n(&lock->locked, 1, __ATOMIC_ACQUIRE) == 0;
}

/* While the lock is taken it is only read, which leaves its holder in peace. */
static inline void spin_lock(struct spinlock *lock)
{
	while (__builtin_expect(!spin_try_lock(lock), false)) {
		while (__atomic_load_n(&lock->locked, __ATOMIC_RELAXED) != 0) {
			cpu_pause();
		}
	}
}

/* Gives the lock back; only whoever has taken it may do so. */
static inline void spin_unlock(struct spinlock *lock)
{
	__atomic_store_n(&lock->locked, 0, __ATOMIC_RELEASE);
}
