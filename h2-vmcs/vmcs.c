#include "vmcs.h"
#include "cpu/panic.h"
#include "lib/printk.h"
#include "lib/string.h"
#include "vmx_controls.h"
#include "vmx_instruction_error.h"

enum vmx_outcome vmcs_clear(hpa_t vmcs)
{
	int carry;
	int zero;

	asm volatile("vmclear %2"
		     : "=@ccc"(carry), "=@ccz"(zero)
		     : "m"(vmcs)
		     : "memory");
	return vmx_outcome_from_flags(carry, zero);
}

enum vmx_outcome vmcs_load(hpa_t vmcs)
{
	int carry;
	int zero;

	asm volatile("vmptrld %2"
		     : "=@ccc"(carry), "=@ccz"(zero)
		     : "m"(vmcs)
		     : "memory");
	return vmx_outcome_from_flags(carry, zero);
}

hpa_t vmcs_current(void)
{
	hpa_t vmcs;

	asm volatile("vmptrst %0" : "=m"(vmcs) : : "cc");
	return vmcs;
}

enum vmx_outcome vmcs_try_read(enum vmcs_field field, u64 *value)
{
	u64 read = 0;
	int carry;
	int zero;

	asm volatile("vmread %3, %0"
		     : "=r"(read), "=@ccc"(carry), "=@ccz"(zero)
		     : "r"((u64)field));
	*value = read;
	return vmx_outcome_from_flags(carry, zero);
}

enum vmx_outcome vmcs_try_write(enum vmcs_field field, u64 value)
{
	int carry;
	int zero;

	asm volatile("vmwrite %2, %3"
		     : "=@ccc"(carry), "=@ccz"(zero)
		     : "r"(value), "r"((u64)field)
		     : "memory");
	return vmx_outcome_from_flags(carry, zero);
}

void vmcs_read_failed(enum vmcs_field field)
{
	panic("VMREAD of %s failed", vmcs_field_name(field));
}

void vmcs_write_failed(enum vmcs_field field, u64 value)
{
	panic("VMWRITE of %#lx to %s failed", value, vmcs_field_name(field));
}

struct error vmcs_error(enum vmx_outcome outcome)
{
	u64 number;

	switch (outcome) {
	case VM_FAIL_INVALID:
		return failure("VMfailInvalid, there is no current VMCS; CF is",
			       1);
	case VM_FAIL_VALID:
		number = vmcs_read(VM_INSTRUCTION_ERROR);
		return failure(vmx_instruction_error_name(number), number);
	case VM_SUCCEED:
		break;
	}
	return SUCCESS;
}

static void print_control_bits(enum vmcs_field field, u64 value)
{
	for (unsigned int bit = 0; bit < 32; bit++) {
		const char *name = vmx_control_name(field, bit);

		if (name != NULL && (value & BIT(bit)) != 0) {
			printk("      %2u %s\n", bit, name);
		}
	}
}

/* Does the identifier hold the part, in large letters or small ones? */
static bool has_part(const char *identifier, const char *part)
{
	for (; *identifier != '\0'; identifier++) {
		size_t i = 0;

		while (part[i] != '\0' &&
		       ascii_lower(part[i]) == ascii_lower(identifier[i])) {
			i++;
		}
		if (part[i] == '\0') {
			return true;
		}
	}
	return false;
}

unsigned int vmcs_print_matching(const char *part)
{
	unsigned int printed = 0;

	for (int i = 0; i < VMCS_FIELD_COUNT; i++) {
		enum vmcs_field field = vmcs_field_at((enum vmcs_index)i);
		const char *identifier = vmcs_field_identifier(field);
		u64 value;

		if (has_part(identifier, part) &&
		    vmcs_try_read(field, &value) == VM_SUCCEED) {
			printk("  %04x %-36s %016lx\n", field, identifier,
			       value);
			print_control_bits(field, value);
			printed++;
		}
	}
	return printed;
}

void vmcs_print(void)
{
	printk("VMCS:\n");
	(void)vmcs_print_matching("");
}
