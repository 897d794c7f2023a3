#pragma once
/*
 * What ACPI's tables look like in memory, for those who read them and for
 * those who make them.
 *
 * "ACPI Specification", chapter "ACPI Software Programming Model". Fields are
 * called as there. struct acpi_table, their common header, is in acpi.h.
 */
#include "firmware/acpi.h"

#define ADDRESS_SPACE_SYSTEM_IO 1

#define RSDP_REVISION_2 2
#define RSDP_SIZE_1	20 /* of ACPI 1.0: up to rsdt_address */

/* "Root System Description Pointer (RSDP)" */
struct rsdp {
	char signature[8]; /* "RSD PTR " */
	u8 checksum;	   /* of the first 20 bytes */
	char oem_id[6];
	u8 revision;
	u32 rsdt_address;

	/* From revision 2 on. */
	u32 length; /* of the whole structure */
	u64 xsdt_address;
	u8 extended_checksum; /* of the whole structure */
	u8 reserved[3];
} __attribute__((packed));

/* "Generic Address Structure" */
struct generic_address {
	u8 address_space_id;
	u8 register_bit_width;
	u8 register_bit_offset;
	u8 access_size;
	u64 address;
} __attribute__((packed));

/* "Fixed ACPI Description Table (FADT)" */
struct fadt_table {
	struct acpi_table header;
	u32 firmware_ctrl;
	u32 dsdt;
	u8 reserved_44;
	u8 preferred_pm_profile;
	u16 sci_int;
	u32 smi_cmd;
	u8 acpi_enable;
	u8 acpi_disable;
	u8 s4bios_req;
	u8 pstate_cnt;
	u32 pm1a_evt_blk;
	u32 pm1b_evt_blk;
	u32 pm1a_cnt_blk;
	u32 pm1b_cnt_blk;
	u32 pm2_cnt_blk;
	u32 pm_tmr_blk;
	u32 gpe0_blk;
	u32 gpe1_blk;
	u8 pm1_evt_len;
	u8 pm1_cnt_len;
	u8 pm2_cnt_len;
	u8 pm_tmr_len;
	u8 gpe0_blk_len;
	u8 gpe1_blk_len;
	u8 gpe1_base;
	u8 cst_cnt;
	u16 p_lvl2_lat;
	u16 p_lvl3_lat;
	u16 flush_size;
	u16 flush_stride;
	u8 duty_offset;
	u8 duty_width;
	u8 day_alrm;
	u8 mon_alrm;
	u8 century;
	u16 iapc_boot_arch;
	u8 reserved_111;
	u32 flags;
	struct generic_address reset_reg;
	u8 reset_value;
	u16 arm_boot_arch;
	u8 minor_version;
	u64 x_firmware_ctrl;
	u64 x_dsdt;
	struct generic_address x_pm1a_evt_blk;
	struct generic_address x_pm1b_evt_blk;
	struct generic_address x_pm1a_cnt_blk;
	struct generic_address x_pm1b_cnt_blk;
	struct generic_address x_pm2_cnt_blk;
	struct generic_address x_pm_tmr_blk;
	struct generic_address x_gpe0_blk;
	struct generic_address x_gpe1_blk;
} __attribute__((packed));

#define FADT_LENGTH_ACPI_1 116 /* of the shortest table: up to flags */

_Static_assert(offsetof(struct fadt_table, reset_reg) == FADT_LENGTH_ACPI_1,
	       "the table of ACPI 1.0 ends before RESET_REG");
_Static_assert(sizeof(struct fadt_table) == 244, "up to X_GPE1_BLK");

/* In the FADT's flags. */
#define FADT_WBINVD	     BIT(0)
#define FADT_PROC_C1	     BIT(2)
#define FADT_PWR_BUTTON	     BIT(4) /* none among the fixed registers */
#define FADT_SLP_BUTTON	     BIT(5) /* likewise */
#define FADT_FIX_RTC	     BIT(6) /* no wake status there either */
#define FADT_TMR_VAL_EXT     BIT(8) /* the timer has 32 bits, not 24 */
#define FADT_RESET_REG_SUP   BIT(10)
#define FADT_HW_REDUCED_ACPI BIT(20)

/* In the FADT's iapc_boot_arch: "IA-PC Boot Architecture Flags". */
#define IAPC_LEGACY_DEVICES    BIT(0)
#define IAPC_8042	       BIT(1)
#define IAPC_VGA_NOT_PRESENT   BIT(2)
#define IAPC_MSI_NOT_SUPPORTED BIT(3)

/* "Firmware ACPI Control Structure (FACS)": it has no common header. */
struct facs_table {
	char signature[4]; /* "FACS" */
	u32 length;
	u32 hardware_signature;
	u32 firmware_waking_vector;
	u32 global_lock;
	u32 flags;
	u64 x_firmware_waking_vector;
	u8 version;
	u8 reserved[31];
} __attribute__((packed));

_Static_assert(sizeof(struct facs_table) == 64, "as the specification says");

/* "Multiple APIC Description Table (MADT)", then structures. */
struct madt_table {
	struct acpi_table header;
	u32 local_apic;
	u32 flags;
} __attribute__((packed));

#define MADT_PCAT_COMPAT BIT(0) /* of the table's flags */

#define MADT_CPU_ENABLED	BIT(0) /* of a processor's flags */
#define MADT_CPU_ONLINE_CAPABLE BIT(1)

/* "Interrupt Controller Structures": the types. */
enum madt_type {
	PROCESSOR_LOCAL_APIC = 0,
	IO_APIC = 1,
	INTERRUPT_SOURCE_OVERRIDE = 2,
	LOCAL_APIC_NMI = 4,
	LOCAL_APIC_ADDRESS_OVERRIDE = 5,
	PROCESSOR_LOCAL_X2APIC = 9,
};

struct madt_structure {
	u8 type;
	u8 length; /* in bytes, these two included */
} __attribute__((packed));

struct madt_local_apic {
	struct madt_structure head;
	u8 processor_uid;
	u8 apic_id;
	u32 flags;
} __attribute__((packed));

struct madt_io_apic_structure {
	struct madt_structure head;
	u8 id;
	u8 reserved;
	u32 address;
	u32 gsi_base;
} __attribute__((packed));

struct madt_source_override {
	struct madt_structure head;
	u8 bus; /* 0: ISA */
	u8 source;
	u32 gsi;
	u16 flags; /* polarity, trigger mode: as "MPS INTI Flags" */
} __attribute__((packed));

#define MPS_ACTIVE_HIGH 0x1
#define MPS_LEVEL	0xc

struct madt_local_apic_nmi {
	struct madt_structure head;
	u8 processor_uid; /* 0xff: all of them */
	u16 flags;
	u8 lint;
} __attribute__((packed));

struct madt_address_override {
	struct madt_structure head;
	u16 reserved;
	u64 address;
} __attribute__((packed));

struct madt_local_x2apic {
	struct madt_structure head;
	u16 reserved;
	u32 apic_id;
	u32 flags;
	u32 processor_uid;
} __attribute__((packed));
