#include "acpi/guest_mp_table.h"
#include "devices/machine_layout.h"
#include "firmware/acpi_layout.h"
#include "firmware/mp_layout.h"
#include "lib/string.h"

#define OEM_ID	   "TOUR    "
#define PRODUCT_ID "VTXTOUR     "

#define BUS_ISA	      0
#define ISA_IRQS      16u
#define ISA_CASCADE   2u /* the second 8259 takes this input of the first */
#define BOOT_CPU      0
#define LINT0	      0
#define LINT1	      1
#define LOCAL_SOURCES 2u

#define ENTRIES_SIZE                                             \
	(GUEST_MP_TABLE_CPUS_MAX * sizeof(struct mp_processor) + \
	 sizeof(struct mp_bus) + sizeof(struct mp_io_apic) +     \
	 (ISA_IRQS - 1 + LOCAL_SOURCES) * sizeof(struct mp_interrupt))

struct table {
	struct mp_floating_pointer pointer;
	struct mp_table_header header;
	u8 entries[ENTRIES_SIZE];
} __attribute__((packed));

_Static_assert(sizeof(struct table) <=
		       GUEST_MP_TABLE_END - GUEST_MP_TABLE_START,
	       "the table for the most CPUs finds room");

struct builder {
	struct table table;
	u16 size; /* of the entries */
	u16 count;
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

static void append(struct builder *builder, const void *entry, u16 size)
{
	memcpy(builder->table.entries + builder->size, entry, size);
	builder->size += size;
	builder->count++;
}

static void add_processors(struct builder *builder,
			   const struct guest_mp_machine *machine)
{
	for (unsigned int i = 0; i < machine->cpus; i++) {
		struct mp_processor cpu = {
			.entry_type = MP_PROCESSOR,
			.local_apic_id = (u8)i,
			.local_apic_version = MACHINE_LOCAL_APIC_VERSION,
			.cpu_flags = MP_CPU_ENABLED,
			.cpu_signature = machine->signature,
			.feature_flags = machine->features,
		};

		if (i == BOOT_CPU) {
			cpu.cpu_flags |= MP_CPU_BOOT;
		}
		append(builder, &cpu, sizeof(cpu));
	}
}

static void add_io_apic(struct builder *builder)
{
	const struct mp_bus isa = {
		.entry_type = MP_BUS,
		.bus_id = BUS_ISA,
		.bus_type = {'I', 'S', 'A', ' ', ' ', ' '},
	};
	const struct mp_io_apic io_apic = {
		.entry_type = MP_IO_APIC,
		.io_apic_id = MACHINE_IO_APIC_ID,
		.io_apic_version = MACHINE_IO_APIC_VERSION,
		.flags = MP_IO_APIC_ENABLED,
		.address = MACHINE_IO_APIC_BASE,
	};

	append(builder, &isa, sizeof(isa));
	append(builder, &io_apic, sizeof(io_apic));
}

/* Flags of 0: as it is usual on the bus, edge-triggered, active high. */
static void add_io_interrupts(struct builder *builder)
{
	for (u8 irq = 0; irq < ISA_IRQS; irq++) {
		struct mp_interrupt interrupt = {
			.entry_type = MP_IO_INTERRUPT,
			.interrupt_type = MP_INT,
			.source_bus_id = BUS_ISA,
			.source_bus_irq = irq,
			.destination_id = MACHINE_IO_APIC_ID,
			.destination_pin = irq,
		};

		if (irq == ISA_CASCADE) {
			continue;
		}
		if (irq == MACHINE_IRQ_PIT) {
			interrupt.destination_pin = MACHINE_IO_APIC_PIN_PIT;
		}
		if (irq == MACHINE_IRQ_SCI) {
			interrupt.flags = MPS_ACTIVE_HIGH | MPS_LEVEL;
		}
		append(builder, &interrupt, sizeof(interrupt));
	}
}

static void add_local_interrupts(struct builder *builder)
{
	const struct mp_interrupt pic = {
		.entry_type = MP_LOCAL_INTERRUPT,
		.interrupt_type = MP_EXTINT,
		.source_bus_id = BUS_ISA,
		.destination_id = BOOT_CPU,
		.destination_pin = LINT0,
	};
	const struct mp_interrupt nmi = {
		.entry_type = MP_LOCAL_INTERRUPT,
		.interrupt_type = MP_NMI,
		.source_bus_id = BUS_ISA,
		.destination_id = MP_ALL_LOCAL_APICS,
		.destination_pin = LINT1,
	};

	append(builder, &pic, sizeof(pic));
	append(builder, &nmi, sizeof(nmi));
}

/* feature_2 of 0: interrupts come through the APICs' "virtual wire". */
static void add_headers(struct builder *builder)
{
	struct table *table = &builder->table;
	u16 size = sizeof(table->header) + builder->size;

	table->pointer = (struct mp_floating_pointer){
		.signature = {'_', 'M', 'P', '_'},
		.physical_address_pointer =
			GUEST_MP_TABLE_START + sizeof(table->pointer),
		.length = sizeof(table->pointer) / 16,
		.spec_rev = MP_SPEC_REV_1_4,
	};
	table->pointer.checksum =
		checksum(&table->pointer, sizeof(table->pointer));
	table->header = (struct mp_table_header){
		.signature = {'P', 'C', 'M', 'P'},
		.base_table_length = size,
		.spec_rev = MP_SPEC_REV_1_4,
		.entry_count = builder->count,
		.local_apic = MACHINE_LOCAL_APIC_BASE,
	};
	memcpy(table->header.oem_id, OEM_ID, sizeof(table->header.oem_id));
	memcpy(table->header.product_id, PRODUCT_ID,
	       sizeof(table->header.product_id));
	table->header.checksum = checksum(&table->header, size);
}

struct error guest_mp_table_write(struct guest_memory *memory,
				  const struct guest_mp_machine *machine)
{
	struct builder builder = {0};

	if (machine->cpus > GUEST_MP_TABLE_CPUS_MAX) {
		return failure("more processors than the MP table holds",
			       machine->cpus);
	}
	add_processors(&builder, machine);
	add_io_apic(&builder);
	add_io_interrupts(&builder);
	add_local_interrupts(&builder);
	add_headers(&builder);
	if (!guest_memory_write(memory, GUEST_MP_TABLE_START, &builder.table,
				sizeof(builder.table) - ENTRIES_SIZE +
					builder.size)) {
		return failure("no memory for guest RAM at",
			       GUEST_MP_TABLE_START);
	}
	return SUCCESS;
}
