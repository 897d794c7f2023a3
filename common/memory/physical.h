#pragma once
/*
 * The kernel maps physical memory one to one, so a host-physical address and
 * the pointer to it have the same value. These two are the only places that
 * know.
 */
#include "lib/types.h"

static inline void *phys_to_virt(hpa_t address)
{
	return (void *)(uintptr_t)address;
}

static inline hpa_t virt_to_phys(const volatile void *pointer)
{
	return (hpa_t)(uintptr_t)pointer;
}
