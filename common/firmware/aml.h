#pragma once
/*
 * The one thing that the tour reads from ACPI's byte code (AML): the package
 * \_S5, which says what to write to the PM1 control registers for soft off.
 *
 * "ACPI Specification", "ACPI Machine Language (AML) Specification" for the
 * encoding and "\_Sx (System States)" for the meaning. To run AML takes an
 * interpreter; to find a constant definition by its bytes does not.
 */
#include "lib/types.h"

/*
 * Looks for Name(\_S5, Package{a, b, ...}) in size bytes of AML. True, and
 * the two SLP_TYP values (0 .. 7), if it is there and sound.
 */
bool aml_find_s5(const u8 *aml, u64 size, u8 *sleep_type_a, u8 *sleep_type_b);
