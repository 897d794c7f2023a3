#include "acpi_machine.h"

#include <sanitizer/asan_interface.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "memory/physical.h"
#define phys_to_virt(address) ((void *)machine_memory(address))
#include "firmware/acpi.c"
#undef phys_to_virt

#define MEMORY_SIZE GIB(512)
#define RED_ZONE    8192
#define TABLE_SPACE MIB(17)

#define HEADER_SIZE	sizeof(struct acpi_table)
#define LENGTH_OFFSET	offsetof(struct acpi_table, length)
#define CHECKSUM_OFFSET offsetof(struct acpi_table, checksum)

static const hpa_t addresses[MACHINE_TABLES] = {
	[MACHINE_XSDT] = GIB(300),
	[MACHINE_RSDT] = 0x7ff00014, /* aligned to nothing but 4 */
	[MACHINE_FADT] = 0x60000000,
	[MACHINE_MADT] = 0x70000000,
	[MACHINE_SSDT] = 0x40000000,
	[MACHINE_DSDT] = 0x50000000,
};

static const char *const signatures[MACHINE_TABLES] = {
	[MACHINE_XSDT] = "XSDT", [MACHINE_RSDT] = "RSDT",
	[MACHINE_FADT] = "FACP", [MACHINE_MADT] = "APIC",
	[MACHINE_SSDT] = "SSDT", [MACHINE_DSDT] = "DSDT",
};

u8 machine_rsdp[MACHINE_RSDP_SIZE];
static u32 sizes[MACHINE_TABLES];
static bool fences = true;

static u8 *memory(void)
{
	static u8 *start;

	if (start == NULL) {
		start = mmap(
			NULL, MEMORY_SIZE + RED_ZONE, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
		if (start == MAP_FAILED ||
		    mprotect(start + MEMORY_SIZE, RED_ZONE, PROT_NONE) != 0) {
			perror("acpi_machine: memory");
			exit(1);
		}
	}
	return start;
}

u8 *machine_memory(hpa_t address)
{
	if (address > MEMORY_SIZE) {
		fprintf(stderr, "no memory at %#lx\n", address);
		abort();
	}
	return memory() + address;
}

hpa_t machine_address(enum machine_table table)
{
	return addresses[table];
}

u8 *machine_bytes(enum machine_table table)
{
	return machine_memory(addresses[table]);
}

u32 machine_size(enum machine_table table)
{
	return sizes[table];
}

static void remove_fence(enum machine_table table)
{
	ASAN_UNPOISON_MEMORY_REGION(machine_bytes(table) - RED_ZONE,
				    sizes[table] + 2 * RED_ZONE);
}

static void put_fence(enum machine_table table)
{
	u8 *start = machine_bytes(table);

	if (fences) {
		ASAN_POISON_MEMORY_REGION(start - RED_ZONE, RED_ZONE);
		ASAN_POISON_MEMORY_REGION(start + sizes[table], RED_ZONE);
	}
}

void machine_fence(bool fenced)
{
	fences = fenced;
	for (int i = 0; i < MACHINE_TABLES; i++) {
		remove_fence(i);
		put_fence(i);
	}
}

static void put(u8 *to, u64 value, unsigned int bytes)
{
	for (unsigned int i = 0; i < bytes; i++) {
		to[i] = (u8)(value >> (8 * i));
	}
}

void machine_put16(enum machine_table table, u32 offset, u16 value)
{
	put(machine_bytes(table) + offset, value, 2);
}

void machine_put32(enum machine_table table, u32 offset, u32 value)
{
	put(machine_bytes(table) + offset, value, 4);
}

void machine_put64(enum machine_table table, u32 offset, u64 value)
{
	put(machine_bytes(table) + offset, value, 8);
}

void machine_resize(enum machine_table table, u32 size)
{
	remove_fence(table);
	if (size < sizes[table]) {
		memset(machine_bytes(table) + size, 0, sizes[table] - size);
	}
	sizes[table] = size;
	put_fence(table);
	if (size >= HEADER_SIZE) {
		machine_put32(table, LENGTH_OFFSET, size);
	}
}

void machine_append(enum machine_table table, const void *bytes, u32 size)
{
	u32 old = sizes[table];

	machine_resize(table, old + size);
	memcpy(machine_bytes(table) + old, bytes, size);
}

static u8 sum(const u8 *bytes, u64 size)
{
	u8 total = 0;

	for (u64 i = 0; i < size; i++) {
		total += bytes[i];
	}
	return total;
}

void machine_seal(enum machine_table table)
{
	u8 *bytes = machine_bytes(table);
	u32 length;

	memcpy(&length, bytes + LENGTH_OFFSET, sizeof(length));
	bytes[CHECKSUM_OFFSET] -= sum(bytes, min_u64(length, sizes[table]));
}

void machine_seal_rsdp(void)
{
	machine_rsdp[offsetof(struct rsdp, checksum)] -=
		sum(machine_rsdp, RSDP_SIZE_1);
	machine_rsdp[offsetof(struct rsdp, extended_checksum)] -=
		sum(machine_rsdp, MACHINE_RSDP_SIZE);
}

static void build_rsdp(void)
{
	struct rsdp rsdp = {
		.revision = 2,
		.rsdt_address = (u32)addresses[MACHINE_RSDT],
		.length = MACHINE_RSDP_SIZE,
		.xsdt_address = addresses[MACHINE_XSDT],
	};

	memcpy(rsdp.signature, "RSD PTR ", 8);
	memcpy(rsdp.oem_id, "TESTER", 6);
	memcpy(machine_rsdp, &rsdp, sizeof(rsdp));
	machine_seal_rsdp();
}

/* Local APICs 0 and 1, an I/O APIC, an interrupt override, an x2APIC. */
static void build_madt(void)
{
	static const u8 structures[] = {
		0,  0,	0xe0, 0xfe, 1, 0, 0,	0, /* fixed part */
		0,  8,	0,    0,    1, 0, 0,	0, /* local APIC */
		0,  8,	1,    1,    1, 0, 0,	0, /* local APIC */
		1,  12, 2,    0,    0, 0, 0xc0, 0xfe, 0, 0, 0,	0, 2,
		10, 0,	0,    2,    0, 0, 0,	0,    0, 9, 16, 0, 0,
		0,  1,	0,    0,    1, 0, 0,	0,    2, 0, 0,	0,
	};

	machine_append(MACHINE_MADT, structures, sizeof(structures));
}

/* As ACPI 2.0 has it: 244 bytes. Offsets are those of the specification. */
static void build_fadt(void)
{
	machine_resize(MACHINE_FADT, 244);
	machine_put32(MACHINE_FADT, 40, (u32)addresses[MACHINE_DSDT]);
	machine_put32(MACHINE_FADT, 48, 0xb2);
	machine_bytes(MACHINE_FADT)[52] = 0xf1;
	machine_put32(MACHINE_FADT, 64, 0x604);
	machine_put32(MACHINE_FADT, 76, 0x608);
}

/* Name(\_S5_, Package(4) {5, 3, 0, 0}), after some other byte code. */
static void build_dsdt(void)
{
	static const u8 aml[] = {
		0x10, 0x05, '_', 'S', 'B',  '_',  0x08, '_',  'S',  '5',
		'_',  0x12, 8,	 4,   0x0a, 0x05, 0x0a, 0x03, 0x00, 0x00,
	};

	machine_append(MACHINE_DSDT, aml, sizeof(aml));
}

static void clear(enum machine_table table)
{
	u8 *bytes = machine_bytes(table);

	remove_fence(table);
	sizes[table] = 0;
	madvise((void *)ALIGN_DOWN((uintptr_t)bytes, 4096), TABLE_SPACE,
		MADV_DONTNEED);
	machine_resize(table, HEADER_SIZE);
	memcpy(bytes, signatures[table], 4);
}

void machine_build(void)
{
	fences = true;
	for (int i = 0; i < MACHINE_TABLES; i++) {
		clear(i);
	}
	build_rsdp();
	build_madt();
	build_fadt();
	build_dsdt();
	for (int i = MACHINE_FADT; i <= MACHINE_SSDT; i++) {
		machine_append(MACHINE_XSDT, &addresses[i], 8);
		machine_append(MACHINE_RSDT, &addresses[i], 4);
	}
	for (int i = 0; i < MACHINE_TABLES; i++) {
		machine_seal(i);
	}
}
