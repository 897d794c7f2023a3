#pragma once
/*
 * Reading a CD in the drive of the second ATA channel, woken by its interrupt.
 * On a bare machine the drive is there if firmware's is a PC's of old; in a
 * virtual machine if the channel is passed through.
 */
#include "boot/kernel.h"

/*
 * Says which drive it is, and what the CD in it is called. Failure: there is
 * none, it does not answer, no interrupt comes, the CD is none of ISO 9660.
 */
enum kernel_status cdrom_run(void);
