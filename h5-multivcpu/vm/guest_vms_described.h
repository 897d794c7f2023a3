#pragma once
/*
 * From descriptions to machines that run, and what became of them.
 */
#include "boot/kernel.h"
#include "host/host_options.h"

/*
 * Adds the machines that the disk describes, or the one of the command line,
 * and builds them. Each failure is told in a line; KERNEL_FAILURE then, or
 * where there is no machine.
 */
enum kernel_status guest_vms_describe(const struct host_options *options);

/* Boots those that are to be on at the beginning. */
enum kernel_status guest_vms_boot(void);

/* Tells what became of each; KERNEL_FAILURE if one has failed. */
enum kernel_status guest_vms_report(void);

void guest_vms_remove_all(void);
