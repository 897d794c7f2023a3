#include "capability_table.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_LENGTH 1024
#define FIRST_MSR	0x480
#define LAST_MSR	0x491
#define BASIC_TRUE_MSRS BIT(55)

/* One column of the file: IA32_VMX_BASIC and the MSRs after it. */
struct column {
	u64 msr[LAST_MSR - FIRST_MSR + 1];
};

static u64 msr(const struct column *column, u32 number)
{
	return column->msr[number - FIRST_MSR];
}

static struct vmx_capabilities capabilities(const struct column *c)
{
	u32 true_msrs = msr(c, 0x480) & BASIC_TRUE_MSRS ? 0x48d - 0x481 : 0;

	return (struct vmx_capabilities){
		.basic = msr(c, 0x480),
		.pin = msr(c, 0x481 + true_msrs),
		.primary = msr(c, 0x482 + true_msrs),
		.exit = msr(c, 0x483 + true_msrs),
		.entry = msr(c, 0x484 + true_msrs),
		.misc = msr(c, 0x485),
		.cr0_fixed0 = msr(c, 0x486),
		.cr0_fixed1 = msr(c, 0x487),
		.cr4_fixed0 = msr(c, 0x488),
		.cr4_fixed1 = msr(c, 0x489),
		.vmcs_enum = msr(c, 0x48a),
		.secondary = msr(c, 0x48b),
		.ept_vpid = msr(c, 0x48c),
		.vmfunc = msr(c, 0x491),
	};
}

static void read_names(struct capability_table *table, char *line)
{
	(void)strtok(line, "\t\n");
	for (char *name = strtok(NULL, "\t\n");
	     name && table->count < CAPABILITY_MODELS_MAX;
	     name = strtok(NULL, "\t\n")) {
		snprintf(table->models[table->count].name,
			 sizeof(table->models[0].name), "%s", name);
		table->count++;
	}
}

/* A line "msr 0x...", then a hexadecimal number or "-" for each model. */
static bool read_values(struct column *columns, size_t count, char *line)
{
	char *cell = strtok(line, "\t\n");
	unsigned long number;

	if (!cell || strncmp(cell, "msr ", 4) != 0) {
		return true;
	}
	number = strtoul(cell + 4, NULL, 16);
	for (size_t i = 0; i < count; i++) {
		cell = strtok(NULL, "\t\n");
		if (!cell) {
			return false;
		}
		if (number >= FIRST_MSR && number <= LAST_MSR) {
			columns[i].msr[number - FIRST_MSR] =
				strtoull(cell, NULL, 16);
		}
	}
	return true;
}

bool capability_table_read(struct capability_table *table, const char *path)
{
	struct column columns[CAPABILITY_MODELS_MAX] = {0};
	char line[LINE_MAX_LENGTH];
	FILE *file = fopen(path, "r");
	bool good = file != NULL;

	memset(table, 0, sizeof(*table));
	if (good && fgets(line, sizeof(line), file)) {
		read_names(table, line);
	}
	while (good && fgets(line, sizeof(line), file)) {
		good = read_values(columns, table->count, line);
	}
	if (file) {
		fclose(file);
	}
	for (size_t i = 0; i < table->count; i++) {
		table->models[i].caps = capabilities(&columns[i]);
	}
	return good && table->count > 0;
}
