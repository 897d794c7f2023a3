#include "disk/fat.h"

#include "disk/fat_chain.h"
#include "disk/fat_directory.h"
#include "lib/string.h"

/* The specification allows a directory 65536 entries. */
#define DIRECTORY_SIZE_MAX MIB(2)

/* A row of sectors that hold what a file has from some byte on. */
struct run {
	u64 sector;
	u64 sectors;
};

static void set_file(struct fat_file *file, struct fat *fat, u32 first,
		     u64 size)
{
	*file = (struct fat_file){
		.fat = fat,
		.size = size,
		.first = first,
		.cluster = first,
	};
}

static struct error set_directory(struct fat_file *file, struct fat *fat,
				  u32 first)
{
	u32 length;
	struct error error = fat_chain_length(fat, first, &length);

	if (failed(error)) {
		return error;
	}
	set_file(file, fat, first,
		 (u64)length * fat_volume_cluster_size(&fat->volume));
	file->is_directory = true;
	if (file->size > DIRECTORY_SIZE_MAX) {
		return failure("FAT: a directory is larger than 2 MiB; it "
			       "begins at cluster",
			       first);
	}
	return SUCCESS;
}

struct error fat_mount(struct fat *fat, struct block_device *disk)
{
	struct error error;

	*fat = (struct fat){.disk = disk};
	error = fat_volume_find(&fat->volume, disk);
	if (failed(error)) {
		return error;
	}
	if (fat->volume.fat32) {
		return set_directory(&fat->root, fat, fat->volume.root_cluster);
	}
	set_file(&fat->root, fat, 0, fat->volume.root_sectors * SECTOR_SIZE);
	fat->root.is_directory = true;
	return SUCCESS;
}

static struct error open_entry(struct fat *fat, const struct fat_entry *entry,
			       struct fat_file *file)
{
	u32 high = fat->volume.fat32 ? entry->cluster_high : 0;
	u32 first = high << 16 | entry->cluster_low;
	u32 length;
	struct error error;

	if (entry->attributes & FAT_ATTRIBUTE_DIRECTORY) {
		/* So the ".." of its sub-directories names the root. */
		if (first == 0) {
			*file = fat->root;
			return SUCCESS;
		}
		return set_directory(file, fat, first);
	}
	if (entry->size == 0) {
		set_file(file, fat, 0, 0);
		return SUCCESS;
	}
	error = fat_chain_length(fat, first, &length);
	if (failed(error)) {
		return error;
	}
	if ((u64)length * fat_volume_cluster_size(&fat->volume) < entry->size) {
		return failure("FAT: a cluster chain is shorter than its file; "
			       "it begins at cluster",
			       first);
	}
	set_file(file, fat, first, entry->size);
	return SUCCESS;
}

static u32 name_length(const char *path)
{
	u32 length = 0;

	while (path[length] != '\0' && path[length] != '/') {
		length++;
	}
	return length;
}

static u32 skip_slashes(const char *path, u32 at)
{
	while (path[at] == '/') {
		at++;
	}
	return at;
}

struct error fat_find(struct fat *fat, const char *path, struct fat_file *file)
{
	u32 at = skip_slashes(path, 0);

	*file = fat->root;
	while (path[at] != '\0') {
		u32 length = name_length(path + at);
		struct fat_entry entry;
		bool found;
		struct error error;

		if (!file->is_directory) {
			return failure("what the path takes for a directory is "
				       "a file, before character",
				       at);
		}
		error = fat_directory_find(file, path + at, length, &entry,
					   &found);
		if (failed(error)) {
			return error;
		}
		if (!found) {
			return failure("no such file; the path is unknown from "
				       "character",
				       at);
		}
		error = open_entry(fat, &entry, file);
		if (failed(error)) {
			return error;
		}
		at = skip_slashes(path, at + length);
	}
	return SUCCESS;
}

struct error fat_open(struct fat *fat, const char *path, struct fat_file *file)
{
	struct error error = fat_find(fat, path, file);

	if (!failed(error) && file->is_directory) {
		return failure("not a file but a directory, at cluster",
			       file->first);
	}
	return error;
}

/* Makes file->cluster the index-th cluster of the chain. */
static struct error seek(struct fat_file *file, u32 index)
{
	if (index < file->index) {
		file->index = 0;
		file->cluster = file->first;
	}
	while (file->index < index) {
		u32 next;
		struct error error =
			fat_chain_next(file->fat, file->cluster, &next);

		if (failed(error)) {
			return error;
		}
		if (next == FAT_CHAIN_END) {
			return failure("FAT: a cluster chain ends too early, "
				       "after cluster",
				       file->cluster);
		}
		file->cluster = next;
		file->index++;
	}
	return SUCCESS;
}

/*
 * Finds the sectors that hold the file from byte offset on, as many as lie in
 * a row, but not many more than size bytes' worth.
 */
static struct error find_run(struct fat_file *file, u64 offset, u64 size,
			     struct run *run)
{
	const struct fat_volume *volume = &file->fat->volume;
	u32 cluster_size = fat_volume_cluster_size(volume);
	u64 skip = offset % cluster_size / SECTOR_SIZE;
	struct error error;

	if (file->first == 0) {
		run->sector = volume->root_start + offset / SECTOR_SIZE;
		run->sectors = volume->root_sectors - offset / SECTOR_SIZE;
		return SUCCESS;
	}
	error = seek(file, (u32)(offset / cluster_size));
	if (failed(error)) {
		return error;
	}
	run->sector = fat_volume_sector(volume, file->cluster) + skip;
	run->sectors = volume->sectors_per_cluster - skip;
	while (run->sectors * SECTOR_SIZE < size) {
		u32 previous = file->cluster;

		error = seek(file, file->index + 1);
		if (failed(error)) {
			return error;
		}
		if (file->cluster != previous + 1) {
			break;
		}
		run->sectors += volume->sectors_per_cluster;
	}
	return SUCCESS;
}

/*
 * Reads the first of size bytes; *done says how many, at least 1: whole
 * sectors straight into buffer, a part of one by way of fat->data.
 */
static struct error read_some(struct fat_file *file, u64 offset, u8 *buffer,
			      u64 size, u64 *done)
{
	struct fat *fat = file->fat;
	u64 skip = offset % SECTOR_SIZE;
	bool whole = skip == 0 && size >= SECTOR_SIZE;
	struct run run;
	struct error error;

	*done = whole ? ALIGN_DOWN(size, SECTOR_SIZE)
		      : min_u64(size, SECTOR_SIZE - skip);
	error = find_run(file, offset, *done, &run);
	if (failed(error)) {
		return error;
	}
	if (whole) {
		*done = min_u64(*done, run.sectors * SECTOR_SIZE);
		return block_read(fat->disk, run.sector,
				  (u32)(*done / SECTOR_SIZE), buffer);
	}
	error = fat_sector_load(&fat->data, fat->disk, run.sector);
	if (!failed(error)) {
		memcpy(buffer, fat->data.bytes + skip, *done);
	}
	return error;
}

struct error fat_read(struct fat_file *file, u64 offset, void *buffer, u64 size)
{
	u8 *to = buffer;

	if (offset > file->size || size > file->size - offset) {
		return failure("read past the end of the file, byte", offset);
	}
	while (size > 0) {
		u64 done;
		struct error error = read_some(file, offset, to, size, &done);

		if (failed(error)) {
			return error;
		}
		offset += done;
		to += done;
		size -= done;
	}
	return SUCCESS;
}
