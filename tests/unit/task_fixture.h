#pragma once
/*
 * Two tasks of a guest, and the tables that describe them.
 */
#include "linear_fixture.h"
#include "memory/guest_descriptor.h"
#include "task/task_switch.h"

#define GDT 0x1000u
#define LDT 0x2000u

/* Where the TSSs are: of the task that runs, and of those that do not. */
#define OLD_TSS 0x4000u
#define NEW_TSS 0x5000u
#define TSS_16	0x6000u

enum {
	CODE = 0x08,
	DATA = 0x10,
	USER_CODE = 0x1b,
	USER_DATA = 0x23,
	OLD = 0x28,
	NEW = 0x30,
	OLD_16 = 0x38, /* a 16-bit TSS */
	LOCAL = 0x40,  /* the LDT */
	CONFORMING = 0x48,
	EXECUTE_ONLY = 0x50,
	DATA_16 = 0x58,
	GDT_LIMIT = 0x5f,
	LOCAL_CODE = 0x04,
	LOCAL_DATA = 0x0c,
};

/* Offsets of a 32-bit TSS, and of a 16-bit one. */
enum {
	T_LINK = 0,
	T_CR3 = 28,
	T_EIP = 32,
	T_EFLAGS = 36,
	T_EAX = 40,
	T_ESP = 56,
	T_ES = 72,
	T_CS = 76,
	T_SS = 80,
	T_DS = 84,
	T_FS = 88,
	T_GS = 92,
	T_LDT = 96,
	T_TRAP = 100,
	S_IP = 14,
	S_FLAGS = 16,
	S_AX = 18,
	S_DI = 32,
	S_ES = 34,
	S_CS = 36,
	S_SS = 38,
	S_DS = 40,
	S_LDT = 42,
};

static struct task_state state;
static struct guest_fault fault;

/* A descriptor in the GDT; type: the byte with P, DPL and S too. */
static inline void describe(gpa_t table, u16 selector, u32 base, u32 limit,
			    u8 type, u8 flags)
{
	put(table + (selector & ~7u),
	    (limit & 0xffff) | (u64)(base & 0xffffff) << 16 | (u64)type << 40 |
		    (u64)(limit >> 16 & 0xf) << 48 | (u64)flags << 52 |
		    (u64)(base >> 24) << 56,
	    8);
}

static inline void make_tables(void)
{
	describe(GDT, CODE, 0, 0xfffff, 0x9b, 0xc);
	describe(GDT, DATA, 0, 0xfffff, 0x93, 0xc);
	describe(GDT, USER_CODE, 0, 0xfffff, 0xfb, 0xc);
	describe(GDT, USER_DATA, 0, 0xfffff, 0xf2, 0xc);
	describe(GDT, OLD, OLD_TSS, 103, 0x8b, 0);
	describe(GDT, NEW, NEW_TSS, 103, 0x89, 0);
	describe(GDT, OLD_16, TSS_16, 43, 0x81, 0);
	describe(GDT, LOCAL, LDT, 0xf, 0x82, 0);
	describe(GDT, CONFORMING, 0, 0xfffff, 0x9e, 0xc);
	describe(GDT, EXECUTE_ONLY, 0, 0xfffff, 0x98, 0xc);
	describe(GDT, DATA_16, 0x10000, 0xffff, 0x92, 0);
	describe(LDT, LOCAL_CODE, 0x100, 0xfff, 0x9a, 4);
	describe(LDT, LOCAL_DATA, 0x200, 0xfff, 0x92, 4);
}

static inline void make_tasks(void)
{
	for (unsigned int i = 0; i < TASK_REGISTERS; i++) {
		put(NEW_TSS + T_EAX + 4 * i, 0xb0b00000 + i, 4);
		put(TSS_16 + S_AX + 2 * i, 0xc0c0 + i, 2);
	}
	for (unsigned int at = T_ES; at <= T_GS; at += 4) {
		put(NEW_TSS + at, DATA, 2);
	}
	for (unsigned int at = S_ES; at <= S_DS; at += 2) {
		put(TSS_16 + at, DATA, 2);
	}
	put(NEW_TSS + T_CS, CODE, 2);
	put(NEW_TSS + T_EIP, 0x8000, 4);
	put(NEW_TSS + T_EFLAGS, 0x246, 4);
	put(NEW_TSS + T_ESP, 0x9000, 4);
	put(TSS_16 + S_CS, CODE, 2);
	put(TSS_16 + S_IP, 0x7000, 2);
	put(TSS_16 + S_FLAGS, 0x3202, 2);
}

/* The task of OLD runs. */
static inline void make_guest(void)
{
	make_memory();
	make_tables();
	make_tasks();
	memset(&fault, 0, sizeof(fault));
	state = (struct task_state){
		.eip = 0x1234,
		.gdt_base = GDT,
		.gdt_limit = GDT_LIMIT,
		.dr6 = 0xffff0ff0,
		.dr7 = 0x7ff,
		.paging = {.cr0 = CR0_PE, .rflags = 0x202, .maxphyaddr = 40},
	};
	for (unsigned int i = 0; i < TASK_REGISTERS; i++) {
		state.registers[i] = 0xa0a00000 + i;
	}
	for (unsigned int i = 0; i < SEGMENT_LDTR; i++) {
		u16 selector = i == SEGMENT_CS ? CODE : DATA;

		state.segments[i] = guest_descriptor_segment(
			selector, get(GDT + selector, 8));
	}
	state.segments[SEGMENT_LDTR].access_rights = ACCESS_RIGHTS_UNUSABLE;
	state.segments[SEGMENT_TR] =
		guest_descriptor_segment(OLD, get(GDT + OLD, 8));
}

static inline bool switch_task(u16 selector, enum task_source source)
{
	const struct task_request request = {
		.selector = selector,
		.source = source,
		.instruction_length = 7,
	};

	return task_switch(&memory, &state, &request, &fault);
}

/* The type byte of a descriptor in the GDT. */
static inline u64 type_of(u16 selector)
{
	return get(GDT + (selector & ~7u) + 5, 1);
}
