#include "vmx_region.h"
#include "memory/frames.h"
#include "memory/physical.h"

hpa_t vmx_region_alloc(const struct vmx_capabilities *caps)
{
	hpa_t region = frames_alloc_zeroed(FRAME_ORDER_4K);

	if (region != FRAME_NONE) {
		*(u32 *)phys_to_virt(region) = vmx_revision(caps);
	}
	return region;
}

void vmx_region_free(hpa_t region)
{
	frames_free(region, FRAME_ORDER_4K);
}
