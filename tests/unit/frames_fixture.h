#pragma once
/*
 * The frame allocator over a physical memory of the test's own: 6 GiB, of
 * which only what is touched exists. What the kernel's panic() would end is
 * here a jump back into the test.
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "memory/physical.h"

static u8 *memory;

#define phys_to_virt(address) ((void *)(memory + (address)))
#define virt_to_phys(pointer) ((hpa_t)((const u8 *)(pointer)-memory))
#include "memory/frames.c"
#undef phys_to_virt
#undef virt_to_phys

#define MEMORY_SIZE GIB(6)
#define FRAMES	    (MEMORY_SIZE / FRAME_SIZE)

static u8 *states;
static jmp_buf panicked;

_Noreturn void panic(const char *fmt, ...)
{
	(void)fmt;
	longjmp(panicked, 1);
}

/* An allocator that has nothing yet. */
static inline void start(void)
{
	if (memory == NULL) {
		memory = mmap(NULL, MEMORY_SIZE, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
			      0);
		/* Its end is the allocation's: the sanitizer watches. */
		states = malloc(FRAMES);
		if (memory == MAP_FAILED || states == NULL) {
			perror("frames_fixture: memory");
			exit(1);
		}
	}
	frames_init(states, FRAMES);
}

static inline u64 size_of(unsigned int order)
{
	return (u64)FRAME_SIZE << order;
}
