#pragma once
/*
 * Why EPT ended the guest's run: EPT violations (basic exit reason 48) and EPT
 * misconfigurations (49), decoded and put into words.
 */
#include "ept.h"

/* SDM: the table "Exit Qualification for EPT Violations". */
#define EPT_VIOLATION_READ	     BIT(0)
#define EPT_VIOLATION_WRITE	     BIT(1)
#define EPT_VIOLATION_FETCH	     BIT(2)
#define EPT_VIOLATION_RIGHTS_SHIFT   3
#define EPT_VIOLATION_LINEAR_VALID   BIT(7)
#define EPT_VIOLATION_FINAL_ADDRESS  BIT(8)
#define EPT_VIOLATION_NMI_UNBLOCKING BIT(12)

/* The same, taken apart. */
struct ept_violation {
	/*
	 * What was attempted. With accessed and dirty flags enabled, an access
	 * to the guest's own page tables counts as a write.
	 */
	bool read;
	bool write;
	bool fetch;
	u64 rights; /* the gpa's: EPT_READ ...; 0 where it is not mapped */
	bool linear_valid; /* the guest-linear address field has a meaning */
	/*
	 * Where linear_valid: was it the address that the guest's paging made
	 * of the linear address, or one of the tables it read on the way?
	 */
	bool final_address;
	bool nmi_unblocking; /* due to IRET; see the SDM for its conditions */
};

struct ept_violation ept_violation_decode(u64 qualification);

/*
 * A sentence without its end, such as "data write to 0xb8000, which is not
 * mapped". size: of the buffer, NUL included. Returns the length that the
 * whole text has. 128 bytes are enough.
 */
int ept_violation_describe(const struct ept_violation *violation, gpa_t gpa,
			   char *buffer, size_t size);

/*
 * The same for an EPT misconfiguration at gpa: walks the tables and names the
 * entry, its value and the rule that it breaks.
 */
int ept_violation_describe_misconfiguration(const struct ept *ept, gpa_t gpa,
					    char *buffer, size_t size);
