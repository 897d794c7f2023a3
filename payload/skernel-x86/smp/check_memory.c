/*
 * CPUs that change the same memory: locks, atomic instructions, and page tables
 * that others have cached.
 *
 * SDM: "Locked Atomic Operations" and "Propagation of Paging-Structure Changes
 * to Multiple Processors".
 */
#include "cpu/instructions.h"
#include "cpu/lapic.h"
#include "cpu/traps.h"
#include "lib/spinlock.h"
#include "memory/physical.h"
#include "smp/apic.h"
#include "smp/checks.h"
#include "smp/crew.h"

#define ADDITIONS 2000u
#define SHOTS	  20u

#define PAGE_PRESENT_WRITABLE 3u
#define PAGE_ENTRIES	      512
#define TEST_SLOT	      1 /* of the top table: nothing else is there */
#define TEST_ADDRESS	      GIB(512)

static struct spinlock lock;
static u64 plain;
static u64 atomic;

static struct error add_under_lock(void)
{
	if (!crew_meet()) {
		return failure("the CPUs do not meet", 0);
	}
	for (u32 i = 0; i < ADDITIONS; i++) {
		spin_lock(&lock);
		*(volatile u64 *)&plain += 1;
		spin_unlock(&lock);
	}
	return SUCCESS;
}

struct error check_locks(void)
{
	struct error error;

	plain = 0;
	error = crew_run(add_under_lock);
	if (!failed(error) && plain != (u64)ADDITIONS * smp_count()) {
		return failure("the counter under a lock is", plain);
	}
	return error;
}

static struct error add_atomically(void)
{
	if (!crew_meet()) {
		return failure("the CPUs do not meet", 0);
	}
	for (u32 i = 0; i < ADDITIONS; i++) {
		(void)__atomic_add_fetch(&atomic, 1, __ATOMIC_RELAXED);
	}
	return SUCCESS;
}

struct error check_atomics(void)
{
	struct error error;

	atomic = 0;
	error = crew_run(add_atomically);
	if (!failed(error) && atomic != (u64)ADDITIONS * smp_count()) {
		return failure("the atomic counter is", atomic);
	}
	return error;
}

static u64 pdpt[PAGE_ENTRIES] __attribute__((aligned(4096)));
static u64 directory[PAGE_ENTRIES] __attribute__((aligned(4096)));
static volatile u64 table[PAGE_ENTRIES] __attribute__((aligned(4096)));
static u64 pages[2][PAGE_ENTRIES] __attribute__((aligned(4096)));
static u32 shot; /* CPUs that have dropped the translation */
static u64 expected;

static u64 entry_for(const volatile u64 *target)
{
	return virt_to_phys(target) | PAGE_PRESENT_WRITABLE;
}

static void *test_page(void)
{
	return (void *)(uintptr_t)TEST_ADDRESS;
}

static void on_shoot(struct trap_frame *frame)
{
	(void)frame;
	invlpg(test_page());
	lapic_eoi();
	__atomic_add_fetch(&shot, 1, __ATOMIC_ACQ_REL);
}

static struct error look(void)
{
	u64 seen = *(volatile u64 *)test_page();

	return seen == expected ? SUCCESS
				: failure("it sees the page with", seen);
}

/* The page becomes another one while every CPU has the old one cached. */
static struct error shoot_down(u32 next)
{
	struct error error = crew_run(look);

	if (failed(error)) {
		return error;
	}
	shot = 0;
	expected = pages[next][0];
	table[0] = entry_for(pages[next]);
	invlpg(test_page());
	if (!apic_send(0, APIC_FIXED | APIC_OTHERS | CREW_VECTOR_SHOOT) ||
	    !crew_wait(&shot, smp_count() - 1)) {
		return failure("CPUs that have dropped the page:", shot);
	}
	return crew_run(look);
}

struct error check_shoot_down(void)
{
	u64 *top = phys_to_virt(read_cr3());
	struct error error = SUCCESS;

	traps_set_handler(CREW_VECTOR_SHOOT, on_shoot);
	pages[0][0] = 0xa0a0;
	pages[1][0] = 0xb1b1;
	expected = pages[0][0];
	table[0] = entry_for(pages[0]);
	directory[0] = entry_for(table);
	pdpt[0] = entry_for(directory);
	top[TEST_SLOT] = entry_for(pdpt);
	for (u32 i = 1; i <= SHOTS && !failed(error); i++) {
		error = shoot_down(i % 2);
	}
	/* Gone for everybody, in the caches of the tables above too. */
	top[TEST_SLOT] = 0;
	(void)apic_send(0, APIC_FIXED | APIC_OTHERS | CREW_VECTOR_SHOOT);
	invlpg(test_page());
	return error;
}
