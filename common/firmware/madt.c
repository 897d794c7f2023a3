#include "firmware/madt.h"
#include "firmware/acpi_layout.h"
#include "lib/string.h"

/* The least length of a structure of that type; 0 for a type not read. */
static u8 least_length(u8 type)
{
	switch (type) {
	case PROCESSOR_LOCAL_APIC:
		return sizeof(struct madt_local_apic);
	case IO_APIC:
		return sizeof(struct madt_io_apic_structure);
	case LOCAL_APIC_ADDRESS_OVERRIDE:
		return sizeof(struct madt_address_override);
	case PROCESSOR_LOCAL_X2APIC:
		return sizeof(struct madt_local_x2apic);
	default:
		return 0;
	}
}

/* Some firmware lists a processor as local APIC and as x2APIC. */
static bool listed(const struct madt *madt, u32 apic_id)
{
	for (u32 i = 0; i < madt->cpu_count; i++) {
		if (madt->cpus[i].apic_id == apic_id) {
			return true;
		}
	}
	return false;
}

static void add_cpu(struct madt *madt, u32 apic_id, u32 flags)
{
	if ((flags & (MADT_CPU_ENABLED | MADT_CPU_ONLINE_CAPABLE)) == 0 ||
	    listed(madt, apic_id)) {
		return;
	}
	madt->cpu_total++;
	if (madt->cpu_count < MADT_CPUS) {
		madt->cpus[madt->cpu_count++] = (struct madt_cpu){
			.apic_id = apic_id,
			.enabled = (flags & MADT_CPU_ENABLED) != 0,
		};
	}
}

static struct error add_io_apic(struct madt *madt,
				const struct madt_io_apic_structure *from)
{
	if (madt->io_apic_count == MADT_IO_APICS) {
		return failure("ACPI MADT: more I/O APICs than", MADT_IO_APICS);
	}
	madt->io_apics[madt->io_apic_count++] = (struct madt_io_apic){
		.id = from->id,
		.address = from->address,
		.gsi_base = from->gsi_base,
	};
	return SUCCESS;
}

/* head begins a structure that has at least its type's least length. */
static struct error read_structure(struct madt *madt,
				   const struct madt_structure *head)
{
	switch (head->type) {
	case PROCESSOR_LOCAL_APIC: {
		const struct madt_local_apic *cpu = (const void *)head;

		add_cpu(madt, cpu->apic_id, cpu->flags);
		break;
	}
	case PROCESSOR_LOCAL_X2APIC: {
		const struct madt_local_x2apic *cpu = (const void *)head;

		add_cpu(madt, cpu->apic_id, cpu->flags);
		break;
	}
	case LOCAL_APIC_ADDRESS_OVERRIDE: {
		const struct madt_address_override *at = (const void *)head;

		madt->local_apic = at->address;
		break;
	}
	case IO_APIC:
		return add_io_apic(madt, (const void *)head);
	}
	return SUCCESS;
}

struct error madt_read(struct madt *madt, const struct acpi *acpi)
{
	const struct acpi_table *table;
	const struct madt_table *fixed;
	struct error error = acpi_find(acpi, "APIC", 0, &table);
	u32 at = sizeof(*fixed);

	if (failed(error)) {
		return error;
	}
	if (table->length < sizeof(*fixed)) {
		return failure("ACPI MADT cut off, bytes", table->length);
	}
	fixed = (const void *)table;
	*madt = (struct madt){
		.local_apic = fixed->local_apic,
		.has_8259 = (fixed->flags & MADT_PCAT_COMPAT) != 0,
	};
	while (at < table->length) {
		const struct madt_structure *head =
			(const void *)((const u8 *)table + at);
		u32 room = table->length - at;

		if (room < sizeof(*head) || head->length < sizeof(*head) ||
		    head->length > room ||
		    head->length < least_length(head->type)) {
			return failure("ACPI MADT: wrong length at byte", at);
		}
		error = read_structure(madt, head);
		if (failed(error)) {
			return error;
		}
		at += head->length;
	}
	return SUCCESS;
}
