#pragma once
/*
 * What a virtual machine is to be, as a file says it: /vms/NAME.toml on the
 * disk. samples/reference/reference.toml explains what such a file can hold.
 */
#include "config/config_error.h"
#include "image/guest_boot.h"
#include "lib/types.h"

#define VM_CONFIG_NAME_SIZE	32u
#define VM_CONFIG_PATH_SIZE	256u
#define VM_CONFIG_ARGS_SIZE	256u
#define VM_CONFIG_CMDLINE_SIZE	4096u
#define VM_CONFIG_CPUS_MAX	8u
#define VM_CONFIG_REGIONS_MAX	16u
#define VM_CONFIG_MODULES_MAX	32u
#define VM_CONFIG_DEVICES_MAX	8u /* emulated */
#define VM_CONFIG_PASS_MAX	8u /* passed through, and kept back */
#define VM_CONFIG_ID_MAX	255u
#define VM_CONFIG_HOST_CPUS_MAX 32u

#define VM_CONFIG_ANY_CPU  UINT32_MAX /* of vm_config_cpu.preferred */
#define VM_CONFIG_ALL_CPUS UINT32_MAX /* of vm_config_cpu.allowed */
#define VM_CONFIG_ANYWHERE 0u	      /* of vm_config_module.load */
#define VM_CONFIG_NO_IRQ   0u

/* The bits of vm_config_region.rights; those of axvmconfig's flags. */
#define VM_CONFIG_READ	  1u
#define VM_CONFIG_WRITE	  2u
#define VM_CONFIG_EXECUTE 4u

/* axvmconfig's numbers. People are told; all are served alike. */
enum vm_config_type {
	VM_CONFIG_HOST_VM,
	VM_CONFIG_RTOS,
	VM_CONFIG_LINUX,
};

/* What becomes of a machine whose guest resets it. */
enum vm_config_reset {
	VM_CONFIG_RESET_STOPS, /* it has failed */
	VM_CONFIG_RESET_RESTARTS,
};

struct vm_config_cpu {
	u32 allowed;   /* bit n: it may run on host CPU n; never 0 */
	u32 preferred; /* the one that it starts on; or VM_CONFIG_ANY_CPU */
};

enum vm_config_map {
	VM_CONFIG_ALLOC,     /* frames of the host's, zeroed */
	VM_CONFIG_IDENTICAL, /* the same, at host-physical address gpa */
	VM_CONFIG_RESERVED,  /* what lies at host-physical address gpa as it is;
				it never was the allocator's */
};

/* Memory. Its range is in whole pages, ends below 2^48, meets no other. */
struct vm_config_region {
	u64 gpa;
	u64 size;
	u32 rights; /* VM_CONFIG_READ, and perhaps the others */
	enum vm_config_map map;
	bool lazy; /* frames on first touch; VM_CONFIG_ALLOC only */
};

/* A file for the guest to find in its memory. */
struct vm_config_module {
	char path[VM_CONFIG_PATH_SIZE];
	char args[VM_CONFIG_ARGS_SIZE];
	u64 load; /* page-aligned, in RAM above 1 MiB; or VM_CONFIG_ANYWHERE */
};

enum vm_config_device_kind {
	VM_CONFIG_VIRTIO_CONSOLE,
	VM_CONFIG_FLASH,
	VM_CONFIG_IVC_CHANNEL, /* where channels get mapped; one at most */
};

/* Its range is in whole pages, ends below 2^48, meets no other. */
struct vm_config_device {
	enum vm_config_device_kind kind;
	char name[VM_CONFIG_NAME_SIZE];
	u64 gpa;
	u64 length;
	u32 irq; /* pin of the IO-APIC, nobody else's; or VM_CONFIG_NO_IRQ; for
		    channels: the one that they may use, or every free one */
	char path[VM_CONFIG_PATH_SIZE]; /* a flash's file; "": the host's chip
					 */
};

/* Memory of a device of the host's, in whole pages. */
struct vm_config_pass {
	char name[VM_CONFIG_NAME_SIZE];
	u64 gpa;
	u64 hpa;
	u64 length;
	u32 irq; /* pin of host's and guest's IO-APIC, or VM_CONFIG_NO_IRQ */
};

/* Ports of the host's; no two ranges meet. */
struct vm_config_ports {
	u16 first;
	u16 last;
	u32 irq; /* as in vm_config_pass */
};

/* Ports that lie in a vm_config_ports. */
struct vm_config_kept_ports {
	u16 first;
	u16 last;
};

/* Host-physical addresses, in whole pages, that lie in a vm_config_pass. */
struct vm_config_excluded {
	u64 hpa;
	u64 length;
};

enum vm_config_interrupts {
	VM_CONFIG_INTERRUPTS_NONE,	  /* the guest never gets any */
	VM_CONFIG_INTERRUPTS_EMULATED,	  /* those of its devices */
	VM_CONFIG_INTERRUPTS_PASSTHROUGH, /* and those that are passed */
};

struct vm_config {
	u32 id;
	u32 id_line; /* of the file, for an error about the id, */
	char name[VM_CONFIG_NAME_SIZE];
	u32 name_line; /* and about the name */
	enum vm_config_type type;
	bool on;      /* start it when the hypervisor starts */
	u64 limit_ms; /* of the guest's time; 0: none */
	enum vm_config_reset on_reset;
	u32 cpu_num;
	struct vm_config_cpu cpus[VM_CONFIG_CPUS_MAX]; /* cpu_num of them */

	enum guest_kind kind;
	char kernel_path[VM_CONFIG_PATH_SIZE];
	u32 kernel_load; /* for the flat kinds */
	u32 entry;
	char cmdline[VM_CONFIG_CMDLINE_SIZE]; /* "" for the flat kinds */
	u32 module_count;		      /* 0 for the flat kinds */
	struct vm_config_module modules[VM_CONFIG_MODULES_MAX];
	u32 region_count;
	/* The first is RAM from 0 on: allocated, at least 2 MiB, every right.
	 */
	struct vm_config_region regions[VM_CONFIG_REGIONS_MAX];

	enum vm_config_interrupts interrupts;
	u32 device_count;
	struct vm_config_device devices[VM_CONFIG_DEVICES_MAX];
	u32 pass_count;
	struct vm_config_pass passes[VM_CONFIG_PASS_MAX];
	u32 ports_count;
	struct vm_config_ports ports[VM_CONFIG_PASS_MAX];
	u32 excluded_count;
	struct vm_config_excluded excluded[VM_CONFIG_PASS_MAX];
	u32 kept_ports_count;
	struct vm_config_kept_ports kept_ports[VM_CONFIG_PASS_MAX];
};

/*
 * Reads a description of length bytes of TOML; the text is changed. Every part
 * of the result is inside the ranges that stand above. False, with the error:
 * no TOML, or not the description of a virtual machine. Calls are not to run at
 * the same time.
 */
bool vm_config_read(struct vm_config *config, char *text, u32 length,
		    struct config_error *error);

/* The flash among its devices, or NULL: it has none. */
const struct vm_config_device *vm_config_flash(const struct vm_config *config);
