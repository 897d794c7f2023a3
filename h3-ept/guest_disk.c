#include "guest_disk.h"

struct error guest_disk_open(struct guest_disk *disk)
{
	struct error error = ata_find_first(&disk->disk);

	if (failed(error)) {
		return error;
	}
	return fat_mount(&disk->fat, &disk->disk.block);
}

static struct error read_file(struct image_source *source, u64 offset,
			      void *buffer, u64 size)
{
	struct guest_disk_file *file = (struct guest_disk_file *)source;

	return fat_read(&file->file, offset, buffer, size);
}

struct error guest_disk_open_file(struct guest_disk *disk, const char *path,
				  struct guest_disk_file *file)
{
	struct error error = fat_open(&disk->fat, path, &file->file);

	if (!failed(error)) {
		file->source.size = file->file.size;
		file->source.read = read_file;
	}
	return error;
}
