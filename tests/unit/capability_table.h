#pragma once
/*
 * The VMX capability MSRs of eleven CPU models, as their emulator shows them:
 * tests/data/vmx-capabilities.tsv.
 */
#include "vmx_capabilities.h"

#define CAPABILITY_MODELS_MAX 16

struct capability_model {
	char name[32];
	struct vmx_capabilities caps;
};

struct capability_table {
	size_t count;
	struct capability_model models[CAPABILITY_MODELS_MAX];
};

/* Reads the table from the file at path; false if it is not such a table. */
bool capability_table_read(struct capability_table *table, const char *path);
