#include "apic/local_apic_access.h"
#include "apic/local_apic_error.h"
#include "apic/local_apic_icr.h"
#include "apic/local_apic_interrupt.h"
#include "apic/local_apic_lint.h"
#include "apic/local_apic_lvt.h"
#include "apic/local_apic_timer.h"
#include "cpu/msr.h"

/* A set of registers: bit n is the one at 16 * n, MSR 800H + n. */
#define IS(offset)     BIT((offset) / 16)
#define FROM_TO(a, b)  (BIT((b) / 16 + 1) - BIT((a) / 16))
#define BIT_REGISTERS  FROM_TO(APIC_ISR, APIC_IRR + 0x70)
#define LVT_AND_COUNTS FROM_TO(APIC_LVT_TIMER, APIC_CURRENT_COUNT)
#define OF_BOTH_MODES                                                   \
	(IS(APIC_ID) | IS(APIC_VERSION) | IS(APIC_TPR) | IS(APIC_PPR) | \
	 IS(APIC_LDR) | IS(APIC_SVR) | BIT_REGISTERS | IS(APIC_ESR) |   \
	 IS(APIC_ICR) | LVT_AND_COUNTS | IS(APIC_DIVIDE))

/* "Local APIC Register Address Map", without CMCI */
#define XAPIC_REGISTERS                                               \
	(OF_BOTH_MODES | IS(APIC_APR) | IS(APIC_RRD) | IS(APIC_DFR) | \
	 IS(APIC_EOI) | IS(APIC_ICR_HIGH))

/* "x2APIC Register Address Space" */
#define X2APIC_READABLE OF_BOTH_MODES
#define X2APIC_READ_ONLY                                                \
	(IS(APIC_ID) | IS(APIC_VERSION) | IS(APIC_PPR) | IS(APIC_LDR) | \
	 BIT_REGISTERS | IS(APIC_CURRENT_COUNT))
/* without EOI, ICR and SELF IPI */
#define X2APIC_WRITABLE (OF_BOTH_MODES & ~X2APIC_READ_ONLY & ~IS(APIC_ICR))

static bool is_in(u64 registers, u32 offset)
{
	return offset < APIC_REGISTERS_END &&
	       (registers >> (offset / 16) & 1) != 0;
}

/* A register that exists. */
static u32 read_register(const struct local_apic *apic, u32 offset)
{
	u32 value = local_apic_register(apic, offset);

	switch (offset) {
	case APIC_PPR:
		return local_apic_processor_priority(apic);
	case APIC_CURRENT_COUNT:
		return local_apic_timer_current_count(apic);
	default:
		return value;
	}
}

u64 local_apic_read(struct local_apic *apic, u32 offset, unsigned int size)
{
	u32 byte = offset % 16;
	u64 value;

	if (!is_in(XAPIC_REGISTERS, offset)) {
		local_apic_error_note(apic, APIC_ESR_ILLEGAL_REGISTER);
		return 0;
	}
	if (byte >= 4) {
		return 0;
	}
	value = read_register(apic, offset - byte) >> 8 * byte;
	return size < 4 ? value & (BIT(8 * size) - 1) : value;
}

static void write_spurious(struct local_apic *apic, u32 value)
{
	local_apic_put(apic, APIC_SVR, value & APIC_SVR_WRITABLE);
	apic->mode_changed = true;
	if ((value & APIC_SVR_ENABLE) == 0) {
		local_apic_lvt_mask_all(apic);
	}
}

static void write_icr(struct local_apic *apic, u32 value)
{
	u32 high = local_apic_register(apic, APIC_ICR_HIGH);
	u8 destination = (u8)(high >> APIC_XAPIC_ID_SHIFT);

	value &= APIC_ICR_WRITABLE;
	local_apic_put(apic, APIC_ICR, value);
	local_apic_icr_send(apic, value, apic_message_destination(destination));
}

/* Registers that only one of the modes has are not written in the other. */
static void write(struct local_apic *apic, u32 offset, u32 value)
{
	switch (offset) {
	case APIC_ID: /* read-only, but the CPU may have put it into the page */
		local_apic_put(apic, APIC_ID, apic->id << APIC_XAPIC_ID_SHIFT);
		break;
	case APIC_TPR:
		local_apic_set_task_priority(apic, (u8)value);
		break;
	case APIC_EOI:
		local_apic_eoi(apic);
		break;
	case APIC_LDR:
		local_apic_put(apic, APIC_LDR,
			       value >> APIC_XAPIC_ID_SHIFT
						<< APIC_XAPIC_ID_SHIFT);
		break;
	case APIC_DFR:
		local_apic_put(apic, APIC_DFR, value | APIC_DFR_FIXED);
		break;
	case APIC_SVR:
		write_spurious(apic, value);
		break;
	case APIC_ESR:
		local_apic_error_update(apic);
		break;
	case APIC_ICR:
		write_icr(apic, value);
		break;
	case APIC_ICR_HIGH:
		local_apic_put(apic, APIC_ICR_HIGH,
			       value >> APIC_XAPIC_ID_SHIFT
						<< APIC_XAPIC_ID_SHIFT);
		break;
	case APIC_LVT_TIMER:
	case APIC_LVT_THERMAL:
	case APIC_LVT_PERFORMANCE:
	case APIC_LVT_LINT0:
	case APIC_LVT_LINT1:
	case APIC_LVT_ERROR:
		local_apic_lvt_write(apic, offset, value);
		break;
	case APIC_INITIAL_COUNT:
		local_apic_timer_set_initial_count(apic, value);
		break;
	case APIC_DIVIDE:
		local_apic_timer_set_divide(apic, value);
		break;
	default: /* read-only, or not the beginning of a register */
		break;
	}
}

void local_apic_write(struct local_apic *apic, u32 offset, unsigned int size,
		      u64 value)
{
	if (!is_in(XAPIC_REGISTERS, offset)) {
		local_apic_error_note(apic, APIC_ESR_ILLEGAL_REGISTER);
	} else if (size == 4) {
		write(apic, offset, (u32)value);
	}
}

/* Where the register of an MSR would be in the page. */
static u32 offset_of(u32 msr)
{
	return (msr - IA32_X2APIC_BASE) * 16;
}

bool local_apic_msr_is_in_page(u32 msr)
{
	u32 offset = offset_of(msr);

	return is_in(X2APIC_READABLE & ~IS(APIC_CURRENT_COUNT), offset);
}

bool local_apic_msr_read(struct local_apic *apic, u32 msr, u64 *value)
{
	u32 offset = offset_of(msr);

	if (!local_apic_in_x2apic_mode(apic) ||
	    !is_in(X2APIC_READABLE, offset)) {
		return false;
	}
	*value = read_register(apic, offset);
	if (offset == APIC_ICR) {
		*value |= (u64)local_apic_register(apic, APIC_ICR_X2APIC_HIGH)
			  << 32;
	}
	return true;
}

/* The bits of a writable register that are not reserved. */
static u64 bits_of(u32 offset)
{
	switch (offset) {
	case APIC_TPR:
		return 0xff;
	case APIC_SVR:
		return APIC_SVR_WRITABLE;
	case APIC_INITIAL_COUNT:
		return UINT32_MAX;
	case APIC_DIVIDE:
		return APIC_DIVIDE_WRITABLE;
	case APIC_ESR:
		return 0;
	default:
		return local_apic_lvt_writable(offset) |
		       local_apic_lvt_read_only(offset);
	}
}

static bool write_icr_msr(struct local_apic *apic, u64 value)
{
	if (((u32)value & ~APIC_ICR_WRITABLE) != 0) {
		return false;
	}
	local_apic_put(apic, APIC_ICR, (u32)value);
	local_apic_put(apic, APIC_ICR_X2APIC_HIGH, (u32)(value >> 32));
	local_apic_icr_send(apic, (u32)value, (u32)(value >> 32));
	return true;
}

static bool write_other_msr(struct local_apic *apic, u32 offset, u64 value)
{
	if (!is_in(X2APIC_WRITABLE, offset) ||
	    (value & ~bits_of(offset)) != 0) {
		return false;
	}
	write(apic, offset, (u32)value);
	return true;
}

/* Those that every interrupt needs have the shortest way. */
bool local_apic_msr_write(struct local_apic *apic, u32 msr, u64 value)
{
	u32 offset = offset_of(msr);

	if (!local_apic_in_x2apic_mode(apic)) {
		return false;
	}
	switch (offset) {
	case APIC_EOI:
		if (value != 0) {
			return false;
		}
		local_apic_eoi(apic);
		return true;
	case APIC_SELF_IPI:
		if (value > UINT8_MAX) {
			return false;
		}
		local_apic_icr_send_self(apic, (u8)value);
		return true;
	case APIC_ICR:
		return write_icr_msr(apic, value);
	default:
		return write_other_msr(apic, offset, value);
	}
}
