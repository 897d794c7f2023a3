#pragma once
/*
 * Loading a guest of any kind, with its modules and ACPI tables.
 *
 * A multiboot kernel is loaded as its specification says. A flat binary is
 * copied to an address as it is and started there, in 32-bit protected mode as
 * multiboot has it, or in real mode as a boot sector is; it gets neither a
 * command line nor modules. An image that has the headers of both versions of
 * multiboot is started by the second.
 */
#include "acpi/guest_acpi.h"
#include "image/boot_modules.h"
#include "image/image_plan.h"
#include "image/start_state.h"

enum guest_kind {
	GUEST_AUTO, /* whichever multiboot header there is */
	GUEST_MULTIBOOT1,
	GUEST_MULTIBOOT2,
	GUEST_FLAT,   /* protected mode */
	GUEST_FLAT16, /* real mode */
};

struct guest_boot_request {
	enum guest_kind kind;
	u32 load;  /* for the flat kinds: where to put it, */
	u32 entry; /* and where to start it */
	struct image_source *source;
	const char *path;
	const char *cmdline;
	struct boot_module *modules;
	unsigned int module_count; /* at most BOOT_MODULES_MAX */
	struct guest_acpi_machine machine;
};

/* A guest that has been loaded. */
struct guest_boot {
	enum guest_kind kind; /* never GUEST_AUTO */
	enum image_kind format;
	gpa_t lowest; /* of the image */
	gpa_t end;    /* the byte after its highest */
	struct start_state start;
};

/*
 * Loads the image, the modules, the ACPI tables and the information structure.
 * Image and modules are checked before the first byte is written to guest RAM.
 * Errors: an image that is none of these, damaged, or that cannot be served; a
 * real-mode entry point above 1 MiB; a command line or modules for a flat
 * image; no room for what is to be loaded; no memory; what the sources report.
 * culprit: the path of the file that an error is about.
 */
struct error guest_boot_load(struct guest_memory *memory,
			     const struct guest_boot_request *request,
			     struct guest_boot *boot, const char **culprit);

/* "multiboot1", for instance: what kind= takes. */
const char *guest_boot_kind_name(enum guest_kind kind);
