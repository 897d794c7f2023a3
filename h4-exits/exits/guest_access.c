#include "exits/guest_access.h"
#include "cpu/guest_control.h"
#include "cpu/instructions.h"
#include "cpu/registers.h"
#include "cpu/traps.h"
#include "decode/decode.h"
#include "vmcs.h"

const struct guest_paging_state *
guest_access_paging(struct guest_accessor *accessor)
{
	if (!accessor->has_paging) {
		guest_control_paging(accessor->cpu, &accessor->paging);
		accessor->has_paging = true;
	}
	return &accessor->paging;
}

RARELY static enum guest_mode other_mode(struct guest_accessor *accessor)
{
	struct segment cs = segment_read_guest(SEGMENT_CS);

	return guest_segment_mode(guest_access_paging(accessor), &cs);
}

INLINED void begin(struct guest_accessor *accessor, struct guest_cpu *cpu)
{
	accessor->cpu = cpu;
	accessor->devices = cpu->devices;
	accessor->out_of_memory = false;
	accessor->has_known = false;
	accessor->has_paging = false;
	accessor->mode = vcpu_in_64_bit_mode() ? GUEST_MODE_64_BIT
					       : other_mode(accessor);
}

void guest_access_begin(struct guest_accessor *accessor, struct guest_cpu *cpu)
{
	begin(accessor, cpu);
}

void guest_access_begin_at(struct guest_accessor *accessor,
			   struct guest_cpu *cpu, gpa_t gpa, bool write)
{
	begin(accessor, cpu);
	if (accessor->mode == GUEST_MODE_64_BIT) {
		accessor->has_known = true;
		accessor->known_write = write;
		accessor->known_gva = vmcs_read(GUEST_LINEAR_ADDRESS);
		accessor->known_gpa = gpa;
	}
}

/* Is it that access? Then it is in one page, and its address is known. */
static bool is_known(const struct guest_accessor *accessor,
		     enum segment_register segment, u64 offset,
		     unsigned int size, bool write)
{
	return accessor->has_known && offset == accessor->known_gva &&
	       (accessor->known_write || !write) && segment != SEGMENT_FS &&
	       segment != SEGMENT_GS &&
	       offset % EPT_PAGE_SIZE + size <= EPT_PAGE_SIZE;
}

/* An access as at most two parts, each in a page of its own. */
struct parts {
	gpa_t gpa[2];
	unsigned int
		size[2]; /* the second one is 0 for an access in one page */
};

static bool translate(struct guest_accessor *accessor,
		      enum segment_register number, u64 offset,
		      unsigned int size, enum guest_access kind,
		      struct parts *parts)
{
	struct guest_memory *memory = &accessor->cpu->machine->memory;
	struct segment segment = segment_read_guest(number);
	struct guest_segment_access access = {
		.mode = accessor->mode,
		.register_ = number,
		.kind = kind,
		.linear_bits = GUEST_LINEAR_BITS,
		.offset = offset,
		.size = size,
	};
	gva_t gva;

	if (!guest_segment_linear(&segment, &access, &gva, &accessor->fault)) {
		return false;
	}
	parts->size[0] = (unsigned int)min_u64(
		size, EPT_PAGE_SIZE - gva % EPT_PAGE_SIZE);
	parts->size[1] = size - parts->size[0];
	return guest_linear_translate(memory, guest_access_paging(accessor),
				      gva, kind, &parts->gpa[0],
				      &accessor->fault) &&
	       (parts->size[1] == 0 ||
		guest_linear_translate(memory, guest_access_paging(accessor),
				       gva + parts->size[0], kind,
				       &parts->gpa[1], &accessor->fault));
}

/* What is there: RAM, a device, nothing at all? */
static bool is_ram(const struct guest_accessor *accessor, gpa_t gpa,
		   unsigned int size)
{
	return guest_memory_contains(&accessor->cpu->machine->memory, gpa,
				     size) &&
	       bus_find(accessor->devices, gpa) == NULL;
}

/*
 * A write to RAM that the guest may only read is lost. False: RAM that the host
 * has no memory to back.
 */
static bool read_physical(struct guest_accessor *accessor, gpa_t gpa,
			  unsigned int size, u64 *value)
{
	*value = 0;
	if (is_ram(accessor, gpa, size)) {
		return guest_memory_read(&accessor->cpu->machine->memory, gpa,
					 value, size);
	}
	(void)bus_read(accessor->devices, gpa, size, value);
	return true;
}

static bool write_physical(struct guest_accessor *accessor, gpa_t gpa,
			   unsigned int size, u64 value)
{
	struct guest_memory *memory = &accessor->cpu->machine->memory;

	if (is_ram(accessor, gpa, size)) {
		return !guest_memory_may_write(memory, gpa, size) ||
		       guest_memory_write(memory, gpa, &value, size);
	}
	(void)bus_write(accessor->devices, gpa, size, value);
	return true;
}

/* Part of an access that crosses a page may have any size below 8. */
static bool read_bytes(struct guest_accessor *accessor, gpa_t gpa,
		       unsigned int size, u64 *value)
{
	u64 byte;

	*value = 0;
	for (unsigned int i = 0; i < size; i++) {
		if (!read_physical(accessor, gpa + i, 1, &byte)) {
			return false;
		}
		*value |= byte << (8 * i);
	}
	return true;
}

static bool write_bytes(struct guest_accessor *accessor, gpa_t gpa,
			unsigned int size, u64 value)
{
	for (unsigned int i = 0; i < size; i++) {
		if (!write_physical(accessor, gpa + i, 1,
				    value >> (8 * i) & 0xff)) {
			return false;
		}
	}
	return true;
}

RARELY static bool read_translated(struct guest_accessor *accessor,
				   enum segment_register segment, u64 offset,
				   unsigned int size, u64 *value)
{
	struct parts parts;
	u64 low, high;

	if (!translate(accessor, segment, offset, size, GUEST_READ, &parts)) {
		return false;
	}
	if (parts.size[1] == 0) {
		accessor->out_of_memory =
			!read_physical(accessor, parts.gpa[0], size, value);
		return !accessor->out_of_memory;
	}
	accessor->out_of_memory =
		!read_bytes(accessor, parts.gpa[0], parts.size[0], &low) ||
		!read_bytes(accessor, parts.gpa[1], parts.size[1], &high);
	if (accessor->out_of_memory) {
		return false;
	}
	*value = low | high << (8 * parts.size[0]);
	return true;
}

bool guest_access_read(struct guest_accessor *accessor,
		       enum segment_register segment, u64 offset,
		       unsigned int size, u64 *value)
{
	if (is_known(accessor, segment, offset, size, false)) {
		(void)bus_read(accessor->devices, accessor->known_gpa, size,
			       value);
		return true;
	}
	return read_translated(accessor, segment, offset, size, value);
}

bool guest_access_may_write(struct guest_accessor *accessor,
			    enum segment_register segment, u64 offset,
			    unsigned int size)
{
	struct parts parts;

	return translate(accessor, segment, offset, size, GUEST_WRITE, &parts);
}

RARELY static bool write_translated(struct guest_accessor *accessor,
				    enum segment_register segment, u64 offset,
				    unsigned int size, u64 value)
{
	struct parts parts;

	if (!translate(accessor, segment, offset, size, GUEST_WRITE, &parts)) {
		return false;
	}
	if (parts.size[1] == 0) {
		accessor->out_of_memory =
			!write_physical(accessor, parts.gpa[0], size, value);
	} else {
		accessor->out_of_memory =
			!write_bytes(accessor, parts.gpa[0], parts.size[0],
				     value) ||
			!write_bytes(accessor, parts.gpa[1], parts.size[1],
				     value >> (8 * parts.size[0]));
	}
	return !accessor->out_of_memory;
}

bool guest_access_write(struct guest_accessor *accessor,
			enum segment_register segment, u64 offset,
			unsigned int size, u64 value)
{
	if (is_known(accessor, segment, offset, size, true)) {
		(void)bus_write(accessor->devices, accessor->known_gpa, size,
				value);
		return true;
	}
	return write_translated(accessor, segment, offset, size, value);
}

/* Bytes of the code segment from RIP on: it may end before 15 of them. */
static unsigned int bytes_in_segment(const struct guest_accessor *accessor,
				     const struct segment *cs, u64 rip)
{
	if (accessor->mode == GUEST_MODE_64_BIT) {
		return INSTRUCTION_LENGTH_MAX;
	}
	return rip > cs->limit ? 0
			       : (unsigned int)min_u64(cs->limit - rip + 1,
						       INSTRUCTION_LENGTH_MAX);
}

static bool fetch(struct guest_accessor *accessor, gva_t gva, u8 *bytes,
		  unsigned int size)
{
	return size == 0 ||
	       guest_linear_read(&accessor->cpu->machine->memory,
				 guest_access_paging(accessor), gva, bytes,
				 size, GUEST_FETCH, &accessor->fault);
}

RARELY static unsigned int fetch_slowly(struct guest_accessor *accessor,
					u8 *bytes)
{
	struct segment cs = segment_read_guest(SEGMENT_CS);
	u64 rip = vmcs_read(GUEST_RIP);
	unsigned int wanted = bytes_in_segment(accessor, &cs, rip);
	gva_t gva = accessor->mode == GUEST_MODE_64_BIT ? rip
							: (u32)(cs.base + rip);
	unsigned int first = (unsigned int)min_u64(
		wanted, EPT_PAGE_SIZE - gva % EPT_PAGE_SIZE);

	if (!fetch(accessor, gva, bytes, first)) {
		return 0;
	}
	/* An instruction need not reach into the next page. */
	if (!fetch(accessor, gva + first, bytes + first, wanted - first)) {
		return first;
	}
	return wanted;
}

/*
 * In 64-bit mode, and where the instruction cannot reach into the next page: a
 * copy of its bytes, found without looking at rights.
 */
static bool fetch_known(struct guest_accessor *accessor, gva_t rip, u8 *bytes)
{
	struct guest_cpu *cpu = accessor->cpu;
	const u8 *page;

	if (rip % EPT_PAGE_SIZE > EPT_PAGE_SIZE - INSTRUCTION_LENGTH_MAX - 1) {
		return false;
	}
	page = guest_locate(&cpu->code, &cpu->machine->memory,
			    vmcs_read(GUEST_CR3), rip);
	if (page == NULL) {
		return false;
	}
	__builtin_memcpy(bytes, page + rip % EPT_PAGE_SIZE,
			 INSTRUCTION_LENGTH_MAX + 1);
	return true;
}

unsigned int guest_access_fetch(struct guest_accessor *accessor, u8 *bytes)
{
	if (accessor->mode == GUEST_MODE_64_BIT &&
	    fetch_known(accessor, vmcs_read(GUEST_RIP), bytes)) {
		return INSTRUCTION_LENGTH_MAX;
	}
	return fetch_slowly(accessor, bytes);
}

struct answer guest_access_answer(const struct guest_accessor *accessor)
{
	const struct guest_fault *fault = &accessor->fault;

	if (accessor->out_of_memory || fault->vector == VECTOR_MACHINE_CHECK) {
		return answer_stop(STOP_OUT_OF_MEMORY);
	}
	if (fault->vector == VECTOR_PAGE_FAULT) {
		write_cr2(fault->address);
	}
	return (struct answer){
		.kind = ANSWER_INJECT,
		.vector = fault->vector,
		.has_error_code = fault->has_error_code,
		.error_code = fault->error_code,
	};
}
