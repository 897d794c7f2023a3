#pragma once
/*
 * FAT16 and FAT32, read-only, with long names and sub-directories.
 *
 * Nothing on the disk is trusted: whatever it holds, these functions end and
 * stay inside the disk and the caller's buffer. Nothing is allocated: the
 * caller brings the structures.
 */
#include "disk/block.h"
#include "disk/fat_sector.h"
#include "disk/fat_volume.h"
#include "lib/error.h"
#include "lib/types.h"

struct fat;

/* A file or a directory; read it with fat_read(). */
struct fat_file {
	struct fat *fat;
	u64 size; /* bytes; of a directory, those of its clusters */
	bool is_directory;
	u32 first; /* its first cluster; 0: none, or FAT16's root directory */
	/* Where the last read ended: the cluster, and its place in the chain.
	 */
	u32 cluster;
	u32 index;
};

/* A mounted volume. It must stay where it is while it is in use. */
struct fat {
	struct block_device *disk;
	struct fat_volume volume;
	struct fat_sector table; /* of the allocation table */
	struct fat_sector data;	 /* of a directory, or half-read of a file */
	struct fat_file root;
};

/*
 * Mounts the FAT volume of a disk: one that takes the whole disk, or else the
 * first FAT partition. The disk must outlive fat.
 *
 * Errors: those of fat_volume_find(), or a broken root directory.
 */
struct error fat_mount(struct fat *fat, struct block_device *disk);

/*
 * Opens the file that path names. Names are separated by '/' and begin at the
 * root directory, with or without a '/' in front. The case of ASCII letters
 * makes no difference; a name with other characters than ASCII is never found.
 * The whole cluster chain is checked here. Several files may be open at once.
 *
 * Errors: no such file (the value is where in path the unknown name begins), a
 * directory, a broken directory or cluster chain, or whatever the disk
 * reports.
 */
struct error fat_open(struct fat *fat, const char *path, struct fat_file *file);

/* The same for a file or a directory. */
struct error fat_find(struct fat *fat, const char *path, struct fat_file *file);

/*
 * Reads size bytes from byte offset on into buffer. Reading on where the last
 * read ended costs nothing extra, and clusters that lie in a row are read at
 * once.
 *
 * Errors: a range that is not inside the file, a cluster chain that changed
 * under way, or whatever the disk reports; buffer's content is undefined then.
 */
struct error fat_read(struct fat_file *file, u64 offset, void *buffer,
		      u64 size);
