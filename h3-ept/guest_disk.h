#pragma once
/*
 * The disk that guest images come from: the machine's first hard disk, with a
 * FAT volume on it.
 */
#include "disk/ata.h"
#include "disk/fat.h"
#include "image/image_source.h"

struct guest_disk {
	struct ata_disk disk;
	struct fat fat;
};

/* A file of the disk as a source of a guest image. */
struct guest_disk_file {
	struct image_source source;
	struct fat_file file;
};

/*
 * Finds the disk and mounts its volume. Both structures stay where they are
 * for as long as they are used. Errors: no hard disk, or no sound FAT volume.
 */
struct error guest_disk_open(struct guest_disk *disk);

/* Opens a file by its path. Errors: those of fat_open(). */
struct error guest_disk_open_file(struct guest_disk *disk, const char *path,
				  struct guest_disk_file *file);
