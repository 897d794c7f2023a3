#include "intercept.h"
#include "lib/string.h"
#include "memory/frames.h"
#include "memory/physical.h"
#include "vmcs.h"

#define PORTS	      0x10000u
#define IO_ORDER      1u /* two frames */
#define MSRS_COVERED  0x2000u
#define MSR_HIGH_BASE 0xc0000000u

/* Offsets of the four MSR bitmaps in their frame. */
#define MSR_READ_LOW   0u
#define MSR_READ_HIGH  1024u
#define MSR_WRITE_LOW  2048u
#define MSR_WRITE_HIGH 3072u

struct error intercept_init(struct intercept *intercept)
{
	intercept->io = frames_alloc(IO_ORDER);
	intercept->msr = frames_alloc(FRAME_ORDER_4K);
	if (intercept->io == FRAME_NONE || intercept->msr == FRAME_NONE) {
		intercept_destroy(intercept);
		return failure("no memory for the I/O and MSR bitmaps, free "
			       "frames",
			       frames_free_count());
	}
	memset(phys_to_virt(intercept->io), 0xff, FRAME_SIZE << IO_ORDER);
	memset(phys_to_virt(intercept->msr), 0xff, FRAME_SIZE);
	return SUCCESS;
}

void intercept_destroy(struct intercept *intercept)
{
	if (intercept->io != FRAME_NONE) {
		frames_free(intercept->io, IO_ORDER);
	}
	if (intercept->msr != FRAME_NONE) {
		frames_free(intercept->msr, FRAME_ORDER_4K);
	}
}

void intercept_write(const struct intercept *intercept)
{
	vmcs_write(IO_BITMAP_A_ADDRESS, intercept->io);
	vmcs_write(IO_BITMAP_B_ADDRESS, intercept->io + FRAME_SIZE);
	vmcs_write(MSR_BITMAPS_ADDRESS, intercept->msr);
}

static void set_bit(hpa_t bitmap, u32 bit, bool one)
{
	u8 *byte = (u8 *)phys_to_virt(bitmap) + bit / 8;
	u8 mask = (u8)(1u << bit % 8);

	*byte = one ? *byte | mask : *byte & (u8)~mask;
}

void intercept_ports(struct intercept *intercept, u16 first, u32 count,
		     bool exits)
{
	for (u32 port = first; port < PORTS && port - first < count; port++) {
		set_bit(intercept->io, port, exits);
	}
}

static bool set_msr(hpa_t low, hpa_t high, u32 msr, bool exits)
{
	if (msr < MSRS_COVERED) {
		set_bit(low, msr, exits);
		return true;
	}
	if (msr - MSR_HIGH_BASE < MSRS_COVERED) {
		set_bit(high, msr - MSR_HIGH_BASE, exits);
		return true;
	}
	return false;
}

bool intercept_msr_reads(struct intercept *intercept, u32 msr, bool exits)
{
	return set_msr(intercept->msr + MSR_READ_LOW,
		       intercept->msr + MSR_READ_HIGH, msr, exits);
}

bool intercept_msr_writes(struct intercept *intercept, u32 msr, bool exits)
{
	return set_msr(intercept->msr + MSR_WRITE_LOW,
		       intercept->msr + MSR_WRITE_HIGH, msr, exits);
}

bool intercept_msr(struct intercept *intercept, u32 msr, bool exits)
{
	return intercept_msr_reads(intercept, msr, exits) &&
	       intercept_msr_writes(intercept, msr, exits);
}
