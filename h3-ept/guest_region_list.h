#pragma once
/*
 * The regions of a guest's memory in ascending order, none over another. Only
 * their addresses count here.
 */
#include "guest_region.h"

#define GUEST_REGIONS_MAX 64u

struct guest_region_list {
	unsigned int count;
	struct guest_region regions[GUEST_REGIONS_MAX];
};

/* How many of the regions lie wholly below gpa. */
unsigned int guest_region_list_below(const struct guest_region_list *list,
				     gpa_t gpa);

/* The region that holds gpa; NULL: none does. */
const struct guest_region *
guest_region_list_find(const struct guest_region_list *list, gpa_t gpa);

/*
 * Can a region from gpa to end (at least gpa) be added? place: its number then.
 * Errors: it overlaps another; the list is full.
 */
struct error guest_region_list_place(const struct guest_region_list *list,
				     gpa_t gpa, gpa_t end, unsigned int *place);

/* Adds a region for which a place has been found. */
void guest_region_list_insert(struct guest_region_list *list,
			      unsigned int place,
			      const struct guest_region *region);

/* Forgets the region of a number. */
void guest_region_list_remove(struct guest_region_list *list,
			      unsigned int place);

/*
 * The lowest address in from .. to-1, a multiple of align (a power of two), at
 * which size bytes are free of regions. False: there is none.
 */
bool guest_region_list_gap(const struct guest_region_list *list, gpa_t from,
			   gpa_t to, u64 size, u64 align, gpa_t *gpa);
