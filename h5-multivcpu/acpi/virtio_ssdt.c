#include "acpi/virtio_ssdt.h"
#include "lib/string.h"

/* virtio_ssdt.S */
extern const u8 virtio_ssdt_aml[];
extern const u32 virtio_ssdt_aml_size;

/* How it begins: Name (\VIOM, slots). */
struct head {
	struct acpi_table header;
	u8 name_op;
	u8 name[5];
	u8 byte_prefix;
	u8 slots;
} __attribute__((packed));

struct guest_acpi_table virtio_ssdt_make(u8 bytes[VIRTIO_SSDT_SIZE_MAX],
					 u8 slots)
{
	struct head *head = (struct head *)bytes;

	memcpy(bytes, virtio_ssdt_aml, virtio_ssdt_aml_size);
	head->header.checksum += head->slots - slots;
	head->slots = slots;
	return (struct guest_acpi_table){bytes, virtio_ssdt_aml_size};
}
