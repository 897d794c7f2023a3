/*
 * SDM: "Loading MSRs": what the VM-entry MSR-load area must not hold. Whether
 * WRMSR would take the value of an entry depends on the MSR and the model, and
 * is not judged.
 */
#include "cpu/msr.h"
#include "doctor/check.h"

#define SMM_MONITOR_CTL 0x9b

/* More entries than any CPU takes: the loop over the guest's area ends. */
#define MOST_ENTRIES 4096

/* SDM: "VM-Exit Controls for MSRs", table "Format of an MSR Entry". */
struct msr_entry {
	u32 index;
	u32 reserved;
	u64 data;
};

static void check_entry(struct check *check, const struct msr_entry *entry)
{
	check_that(check,
		   entry->index != IA32_FS_BASE && entry->index != IA32_GS_BASE,
		   RULE_LOADED_MSR_BASE, VM_ENTRY_MSR_LOAD_ADDRESS);
	check_that(check, entry->index >> 8 != 8, RULE_LOADED_MSR_X2APIC,
		   VM_ENTRY_MSR_LOAD_ADDRESS);
	check_that(check,
		   entry->index != SMM_MONITOR_CTL || check->subject->cpu->smm,
		   RULE_LOADED_MSR_SMM, VM_ENTRY_MSR_LOAD_ADDRESS);
	check_that(check, entry->reserved == 0, RULE_LOADED_MSR_RESERVED,
		   VM_ENTRY_MSR_LOAD_ADDRESS);
}

void msr_loading_check(struct check *check)
{
	const struct doctor_subject *subject = check->subject;
	u64 count = check_field(check, VM_ENTRY_MSR_LOAD_COUNT);
	hpa_t address = check_field(check, VM_ENTRY_MSR_LOAD_ADDRESS);
	struct msr_entry entry;

	for (u64 i = 0; i < min_u64(count, MOST_ENTRIES); i++) {
		if (!subject->read_memory(address + i * sizeof(entry), &entry,
					  sizeof(entry),
					  subject->memory_context)) {
			return;
		}
		check_entry(check, &entry);
	}
}
