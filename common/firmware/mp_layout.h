#pragma once
/*
 * What the tables of the time before ACPI look like in memory, for those who
 * read them and for those who make them.
 *
 * "MultiProcessor Specification", version 1.4, chapter "MP Configuration
 * Table". Fields are called as there.
 */
#include "lib/types.h"

#define MP_SPEC_REV_1_4 4

/* "MP Floating Pointer Structure", on a boundary of 16 bytes. */
struct mp_floating_pointer {
	char signature[4]; /* "_MP_" */
	u32 physical_address_pointer;
	u8 length; /* in units of 16 bytes */
	u8 spec_rev;
	u8 checksum;
	u8 default_configuration; /* 0: there is a table */
	u8 feature_2;
	u8 reserved[3];
} __attribute__((packed));

/* "MP Configuration Table Header", then entries. */
struct mp_table_header {
	char signature[4];     /* "PCMP" */
	u16 base_table_length; /* this header included */
	u8 spec_rev;
	u8 checksum;
	char oem_id[8];
	char product_id[12];
	u32 oem_table_pointer;
	u16 oem_table_size;
	u16 entry_count;
	u32 local_apic;
	u16 extended_table_length;
	u8 extended_table_checksum;
	u8 reserved;
} __attribute__((packed));

/* "Base MP Configuration Table Entries": the first byte of each. */
enum mp_entry_type {
	MP_PROCESSOR = 0,
	MP_BUS = 1,
	MP_IO_APIC = 2,
	MP_IO_INTERRUPT = 3,
	MP_LOCAL_INTERRUPT = 4,
};

struct mp_processor {
	u8 entry_type;
	u8 local_apic_id;
	u8 local_apic_version;
	u8 cpu_flags;
	u32 cpu_signature; /* CPUID 1, EAX */
	u32 feature_flags; /* the same, EDX */
	u32 reserved[2];
} __attribute__((packed));

#define MP_CPU_ENABLED BIT(0)
#define MP_CPU_BOOT    BIT(1)

struct mp_bus {
	u8 entry_type;
	u8 bus_id;
	char bus_type[6]; /* filled up with spaces */
} __attribute__((packed));

struct mp_io_apic {
	u8 entry_type;
	u8 io_apic_id;
	u8 io_apic_version;
	u8 flags;
	u32 address;
} __attribute__((packed));

#define MP_IO_APIC_ENABLED BIT(0)

/* Of the I/O APICs' inputs and of the local APICs' alike. */
struct mp_interrupt {
	u8 entry_type;
	u8 interrupt_type;
	u16 flags; /* polarity, trigger mode: as "MPS INTI Flags" of ACPI */
	u8 source_bus_id;
	u8 source_bus_irq;
	u8 destination_id;
	u8 destination_pin;
} __attribute__((packed));

enum mp_interrupt_type {
	MP_INT = 0, /* the vector is the APIC's */
	MP_NMI = 1,
	MP_SMI = 2,
	MP_EXTINT = 3, /* the vector is the 8259's */
};

#define MP_ALL_LOCAL_APICS 0xff

_Static_assert(sizeof(struct mp_floating_pointer) == 16, "as specified");
_Static_assert(sizeof(struct mp_table_header) == 44, "as specified");
_Static_assert(sizeof(struct mp_processor) == 20, "as specified");
_Static_assert(sizeof(struct mp_bus) == 8, "as specified");
_Static_assert(sizeof(struct mp_io_apic) == 8, "as specified");
_Static_assert(sizeof(struct mp_interrupt) == 8, "as specified");
