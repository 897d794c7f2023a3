#include "bios/guest_bios.h"
#include "bios/bios_handlers.h"
#include "devices/machine_layout.h"

#define VECTORS		256u
#define PARAGRAPH_SHIFT 4

/* Of the data area's equipment word. */
#define EQUIPMENT_FPU	       BIT(1)
#define EQUIPMENT_SERIAL_PORTS 9 /* how many, from this bit on */

/* A far pointer. */
struct vector {
	u16 offset;
	u16 segment;
};

struct bios_data {
	u16 serial_ports[4];
	u16 parallel_ports[3];
	u16 ebda_segment;
	u16 equipment;
	u8 self_test;
	u16 conventional_kib;
} __attribute__((packed));

/*
 * As the BIOS programs the 8259As, IRQs 0 .. 7 have the vectors from 8 on. Up
 * to there are exceptions, and 0x1b and 0x1c are for others to take.
 */
static enum bios_handler handler_of(unsigned int number)
{
	switch (number) {
	case 0x00 ... 0x07:
	case 0x1b ... 0x1c:
		return BIOS_RETURN;
	case 0x08:
		return BIOS_TIMER;
	case 0x09 ... 0x0f:
		return BIOS_IRQ_MASTER;
	case 0x70 ... 0x77:
		return BIOS_IRQ_SLAVE;
	default:
		return BIOS_NO_SERVICE;
	}
}

static bool write_vectors(struct guest_memory *memory)
{
	const u16 start =
		GUEST_BIOS_CODE - (GUEST_BIOS_SEGMENT << PARAGRAPH_SHIFT);
	struct vector vectors[VECTORS];

	for (unsigned int i = 0; i < VECTORS; i++) {
		vectors[i] = (struct vector){
			.offset = (u16)(start +
					bios_handler_offsets[handler_of(i)]),
			.segment = GUEST_BIOS_SEGMENT,
		};
	}
	return guest_memory_write(memory, 0, vectors, sizeof(vectors)) &&
	       guest_memory_write(memory, GUEST_BIOS_CODE, bios_handlers,
				  bios_handlers_size);
}

static bool write_data(struct guest_memory *memory)
{
	const struct bios_data data = {
		.serial_ports = {MACHINE_PORT_COM1},
		.ebda_segment = GUEST_EBDA_START >> PARAGRAPH_SHIFT,
		.equipment = EQUIPMENT_FPU | 1u << EQUIPMENT_SERIAL_PORTS,
		.conventional_kib = GUEST_EBDA_START / 1024,
	};
	const u8 ebda_kib = (GUEST_EBDA_END - GUEST_EBDA_START) / 1024;

	return guest_memory_write(memory, GUEST_BIOS_DATA_START, &data,
				  sizeof(data)) &&
	       guest_memory_write(memory, GUEST_EBDA_START, &ebda_kib,
				  sizeof(ebda_kib));
}

struct error guest_bios_write(struct guest_memory *memory)
{
	if (!write_vectors(memory) || !write_data(memory)) {
		return failure("no memory for guest RAM at",
			       GUEST_BIOS_DATA_START);
	}
	return SUCCESS;
}
