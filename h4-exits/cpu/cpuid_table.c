#include "cpu/cpuid_table.h"
#include "cpu/cpuid_picture.h"
#include "cpu/registers.h"
#include "lib/string.h"

#define LIMITED_BASIC_MAX 2

static const struct cpuid nothing;

static void add(struct cpuid_table *table, struct cpuid_leaf_entries *leaf,
		u32 subleaf, struct cpuid answer)
{
	if (table->count == CPUID_TABLE_LEAVES) {
		return;
	}
	if (leaf->count == 0) {
		leaf->first = (u8)table->count;
	}
	table->entries[table->count] = (struct cpuid_entry){subleaf, answer};
	table->count++;
	leaf->count++;
}

/* The leaves from first on, each with the subleaves that the guest has. */
static void add_range(struct cpuid_table *table,
		      const struct cpuid_picture *picture, u32 first,
		      struct cpuid_leaf_entries *leaves, u32 count)
{
	for (u32 i = 0; i < count; i++) {
		u32 subleaves = cpuid_picture_subleaves(picture, first + i);

		leaves[i].by_subleaf = subleaves > 1;
		for (u32 s = 0; s < subleaves; s++) {
			struct cpuid answer =
				cpuid_picture_answer(picture, first + i, s);

			if ((answer.eax | answer.ebx | answer.ecx |
			     answer.edx) != 0) {
				add(table, &leaves[i],
				    cpuid_picture_is_rest(first + i, s)
					    ? CPUID_SUBLEAF_ANY
					    : s,
				    answer);
			}
		}
	}
}

static const struct cpuid_leaf_entries *
leaf_entries(const struct cpuid_table *table, u32 leaf)
{
	if (leaf <= table->basic_max) {
		return &table->basic[leaf];
	}
	if (leaf - CPUID_EXTENDED_MAX < CPUID_EXTENDED_LEAVES &&
	    leaf <= table->extended_max) {
		return &table->extended[leaf - CPUID_EXTENDED_MAX];
	}
	if (leaf - CPUID_HYPERVISOR < CPUID_HYPERVISOR_LEAVES) {
		return &table->hypervisor[leaf - CPUID_HYPERVISOR];
	}
	return &table->basic[table->basic_max];
}

const struct cpuid *cpuid_table_find(const struct cpuid_table *table, u32 leaf,
				     u32 subleaf)
{
	const struct cpuid_leaf_entries *at = leaf_entries(table, leaf);
	const struct cpuid_entry *entry = &table->entries[at->first];

	if (!at->by_subleaf) {
		return at->count == 0 ? &nothing : &entry->answer;
	}
	for (u32 i = 0; i < at->count; i++) {
		if (entry[i].subleaf == subleaf ||
		    entry[i].subleaf == CPUID_SUBLEAF_ANY) {
			return &entry[i].answer;
		}
	}
	return &nothing;
}

static void set_direct(struct cpuid_table *table)
{
	for (u32 leaf = 0; leaf < CPUID_BASIC_LEAVES; leaf++) {
		if (leaf > table->basic_max || !table->basic[leaf].by_subleaf) {
			table->direct[leaf] = cpuid_table_find(table, leaf, 0);
		}
	}
}

/* The only answer of a leaf that every CPU has. */
static struct cpuid *answer_of(struct cpuid_table *table,
			       const struct cpuid_leaf_entries *leaf)
{
	return &table->entries[leaf->first].answer;
}

static struct cpuid *vendor(struct cpuid_table *table)
{
	return answer_of(table, &table->basic[CPUID_VENDOR]);
}

static struct cpuid *features(struct cpuid_table *table)
{
	return answer_of(table, &table->basic[CPUID_FEATURES]);
}

static struct cpuid *extended(struct cpuid_table *table)
{
	return answer_of(table,
			 &table->extended[CPUID_EXTENDED - CPUID_EXTENDED_MAX]);
}

void cpuid_table_init(struct cpuid_table *table,
		      const struct cpuid_processor *processor,
		      const struct controls *controls,
		      struct cpuid (*host)(u32 leaf, u32 subleaf), u64 tsc_khz)
{
	struct cpuid_picture picture = {controls, processor, host, tsc_khz};

	memset(table, 0, sizeof(*table));
	table->basic_max =
		(u32)min_u64(host(CPUID_VENDOR, 0).eax, CPUID_BASIC_LEAVES - 1);
	table->extended_max =
		(u32)min_u64(host(CPUID_EXTENDED_MAX, 0).eax,
			     CPUID_EXTENDED_MAX + CPUID_EXTENDED_LEAVES - 1);
	add_range(table, &picture, 0, table->basic, table->basic_max + 1);
	add_range(table, &picture, CPUID_HYPERVISOR, table->hypervisor,
		  CPUID_HYPERVISOR_LEAVES);
	if (table->extended_max >= CPUID_EXTENDED_MAX) {
		add_range(table, &picture, CPUID_EXTENDED_MAX, table->extended,
			  table->extended_max - CPUID_EXTENDED_MAX + 1);
	}
	set_direct(table);
	table->has_nx = (extended(table)->edx & CPUID_EXTENDED_EDX_NX) != 0;
}

void cpuid_table_show_apic(struct cpuid_table *table, bool enabled)
{
	struct cpuid *answer = features(table);

	answer->edx &= ~(u32)CPUID_FEATURES_EDX_APIC;
	if (enabled) {
		answer->edx |= (u32)CPUID_FEATURES_EDX_APIC;
	}
}

void cpuid_table_limit(struct cpuid_table *table, bool limited)
{
	vendor(table)->eax =
		limited ? (u32)min_u64(table->basic_max, LIMITED_BASIC_MAX)
			: table->basic_max;
}

void cpuid_table_hide_nx(struct cpuid_table *table, bool hidden)
{
	struct cpuid *answer = extended(table);

	answer->edx &= ~(u32)CPUID_EXTENDED_EDX_NX;
	if (table->has_nx && !hidden) {
		answer->edx |= (u32)CPUID_EXTENDED_EDX_NX;
	}
}
