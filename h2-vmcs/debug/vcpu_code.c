#include "debug/vcpu_code.h"
#include "access_rights.h"
#include "cpu/registers.h"
#include "cpu/traps.h"
#include "debug/vcpu_debug.h"
#include "vmcs.h"

#define INSTRUCTION_MAX 15
#define VECTOR_OVERFLOW 4

enum opcode {
	OPCODE_TWO_BYTES = 0x0f,
	OPCODE_PUSHF = 0x9c,
	OPCODE_POPF = 0x9d,
	OPCODE_INT3 = 0xcc,
	OPCODE_INT = 0xcd,
	OPCODE_INTO = 0xce,
	OPCODE_IRET = 0xcf,
	OPCODE_INT1 = 0xf1,
	/* Behind OPCODE_TWO_BYTES. */
	OPCODE_SYSCALL = 0x05,
	OPCODE_SYSRET = 0x07,
};

/* The bytes of the instruction, one after the other. */
struct reader {
	const struct vcpu_debug *debug;
	u64 address;
	u8 length; /* what has been read */
	bool is_64_bit;
};

static bool next(struct reader *reader, u8 *byte)
{
	u64 address = reader->address + reader->length;

	if (!reader->is_64_bit) {
		address = (u32)address;
	}
	if (reader->length == INSTRUCTION_MAX ||
	    !vcpu_debug_read(reader->debug, address, byte, 1)) {
		return false;
	}
	reader->length++;
	return true;
}

/* LOCK is none: before these instructions it makes a #UD. */
static bool is_prefix(const struct reader *reader, u8 byte)
{
	switch (byte) {
	case 0x26: /* segments */
	case 0x2e:
	case 0x36:
	case 0x3e:
	case 0x64:
	case 0x65:
	case 0x66: /* operand size */
	case 0x67: /* address size */
	case 0xf2: /* REPNE */
	case 0xf3: /* REP */
		return true;
	default:
		return reader->is_64_bit && (byte & 0xf0) == 0x40; /* REX */
	}
}

static struct vcpu_code interrupt(const struct reader *reader,
				  enum vcpu_event_type type, u8 vector)
{
	return (struct vcpu_code){
		.kind = VCPU_CODE_INTERRUPT,
		.type = type,
		.vector = vector,
		.length = reader->length,
	};
}

static struct vcpu_code two_bytes(struct reader *reader)
{
	struct vcpu_code code = {.kind = VCPU_CODE_OTHER};
	u8 byte;

	if (next(reader, &byte) && byte == OPCODE_SYSCALL) {
		code.kind = VCPU_CODE_SYSCALL;
	} else if (reader->length > 1 && byte == OPCODE_SYSRET) {
		code.kind = VCPU_CODE_LOADS_FLAGS;
	}
	return code;
}

static struct vcpu_code decode(struct reader *reader, u8 byte)
{
	struct vcpu_code code = {.kind = VCPU_CODE_OTHER};
	u8 vector;

	switch (byte) {
	case OPCODE_TWO_BYTES:
		return two_bytes(reader);
	case OPCODE_PUSHF:
		code.kind = VCPU_CODE_PUSHF;
		break;
	case OPCODE_POPF:
	case OPCODE_IRET:
		code.kind = VCPU_CODE_LOADS_FLAGS;
		break;
	case OPCODE_INT3:
		return interrupt(reader, VCPU_EVENT_SOFTWARE_EXCEPTION,
				 VECTOR_BREAKPOINT);
	case OPCODE_INT:
		if (next(reader, &vector)) {
			return interrupt(reader, VCPU_EVENT_SOFTWARE_INTERRUPT,
					 vector);
		}
		break;
	case OPCODE_INTO:
		if (!reader->is_64_bit &&
		    (vmcs_read(GUEST_RFLAGS) & RFLAGS_OF) != 0) {
			return interrupt(reader, VCPU_EVENT_SOFTWARE_EXCEPTION,
					 VECTOR_OVERFLOW);
		}
		break;
	case OPCODE_INT1:
		return interrupt(reader, VCPU_EVENT_PRIVILEGED_EXCEPTION,
				 VECTOR_DEBUG);
	default:
		break;
	}
	return code;
}

/* In 64-bit mode the base of CS counts as 0. */
struct vcpu_code vcpu_code_at_rip(const struct vcpu_debug *debug)
{
	struct reader reader = {
		.debug = debug,
		.address = vmcs_read(GUEST_RIP),
		.is_64_bit = (vmcs_read(GUEST_CS_ACCESS_RIGHTS) &
			      ACCESS_RIGHTS_L) != 0,
	};
	u8 byte;

	if (!reader.is_64_bit) {
		reader.address += vmcs_read(GUEST_CS_BASE);
	}
	do {
		if (!next(&reader, &byte)) {
			return (struct vcpu_code){.kind = VCPU_CODE_OTHER};
		}
	} while (is_prefix(&reader, byte));
	return decode(&reader, byte);
}
