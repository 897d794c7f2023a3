#include "vmcs_snapshot.h"
#include "lib/string.h"
#include "vmcs.h"

/*
 * VMREAD of a field that this CPU does not have is a VMfailValid, which leaves
 * its number in the VM-instruction error field: that one is read first.
 */
void vmcs_snapshot_refresh(struct vmcs_snapshot *snapshot)
{
	u64 error = 0;

	(void)vmcs_try_read(VM_INSTRUCTION_ERROR, &error);
	for (enum vmcs_index i = 0; i < VMCS_FIELD_COUNT; i++) {
		u64 value = 0;

		snapshot->present[i] =
			snapshot->present[i] &&
			vmcs_try_read(vmcs_field_at(i), &value) == VM_SUCCEED;
		snapshot->value[i] = value;
	}
	snapshot->value[INDEX_VM_INSTRUCTION_ERROR] = error;
}

void vmcs_snapshot_take(struct vmcs_snapshot *snapshot)
{
	memset(snapshot->present, true, sizeof(snapshot->present));
	vmcs_snapshot_refresh(snapshot);
}

bool vmcs_snapshot_restore(const struct vmcs_snapshot *snapshot,
			   enum vmcs_field *refused)
{
	for (enum vmcs_index i = 0; i < VMCS_FIELD_COUNT; i++) {
		enum vmcs_field field = vmcs_field_at(i);

		if (!snapshot->present[i] ||
		    vmcs_field_type(field) == VMCS_TYPE_EXIT_INFORMATION) {
			continue;
		}
		if (vmcs_try_write(field, snapshot->value[i]) != VM_SUCCEED) {
			*refused = field;
			return false;
		}
	}
	return true;
}
