#include "acpi/guest_acpi.h"
#include "acpi/dsdt.h"
#include "acpi/guest_madt.h"
#include "devices/cmos_registers.h"
#include "devices/machine_layout.h"
#include "lib/string.h"

#define OEM_ID	     "TOUR  "
#define OEM_TABLE_ID "VTXTOUR "
#define CREATOR_ID   0x52554f54u /* "TOUR" */

#define RSDP_ADDRESS   GUEST_ACPI_START
#define TABLES_ADDRESS (GUEST_ACPI_START + 64)
#define TABLE_ALIGN    16

/* By the editions of the specification that defined these lengths. */
#define FADT_REVISION 4
#define FACS_VERSION  1
#define MADT_REVISION 3
#define ROOT_REVISION 1

/* "Generic Address Structure": how wide a register is read and written. */
#define ACCESS_BYTE  1
#define ACCESS_WORD  2
#define ACCESS_DWORD 3

/* Tables are written one after the other; an error stops all that follows. */
struct builder {
	struct guest_memory *memory;
	gpa_t at;
	struct error error;
};

/* What makes the sum of all bytes 0, where the checksum is 0 as yet. */
static u8 checksum(const void *start, u64 size)
{
	const u8 *bytes = start;
	u8 sum = 0;

	for (u64 i = 0; i < size; i++) {
		sum += bytes[i];
	}
	return (u8)-sum;
}

static void write(struct builder *builder, gpa_t at, const void *bytes,
		  u64 size)
{
	if (!failed(builder->error) &&
	    !guest_memory_write(builder->memory, at, bytes, size)) {
		builder->error = failure("no memory for guest RAM at", at);
	}
}

/* Puts what is a whole table behind the last one, and gives its address. */
static gpa_t put(struct builder *builder, const void *table, u64 size)
{
	gpa_t at = builder->at;

	if (size > GUEST_ACPI_END - at) {
		builder->error = failure("ACPI tables too long; there is room "
					 "for them up to",
					 GUEST_ACPI_END);
		return at;
	}
	write(builder, at, table, size);
	builder->at = ALIGN_UP(at + size, TABLE_ALIGN);
	return at;
}

/* Completes the header of a table of size bytes, then as put(). */
static gpa_t seal(struct builder *builder, struct acpi_table *table, u32 size,
		  const char *signature, u8 revision)
{
	*table = (struct acpi_table){
		.length = size,
		.revision = revision,
		.oem_revision = 1,
		.creator_id = CREATOR_ID,
		.creator_revision = 1,
	};
	memcpy(table->signature, signature, sizeof(table->signature));
	memcpy(table->oem_id, OEM_ID, sizeof(table->oem_id));
	memcpy(table->oem_table_id, OEM_TABLE_ID, sizeof(table->oem_table_id));
	table->checksum = checksum(table, size);
	return put(builder, table, size);
}

static struct generic_address port(u16 address, u8 bytes, u8 access_size)
{
	return (struct generic_address){
		.address_space_id = ADDRESS_SPACE_SYSTEM_IO,
		.register_bit_width = bytes * 8,
		.access_size = access_size,
		.address = address,
	};
}

static gpa_t put_facs(struct builder *builder)
{
	struct facs_table facs = {.length = sizeof(facs),
				  .version = FACS_VERSION};

	memcpy(facs.signature, "FACS", sizeof(facs.signature));
	write(builder, GUEST_ACPI_NVS_START, &facs, sizeof(facs));
	return GUEST_ACPI_NVS_START;
}

/*
 * SMI_CMD is 0: the machine is in ACPI mode always. Registers are given twice,
 * for readers of ACPI 1.0 and for later ones.
 */
static gpa_t put_fadt(struct builder *builder, gpa_t dsdt, gpa_t facs)
{
	struct fadt_table fadt = {
		.firmware_ctrl = (u32)facs,
		.dsdt = (u32)dsdt,
		.sci_int = MACHINE_IRQ_SCI,
		.pm1a_evt_blk = MACHINE_PORT_PM1A_EVT,
		.pm1a_cnt_blk = MACHINE_PORT_PM1A_CNT,
		.pm_tmr_blk = MACHINE_PORT_PM_TMR,
		.pm1_evt_len = MACHINE_PM1_EVT_LEN,
		.pm1_cnt_len = MACHINE_PM1_CNT_LEN,
		.pm_tmr_len = MACHINE_PM_TMR_LEN,
		.p_lvl2_lat = 0xffff, /* no C2, no C3 */
		.p_lvl3_lat = 0xffff,
		.century = CMOS_CENTURY,
		.iapc_boot_arch = IAPC_LEGACY_DEVICES | IAPC_VGA_NOT_PRESENT |
				  IAPC_MSI_NOT_SUPPORTED,
		.flags = FADT_WBINVD | FADT_PROC_C1 | FADT_PWR_BUTTON |
			 FADT_SLP_BUTTON | FADT_FIX_RTC | FADT_RESET_REG_SUP,
		.reset_reg = port(MACHINE_PORT_RESET, 1, ACCESS_BYTE),
		.reset_value = MACHINE_RESET_VALUE,
		.x_firmware_ctrl = facs,
		.x_dsdt = dsdt,
		.x_pm1a_evt_blk = port(MACHINE_PORT_PM1A_EVT,
				       MACHINE_PM1_EVT_LEN, ACCESS_WORD),
		.x_pm1a_cnt_blk = port(MACHINE_PORT_PM1A_CNT,
				       MACHINE_PM1_CNT_LEN, ACCESS_WORD),
		.x_pm_tmr_blk = port(MACHINE_PORT_PM_TMR, MACHINE_PM_TMR_LEN,
				     ACCESS_DWORD),
	};

	return seal(builder, &fadt.header, sizeof(fadt), "FACP", FADT_REVISION);
}

static gpa_t put_madt(struct builder *builder,
		      const struct guest_acpi_machine *machine)
{
	_Alignas(struct madt_table) u8 table[GUEST_MADT_SIZE];
	u32 size = guest_madt_make(machine, table);

	return seal(builder, (struct acpi_table *)table, size, "APIC",
		    MADT_REVISION);
}

/* What RSDT and XSDT name. */
struct directory {
	gpa_t tables[2 + GUEST_ACPI_EXTRA_MAX];
	unsigned int count;
};

static void name(struct directory *directory, gpa_t table)
{
	directory->tables[directory->count++] = table;
}

static gpa_t put_rsdt(struct builder *builder,
		      const struct directory *directory)
{
	struct {
		struct acpi_table header;
		u32 entries[ARRAY_SIZE(directory->tables)];
	} __attribute__((packed)) rsdt = {.entries = {0}};

	for (unsigned int i = 0; i < directory->count; i++) {
		rsdt.entries[i] = (u32)directory->tables[i];
	}
	return seal(builder, &rsdt.header,
		    sizeof(rsdt.header) + directory->count * sizeof(u32),
		    "RSDT", ROOT_REVISION);
}

static gpa_t put_xsdt(struct builder *builder,
		      const struct directory *directory)
{
	struct {
		struct acpi_table header;
		u64 entries[ARRAY_SIZE(directory->tables)];
	} __attribute__((packed)) xsdt = {.entries = {0}};

	for (unsigned int i = 0; i < directory->count; i++) {
		xsdt.entries[i] = directory->tables[i];
	}
	return seal(builder, &xsdt.header,
		    sizeof(xsdt.header) + directory->count * sizeof(u64),
		    "XSDT", ROOT_REVISION);
}

static void put_rsdp(struct builder *builder, gpa_t rsdt, gpa_t xsdt,
		     struct rsdp *rsdp)
{
	*rsdp = (struct rsdp){
		.revision = RSDP_REVISION_2,
		.rsdt_address = (u32)rsdt,
		.length = sizeof(*rsdp),
		.xsdt_address = xsdt,
	};
	memcpy(rsdp->signature, "RSD PTR ", sizeof(rsdp->signature));
	memcpy(rsdp->oem_id, OEM_ID, sizeof(rsdp->oem_id));
	rsdp->checksum = checksum(rsdp, RSDP_SIZE_1);
	rsdp->extended_checksum = checksum(rsdp, sizeof(*rsdp));
	write(builder, RSDP_ADDRESS, rsdp, sizeof(*rsdp));
}

/* FADT and MADT come first, then the others. */
static void put_named(struct builder *builder,
		      const struct guest_acpi_machine *machine,
		      struct directory *directory)
{
	gpa_t dsdt = put(builder, dsdt_aml, dsdt_aml_size);

	name(directory, put_fadt(builder, dsdt, put_facs(builder)));
	name(directory, put_madt(builder, machine));
	for (unsigned int i = 0; i < machine->extra_count; i++) {
		name(directory, put(builder, machine->extra[i].bytes,
				    machine->extra[i].size));
	}
}

struct error guest_acpi_build(struct guest_memory *memory,
			      const struct guest_acpi_machine *machine,
			      struct rsdp *rsdp)
{
	struct builder builder = {.memory = memory, .at = TABLES_ADDRESS};
	struct directory directory = {.count = 0};
	gpa_t rsdt, xsdt;

	if (machine->cpus > GUEST_ACPI_CPUS_MAX) {
		return failure("more processors than ACPI's table holds",
			       machine->cpus);
	}
	if (machine->extra_count > GUEST_ACPI_EXTRA_MAX) {
		return failure("more ACPI tables than their list holds",
			       machine->extra_count);
	}
	put_named(&builder, machine, &directory);
	rsdt = put_rsdt(&builder, &directory);
	xsdt = put_xsdt(&builder, &directory);
	put_rsdp(&builder, rsdt, xsdt, rsdp);
	return builder.error;
}
