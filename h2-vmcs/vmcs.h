#pragma once
/*
 * The VMCS: the structure that says how a virtual CPU enters, runs and exits.
 *
 * SDM, chapter "Virtual Machine Control Structures". Its layout belongs to the
 * CPU: software names a VMCS by its address to make it current, and then
 * reaches its fields by encoding, with VMREAD and VMWRITE.
 */
#include "lib/error.h"
#include "lib/types.h"
#include "vmcs_fields.h"
#include "vmx_outcome.h"

/*
 * VMCLEAR: writes the VMCS at this address back to memory and sets its launch
 * state to clear. Needed before first use, before another CPU takes it and
 * before its frame is freed.
 */
enum vmx_outcome vmcs_clear(hpa_t vmcs);

/* VMPTRLD: makes it the running CPU's current VMCS. */
enum vmx_outcome vmcs_load(hpa_t vmcs);

/* VMPTRST: the current VMCS's address; all ones where there is none. */
hpa_t vmcs_current(void);

/*
 * VMREAD and VMWRITE of the current VMCS. They fail where there is no current
 * VMCS, the CPU does not have the field, or (VMWRITE) it is read-only.
 */
enum vmx_outcome vmcs_try_read(enum vmcs_field field, u64 *value);
enum vmx_outcome vmcs_try_write(enum vmcs_field field, u64 value);

/* Panics that name the field. */
RARELY _Noreturn void vmcs_read_failed(enum vmcs_field field);
RARELY _Noreturn void vmcs_write_failed(enum vmcs_field field, u64 value);

/*
 * The same for a field that the CPU is known to have: a failure is a mistake
 * in the kernel, and a panic.
 */
static inline u64 vmcs_read(enum vmcs_field field)
{
	u64 value;
	bool fail;

	asm volatile("vmread %2, %0"
		     : "=r"(value), "=@ccbe"(fail)
		     : "r"((u64)field));
	if (__builtin_expect(fail, false)) {
		vmcs_read_failed(field);
	}
	return value;
}

static inline void vmcs_write(enum vmcs_field field, u64 value)
{
	bool fail;

	asm volatile("vmwrite %1, %2"
		     : "=@ccbe"(fail)
		     : "r"(value), "r"((u64)field)
		     : "memory");
	if (__builtin_expect(fail, false)) {
		vmcs_write_failed(field, value);
	}
}

/*
 * Why a VMX instruction failed: for VMfailValid the current VMCS's error
 * number and its meaning. SUCCESS for VM_SUCCEED.
 */
struct error vmcs_error(enum vmx_outcome outcome);

/* Prints every field that this CPU has; control bits by name. */
void vmcs_print(void);

/*
 * The same for the fields whose name in this code, such as GUEST_RIP, has part
 * in it, in capitals or not. Returns how many there are.
 */
unsigned int vmcs_print_matching(const char *part);
