#include "ept_violation.h"
#include "ept_walk.h"
#include "lib/printk.h"

struct ept_violation ept_violation_decode(u64 qualification)
{
	bool linear_valid = (qualification & EPT_VIOLATION_LINEAR_VALID) != 0;

	return (struct ept_violation){
		.read = (qualification & EPT_VIOLATION_READ) != 0,
		.write = (qualification & EPT_VIOLATION_WRITE) != 0,
		.fetch = (qualification & EPT_VIOLATION_FETCH) != 0,
		.rights = qualification >> EPT_VIOLATION_RIGHTS_SHIFT & EPT_RWX,
		.linear_valid = linear_valid,
		.final_address = linear_valid &&
				 (qualification & EPT_VIOLATION_FINAL_ADDRESS),
		.nmi_unblocking =
			(qualification & EPT_VIOLATION_NMI_UNBLOCKING) != 0,
	};
}

static const char *access_name(const struct ept_violation *violation)
{
	if (violation->fetch) {
		return "instruction fetch from";
	}
	if (violation->read && violation->write) {
		return "data read and write of";
	}
	return violation->write ? "data write to" : "data read from";
}

int ept_violation_describe(const struct ept_violation *violation, gpa_t gpa,
			   char *buffer, size_t size)
{
	const char *during =
		violation->linear_valid && !violation->final_address
			? " during a walk of the guest's page "
			  "tables"
			: "";

	if (violation->rights == 0) {
		return format(buffer, size, "%s %#lx%s, which is not mapped",
			      access_name(violation), gpa, during);
	}
	return format(buffer, size, "%s %#lx%s, which is mapped %c%c%c",
		      access_name(violation), gpa, during,
		      violation->rights & EPT_READ ? 'r' : '-',
		      violation->rights & EPT_WRITE ? 'w' : '-',
		      violation->rights & EPT_EXECUTE ? 'x' : '-');
}

int ept_violation_describe_misconfiguration(const struct ept *ept, gpa_t gpa,
					    char *buffer, size_t size)
{
	struct ept_translation found;

	if (ept_walk(ept, gpa, 0, &found) != EPT_WALK_MISCONFIGURATION) {
		return format(buffer, size,
			      "no entry on the way to %#lx is misconfigured",
			      gpa);
	}
	return format(buffer, size, "the %s %#lx on the way to %#lx %s",
		      ept_walk_level_name(found.level),
		      found.entry[found.level - 1], gpa, found.broken_rule);
}
