#include "vmcs_fields.h"

static const struct {
	u16 encoding;
	const char *identifier;
	const char *name;
} fields[VMCS_FIELD_COUNT] = {
#define FIELD_ROW(encoding, NAME, sdm_name) {encoding, #NAME, sdm_name},
	VMCS_FIELDS(FIELD_ROW)
#undef FIELD_ROW
};

enum vmcs_field vmcs_field_at(enum vmcs_index index)
{
	return (enum vmcs_field)fields[index].encoding;
}

enum vmcs_index vmcs_field_index(enum vmcs_field field)
{
	switch (field) {
#define FIELD_CASE(encoding, NAME, sdm_name) \
	case NAME:                           \
		return INDEX_##NAME;
		VMCS_FIELDS(FIELD_CASE)
#undef FIELD_CASE
	}
	return VMCS_FIELD_COUNT;
}

const char *vmcs_field_name(enum vmcs_field field)
{
	enum vmcs_index index = vmcs_field_index(field);

	return index < VMCS_FIELD_COUNT ? fields[index].name : "unknown field";
}

const char *vmcs_field_identifier(enum vmcs_field field)
{
	enum vmcs_index index = vmcs_field_index(field);

	return index < VMCS_FIELD_COUNT ? fields[index].identifier
					: "unknown field";
}
