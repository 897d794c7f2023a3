#include "acpi/guest_madt.h"
#include "devices/machine_layout.h"
#include "lib/string.h"

#define ALL_PROCESSORS 0xff
#define NMI_LINT       1

struct builder {
	u8 *table;
	u32 size;
};

/* structure: begins with its type and its length. */
static void append(struct builder *madt, const void *structure, u8 length)
{
	memcpy(madt->table + madt->size, structure, length);
	madt->size += length;
}

static void add_local_apics(struct builder *madt, unsigned int cpus)
{
	const struct madt_local_apic_nmi nmi = {
		.head = {LOCAL_APIC_NMI, sizeof(nmi)},
		.processor_uid = ALL_PROCESSORS,
		.lint = NMI_LINT,
	};

	for (unsigned int i = 0; i < cpus; i++) {
		struct madt_local_apic cpu = {
			.head = {PROCESSOR_LOCAL_APIC, sizeof(cpu)},
			.processor_uid = (u8)i,
			.apic_id = (u8)i,
			.flags = MADT_CPU_ENABLED,
		};

		append(madt, &cpu, sizeof(cpu));
	}
	append(madt, &nmi, sizeof(nmi));
}

/*
 * An override says where an ISA interrupt differs from "the pin of its number,
 * edge-triggered, active high".
 */
static void add_io_apic(struct builder *madt)
{
	const struct madt_io_apic_structure io_apic = {
		.head = {IO_APIC, sizeof(io_apic)},
		.id = MACHINE_IO_APIC_ID,
		.address = MACHINE_IO_APIC_BASE,
	};
	const struct madt_source_override pit = {
		.head = {INTERRUPT_SOURCE_OVERRIDE, sizeof(pit)},
		.source = MACHINE_IRQ_PIT,
		.gsi = MACHINE_IO_APIC_PIN_PIT,
	};
	const struct madt_source_override sci = {
		.head = {INTERRUPT_SOURCE_OVERRIDE, sizeof(sci)},
		.source = MACHINE_IRQ_SCI,
		.gsi = MACHINE_IRQ_SCI,
		.flags = MPS_ACTIVE_HIGH | MPS_LEVEL,
	};

	append(madt, &io_apic, sizeof(io_apic));
	append(madt, &pit, sizeof(pit));
	append(madt, &sci, sizeof(sci));
}

u32 guest_madt_make(const struct guest_acpi_machine *machine,
		    u8 table[GUEST_MADT_SIZE])
{
	struct madt_table fixed = {
		.local_apic =
			machine->has_local_apics ? MACHINE_LOCAL_APIC_BASE : 0,
		.flags = MADT_PCAT_COMPAT,
	};
	struct builder madt = {.table = table, .size = sizeof(fixed)};

	memcpy(table, &fixed, sizeof(fixed));
	if (machine->has_local_apics) {
		add_local_apics(&madt, machine->cpus);
	}
	if (machine->has_io_apic) {
		add_io_apic(&madt);
	}
	return madt.size;
}
