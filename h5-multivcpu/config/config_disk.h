#pragma once
/*
 * The virtual machines that the disk describes: the files /vms/NAME.toml.
 */
#include "config/vm_config.h"
#include "disk/fat.h"

#define CONFIG_DISK_FOLDER    "/vms"
#define CONFIG_DISK_VMS_MAX   16u
#define CONFIG_DISK_FILE_MAX  KIB(64)
#define CONFIG_DISK_PATH_SIZE 264u

struct config_disk {
	u32 count;
	/* By the names of their files, in ASCII order of the small letters. */
	struct vm_config vms[CONFIG_DISK_VMS_MAX];
	/* paths[i]: of the file that vms[i] comes from. */
	char paths[CONFIG_DISK_VMS_MAX][CONFIG_DISK_PATH_SIZE];
};

/*
 * Reads all of them. Files whose name does not end in .toml are passed over.
 *
 * False, with the error and in culprit the path that it is about (which lasts
 * as long as disk): a file that is wrong, as in vm_config_read(); two with the
 * same id or name; more than CONFIG_DISK_VMS_MAX; none; one that is too long;
 * or what the volume reports.
 */
bool config_disk_read(struct config_disk *disk, struct fat *fat,
		      struct config_error *error, const char **culprit);
