#include "image/image_beginning.h"
#include "memory/frames.h"
#include "memory/physical.h"

#define ORDER 3u /* IMAGE_BEGINNING_MAX bytes */

struct error image_beginning_read(struct image_source *source, u64 size,
				  struct image_beginning *beginning)
{
	u64 wanted = min_u64(min_u64(source->size, size), IMAGE_BEGINNING_MAX);
	hpa_t frames = frames_alloc(ORDER);
	struct error error;

	if (frames == FRAME_NONE) {
		return failure("no memory to read the image's beginning, bytes",
			       wanted);
	}
	error = image_source_read(source, 0, phys_to_virt(frames), wanted);
	if (failed(error)) {
		frames_free(frames, ORDER);
		return error;
	}
	*beginning = (struct image_beginning){.bytes = phys_to_virt(frames),
					      .size = wanted};
	return SUCCESS;
}

void image_beginning_free(struct image_beginning *beginning)
{
	frames_free(virt_to_phys(beginning->bytes), ORDER);
	beginning->bytes = NULL;
}
