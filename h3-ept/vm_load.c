#include "vm_load.h"
#include "guest_disk.h"

struct error vm_load(struct vm *vm, const char *path, const char *cmdline,
		     struct guest_image *image)
{
	static struct guest_disk disk;
	struct guest_disk_file file;
	struct error error = guest_disk_open(&disk);

	if (!failed(error)) {
		error = guest_disk_open_file(&disk, path, &file);
	}
	if (!failed(error)) {
		error = guest_image_load(&file.source, &vm->memory, cmdline,
					 image);
	}
	return error;
}
