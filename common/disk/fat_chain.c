#include "disk/fat_chain.h"

#include "lib/string.h"

/* What an entry says if it names no cluster; FAT16 has the low 16 bits. */
#define ENTRY_FREE 0u
#define ENTRY_BAD  0x0ffffff7u
#define ENTRY_END  0x0ffffff8u /* or more */

/* The upper four bits of an entry of FAT32 belong to nobody. */
#define ENTRY_BITS 0x0fffffffu

static struct error get_entry(struct fat *fat, u32 cluster, u32 *entry)
{
	u32 size = fat->volume.fat32 ? sizeof(u32) : sizeof(u16);
	u64 offset = (u64)cluster * size;
	struct error error =
		fat_sector_load(&fat->table, fat->disk,
				fat->volume.table_start + offset / SECTOR_SIZE);

	if (failed(error)) {
		return error;
	}
	*entry = 0;
	memcpy(entry, fat->table.bytes + offset % SECTOR_SIZE, size);
	if (!fat->volume.fat32 && *entry >= (u16)ENTRY_BAD) {
		*entry |= ENTRY_BITS & ~0xffffu;
	}
	*entry &= ENTRY_BITS;
	return SUCCESS;
}

struct error fat_chain_next(struct fat *fat, u32 cluster, u32 *next)
{
	u32 entry;
	struct error error = get_entry(fat, cluster, &entry);

	if (failed(error)) {
		return error;
	}
	if (entry >= ENTRY_END) {
		*next = FAT_CHAIN_END;
		return SUCCESS;
	}
	if (entry == ENTRY_FREE) {
		return failure("FAT: a cluster in use is marked free, cluster",
			       cluster);
	}
	if (entry == ENTRY_BAD) {
		return failure("FAT: a cluster in use is marked bad, cluster",
			       cluster);
	}
	if (!fat_volume_has_cluster(&fat->volume, entry)) {
		return failure("FAT: a cluster chain leaves the volume after "
			       "cluster",
			       cluster);
	}
	*next = entry;
	return SUCCESS;
}

struct error fat_chain_length(struct fat *fat, u32 first, u32 *length)
{
	u32 cluster = first;

	if (!fat_volume_has_cluster(&fat->volume, first)) {
		return failure("FAT: a file or directory begins outside the "
			       "volume, at cluster",
			       first);
	}
	/* A chain longer than the volume has been somewhere twice. */
	for (u32 count = 1; count <= fat->volume.clusters; count++) {
		struct error error = fat_chain_next(fat, cluster, &cluster);

		if (failed(error)) {
			return error;
		}
		if (cluster == FAT_CHAIN_END) {
			*length = count;
			return SUCCESS;
		}
	}
	return failure("FAT: a cluster chain runs in a circle; it begins at "
		       "cluster",
		       first);
}
