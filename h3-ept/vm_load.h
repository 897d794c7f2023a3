#pragma once
/*
 * From the disk image into guest RAM.
 */
#include "image/guest_image.h"
#include "vm.h"

/*
 * Finds the file at path on the machine's first hard disk and loads it as the
 * guest's image; cmdline is the guest's command line. Errors: those of
 * guest_disk_open(), guest_disk_open_file() and guest_image_load().
 */
struct error vm_load(struct vm *vm, const char *path, const char *cmdline,
		     struct guest_image *image);
