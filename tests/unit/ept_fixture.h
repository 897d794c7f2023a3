#pragma once
/*
 * An EPT for tests, between ept_begin() and ept_end().
 */
#include "ept.h"
#include "fake_frames.h"
#include "unit.h"

#define ALL_CAPS                                                            \
	(EPT_CAP_EXECUTE_ONLY | EPT_CAP_WALK_LENGTH_4 | EPT_CAP_TABLES_UC | \
	 EPT_CAP_TABLES_WB | EPT_CAP_2M_PAGES | EPT_CAP_1G_PAGES |          \
	 EPT_CAP_INVEPT | EPT_CAP_ACCESSED_DIRTY | EPT_CAP_INVEPT_SINGLE |  \
	 EPT_CAP_INVEPT_ALL)

/* The tables' addresses are pointers of this process: 47 bits. */
#define BITS 48u

static struct ept ept;

static inline void ept_begin_with(u64 caps)
{
	fake_frames_reset();
	CHECK(!failed(ept_init(&ept, caps, BITS)));
}

static inline void ept_begin(void)
{
	ept_begin_with(ALL_CAPS);
}

static inline void ept_end(void)
{
	CHECK_EQ(ept.tables, fake_frames_outstanding());
	ept_destroy(&ept);
	CHECK_EQ(fake_frames_outstanding(), 0);
	fake_frames_reset();
}

static inline bool ept_maps(gpa_t gpa, hpa_t hpa, u64 size)
{
	return !failed(ept_map(&ept, gpa, hpa, size, EPT_RWX, EPT_WB));
}
