#include "vmx_controls.h"

#define CONTROLS_PER_FIELD 32

#define CONTROL_NAME(bit, NAME, sdm_name) [bit] = (sdm_name),

static const char *const pin_names[CONTROLS_PER_FIELD] = {
	PIN_BASED_CONTROL_BITS(CONTROL_NAME)};
static const char *const primary_names[CONTROLS_PER_FIELD] = {
	PRIMARY_CONTROL_BITS(CONTROL_NAME)};
static const char *const secondary_names[CONTROLS_PER_FIELD] = {
	SECONDARY_CONTROL_BITS(CONTROL_NAME)};
static const char *const exit_names[CONTROLS_PER_FIELD] = {
	VM_EXIT_CONTROL_BITS(CONTROL_NAME)};
static const char *const entry_names[CONTROLS_PER_FIELD] = {
	VM_ENTRY_CONTROL_BITS(CONTROL_NAME)};

const char *vmx_control_name(enum vmcs_field field, unsigned int bit)
{
	if (bit >= CONTROLS_PER_FIELD) {
		return NULL;
	}
	switch (field) {
	case PIN_BASED_CONTROLS:
		return pin_names[bit];
	case PRIMARY_CONTROLS:
		return primary_names[bit];
	case SECONDARY_CONTROLS:
		return secondary_names[bit];
	case VM_EXIT_CONTROLS:
		return exit_names[bit];
	case VM_ENTRY_CONTROLS:
		return entry_names[bit];
	default:
		return NULL;
	}
}
