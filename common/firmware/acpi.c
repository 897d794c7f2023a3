#include "firmware/acpi.h"
#include "firmware/acpi_layout.h"
#include "lib/string.h"
#include "memory/physical.h"

/* What the kernel maps; the first page is left out, to catch NULL. */
#define READABLE_START KIB(4)
#define READABLE_END   GIB(512)

/* Far above any table seen; keeps a damaged length from reading for minutes. */
#define TABLE_MAX MIB(16)

static bool checksum_holds(const void *start, u64 size)
{
	const u8 *bytes = start;
	u8 sum = 0;

	for (u64 i = 0; i < size; i++) {
		sum += bytes[i];
	}
	return sum == 0;
}

/*
 * Is there a table header at the address, and can the whole table be read?
 * Its bytes have not been summed yet.
 */
static struct error header_at(hpa_t address, const struct acpi_table **table)
{
	const struct acpi_table *found;

	if (address < READABLE_START ||
	    address > READABLE_END - sizeof(struct acpi_table)) {
		return failure("ACPI table out of reach, at", address);
	}
	found = phys_to_virt(address);
	if (found->length < sizeof(*found) || found->length > TABLE_MAX ||
	    found->length > READABLE_END - address) {
		return failure("ACPI table with a wrong length, at", address);
	}
	*table = found;
	return SUCCESS;
}

struct error acpi_table_at(hpa_t address, const char *signature,
			   const struct acpi_table **table)
{
	const struct acpi_table *found;
	struct error error = header_at(address, &found);

	if (failed(error)) {
		return error;
	}
	if (memcmp(found->signature, signature, 4) != 0) {
		return failure("ACPI table with another signature, at",
			       address);
	}
	if (!checksum_holds(found, found->length)) {
		return failure("ACPI table with a wrong checksum, at", address);
	}
	*table = found;
	return SUCCESS;
}

/*
 * Copies the part of the RSDP that its revision says is there, zero where it
 * is not. A loader may hand over the first 20 bytes alone of a later
 * revision; the RSDT address is all that can be had then.
 */
static struct error read_rsdp(struct rsdp *rsdp, const void *from, u64 size)
{
	if (size < RSDP_SIZE_1) {
		return failure("ACPI RSDP cut off, bytes", size);
	}
	*rsdp = (struct rsdp){0};
	memcpy(rsdp, from, RSDP_SIZE_1);
	if (memcmp(rsdp->signature, "RSD PTR ", 8) != 0) {
		return failure("ACPI RSDP with another signature, bytes", size);
	}
	if (!checksum_holds(from, RSDP_SIZE_1)) {
		return failure("ACPI RSDP with a wrong checksum, bytes",
			       RSDP_SIZE_1);
	}
	if (rsdp->revision < RSDP_REVISION_2 || size < sizeof(*rsdp)) {
		return SUCCESS;
	}
	memcpy(rsdp, from, sizeof(*rsdp));
	if (rsdp->length < sizeof(*rsdp) || rsdp->length > size) {
		return failure("ACPI RSDP with a wrong length", rsdp->length);
	}
	if (!checksum_holds(from, rsdp->length)) {
		return failure("ACPI RSDP with a wrong checksum, bytes",
			       rsdp->length);
	}
	return SUCCESS;
}

struct error acpi_init(struct acpi *acpi, const void *rsdp, u64 size)
{
	struct rsdp pointer;
	struct error error = read_rsdp(&pointer, rsdp, size);

	if (failed(error)) {
		return error;
	}
	if (pointer.xsdt_address != 0) {
		acpi->entry_size = sizeof(u64);
		error = acpi_table_at(pointer.xsdt_address, "XSDT",
				      &acpi->root);
		if (!failed(error) || pointer.rsdt_address == 0) {
			return error;
		}
	}
	acpi->entry_size = sizeof(u32);
	return acpi_table_at(pointer.rsdt_address, "RSDT", &acpi->root);
}

/* number: below entry_count(). XSDT entries are not aligned to 8 bytes. */
static hpa_t entry(const struct acpi *acpi, u64 number)
{
	hpa_t address = 0;

	memcpy(&address,
	       (const u8 *)(acpi->root + 1) + number * acpi->entry_size,
	       acpi->entry_size);
	return address;
}

static u64 entry_count(const struct acpi *acpi)
{
	return (acpi->root->length - sizeof(*acpi->root)) / acpi->entry_size;
}

struct error acpi_find(const struct acpi *acpi, const char *signature,
		       unsigned int index, const struct acpi_table **table)
{
	struct error error = failure("no such ACPI table, number", index);

	for (u64 i = 0; i < entry_count(acpi); i++) {
		const struct acpi_table *found;
		struct error unreadable = header_at(entry(acpi, i), &found);

		if (failed(unreadable)) {
			/* It may be the one: better to say so than "none". */
			error = unreadable;
			continue;
		}
		if (memcmp(found->signature, signature, 4) != 0) {
			continue;
		}
		if (index == 0) {
			return acpi_table_at(entry(acpi, i), signature, table);
		}
		index--;
	}
	return error;
}
