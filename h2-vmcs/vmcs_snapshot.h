#pragma once
/*
 * A copy of every field of a VMCS, to be looked at, printed or changed in
 * plain memory.
 */
#include "lib/types.h"
#include "vmcs_fields.h"

/*
 * A field that this CPU's VMCS does not have is not present and reads as 0:
 * that is how the CPU behaves, as the control that would use it must be 0.
 */
struct vmcs_snapshot {
	u64 value[VMCS_FIELD_COUNT];
	bool present[VMCS_FIELD_COUNT];
};

/*
 * Fills the snapshot from the current VMCS; there must be one. Afterwards its
 * VM-instruction error field is that of a failed VMREAD, but the snapshot has
 * what was there before.
 */
void vmcs_snapshot_take(struct vmcs_snapshot *snapshot);

/* The same, but tries only the fields that are present in it so far. */
void vmcs_snapshot_refresh(struct vmcs_snapshot *snapshot);

/*
 * Writes the control, guest-state and host-state fields that are present to
 * the current VMCS. False, and *refused names the field, where a VMWRITE
 * fails; the fields before it have been written.
 */
bool vmcs_snapshot_restore(const struct vmcs_snapshot *snapshot,
			   enum vmcs_field *refused);

static inline u64 vmcs_snapshot_get(const struct vmcs_snapshot *snapshot,
				    enum vmcs_field field)
{
	enum vmcs_index index = vmcs_field_index(field);

	return index < VMCS_FIELD_COUNT ? snapshot->value[index] : 0;
}

/* Keeps as many low bits of value as the field has; the field is present. */
static inline void vmcs_snapshot_set(struct vmcs_snapshot *snapshot,
				     enum vmcs_field field, u64 value)
{
	enum vmcs_index index = vmcs_field_index(field);

	if (index < VMCS_FIELD_COUNT) {
		snapshot->value[index] =
			value & (~0ull >> (64 - vmcs_field_bits(field)));
		snapshot->present[index] = true;
	}
}
