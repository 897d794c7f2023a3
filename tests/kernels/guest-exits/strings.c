/*
 * INS and OUTS. Their port is COM1's scratch register, which holds the last
 * byte that it was given.
 */
#include "check.h"
#include "cpu/debug_registers.h"
#include "cpu/instructions.h"
#include "cpu/msr.h"
#include "cpu/ports.h"
#include "cpu/registers.h"
#include "lib/string.h"
#include "memory/frames.h"
#include "memory/physical.h"

#define SCRATCH	 0x3ff
#define NOBODY	 0x2f0
#define NOWHERE	 0x7f0000000000 /* two pages, of which the second is not */
#define PRESENT	 7ull
#define LONG_RUN 600

PROBE_CODE(outs_8, "outsb");
PROBE_CODE(outs_fs, "outsb %fs:(%rsi), %dx");
PROBE_CODE(outs_32_address, "addr32 rep outsb");
PROBE_CODE(rep_outs_8, "rep outsb");
PROBE_CODE(rep_outs_16, "rep outsw");
PROBE_CODE(rep_outs_32, "rep outsl");
PROBE_CODE(ins_8, "insb");
PROBE_CODE(ins_16, "insw");
PROBE_CODE(rep_ins_8, "rep insb");
PROBE_CODE(rep_ins_16, "rep insw");
PROBE_CODE(outs_in_16_bits, ".code16\n\trep outsb");
PROBE_CODE(ins_in_16_bits, ".code16\n\tinsb");

static u8 bytes[LONG_RUN];

static struct probe with(u16 port, u64 index, u64 count)
{
	return (struct probe){
		.state = {
			.rdx = port, .rsi = index, .rdi = index, .rcx = count}};
}

static u64 start_of(const u8 *where)
{
	return (u64)(uintptr_t)where;
}

static void check_forward(void)
{
	struct probe probe = with(SCRATCH, start_of(bytes), 7);

	check_end("OUTSB", &probe, outs_8, PROBE_DONE);
	check("OUTSB, the byte", in8(SCRATCH), bytes[0]);
	check("OUTSB's RSI", probe.state.rsi, start_of(bytes) + 1);
	check("OUTSB leaves RCX", probe.state.rcx, 7);
	probe = with(SCRATCH, start_of(bytes), 5);
	check_end("REP OUTSB", &probe, rep_outs_8, PROBE_DONE);
	check("REP OUTSB, the byte", in8(SCRATCH), bytes[4]);
	check("REP OUTSB's RSI", probe.state.rsi, start_of(bytes) + 5);
	check("REP OUTSB's RCX", probe.state.rcx, 0);
	probe = with(NOBODY, start_of(bytes), 3);
	probe_run(&probe, rep_outs_16);
	check("REP OUTSW's RSI", probe.state.rsi, start_of(bytes) + 6);
	probe = with(NOBODY, start_of(bytes), 3);
	probe_run(&probe, rep_outs_32);
	check("REP OUTSD's RSI", probe.state.rsi, start_of(bytes) + 12);
	probe = with(SCRATCH, start_of(bytes), 0);
	out8(SCRATCH, 0xa5);
	check_end("REP OUTSB of nothing", &probe, rep_outs_8, PROBE_DONE);
	check("REP OUTSB of nothing, RSI", probe.state.rsi, start_of(bytes));
	check("REP OUTSB of nothing, the byte", in8(SCRATCH), 0xa5);
	probe = with(SCRATCH, start_of(bytes), LONG_RUN);
	check_end("REP OUTSB, long", &probe, rep_outs_8, PROBE_DONE);
	check("REP OUTSB, long, RSI", probe.state.rsi,
	      start_of(bytes) + LONG_RUN);
	check("REP OUTSB, long, the byte", in8(SCRATCH), bytes[LONG_RUN - 1]);
}

static void check_backward(void)
{
	struct probe probe = with(SCRATCH, start_of(bytes + 9), 4);

	probe.state.rflags = RFLAGS_DF;
	check_end("REP OUTSB with DF", &probe, rep_outs_8, PROBE_DONE);
	check("REP OUTSB with DF, the byte", in8(SCRATCH), bytes[6]);
	check("REP OUTSB with DF, RSI", probe.state.rsi, start_of(bytes + 5));
	probe = with(NOBODY, start_of(bytes + 9), 2);
	probe.state.rflags = RFLAGS_DF;
	probe_run(&probe, rep_outs_32);
	check("REP OUTSD with DF, RSI", probe.state.rsi, start_of(bytes + 1));
}

static void check_input(void)
{
	static u8 buffer[8];
	struct probe probe = with(SCRATCH, start_of(buffer + 1), 3);

	out8(SCRATCH, 0x3c);
	check_end("INSB", &probe, ins_8, PROBE_DONE);
	check("INSB's RDI", probe.state.rdi, start_of(buffer + 2));
	check("INSB's byte", buffer[1] | buffer[2] << 8, 0x3c);
	probe = with(SCRATCH, start_of(buffer + 4), 3);
	check_end("REP INSB", &probe, rep_ins_8, PROBE_DONE);
	check("REP INSB's bytes", buffer[4] + buffer[5] + buffer[6] + buffer[7],
	      3 * 0x3c);
	probe = with(NOBODY, start_of(buffer), 2);
	check_end("REP INSW", &probe, rep_ins_16, PROBE_DONE);
	check("REP INSW's RDI", probe.state.rdi, start_of(buffer + 4));
	check("REP INSW's bytes", buffer[0] & buffer[3], 0xff);
}

/* The upper halves of what a shorter address uses. */
static void check_address_sizes(void)
{
	const u64 upper = 0x1234567800000000;
	struct probe probe = with(SCRATCH, start_of(bytes) | upper, upper | 2);

	check_end("OUTSB by ESI", &probe, outs_32_address, PROBE_DONE);
	check("OUTSB by ESI, RSI", probe.state.rsi, start_of(bytes) + 2);
	check("OUTSB by ESI, RCX", probe.state.rcx, 0);
	wrmsr(IA32_FS_BASE, start_of(bytes));
	probe = with(SCRATCH, 6, 0);
	check_end("OUTSB through FS", &probe, outs_fs, PROBE_DONE);
	check("OUTSB through FS, the byte", in8(SCRATCH), bytes[6]);
	wrmsr(IA32_FS_BASE, 0);
	memcpy(probe_segment + 0x300, bytes, 8);
	probe = with(SCRATCH, 0x55550300, 0xaaaa0003);
	probe.mode = PROBE_COMPATIBILITY_16;
	check_end("OUTSB by SI", &probe, outs_in_16_bits, PROBE_DONE);
	check("OUTSB by SI, the byte", in8(SCRATCH), bytes[2]);
	check("OUTSB by SI, ESI", probe.state.rsi, 0x55550303);
	check("OUTSB by SI, ECX", probe.state.rcx, 0xaaaa0000);
	probe = with(SCRATCH, 0x5555ffff, 0);
	probe.mode = PROBE_COMPATIBILITY_16;
	probe.state.rdi = 0x55550400;
	check_end("INSB by DI", &probe, ins_in_16_bits, PROBE_DONE);
	check("INSB by DI, the byte", probe_segment[0x400], bytes[2]);
}

/* Up to the end of the page, and a fault where the next one begins. */
static void check_faults(void)
{
	const u64 end = NOWHERE + FRAME_SIZE;
	hpa_t page = frames_alloc_zeroed(FRAME_ORDER_4K);
	struct probe probe = with(SCRATCH, end - 3, 5);

	probe_map(NOWHERE, page, PRESENT);
	memcpy(phys_to_virt(page + FRAME_SIZE - 3), bytes, 3);
	check_end("REP OUTSB off a page", &probe, rep_outs_8,
		  VECTOR_PAGE_FAULT);
	check("its CR2", probe.cr2, end);
	check("its error code", probe.state.error_code, 0);
	check("its RSI", probe.state.rsi, end);
	check("its RCX", probe.state.rcx, 2);
	check("its RIP", probe.offset, 0);
	check("its RF", probe.state.rflags & RFLAGS_RF, RFLAGS_RF);
	check("its byte", in8(SCRATCH), bytes[2]);
	probe = with(SCRATCH, end - 1, 5);
	check_end("INSW off a page", &probe, ins_16, VECTOR_PAGE_FAULT);
	check("INSW's CR2", probe.cr2, end);
	check("INSW's error code", probe.state.error_code, 2);
	check("INSW's RDI", probe.state.rdi, end - 1);
	check("INSW has written nothing",
	      ((u8 *)phys_to_virt(page))[FRAME_SIZE - 1], bytes[2]);
	probe = with(SCRATCH, 0x8000000000000000, 1);
	check_refused("OUTSB, not canonical", &probe, outs_8);
	probe = with(SCRATCH, start_of(bytes), 1);
	probe.mode = PROBE_USER;
	check_refused("OUTSB at CPL 3", &probe, outs_8);
}

/* A word with a byte in each of two pages that do not lie side by side. */
static void check_crossing(void)
{
	const u64 gva = NOWHERE + MIB(2) - FRAME_SIZE;
	hpa_t first = frames_alloc_zeroed(FRAME_ORDER_4K);
	hpa_t second = frames_alloc_zeroed(FRAME_ORDER_4K);
	struct probe probe = with(NOBODY, gva + FRAME_SIZE - 1, 1);

	probe_map(gva, first, PRESENT);
	probe_map(gva + FRAME_SIZE, second, PRESENT);
	check_end("INSW across pages", &probe, ins_16, PROBE_DONE);
	check("INSW across pages, first byte",
	      ((u8 *)phys_to_virt(first))[FRAME_SIZE - 1], 0xff);
	check("INSW across pages, second byte", *(u8 *)phys_to_virt(second),
	      0xff);
}

/* A breakpoint at a repeated instruction hits before its first iteration. */
static void check_breakpoint(void)
{
	struct probe probe = with(SCRATCH, start_of(bytes), LONG_RUN);

	write_dr0(start_of(rep_outs_8));
	write_dr7(DR7_FIXED | 1);
	probe_run(&probe, rep_outs_8);
	write_dr7(DR7_FIXED);
	check("a breakpoint at REP OUTSB", probe.steps, 1);
	check("REP OUTSB behind a breakpoint", probe.state.rsi,
	      start_of(bytes) + LONG_RUN);
}

void check_strings(void)
{
	for (unsigned int i = 0; i < sizeof(bytes); i++) {
		bytes[i] = (u8)(i * 7 + 1);
	}
	check_forward();
	check_backward();
	check_input();
	check_address_sizes();
	check_faults();
	check_crossing();
	check_breakpoint();
}
