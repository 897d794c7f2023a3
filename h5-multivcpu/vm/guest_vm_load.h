#pragma once
/*
 * What a virtual machine finds in its memory when it starts: the image, the
 * modules, and the tables that tell it of itself.
 */
#include "vm/guest_vm.h"

/*
 * Loads all of it into a machine whose devices and vCPUs have been made, and
 * sets its boot processor to the entry. Errors: those of guest_mp_table_write()
 * and boot_load_listed(). culprit: the path of the file that an error is about.
 */
struct error guest_vm_load(struct guest_vm *vm, const char **culprit);
