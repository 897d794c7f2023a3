#include "host/host_resources.h"
#include "boot/cmdline.h"
#include "cpu/instructions.h"
#include "cpu/msr.h"
#include "cpu/registers.h"
#include "disk/ata.h"
#include "firmware/fadt.h"
#include "firmware/madt.h"
#include "memory/frames.h"

#define APIC_BASE_ADDRESS 0x000ffffffffff000ull

/* A block of ACPI's registers, if there is one. */
static void add_block(struct passthrough_host *host, u16 first, u16 size)
{
	if (first != 0) {
		host->pm[host->pm_count++] = (struct passthrough_ports){
			first, (u16)(first + size - 1)};
	}
}

static void add_power_management(struct passthrough_host *host,
				 const struct acpi *acpi)
{
	struct fadt fadt;

	if (!failed(fadt_read(&fadt, acpi))) {
		add_block(host, fadt.pm1a_control, 2);
		add_block(host, fadt.pm1b_control, 2);
		add_block(host, fadt.smi_command, 1);
		add_block(host, fadt.reset, 1);
	}
}

static void add_apic(struct passthrough_host *host, hpa_t page)
{
	if (host->apics_count < ARRAY_SIZE(host->apics)) {
		host->apics[host->apics_count++] =
			(struct passthrough_hpas){page, page + FRAME_SIZE};
	}
}

static unsigned int disk_channel(void)
{
	struct ata_disk disk;

	return failed(ata_find_first(&disk)) ? PASSTHROUGH_NO_DISK
					     : disk.place / ATA_DRIVES;
}

struct passthrough_host host_resources(const struct boot_info *boot)
{
	static struct madt madt;
	struct passthrough_host host = {
		.ram = &boot->ram,
		.address_bits = cpuid(CPUID_ADDRESS_SIZES, 0).eax & 0xff,
		.uses_com2 = cmdline_has(boot->cmdline, "gdb"),
		.disk_channel = disk_channel(),
	};

	add_apic(&host, rdmsr(IA32_APIC_BASE) & APIC_BASE_ADDRESS);
	if (boot->acpi != NULL) {
		add_power_management(&host, boot->acpi);
		if (!failed(madt_read(&madt, boot->acpi))) {
			for (u32 i = 0; i < madt.io_apic_count; i++) {
				add_apic(&host, madt.io_apics[i].address);
			}
		}
	}
	return host;
}
