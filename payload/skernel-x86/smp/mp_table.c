#include "smp/mp_table.h"
#include "firmware/mp_layout.h"
#include "lib/string.h"
#include "memory/physical.h"
#include "smp/crew.h"
#include "smp/under_tour.h"

#define PIT_PIN	     2
#define ENTRY_SIZE   8u
#define POINTER_STEP 16u

/* What has been seen in the table. */
struct seen {
	u32 cpus, strange_cpus, boot_id, io_apic_id;
	bool boot_cpu, io_apic, pit, pic, nmi;
};

static bool sums_to_0(const void *start, u32 size)
{
	const u8 *bytes = start;
	u8 sum = 0;

	for (u32 i = 0; i < size; i++) {
		sum += bytes[i];
	}
	return sum == 0;
}

static const struct mp_floating_pointer *search_in(hpa_t start, hpa_t end)
{
	for (hpa_t at = start; at < end; at += POINTER_STEP) {
		const struct mp_floating_pointer *pointer = phys_to_virt(at);

		if (memcmp(pointer->signature, "_MP_", 4) == 0 &&
		    pointer->length == 1 &&
		    sums_to_0(pointer, sizeof(*pointer))) {
			return pointer;
		}
	}
	return NULL;
}

/* The kernel has no page 0, where the BIOS says where the EBDA is. */
static const struct mp_floating_pointer *search(void)
{
	static const hpa_t places[][2] = {
		{KIB(639), KIB(640)},
		{KIB(638), KIB(639)},
		{0xe0000, MIB(1)},
	};

	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		const struct mp_floating_pointer *pointer =
			search_in(places[i][0], places[i][1]);

		if (pointer != NULL) {
			return pointer;
		}
	}
	return NULL;
}

static void see_processor(struct seen *seen, const struct mp_processor *cpu)
{
	bool runs = false;

	if ((cpu->cpu_flags & MP_CPU_ENABLED) == 0) {
		return;
	}
	for (u32 i = 0; i < smp_count(); i++) {
		runs = runs || cpu_at(i)->apic_id == cpu->local_apic_id;
	}
	seen->cpus++;
	seen->strange_cpus += runs ? 0 : 1;
	if ((cpu->cpu_flags & MP_CPU_BOOT) != 0) {
		seen->boot_cpu = true;
		seen->boot_id = cpu->local_apic_id;
	}
}

static void see_interrupt(struct seen *seen, const struct mp_interrupt *input)
{
	if (input->entry_type == MP_IO_INTERRUPT) {
		seen->pit = seen->pit || (input->interrupt_type == MP_INT &&
					  input->source_bus_irq == 0 &&
					  input->destination_pin == PIT_PIN);
		return;
	}
	seen->pic = seen->pic || (input->interrupt_type == MP_EXTINT &&
				  input->destination_pin == 0);
	seen->nmi = seen->nmi || (input->interrupt_type == MP_NMI &&
				  input->destination_pin == 1);
}

static struct error read_entries(struct seen *seen,
				 const struct mp_table_header *table)
{
	const u8 *at = (const u8 *)(table + 1);
	const u8 *end = (const u8 *)table + table->base_table_length;

	for (u32 i = 0; i < table->entry_count; i++) {
		u32 size = *at == MP_PROCESSOR ? sizeof(struct mp_processor)
					       : ENTRY_SIZE;

		if (at + size > end) {
			return failure("the table is cut off in entry", i);
		}
		if (*at == MP_PROCESSOR) {
			see_processor(seen, (const void *)at);
		} else if (*at == MP_IO_APIC) {
			const struct mp_io_apic *io_apic = (const void *)at;

			seen->io_apic = true;
			seen->io_apic_id = io_apic->io_apic_id;
		} else if (*at >= MP_IO_INTERRUPT) {
			see_interrupt(seen, (const void *)at);
		}
		at += size;
	}
	return SUCCESS;
}

static struct error judge(const struct seen *seen)
{
	if (seen->cpus != smp_count() || seen->strange_cpus != 0) {
		return failure("CPUs in it:", seen->cpus);
	}
	if (!seen->boot_cpu || seen->boot_id != cpu_at(0)->apic_id) {
		return failure("the boot CPU in it has the ID", seen->boot_id);
	}
	if (!seen->io_apic) {
		return failure("I/O APICs in it:", 0);
	}
	for (u32 i = 0; i < smp_count(); i++) {
		if (cpu_at(i)->apic_id == seen->io_apic_id) {
			return failure("a CPU has the I/O APIC's ID",
				       seen->io_apic_id);
		}
	}
	if (!seen->pit) {
		return failure("the PIT is not at input", PIT_PIN);
	}
	/* Bochs' BIOS lists none of these. */
	return (seen->pic && seen->nmi) || !under_tour()
		       ? SUCCESS
		       : failure("without PIC or NMI at the local APICs", 0);
}

struct error mp_table_check(void)
{
	const struct mp_floating_pointer *pointer = search();
	const struct mp_table_header *table;
	struct seen seen = {0};
	struct error error;

	if (pointer == NULL) {
		return failure("there is none below", MIB(1));
	}
	table = phys_to_virt(pointer->physical_address_pointer);
	if (memcmp(table->signature, "PCMP", 4) != 0 ||
	    table->base_table_length < sizeof(*table) ||
	    !sums_to_0(table, table->base_table_length)) {
		return failure("no sound table at",
			       pointer->physical_address_pointer);
	}
	error = read_entries(&seen, table);
	return failed(error) ? error : judge(&seen);
}
