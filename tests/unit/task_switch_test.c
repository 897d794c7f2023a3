/*
 * modules: h4-exits/task/task_switch.c h4-exits/task/task_segments.c
 * modules: h4-exits/task/task_tss.c h4-exits/task/task_image.c
 * modules: h4-exits/task/task_request.c h4-exits/memory/guest_descriptor.c
 * modules: h4-exits/memory/guest_segment.c h4-exits/memory/guest_pdptes.c
 * modules: h4-exits/memory/guest_linear.c h4-exits/memory/guest_rights.c
 * modules: h3-ept/guest_walk.c h3-ept/guest_memory.c h3-ept/ept.c
 * modules: h3-ept/guest_region.c h3-ept/guest_region_list.c
 * modules: h3-ept/ept_check.c tests/unit/fake_frames.c
 */
#include "task_fixture.h"

static void new_task_runs(void)
{
	CHECK_EQ(state.eip, 0x8000);
	CHECK_EQ(state.registers[TASK_EAX], 0xb0b00000);
	CHECK_EQ(state.registers[TASK_ESP], 0x9000);
	CHECK_EQ(state.registers[TASK_EDI], 0xb0b00007);
	CHECK_EQ(state.segments[SEGMENT_CS].selector, CODE);
	CHECK_EQ(state.segments[SEGMENT_CS].access_rights, 0xc09b);
	CHECK_EQ(state.segments[SEGMENT_CS].limit, 0xffffffff);
	CHECK_EQ(state.segments[SEGMENT_GS].access_rights, 0xc093);
	CHECK_EQ(state.segments[SEGMENT_TR].selector, NEW);
	CHECK_EQ(state.segments[SEGMENT_TR].base, NEW_TSS);
	CHECK_EQ(state.segments[SEGMENT_TR].access_rights, 0x8b);
	CHECK_EQ(state.segments[SEGMENT_LDTR].access_rights,
		 ACCESS_RIGHTS_UNUSABLE);
	CHECK_EQ(state.paging.cr0, CR0_PE | CR0_TS);
	CHECK_EQ(state.paging.cpl, 0);
	CHECK_EQ(state.dr7, 0x7ff & ~0x155u);
}

static void old_task_is_saved(u32 eip)
{
	CHECK_EQ(get(OLD_TSS + T_EIP, 4), eip);
	CHECK_EQ(get(OLD_TSS + T_EAX, 4), 0xa0a00000);
	CHECK_EQ(get(OLD_TSS + T_EAX + 28, 4), 0xa0a00007);
	CHECK_EQ(get(OLD_TSS + T_ES, 2), DATA);
	CHECK_EQ(get(OLD_TSS + T_CS, 2), CODE);
	CHECK_EQ(get(OLD_TSS + T_GS, 2), DATA);
}

static void jmp_leaves_the_old_task(void)
{
	make_guest();
	put(OLD_TSS + T_ES + 2, 0x7777, 2);
	put(OLD_TSS + T_LDT, LOCAL, 2);
	state.paging.rflags |= RFLAGS_NT;
	CHECK(switch_task(NEW, TASK_BY_JMP));
	new_task_runs();
	old_task_is_saved(0x1234 + 7);
	CHECK_EQ(get(OLD_TSS + T_EFLAGS, 4), 0x202 | RFLAGS_NT);
	CHECK_EQ(state.paging.rflags, 0x246);
	CHECK_EQ(type_of(OLD), 0x89);
	CHECK_EQ(type_of(NEW), 0x8b);
	CHECK_EQ(get(NEW_TSS + T_LINK, 2), 0);
	/* Of the old TSS, what is static or reserved has not been touched. */
	CHECK_EQ(get(OLD_TSS + T_ES + 2, 2), 0x7777);
	CHECK_EQ(get(OLD_TSS + T_LDT, 2), LOCAL);
}

static void call_nests_and_iret_returns(void)
{
	make_guest();
	CHECK(switch_task(NEW, TASK_BY_CALL));
	new_task_runs();
	old_task_is_saved(0x1234 + 7);
	CHECK_EQ(get(OLD_TSS + T_EFLAGS, 4), 0x202);
	CHECK_EQ(state.paging.rflags, 0x246 | RFLAGS_NT);
	CHECK_EQ(get(NEW_TSS + T_LINK, 2), OLD);
	CHECK_EQ(type_of(OLD), 0x8b);
	CHECK_EQ(type_of(NEW), 0x8b);

	state.paging.cr0 &= ~CR0_TS;
	CHECK(switch_task(OLD, TASK_BY_IRET));
	CHECK_EQ(state.eip, 0x1234 + 7);
	CHECK_EQ(state.registers[TASK_EDI], 0xa0a00007);
	CHECK_EQ(state.paging.rflags, 0x202);
	CHECK_EQ(state.paging.cr0, CR0_PE | CR0_TS);
	CHECK_EQ(state.segments[SEGMENT_TR].selector, OLD);
	CHECK_EQ(type_of(OLD), 0x8b);
	CHECK_EQ(type_of(NEW), 0x89);
	CHECK_EQ(get(NEW_TSS + T_EFLAGS, 4), 0x246);
	CHECK_EQ(get(NEW_TSS + T_EIP, 4), 0x8000 + 7);
}

static void gates_push_the_error_code(void)
{
	struct task_request request = {
		.selector = NEW,
		.source = TASK_BY_GATE,
		.external = true,
		.has_error_code = true,
		.error_code = 0x12345678,
	};

	make_guest();
	CHECK(task_switch(&memory, &state, &request, &fault));
	old_task_is_saved(0x1234);
	CHECK_EQ(get(NEW_TSS + T_LINK, 2), OLD);
	CHECK_EQ(state.paging.rflags, 0x246 | RFLAGS_NT);
	CHECK_EQ(state.registers[TASK_ESP], 0x8ffc);
	CHECK_EQ(get(0x8ffc, 4), 0x12345678);

	/* A stack of 16 bits wraps, and leaves ESP's upper half alone. */
	make_guest();
	put(NEW_TSS + T_SS, DATA_16, 2);
	put(NEW_TSS + T_ESP, 0xabcd0000, 4);
	CHECK(task_switch(&memory, &state, &request, &fault));
	CHECK_EQ(state.registers[TASK_ESP], 0xabcdfffc);
	CHECK_EQ(get(0x1fffc, 4), 0x12345678);

	/* A 16-bit TSS makes it 16 bits wide. */
	make_guest();
	request.selector = OLD_16;
	put(TSS_16 + S_AX + 8, 0x9000, 2);
	CHECK(task_switch(&memory, &state, &request, &fault));
	CHECK_EQ(state.registers[TASK_ESP], 0x8ffe);
	CHECK_EQ(get(0x8ffc, 4), 0x56780000);
}

static void tasks_of_16_bits_go_there_and_back(void)
{
	make_guest();
	put(TSS_16 + S_LDT, LOCAL, 2);
	CHECK(switch_task(OLD_16, TASK_BY_CALL));
	CHECK_EQ(state.eip, 0x7000);
	CHECK_EQ(state.registers[TASK_EDI], 0xc0c7);
	CHECK_EQ(state.paging.rflags, 0x3202 | RFLAGS_NT);
	CHECK_EQ(state.segments[SEGMENT_TR].access_rights, 0x83);
	CHECK_EQ(state.segments[SEGMENT_FS].selector, 0);
	CHECK(state.segments[SEGMENT_FS].access_rights &
	      ACCESS_RIGHTS_UNUSABLE);
	CHECK_EQ(state.segments[SEGMENT_LDTR].base, LDT);
	CHECK_EQ(type_of(OLD_16), 0x83);
	CHECK_EQ(get(TSS_16 + T_LINK, 2), OLD);

	state.eip = 0x7654;
	state.registers[TASK_EDI] = 0x11112222;
	CHECK(switch_task(OLD, TASK_BY_IRET));
	CHECK_EQ(get(TSS_16 + S_IP, 2), 0x7654 + 7);
	CHECK_EQ(get(TSS_16 + S_DI, 2), 0x2222);
	CHECK_EQ(get(TSS_16 + S_FLAGS, 2), 0x3202);
	CHECK_EQ(get(TSS_16 + S_LDT, 2), LOCAL);
	CHECK_EQ(type_of(OLD_16), 0x81);
}

static void privilege_comes_from_cs(void)
{
	make_guest();
	put(NEW_TSS + T_CS, USER_CODE, 2);
	for (unsigned int at = T_SS; at <= T_FS; at += 4) {
		put(NEW_TSS + at, USER_DATA, 2);
	}
	put(NEW_TSS + T_ES, 3, 2);
	put(NEW_TSS + T_GS, CONFORMING | 3, 2);
	CHECK(switch_task(NEW, TASK_BY_JMP));
	CHECK_EQ(state.paging.cpl, 3);
	CHECK_EQ(state.segments[SEGMENT_SS].access_rights, 0xc0f3);
	CHECK_EQ(state.segments[SEGMENT_GS].access_rights, 0xc09f);
	CHECK(state.segments[SEGMENT_ES].access_rights &
	      ACCESS_RIGHTS_UNUSABLE);
	CHECK_EQ(state.segments[SEGMENT_ES].selector, 3);
	/* They have been accessed. */
	CHECK_EQ(type_of(USER_DATA), 0xf3);
	CHECK_EQ(type_of(CONFORMING), 0x9f);
}

static void conforming_code_runs_at_any_level(void)
{
	make_guest();
	put(NEW_TSS + T_CS, CONFORMING | 3, 2);
	for (unsigned int at = T_SS; at <= T_GS; at += 4) {
		put(NEW_TSS + at, USER_DATA, 2);
	}
	put(NEW_TSS + T_ES, 0, 2);
	CHECK(switch_task(NEW, TASK_BY_JMP));
	CHECK_EQ(state.paging.cpl, 3);
}

static void segments_come_from_the_new_ldt(void)
{
	make_guest();
	put(NEW_TSS + T_LDT, LOCAL, 2);
	put(NEW_TSS + T_CS, LOCAL_CODE, 2);
	put(NEW_TSS + T_SS, LOCAL_DATA, 2);
	put(NEW_TSS + T_EIP, 0xfff, 4);
	CHECK(switch_task(NEW, TASK_BY_JMP));
	CHECK_EQ(state.segments[SEGMENT_LDTR].selector, LOCAL);
	CHECK_EQ(state.segments[SEGMENT_LDTR].access_rights, 0x82);
	CHECK_EQ(state.segments[SEGMENT_CS].base, 0x100);
	CHECK_EQ(state.segments[SEGMENT_SS].base, 0x200);
}

static void virtual_8086_tasks_have_paragraphs(void)
{
	make_guest();
	put(NEW_TSS + T_EFLAGS, 0x3202 | RFLAGS_VM, 4);
	put(NEW_TSS + T_CS, 0xf000, 2);
	put(NEW_TSS + T_DS, 0x1234, 2);
	CHECK(switch_task(NEW, TASK_BY_JMP));
	CHECK_EQ(state.paging.cpl, 3);
	CHECK_EQ(state.paging.rflags, 0x3202 | RFLAGS_VM);
	CHECK_EQ(state.segments[SEGMENT_CS].base, 0xf0000);
	CHECK_EQ(state.segments[SEGMENT_DS].base, 0x12340);
	CHECK_EQ(state.segments[SEGMENT_DS].limit, 0xffff);
	CHECK_EQ(state.segments[SEGMENT_DS].access_rights, 0xf3);
	/* EIP is held against the limit. */
	make_guest();
	put(NEW_TSS + T_EFLAGS, 0x202 | RFLAGS_VM, 4);
	put(NEW_TSS + T_EIP, 0x10000, 4);
	CHECK(!switch_task(NEW, TASK_BY_JMP));
	CHECK_EQ(fault.vector, VECTOR_GP);
}

static void undefined_flags_are_not_loaded(void)
{
	make_guest();
	put(NEW_TSS + T_EFLAGS, 0xffffffff & ~RFLAGS_VM, 4);
	CHECK(switch_task(NEW, TASK_BY_JMP));
	CHECK_EQ(state.paging.rflags, 0x3d7fd7);
}

static void a_debug_trap_comes_after_the_switch(void)
{
	make_guest();
	put(NEW_TSS + T_TRAP, 1, 2);
	CHECK(!switch_task(NEW, TASK_BY_JMP));
	CHECK_EQ(fault.vector, VECTOR_DB);
	CHECK(!fault.has_error_code);
	CHECK_EQ(state.dr6, 0xffff0ff0 | BIT(15));
	new_task_runs();
}

#define PAGE_TABLE 0x20000u
#define ENTRY	   (PAGE_PRESENT | PAGE_WRITE | PAGE_USER)

static void paging_is_the_new_tasks(void)
{
	make_guest();
	/* The first 2 MiB as they are, for both: PAE paging, large pages. */
	put(PAGE_TABLE, (PAGE_TABLE + 0x1000) | PAGE_PRESENT, 8);
	put(PAGE_TABLE + 0x1000, ENTRY | PAGE_LARGE, 8);
	state.paging.cr0 |= CR0_PG;
	state.paging.cr4 = CR4_PAE;
	state.paging.cr3 = 0x30000;
	state.paging.pdpte[0] = (PAGE_TABLE + 0x1000) | PAGE_PRESENT;
	put(NEW_TSS + T_CR3, PAGE_TABLE, 4);
	CHECK(switch_task(NEW, TASK_BY_CALL));
	CHECK_EQ(state.paging.cr3, PAGE_TABLE);
	CHECK_EQ(state.paging.pdpte[0], (PAGE_TABLE + 0x1000) | PAGE_PRESENT);
	/* The same CR3 again loads no PDPTEs. */
	put(PAGE_TABLE, UINT64_MAX, 8);
	put(OLD_TSS + T_CR3, PAGE_TABLE, 4);
	CHECK(switch_task(OLD, TASK_BY_IRET));
	/* Another does, and they are checked in the old task. */
	put(PAGE_TABLE + 0x20, PAGE_PRESENT | BIT(1), 8);
	put(NEW_TSS + T_CR3, PAGE_TABLE + 0x20, 4);
	CHECK(!switch_task(NEW, TASK_BY_JMP));
	CHECK_EQ(fault.vector, VECTOR_GP);
	CHECK_EQ(fault.error_code, 0);
	CHECK_EQ(state.segments[SEGMENT_TR].selector, OLD);
	CHECK_EQ(type_of(NEW), 0x89);
}

static void cr3_stays_without_paging(void)
{
	make_guest();
	state.paging.cr3 = 0x12000;
	put(NEW_TSS + T_CR3, PAGE_TABLE, 4);
	CHECK(switch_task(NEW, TASK_BY_JMP));
	CHECK_EQ(state.paging.cr3, 0x12000);
}

static void exits_tell_what_is_asked_for(void)
{
	const u32 valid = 0x80000000;
	struct task_request r = task_request_decode(0x80000030, 0, 0, 5);

	CHECK_EQ(r.selector, 0x30);
	CHECK_EQ(r.source, TASK_BY_JMP);
	CHECK_EQ(r.instruction_length, 5);
	CHECK(!r.external && !r.has_error_code);
	CHECK_EQ(task_request_decode(0x40000030, 0, 0, 1).source, TASK_BY_IRET);
	/* What the IDT-vectoring fields say is of use to a gate alone. */
	r = task_request_decode(0x30, valid | 0xb0e, 4, 7);
	CHECK_EQ(r.source, TASK_BY_CALL);
	CHECK(!r.external && !r.has_error_code && r.instruction_length == 7);
	/* A page fault, a timer's interrupt, INT n, INT1 and INT3. */
	r = task_request_decode(0xc0000030, valid | 0xb0e, 0xfff4, 9);
	CHECK_EQ(r.source, TASK_BY_GATE);
	CHECK(r.external && r.has_error_code && r.error_code == 0xfff4);
	CHECK_EQ(r.instruction_length, 0);
	r = task_request_decode(0xc0000030, valid | 0x020, 0, 9);
	CHECK(r.external && !r.has_error_code && r.instruction_length == 0);
	r = task_request_decode(0xc0000030, valid | 0x421, 0, 2);
	CHECK(!r.external && r.instruction_length == 2);
	r = task_request_decode(0xc0000030, valid | 0x501, 0, 1);
	CHECK(r.external && r.instruction_length == 1);
	r = task_request_decode(0xc0000030, valid | 0x603, 0, 1);
	CHECK(!r.external && r.instruction_length == 1);
}

static const struct unit_test tests[] = {
	UNIT_TEST(jmp_leaves_the_old_task),
	UNIT_TEST(call_nests_and_iret_returns),
	UNIT_TEST(gates_push_the_error_code),
	UNIT_TEST(tasks_of_16_bits_go_there_and_back),
	UNIT_TEST(privilege_comes_from_cs),
	UNIT_TEST(conforming_code_runs_at_any_level),
	UNIT_TEST(segments_come_from_the_new_ldt),
	UNIT_TEST(virtual_8086_tasks_have_paragraphs),
	UNIT_TEST(undefined_flags_are_not_loaded),
	UNIT_TEST(a_debug_trap_comes_after_the_switch),
	UNIT_TEST(paging_is_the_new_tasks),
	UNIT_TEST(cr3_stays_without_paging),
	UNIT_TEST(exits_tell_what_is_asked_for),
};

int main(void)
{
	return UNIT_RUN(tests);
}
