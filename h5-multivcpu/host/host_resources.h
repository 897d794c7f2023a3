#pragma once
/*
 * What the hypervisor uses of its machine, and passes to no guest.
 */
#include "boot/boot_info.h"
#include "memory/passthrough.h"

struct passthrough_host host_resources(const struct boot_info *boot);
