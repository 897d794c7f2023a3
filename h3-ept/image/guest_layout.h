#pragma once
/*
 * What lies where below 1 MiB of guest-physical memory, as on a PC.
 *
 * A PC has no usable RAM from the top of conventional memory to 1 MiB: the
 * EBDA, video memory and firmware are there. A guest has RAM there as well,
 * but is told that it is reserved; so nothing that it loads or allocates gets
 * in the way of what the hypervisor leaves there for it to read.
 */
#define GUEST_RESERVED_START 0x9fc00u
#define GUEST_RESERVED_END   0x100000u

/* What the guest finds as boot information: between these two. */
#define GUEST_INFO_START 0xe0000u
#define GUEST_INFO_END	 0xf0000u

#define GUEST_CMDLINE_MAX 4096u /* bytes, the NUL included */
#define GUEST_LOADER_NAME "A tour of VT-x"
