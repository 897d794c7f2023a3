#include "decode/arithmetic.h"
#include "cpu/registers.h"

#define STATUS_FLAGS \
	(RFLAGS_CF | RFLAGS_PF | RFLAGS_AF | RFLAGS_ZF | RFLAGS_SF | RFLAGS_OF)

static bool bit_of(u64 value, unsigned int bit)
{
	return (value >> bit & 1) != 0;
}

static u64 flag_if(bool set, u64 flag)
{
	return set ? flag : 0;
}

static void replace(u64 *rflags, u64 mask, u64 flags)
{
	*rflags = (*rflags & ~mask) | flags;
}

/* Is the number of ones in the lowest byte even? */
static bool parity_of(u64 result)
{
	/* Bit n of the constant: does n have an even number of ones? */
	return bit_of(0x9669, (result ^ result >> 4) & 0xf);
}

static u64 result_flags(u64 result, unsigned int size)
{
	return flag_if(parity_of(result), RFLAGS_PF) |
	       flag_if(result == 0, RFLAGS_ZF) |
	       flag_if(bit_of(result, 8 * size - 1), RFLAGS_SF);
}

/*
 * All status flags. carries: bit n says that a carry left bit n, or that bit n
 * had to borrow. A signed overflow is a carry into the sign that did not leave
 * it, or the other way round.
 */
static void set_status(u64 *rflags, u64 result, u64 carries, unsigned int size)
{
	unsigned int sign = 8 * size - 1;

	replace(rflags, STATUS_FLAGS,
		result_flags(result, size) |
			flag_if(bit_of(carries, sign), RFLAGS_CF) |
			flag_if(bit_of(carries, 3), RFLAGS_AF) |
			flag_if(bit_of(carries ^ carries << 1, sign),
				RFLAGS_OF));
}

static u64 add(u64 a, u64 b, bool carry, unsigned int size, u64 *rflags)
{
	u64 sum = (a + b + carry) & size_mask(size);

	/* A bit carries if both were 1, or one was and the sum lost it. */
	set_status(rflags, sum, (a & b) | ((a | b) & ~sum), size);
	return sum;
}

static u64 subtract(u64 a, u64 b, bool borrow, unsigned int size, u64 *rflags)
{
	u64 difference = (a - b - borrow) & size_mask(size);

	set_status(rflags, difference, (~a & b) | ((~a | b) & difference),
		   size);
	return difference;
}

static u64 logic(u64 result, unsigned int size, u64 *rflags)
{
	set_status(rflags, result, 0, size);
	return result;
}

u64 arithmetic_binary(enum operation operation, u64 a, u64 b, unsigned int size,
		      u64 *rflags)
{
	bool carry = (*rflags & RFLAGS_CF) != 0;

	switch (operation) {
	case OPERATION_ADD:
		return add(a, b, false, size, rflags);
	case OPERATION_ADC:
		return add(a, b, carry, size, rflags);
	case OPERATION_SUB:
		return subtract(a, b, false, size, rflags);
	case OPERATION_SBB:
		return subtract(a, b, carry, size, rflags);
	case OPERATION_OR:
		return logic(a | b, size, rflags);
	case OPERATION_AND:
		return logic(a & b, size, rflags);
	case OPERATION_XOR:
		return logic(a ^ b, size, rflags);
	case OPERATION_CMP:
		(void)subtract(a, b, false, size, rflags);
		return a;
	default: /* TEST */
		(void)logic(a & b, size, rflags);
		return a;
	}
}

u64 arithmetic_unary(enum operation operation, u64 value, unsigned int size,
		     u64 *rflags)
{
	u64 carry = *rflags & RFLAGS_CF;

	switch (operation) {
	case OPERATION_INC:
		value = add(value, 1, false, size, rflags);
		break;
	case OPERATION_DEC:
		value = subtract(value, 1, false, size, rflags);
		break;
	case OPERATION_NEG:
		return subtract(0, value, false, size, rflags);
	default: /* NOT */
		return ~value & size_mask(size);
	}
	/* INC and DEC leave CF as it was. */
	replace(rflags, RFLAGS_CF, carry);
	return value;
}

/* RCL and RCR turn one bit more than the operand has: CF. */
static u64 rotate_through_carry(bool left, u64 value, unsigned int count,
				unsigned int size, bool *carry)
{
	unsigned int top = 8 * size - 1;

	for (count %= 8 * size + 1; count > 0; count--) {
		u64 in = *carry ? 1 : 0;

		*carry = bit_of(value, left ? top : 0);
		value = left ? value << 1 | in : value >> 1 | in << top;
	}
	return value & size_mask(size);
}

static u64 rotate_left(u64 value, unsigned int count, unsigned int size)
{
	unsigned int bits = 8 * size;

	count &= bits - 1;
	if (count == 0) {
		return value;
	}
	return (value << count | value >> (bits - count)) & size_mask(size);
}

static s64 sign_extended(u64 value, unsigned int size)
{
	return (s64)(value << (64 - 8 * size)) >> (64 - 8 * size);
}

/* count: 1 .. 63. */
static u64 shift(enum operation operation, u64 value, unsigned int count,
		 unsigned int size, bool *carry)
{
	unsigned int bits = 8 * size;
	s64 extended;

	switch (operation) {
	case OPERATION_ROL:
		value = rotate_left(value, count, size);
		*carry = bit_of(value, 0);
		return value;
	case OPERATION_ROR:
		value = rotate_left(value, bits - count % bits, size);
		*carry = bit_of(value, bits - 1);
		return value;
	case OPERATION_RCL:
		return rotate_through_carry(true, value, count, size, carry);
	case OPERATION_RCR:
		return rotate_through_carry(false, value, count, size, carry);
	case OPERATION_SHL:
		*carry = bit_of(value << (count - 1), bits - 1);
		return value << count & size_mask(size);
	case OPERATION_SHR:
		*carry = bit_of(value, count - 1);
		return value >> count;
	default: /* SAR */
		extended = sign_extended(value, size);
		*carry = bit_of((u64)extended, count - 1);
		return (u64)(extended >> count) & size_mask(size);
	}
}

u64 arithmetic_shift(enum operation operation, u64 value, u64 count,
		     unsigned int size, u64 *rflags)
{
	unsigned int masked = (unsigned int)count & (size == 8 ? 0x3f : 0x1f);
	unsigned int sign = 8 * size - 1;
	bool carry = (*rflags & RFLAGS_CF) != 0;
	bool rotates = operation <= OPERATION_RCR;
	bool left = operation == OPERATION_ROL || operation == OPERATION_RCL ||
		    operation == OPERATION_SHL;
	bool overflow;

	if (masked == 0) {
		return value;
	}
	value = shift(operation, value, masked, size, &carry);
	/* Has the sign changed? To the left, the old one is in CF now. */
	overflow =
		bit_of(value, sign) != (left ? carry : bit_of(value, sign - 1));
	replace(rflags, RFLAGS_CF | RFLAGS_OF,
		flag_if(carry, RFLAGS_CF) | flag_if(overflow, RFLAGS_OF));
	if (!rotates) {
		replace(rflags, RFLAGS_PF | RFLAGS_ZF | RFLAGS_SF,
			result_flags(value, size));
	}
	return value;
}

u64 arithmetic_bit(enum operation operation, u64 value, u64 bit,
		   unsigned int size, u64 *rflags)
{
	u64 mask = BIT(bit & (8 * size - 1));

	replace(rflags, RFLAGS_CF, flag_if((value & mask) != 0, RFLAGS_CF));
	switch (operation) {
	case OPERATION_BTS:
		return value | mask;
	case OPERATION_BTR:
		return value & ~mask;
	case OPERATION_BTC:
		return value ^ mask;
	default: /* BT */
		return value;
	}
}

bool arithmetic_condition(u8 condition, u64 rflags)
{
	bool less = ((rflags & RFLAGS_SF) != 0) != ((rflags & RFLAGS_OF) != 0);
	bool holds;

	switch (condition >> 1) {
	case 0:
		holds = (rflags & RFLAGS_OF) != 0;
		break;
	case 1:
		holds = (rflags & RFLAGS_CF) != 0;
		break;
	case 2:
		holds = (rflags & RFLAGS_ZF) != 0;
		break;
	case 3:
		holds = (rflags & (RFLAGS_CF | RFLAGS_ZF)) != 0;
		break;
	case 4:
		holds = (rflags & RFLAGS_SF) != 0;
		break;
	case 5:
		holds = (rflags & RFLAGS_PF) != 0;
		break;
	case 6:
		holds = less;
		break;
	default:
		holds = less || (rflags & RFLAGS_ZF) != 0;
		break;
	}
	/* The odd ones are the negations of the even ones. */
	return holds != ((condition & 1) != 0);
}
