#include "guest_region_list.h"
#include "lib/string.h"

unsigned int guest_region_list_below(const struct guest_region_list *list,
				     gpa_t gpa)
{
	unsigned int low = 0, high = list->count;

	while (low < high) {
		unsigned int middle = (low + high) / 2;

		if (guest_region_end(&list->regions[middle]) <= gpa) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

const struct guest_region *
guest_region_list_find(const struct guest_region_list *list, gpa_t gpa)
{
	unsigned int place = guest_region_list_below(list, gpa);

	return place < list->count && list->regions[place].gpa <= gpa
		       ? &list->regions[place]
		       : NULL;
}

struct error guest_region_list_place(const struct guest_region_list *list,
				     gpa_t gpa, gpa_t end, unsigned int *place)
{
	*place = guest_region_list_below(list, gpa);
	if (*place < list->count && list->regions[*place].gpa < end) {
		return failure("a region of guest memory overlaps another, at",
			       list->regions[*place].gpa);
	}
	if (list->count == GUEST_REGIONS_MAX) {
		return failure("too many regions of guest memory; there are",
			       list->count);
	}
	return SUCCESS;
}

void guest_region_list_insert(struct guest_region_list *list,
			      unsigned int place,
			      const struct guest_region *region)
{
	struct guest_region *at = &list->regions[place];

	memmove(at + 1, at, (list->count - place) * sizeof(*at));
	*at = *region;
	list->count++;
}

void guest_region_list_remove(struct guest_region_list *list,
			      unsigned int place)
{
	struct guest_region *at = &list->regions[place];

	list->count--;
	memmove(at, at + 1, (list->count - place) * sizeof(*at));
}

bool guest_region_list_gap(const struct guest_region_list *list, gpa_t from,
			   gpa_t to, u64 size, u64 align, gpa_t *gpa)
{
	for (unsigned int next = guest_region_list_below(list, from);; next++) {
		gpa_t end = next < list->count
				    ? min_u64(list->regions[next].gpa, to)
				    : to;

		/* No address above 2^48 has a region, and none is aligned. */
		if (from >= BIT(EPT_GPA_BITS) || align > BIT(EPT_GPA_BITS)) {
			return false;
		}
		from = ALIGN_UP(from, align);
		if (from < end && size <= end - from) {
			*gpa = from;
			return true;
		}
		if (next >= list->count) {
			return false;
		}
		from = max_u64(from, guest_region_end(&list->regions[next]));
	}
}
