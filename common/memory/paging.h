#pragma once
/*
 * The kernel's own page tables: physical memory one to one.
 *
 * SDM: "4-Level Paging and 5-Level Paging". boot.S has mapped the first 4 GiB;
 * here the rest follows, and the pages that must not be touched are taken out.
 */
#include "lib/types.h"

#define PAGING_MAPPED_MAX GIB(512) /* nothing above is ever mapped */

/*
 * Maps what lies between 4 GiB and top (at most PAGING_MAPPED_MAX); all of
 * the first 512 GiB where the CPU has pages of 1 GiB. False when no frame is
 * left for a table.
 */
bool paging_init(hpa_t top);

enum paging_rights {
	PAGING_NONE,	   /* every access is a page fault */
	PAGING_READ,	   /* read only, not executable where NX is on */
	PAGING_READ_EXEC,  /* read and execute */
	PAGING_READ_WRITE, /* read and write, not executable where NX is on */
};

/*
 * Sets the rights of the pages from start to end, both 4 KiB aligned and
 * mapped by boot.S or paging_init(). Another CPU may go by the old rights until
 * it loads CR3. To be called by one CPU at a time. False when no frame is left
 * for a table.
 */
bool paging_protect(hpa_t start, hpa_t end, enum paging_rights rights);
