#include "cpu/ports.h"
#include "check.h"
#include "cpu/instructions.h"
#include "cpu/registers.h"

#define SCRATCH	 0x3ff /* of COM1: a byte that means nothing */
#define NOBODY	 0x2f0
#define PCI_ADDR 0xcf8
#define PIC_MASK 0x21

PROBE_CODE(in_8, "in %dx, %al");
PROBE_CODE(in_16, "in %dx, %ax");
PROBE_CODE(in_32, "in %dx, %eax");
PROBE_CODE(out_8, "out %al, %dx");
PROBE_CODE(out_16, "out %ax, %dx");
PROBE_CODE(out_32, "out %eax, %dx");
PROBE_CODE(in_immediate, "in $0x21, %al");
PROBE_CODE(out_immediate, "out %al, $0x21");

static struct probe at(u16 port, u64 rax)
{
	return (struct probe){
		.state = {.rax = rax, .rdx = port | 0xffffffffffff0000}};
}

static void check_port(const char *name, const u8 *code, u16 port, u64 rax,
		       u64 expected)
{
	struct probe probe = at(port, rax);

	check_end(name, &probe, code, PROBE_DONE);
	check(name, probe.state.rax, expected);
}

static void check_user(void)
{
	struct probe probe = at(SCRATCH, 1);

	probe.mode = PROBE_USER;
	check_refused("IN at CPL 3", &probe, in_8);
	probe.state.rflags |= RFLAGS_IOPL_MASK;
	check_end("IN at CPL 3 with IOPL 3", &probe, in_8, PROBE_DONE);
}

void check_ports(void)
{
	const u64 upper = 0x1122334455667788;
	struct probe probe = at(SCRATCH, upper ^ 0xff);

	check_end("OUT DX, AL", &probe, out_8, PROBE_DONE);
	check("OUT DX, AL, the byte", in8(SCRATCH), 0x77);
	check_port("IN AL, DX", in_8, SCRATCH, upper, 0x1122334455667777);
	check_port("IN AL, DX of nobody", in_8, NOBODY, upper,
		   0x11223344556677ff);
	check_port("IN AX, DX of nobody", in_16, NOBODY, upper,
		   0x112233445566ffff);
	check_port("IN EAX, DX of nobody", in_32, NOBODY, upper, 0xffffffff);
	check_port("OUT DX, AX to nobody", out_16, NOBODY, upper, upper);
	check_port("OUT DX, EAX", out_32, PCI_ADDR, 0xffffffff80000008,
		   0xffffffff80000008);
	check_port("IN EAX, DX", in_32, PCI_ADDR, upper, 0x80000008);
	check_port("OUT 21H, AL", out_immediate, NOBODY, 0xfe, 0xfe);
	check("OUT 21H, AL, the byte", in8(PIC_MASK), 0xfe);
	check_port("IN AL, 21H", in_immediate, NOBODY, 0, 0xfe);
	out8(PIC_MASK, 0xff);
	check_user();
}
