#pragma once
/*
 * Cluster chains: the allocation table names for each cluster the next one of
 * the same file.
 */
#include "disk/fat.h"
#include "lib/error.h"
#include "lib/types.h"

#define FAT_CHAIN_END 0u /* no cluster has this number */

/*
 * Sets *next to the cluster after one that the volume has, or to
 * FAT_CHAIN_END. Errors: the entry says that the cluster is free or bad, or
 * names a cluster that the volume does not have; or the disk's.
 */
struct error fat_chain_next(struct fat *fat, u32 cluster, u32 *next);

/*
 * Walks the chain that begins at cluster first to its end, and sets *length to
 * how many clusters it has, at least 1. Errors: first is not a cluster of the
 * volume, the chain runs in a circle, or those of fat_chain_next().
 */
struct error fat_chain_length(struct fat *fat, u32 first, u32 *length);
