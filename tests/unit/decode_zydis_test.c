/*
 * modules: h4-exits/decode/decode.c h4-exits/decode/prefixes.c
 * modules: h4-exits/decode/modrm.c h4-exits/decode/opcode_table.c
 *
 * The decoder against another one, that of the library Zydis, on three million
 * random byte strings: decode_zydis_test [SEED [STRINGS]].
 */
#include <Zydis/Zydis.h>
#include <stdlib.h>

#include "decode/decode.h"
#include "decode_bytes.h"
#include "unit.h"

#define DIFFERENCES_MAX 20u

static u64 strings = 3000000;
static unsigned int differences;

/* The mnemonics of one operation. */
static const struct {
	ZydisMnemonic first;
	ZydisMnemonic others[4];
	enum operation operation;
} mnemonics[] = {
	{ZYDIS_MNEMONIC_ADD, {0}, OPERATION_ADD},
	{ZYDIS_MNEMONIC_OR, {0}, OPERATION_OR},
	{ZYDIS_MNEMONIC_ADC, {0}, OPERATION_ADC},
	{ZYDIS_MNEMONIC_SBB, {0}, OPERATION_SBB},
	{ZYDIS_MNEMONIC_AND, {0}, OPERATION_AND},
	{ZYDIS_MNEMONIC_SUB, {0}, OPERATION_SUB},
	{ZYDIS_MNEMONIC_XOR, {0}, OPERATION_XOR},
	{ZYDIS_MNEMONIC_CMP, {0}, OPERATION_CMP},
	{ZYDIS_MNEMONIC_TEST, {0}, OPERATION_TEST},
	{ZYDIS_MNEMONIC_INC, {0}, OPERATION_INC},
	{ZYDIS_MNEMONIC_DEC, {0}, OPERATION_DEC},
	{ZYDIS_MNEMONIC_NOT, {0}, OPERATION_NOT},
	{ZYDIS_MNEMONIC_NEG, {0}, OPERATION_NEG},
	{ZYDIS_MNEMONIC_ROL, {0}, OPERATION_ROL},
	{ZYDIS_MNEMONIC_ROR, {0}, OPERATION_ROR},
	{ZYDIS_MNEMONIC_RCL, {0}, OPERATION_RCL},
	{ZYDIS_MNEMONIC_RCR, {0}, OPERATION_RCR},
	{ZYDIS_MNEMONIC_SHL, {0}, OPERATION_SHL},
	{ZYDIS_MNEMONIC_SHR, {0}, OPERATION_SHR},
	{ZYDIS_MNEMONIC_SAR, {0}, OPERATION_SAR},
	{ZYDIS_MNEMONIC_BT, {0}, OPERATION_BT},
	{ZYDIS_MNEMONIC_BTS, {0}, OPERATION_BTS},
	{ZYDIS_MNEMONIC_BTR, {0}, OPERATION_BTR},
	{ZYDIS_MNEMONIC_BTC, {0}, OPERATION_BTC},
	{ZYDIS_MNEMONIC_MOV, {0}, OPERATION_MOV},
	{ZYDIS_MNEMONIC_MOVZX, {0}, OPERATION_MOVZX},
	{ZYDIS_MNEMONIC_MOVSX, {ZYDIS_MNEMONIC_MOVSXD}, OPERATION_MOVSX},
	{ZYDIS_MNEMONIC_MOVBE, {0}, OPERATION_MOVBE},
	{ZYDIS_MNEMONIC_XCHG, {0}, OPERATION_XCHG},
	{ZYDIS_MNEMONIC_XADD, {0}, OPERATION_XADD},
	{ZYDIS_MNEMONIC_CMPXCHG, {0}, OPERATION_CMPXCHG},
	{ZYDIS_MNEMONIC_CMPXCHG8B, {0}, OPERATION_CMPXCHG8B},
	{ZYDIS_MNEMONIC_PUSH, {0}, OPERATION_PUSH},
	{ZYDIS_MNEMONIC_POP, {0}, OPERATION_POP},
	{ZYDIS_MNEMONIC_MOVSB,
	 {ZYDIS_MNEMONIC_MOVSW, ZYDIS_MNEMONIC_MOVSD, ZYDIS_MNEMONIC_MOVSQ},
	 OPERATION_MOVS},
	{ZYDIS_MNEMONIC_CMPSB,
	 {ZYDIS_MNEMONIC_CMPSW, ZYDIS_MNEMONIC_CMPSD, ZYDIS_MNEMONIC_CMPSQ},
	 OPERATION_CMPS},
	{ZYDIS_MNEMONIC_STOSB,
	 {ZYDIS_MNEMONIC_STOSW, ZYDIS_MNEMONIC_STOSD, ZYDIS_MNEMONIC_STOSQ},
	 OPERATION_STOS},
	{ZYDIS_MNEMONIC_LODSB,
	 {ZYDIS_MNEMONIC_LODSW, ZYDIS_MNEMONIC_LODSD, ZYDIS_MNEMONIC_LODSQ},
	 OPERATION_LODS},
	{ZYDIS_MNEMONIC_SCASB,
	 {ZYDIS_MNEMONIC_SCASW, ZYDIS_MNEMONIC_SCASD, ZYDIS_MNEMONIC_SCASQ},
	 OPERATION_SCAS},
};

/* Zydis' view of one byte string. */
struct peer {
	ZyanStatus status;
	ZydisDecodedInstruction instruction;
	ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
};

/* OPERATIONS if it is none of them. */
static enum operation operation_of(const ZydisDecodedInstruction *peer)
{
	if (peer->meta.category == ZYDIS_CATEGORY_CMOV) {
		return OPERATION_CMOV;
	}
	if (peer->meta.category == ZYDIS_CATEGORY_SETCC) {
		return OPERATION_SET;
	}
	for (size_t i = 0; i < ARRAY_SIZE(mnemonics); i++) {
		if (peer->mnemonic == mnemonics[i].first) {
			return mnemonics[i].operation;
		}
		for (size_t j = 0; j < 4; j++) {
			if (mnemonics[i].others[j] == peer->mnemonic &&
			    peer->mnemonic != ZYDIS_MNEMONIC_INVALID) {
				return mnemonics[i].operation;
			}
		}
	}
	return OPERATIONS;
}

/* The nth memory operand but for the stack, which PUSH and POP know of. */
static const ZydisDecodedOperand *memory_of(const struct peer *peer, size_t n)
{
	bool is_string =
		peer->instruction.meta.category == ZYDIS_CATEGORY_STRINGOP;

	for (size_t i = 0; i < peer->instruction.operand_count; i++) {
		const ZydisDecodedOperand *operand = &peer->operands[i];

		if (operand->type == ZYDIS_OPERAND_TYPE_MEMORY &&
		    (is_string ||
		     operand->visibility != ZYDIS_OPERAND_VISIBILITY_HIDDEN) &&
		    operand->mem.type == ZYDIS_MEMOP_TYPE_MEM && n-- == 0) {
			return operand;
		}
	}
	return NULL;
}

/* The string instructions share names with instructions of SSE. */
static bool uses_other_registers(const struct peer *peer)
{
	for (size_t i = 0; i < peer->instruction.operand_count; i++) {
		const ZydisDecodedOperand *operand = &peer->operands[i];
		ZydisRegisterClass class;

		if (operand->type != ZYDIS_OPERAND_TYPE_REGISTER) {
			continue;
		}
		class = ZydisRegisterGetClass(operand->reg.value);
		if (class == ZYDIS_REGCLASS_XMM ||
		    class == ZYDIS_REGCLASS_SEGMENT ||
		    class == ZYDIS_REGCLASS_MMX) {
			return true;
		}
	}
	return false;
}

static bool should_be_ours(const struct peer *peer)
{
	return ZYAN_SUCCESS(peer->status) &&
	       peer->instruction.encoding ==
		       ZYDIS_INSTRUCTION_ENCODING_LEGACY &&
	       operation_of(&peer->instruction) != OPERATIONS &&
	       memory_of(peer, 0) != NULL && !uses_other_registers(peer);
}

static u8 number_of(ZydisRegister name)
{
	if (name >= ZYDIS_REGISTER_AH && name <= ZYDIS_REGISTER_BH) {
		return (u8)((name - ZYDIS_REGISTER_AH) | REGISTER_HIGH_BYTE);
	}
	if (name >= ZYDIS_REGISTER_SPL && name <= ZYDIS_REGISTER_R15B) {
		return (u8)(name - ZYDIS_REGISTER_SPL + REGISTER_RSP);
	}
	switch (name) {
	case ZYDIS_REGISTER_NONE:
		return REGISTER_NONE;
	case ZYDIS_REGISTER_RIP:
	case ZYDIS_REGISTER_EIP:
		return REGISTER_RIP;
	default:
		return (u8)ZydisRegisterGetId(name);
	}
}

/*
 * SIB.base 5 with mod 0 is no base, even with REX.B; Zydis 4.0 says R13D with
 * addresses of 32 bits. decode_native_test asks a CPU.
 */
static bool has_no_base_but_r13d(const struct peer *peer)
{
	return peer->instruction.raw.modrm.mod == 0 &&
	       peer->instruction.raw.modrm.rm == 4 &&
	       peer->instruction.raw.sib.base == 5 &&
	       peer->instruction.address_width == 32;
}

static const char *compare_memory(const struct instruction *ours,
				  const struct peer *peer)
{
	const ZydisDecodedOperand *memory = memory_of(peer, 0);
	u64 mask = size_mask(ours->address_size);
	/* The manual's MOVSXD of 16 bits reads 16, and so do CPUs. */
	bool is_movsxd_16 =
		peer->instruction.mnemonic == ZYDIS_MNEMONIC_MOVSXD &&
		ours->operand_size == 2;

	if (memory->size != (is_movsxd_16 ? 32u : 8u * ours->memory_size)) {
		return "size of the memory operand";
	}
	if (has_no_base_but_r13d(peer)) {
		return ours->base == REGISTER_NONE ? NULL : "base";
	}
	if (number_of(memory->mem.base) != ours->base) {
		return "base";
	}
	if (number_of(memory->mem.index) != ours->index) {
		return "index";
	}
	if (ours->index != REGISTER_NONE &&
	    memory->mem.scale != 1 << ours->scale_shift) {
		return "scale";
	}
	if (((u64)memory->mem.disp.value & mask) !=
	    (ours->displacement & mask)) {
		return "displacement";
	}
	if (memory->mem.segment - ZYDIS_REGISTER_ES != ours->segment) {
		return "segment";
	}
	if (((memory->actions & ZYDIS_OPERAND_ACTION_MASK_WRITE) != 0) !=
	    ours->memory_is_destination) {
		return "destination";
	}
	return NULL;
}

/* The last one of F2 and F3 before the instruction; 0 if there is none. */
static u8 repeat_prefix(const struct peer *peer)
{
	u8 last = 0;

	for (size_t i = 0; i < peer->instruction.raw.prefix_count; i++) {
		u8 prefix = peer->instruction.raw.prefixes[i].value;

		if (prefix == 0xf2 || prefix == 0xf3) {
			last = prefix;
		}
	}
	return last;
}

/* F2 before MOVS, STOS or LODS is reserved, and CPUs take it for F3. */
static u8 expected_repeat(const struct instruction *ours,
			  const struct peer *peer)
{
	switch (repeat_prefix(peer)) {
	case 0:
		return REPEAT_NONE;
	case 0xf2:
		return ours->operation == OPERATION_CMPS ||
				       ours->operation == OPERATION_SCAS
			       ? REPEAT_REPNE
			       : REPEAT_REP;
	default:
		return REPEAT_REP;
	}
}

static const char *compare_string(const struct instruction *ours,
				  const struct peer *peer)
{
	bool written = false;

	for (size_t i = 0; memory_of(peer, i) != NULL; i++) {
		const ZydisDecodedOperand *memory = memory_of(peer, i);
		bool is_rdi = number_of(memory->mem.base) == REGISTER_RDI;
		u8 segment = is_rdi && ours->operation != OPERATION_STOS &&
					     ours->operation != OPERATION_SCAS
				     ? SEGMENT_ES
				     : ours->segment;

		if (memory->mem.segment - ZYDIS_REGISTER_ES != segment) {
			return "segment";
		}
		if (memory->size != 8 * ours->memory_size) {
			return "size of the memory operand";
		}
		written |= (memory->actions &
			    ZYDIS_OPERAND_ACTION_MASK_WRITE) != 0;
	}
	if (written != ours->memory_is_destination) {
		return "destination";
	}
	if (ours->repeat != expected_repeat(ours, peer)) {
		return "repeat";
	}
	return NULL;
}

/* The operand beside the one in memory: a register, an immediate or none. */
static const char *compare_other(const struct instruction *ours,
				 const struct peer *peer)
{
	bool memory_first = peer->operands[0].type == ZYDIS_OPERAND_TYPE_MEMORY;
	const ZydisDecodedOperand *other =
		&peer->operands[memory_first ? 1 : 0];
	/* Of a count or a bit number no more than a byte is used. */
	bool counts = ours->operation >= OPERATION_ROL &&
		      ours->operation <= OPERATION_BTC;

	switch (ours->operands) {
	case OPERANDS_MEMORY:
		return NULL;
	case OPERANDS_MEMORY_IMMEDIATE:
		if (!memory_first ||
		    other->type != ZYDIS_OPERAND_TYPE_IMMEDIATE) {
			return "immediate";
		}
		return ((other->imm.value.u ^ ours->immediate) &
			size_mask(counts ? 1 : ours->operand_size)) == 0
			       ? NULL
			       : "value of the immediate";
	default:
		if (other->type != ZYDIS_OPERAND_TYPE_REGISTER ||
		    number_of(other->reg.value) != ours->register_operand) {
			return "register";
		}
		if (other->size != 8 * ours->operand_size &&
		    !(counts && other->size == 8)) {
			return "size of the register";
		}
		/* XCHG and TEST have no first operand in this sense. */
		return memory_first == (ours->operands ==
					OPERANDS_MEMORY_REGISTER)
			       ? NULL
			       : "order";
	}
}

static const char *compare(const struct instruction *ours,
			   const struct peer *peer)
{
	const ZydisDecodedInstruction *theirs = &peer->instruction;
	const char *difference;

	if (!should_be_ours(peer)) {
		return "an instruction of ours";
	}
	if (ours->length != theirs->length) {
		return "length";
	}
	if (ours->operation != operation_of(theirs)) {
		return "operation";
	}
	if (ours->address_size * 8 != theirs->address_width) {
		return "address size";
	}
	if (ours->lock != ((theirs->attributes & ZYDIS_ATTRIB_HAS_LOCK) != 0)) {
		return "lock";
	}
	if ((ours->operation == OPERATION_CMOV ||
	     ours->operation == OPERATION_SET) &&
	    ours->condition != (theirs->opcode & 0xf)) {
		return "condition";
	}
	if (ours->operands == OPERANDS_STRING) {
		return compare_string(ours, peer);
	}
	difference = compare_memory(ours, peer);
	return difference != NULL ? difference : compare_other(ours, peer);
}

static const char *judge(enum decode_result result,
			 const struct instruction *ours,
			 const struct peer *peer)
{
	switch (result) {
	case DECODE_DONE:
		return ZYAN_SUCCESS(peer->status)
			       ? compare(ours, peer)
			       : "whether there is an instruction";
	case DECODE_MORE_BYTES:
		/* Zydis counts the missing bytes of a displacement, too. */
		return peer->status == ZYDIS_STATUS_NO_MORE_DATA ||
				       peer->status ==
					       ZYDIS_STATUS_INSTRUCTION_TOO_LONG
			       ? NULL
			       : "whether it is complete";
	case DECODE_TOO_LONG:
		return peer->status == ZYDIS_STATUS_INSTRUCTION_TOO_LONG
			       ? NULL
			       : "whether it is too long";
	case DECODE_UNDEFINED:
		return peer->status == ZYDIS_STATUS_ILLEGAL_LOCK
			       ? NULL
			       : "whether LOCK is allowed";
	default:
		return should_be_ours(peer) ? "a gap" : NULL;
	}
}

static void report(const u8 *bytes, size_t count, enum code_size code,
		   const char *what)
{
	if (++differences > DIFFERENCES_MAX) {
		return;
	}
	printf("# %u-bit code,", 8u * code);
	for (size_t i = 0; i < count; i++) {
		printf(" %02x", bytes[i]);
	}
	printf(": they differ in: %s\n", what);
}

static void agree(enum code_size code, ZydisMachineMode mode,
		  ZydisStackWidth stack)
{
	u64 ours_of_all = 0;
	ZydisDecoder decoder;

	differences = 0;
	CHECK(ZYAN_SUCCESS(ZydisDecoderInit(&decoder, mode, stack)));
	for (u64 i = 0; i < strings / 3; i++) {
		u8 bytes[DECODE_BYTES_SIZE];
		/* Mostly enough of them. */
		size_t count = random_below(16) ? 15 : random_below(16);
		struct instruction instruction;
		struct peer peer;
		enum decode_result result;
		const char *what;

		decode_bytes_make(bytes, code);
		result = decode_instruction(bytes, count, code, &instruction);
		/* A longer string: Zydis then tells too long from too short. */
		peer.status = ZydisDecoderDecodeFull(
			&decoder, bytes, count == 15 ? sizeof(bytes) : count,
			&peer.instruction, peer.operands);
		what = judge(result, &instruction, &peer);
		if (what != NULL) {
			report(bytes, count, code, what);
		}
		ours_of_all += result == DECODE_DONE;
	}
	CHECK_EQ(differences, 0);
	/* The test is worth nothing if it hardly ever hits. */
	CHECK(ours_of_all > strings / 10);
}

static void agree_in_16_bit_code(void)
{
	agree(CODE_16, ZYDIS_MACHINE_MODE_LEGACY_16, ZYDIS_STACK_WIDTH_16);
}

static void agree_in_32_bit_code(void)
{
	agree(CODE_32, ZYDIS_MACHINE_MODE_LEGACY_32, ZYDIS_STACK_WIDTH_32);
}

static void agree_in_64_bit_code(void)
{
	agree(CODE_64, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
}

static const struct unit_test tests[] = {
	UNIT_TEST(agree_in_16_bit_code),
	UNIT_TEST(agree_in_32_bit_code),
	UNIT_TEST(agree_in_64_bit_code),
};

int main(int argc, char **argv)
{
	if (argc > 1) {
		random_seed(strtoull(argv[1], NULL, 0));
	}
	if (argc > 2) {
		strings = strtoull(argv[2], NULL, 0);
	}
	return UNIT_RUN(tests);
}
