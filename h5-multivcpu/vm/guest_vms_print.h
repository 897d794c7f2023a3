#pragma once
/*
 * What the management console shows of virtual machines, on request: the
 * functions print_... of console/monitor_ops.h.
 */
#include "lib/error.h"
#include "lib/types.h"

struct error guest_vms_print_description(void *context, u32 id);
struct error guest_vms_print_exits(void *context, u32 id);
struct error guest_vms_print_registers(void *context, u32 id, u32 vcpu);
struct error guest_vms_print_vmcs(void *context, u32 id, u32 vcpu,
				  const char *field);
struct error guest_vms_print_ept(void *context, u32 id);
struct error guest_vms_print_ept_walk(void *context, u32 id, u64 gpa);
