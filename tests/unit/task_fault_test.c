/*
 * modules: h4-exits/task/task_switch.c h4-exits/task/task_segments.c
 * modules: h4-exits/task/task_tss.c h4-exits/task/task_image.c
 * modules: h4-exits/memory/guest_descriptor.c
 * modules: h4-exits/memory/guest_segment.c h4-exits/memory/guest_pdptes.c
 * modules: h4-exits/memory/guest_linear.c h4-exits/memory/guest_rights.c
 * modules: h3-ept/guest_walk.c h3-ept/guest_memory.c h3-ept/ept.c
 * modules: h3-ept/guest_region.c h3-ept/guest_region_list.c
 * modules: h3-ept/ept_check.c tests/unit/fake_frames.c
 */
#include "task_fixture.h"

/* Up to two changes to sound tables, and what comes of the switch to NEW. */
struct sample {
	struct {
		gpa_t at;
		u64 value;
		unsigned int size; /* 0: no change */
	} change[2];
	u16 selector;
	enum task_source source;
	u8 vector;
	u32 error_code;
};

#define TYPE_AT(selector)  (GDT + ((selector) & ~7u) + 5)
#define LIMIT_AT(selector) (GDT + ((selector) & ~7u))

/* In the order of the manual's table. */
static const struct sample old_task_samples[] = {
	{{{0}}, 0, TASK_BY_CALL, VECTOR_GP, 0},
	{{{0}}, 0, TASK_BY_IRET, VECTOR_TS, 0},
	{{{0}}, NEW | 4, TASK_BY_JMP, VECTOR_GP, NEW | 4},
	{{{0}}, NEW | 4, TASK_BY_IRET, VECTOR_TS, NEW | 4},
	{{{0}}, 0x63, TASK_BY_JMP, VECTOR_GP, 0x60},
	{{{0}}, 0x60, TASK_BY_IRET, VECTOR_TS, 0x60},
	{{{0}}, DATA, TASK_BY_JMP, VECTOR_GP, DATA},
	{{{0}}, LOCAL, TASK_BY_CALL, VECTOR_GP, LOCAL},
	{{{TYPE_AT(NEW), 0x99, 1}}, NEW, TASK_BY_JMP, VECTOR_GP, NEW},
	{{{TYPE_AT(NEW), 0x09, 1}}, NEW, TASK_BY_JMP, VECTOR_NP, NEW},
	{{{TYPE_AT(NEW), 0x0b, 1}}, NEW, TASK_BY_IRET, VECTOR_NP, NEW},
	{{{TYPE_AT(NEW), 0x8b, 1}}, NEW | 3, TASK_BY_JMP, VECTOR_GP, NEW},
	{{{TYPE_AT(NEW), 0x8b, 1}}, NEW, TASK_BY_CALL, VECTOR_GP, NEW},
	{{{TYPE_AT(NEW), 0x8b, 1}}, NEW, TASK_BY_GATE, VECTOR_GP, NEW | 1},
	{{{0}}, NEW, TASK_BY_IRET, VECTOR_TS, NEW},
	{{{LIMIT_AT(NEW), 102, 2}}, NEW, TASK_BY_JMP, VECTOR_TS, NEW},
	{{{LIMIT_AT(OLD_16), 42, 2}},
	 OLD_16,
	 TASK_BY_GATE,
	 VECTOR_TS,
	 OLD_16 | 1},
};

#define NEW_LDT                           \
	{                                 \
		NEW_TSS + T_LDT, LOCAL, 2 \
	}
#define SET(at, sel)                     \
	{                                \
		NEW_TSS + (at), (sel), 2 \
	}

static const struct sample new_task_samples[] = {
	/* LDT: in a table, a system segment, of that type, present. */
	{{SET(T_LDT, LOCAL | 4)}, NEW, TASK_BY_JMP, VECTOR_TS, LOCAL | 4},
	{{SET(T_LDT, 0x60)}, NEW, TASK_BY_JMP, VECTOR_TS, 0x60},
	{{SET(T_LDT, DATA)}, NEW, TASK_BY_JMP, VECTOR_TS, DATA},
	{{SET(T_LDT, OLD)}, NEW, TASK_BY_GATE, VECTOR_TS, OLD | 1},
	{{NEW_LDT, {TYPE_AT(LOCAL), 0x02, 1}},
	 NEW,
	 TASK_BY_JMP,
	 VECTOR_TS,
	 LOCAL},
	/* CS and SS. */
	{{SET(T_CS, CODE | 3)}, NEW, TASK_BY_JMP, VECTOR_TS, CODE},
	{{SET(T_CS, CONFORMING), {TYPE_AT(CONFORMING), 0xfe, 1}},
	 NEW,
	 TASK_BY_JMP,
	 VECTOR_TS,
	 CONFORMING},
	{{SET(T_SS, 0)}, NEW, TASK_BY_JMP, VECTOR_TS, 0},
	{{SET(T_SS, 0x60)}, NEW, TASK_BY_JMP, VECTOR_TS, 0x60},
	{{SET(T_SS, LOCAL_DATA)}, NEW, TASK_BY_JMP, VECTOR_TS, LOCAL_DATA},
	{{SET(T_SS, CODE)}, NEW, TASK_BY_JMP, VECTOR_TS, CODE},
	{{SET(T_SS, DATA_16), {TYPE_AT(DATA_16), 0x90, 1}},
	 NEW,
	 TASK_BY_JMP,
	 VECTOR_TS,
	 DATA_16},
	{{SET(T_SS, OLD)}, NEW, TASK_BY_JMP, VECTOR_TS, OLD},
	{{SET(T_SS, DATA_16), {TYPE_AT(DATA_16), 0x12, 1}},
	 NEW,
	 TASK_BY_JMP,
	 VECTOR_SS,
	 DATA_16},
	{{SET(T_SS, USER_DATA)}, NEW, TASK_BY_JMP, VECTOR_TS, USER_DATA & ~3},
	{{SET(T_CS, 0)}, NEW, TASK_BY_JMP, VECTOR_TS, 0},
	{{SET(T_CS, DATA)}, NEW, TASK_BY_JMP, VECTOR_TS, DATA},
	{{SET(T_CS, OLD)}, NEW, TASK_BY_JMP, VECTOR_TS, OLD},
	{{SET(T_CS, EXECUTE_ONLY), {TYPE_AT(EXECUTE_ONLY), 0x18, 1}},
	 NEW,
	 TASK_BY_JMP,
	 VECTOR_NP,
	 EXECUTE_ONLY},
	{{SET(T_SS, DATA | 3)}, NEW, TASK_BY_JMP, VECTOR_TS, DATA},
	/* The checks of SS come before the presence of CS. */
	{{SET(T_CS, DATA), SET(T_SS, 0x60)}, NEW, TASK_BY_JMP, VECTOR_TS, 0x60},
	/* DS, ES, FS and GS. */
	{{SET(T_DS, 0x60)}, NEW, TASK_BY_JMP, VECTOR_TS, 0x60},
	{{SET(T_ES, EXECUTE_ONLY)}, NEW, TASK_BY_JMP, VECTOR_TS, EXECUTE_ONLY},
	{{SET(T_FS, NEW)}, NEW, TASK_BY_JMP, VECTOR_TS, NEW},
	{{SET(T_GS, DATA_16), {TYPE_AT(DATA_16), 0x12, 1}},
	 NEW,
	 TASK_BY_JMP,
	 VECTOR_NP,
	 DATA_16},
	{{SET(T_DS, DATA | 3)}, NEW, TASK_BY_JMP, VECTOR_TS, DATA},
	{{SET(T_CS, USER_CODE), SET(T_SS, USER_DATA)},
	 NEW,
	 TASK_BY_JMP,
	 VECTOR_TS,
	 DATA},
	/* EIP. */
	{{NEW_LDT, SET(T_CS, LOCAL_CODE)}, NEW, TASK_BY_JMP, VECTOR_GP, 0},
	{{NEW_LDT, SET(T_CS, LOCAL_CODE)}, NEW, TASK_BY_GATE, VECTOR_GP, 1},
};

static void prepare(const struct sample *s)
{
	make_guest();
	for (unsigned int i = 0; i < ARRAY_SIZE(s->change); i++) {
		put(s->change[i].at, s->change[i].value, s->change[i].size);
	}
}

static bool faults_as_told(const struct sample *s)
{
	const struct task_request request = {
		.selector = s->selector,
		.source = s->source,
		.instruction_length = 2,
		.external = s->source == TASK_BY_GATE,
	};

	return CHECK(!task_switch(&memory, &state, &request, &fault)) &&
	       CHECK_EQ(fault.vector, s->vector) &&
	       CHECK(fault.has_error_code) &&
	       CHECK_EQ(fault.error_code, s->error_code);
}

static void the_old_task_gets_its_faults_unchanged(void)
{
	static u8 ram[RAM];
	static u8 before[sizeof(state)];
	static u8 after[sizeof(state)];

	for (size_t i = 0; i < ARRAY_SIZE(old_task_samples); i++) {
		u64 size = RAM;

		prepare(&old_task_samples[i]);
		memcpy(before, &state, sizeof(state));
		CHECK(guest_memory_read(&memory, 0, ram, RAM));
		bool right = faults_as_told(&old_task_samples[i]);

		memcpy(after, &state, sizeof(state));
		if (!right ||
		    !CHECK(memcmp(before, after, sizeof(before)) == 0) ||
		    !CHECK(memcmp(ram, guest_memory_pointer(&memory, 0, &size),
				  RAM) == 0)) {
			printf("# sample %zu\n", i);
		}
	}
}

static void the_new_task_gets_the_faults_of_its_segments(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(new_task_samples); i++) {
		const struct sample *s = &new_task_samples[i];
		const struct segment *cs = &state.segments[SEGMENT_CS];

		prepare(s);
		if (!faults_as_told(s) ||
		    !CHECK_EQ(state.segments[SEGMENT_TR].selector, NEW) ||
		    !CHECK_EQ(state.eip, 0x8000) ||
		    !CHECK_EQ(type_of(OLD),
			      s->source == TASK_BY_GATE ? 0x8b : 0x89) ||
		    !CHECK_EQ(type_of(NEW), 0x8b) ||
		    !CHECK_EQ(ACCESS_RIGHTS_DPL(cs->access_rights),
			      state.paging.cpl) ||
		    !CHECK((cs->access_rights & ACCESS_RIGHTS_UNUSABLE) == 0)) {
			printf("# sample %zu\n", i);
		}
	}
}

/* What has not been loaded gives no access, but tells its selector. */
static void registers_behind_a_fault_are_of_no_use(void)
{
	const struct sample s = {
		{SET(T_CS, CODE | 3)}, NEW, TASK_BY_JMP, VECTOR_TS, CODE};

	prepare(&s);
	CHECK(faults_as_told(&s));
	CHECK_EQ(state.paging.cpl, 3);
	CHECK_EQ(state.segments[SEGMENT_CS].selector, CODE | 3);
	CHECK_EQ(state.segments[SEGMENT_CS].limit, 0);
	CHECK_EQ(state.segments[SEGMENT_SS].selector, DATA);
	CHECK_EQ(state.segments[SEGMENT_SS].access_rights,
		 ACCESS_RIGHTS_UNUSABLE | 3u << 5);
	CHECK(state.segments[SEGMENT_DS].access_rights &
	      ACCESS_RIGHTS_UNUSABLE);
}

static void an_old_tss_that_is_too_small_is_invalid(void)
{
	make_guest();
	state.segments[SEGMENT_TR].limit = 102;
	CHECK(!switch_task(NEW, TASK_BY_CALL));
	CHECK_EQ(fault.vector, VECTOR_TS);
	CHECK_EQ(fault.error_code, OLD);
	make_guest();
	state.segments[SEGMENT_TR].selector = 0x60;
	CHECK(!switch_task(NEW, TASK_BY_JMP));
	CHECK_EQ(fault.vector, VECTOR_TS);
	CHECK_EQ(fault.error_code, 0x60);
	/* A call does not touch the old descriptor. */
	CHECK(switch_task(NEW, TASK_BY_CALL));
}

static void a_stack_without_room_faults_in_the_new_task(void)
{
	const struct task_request request = {
		.selector = NEW,
		.source = TASK_BY_GATE,
		.external = true,
		.has_error_code = true,
	};

	make_guest();
	put(NEW_TSS + T_SS, DATA_16, 2);
	put(NEW_TSS + T_ESP, 2, 4);
	CHECK(!task_switch(&memory, &state, &request, &fault));
	CHECK_EQ(fault.vector, VECTOR_SS);
	CHECK_EQ(fault.error_code, 1);
	CHECK_EQ(state.registers[TASK_ESP], 2);
	CHECK_EQ(state.segments[SEGMENT_TR].selector, NEW);
}

#define DIRECTORY 0x20000u
#define TABLE	  0x21000u

/* 32-bit paging: every page of the first 4 MiB as it is, but for one. */
static void make_paging(gpa_t page, u32 flags)
{
	make_guest();
	put(DIRECTORY, TABLE | PAGE_PRESENT | PAGE_WRITE, 4);
	for (gpa_t at = 0; at < MIB(2); at += KIB(4)) {
		put(TABLE + at / KIB(4) * 4,
		    at | (at == page ? flags : PAGE_PRESENT | PAGE_WRITE), 4);
	}
	state.paging.cr0 |= CR0_PG | CR0_WP;
	state.paging.cr3 = DIRECTORY;
	put(NEW_TSS + T_CR3, DIRECTORY, 4);
}

static void page_faults_leave_the_old_task(void)
{
	static const struct {
		gpa_t page;
		u32 flags;
		enum task_source source;
		u32 error_code;
		gva_t address;
	} samples[] = {
		{GDT, 0, TASK_BY_JMP, 0, GDT + NEW},
		{GDT, PAGE_PRESENT, TASK_BY_JMP, 3, GDT + OLD},
		{GDT, PAGE_PRESENT, TASK_BY_CALL, 3, GDT + NEW},
		{OLD_TSS, PAGE_PRESENT, TASK_BY_CALL, 3, OLD_TSS + T_EIP},
		{NEW_TSS, 0, TASK_BY_CALL, 0, NEW_TSS},
		{NEW_TSS, PAGE_PRESENT, TASK_BY_CALL, 3, NEW_TSS},
	};

	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		make_paging(samples[i].page, samples[i].flags);
		if (!CHECK(!switch_task(NEW, samples[i].source)) ||
		    !CHECK_EQ(fault.vector, VECTOR_PF) ||
		    !CHECK_EQ(fault.error_code, samples[i].error_code) ||
		    !CHECK_EQ(fault.address, samples[i].address) ||
		    !CHECK_EQ(state.segments[SEGMENT_TR].selector, OLD) ||
		    !CHECK_EQ(get(OLD_TSS + T_EIP, 4), 0) ||
		    !CHECK_EQ(type_of(NEW), 0x89) ||
		    !CHECK_EQ(type_of(OLD), 0x8b)) {
			printf("# sample %zu\n", i);
		}
	}
	/* A jump only reads the new TSS. */
	make_paging(NEW_TSS, PAGE_PRESENT);
	CHECK(switch_task(NEW, TASK_BY_JMP));
}

/* IRET leaves the busy flag of the new task alone. */
static void iret_does_not_write_to_the_new_descriptor(void)
{
	const gpa_t page = 0x31000;
	u8 gdt[GDT_LIMIT + 1];

	for (unsigned int writable = 0; writable < 2; writable++) {
		make_paging(page,
			    PAGE_PRESENT | (writable != 0 ? PAGE_WRITE : 0));
		state.gdt_base = (u32)page - NEW;
		CHECK(guest_memory_read(&memory, GDT, gdt, sizeof(gdt)));
		CHECK(guest_memory_write(&memory, state.gdt_base, gdt,
					 sizeof(gdt)));
		CHECK_EQ(switch_task(NEW, TASK_BY_JMP), writable != 0);
		CHECK_EQ(fault.address, writable != 0 ? 0 : page);
	}
	make_paging(page, PAGE_PRESENT);
	state.gdt_base = (u32)page - NEW;
	put(TYPE_AT(NEW), 0x8b, 1);
	CHECK(guest_memory_read(&memory, GDT, gdt, sizeof(gdt)));
	CHECK(guest_memory_write(&memory, state.gdt_base, gdt, sizeof(gdt)));
	CHECK(switch_task(NEW, TASK_BY_IRET));
}

static void page_faults_of_the_ldt_are_the_new_tasks(void)
{
	make_paging(LDT, 0);
	put(NEW_TSS + T_LDT, LOCAL, 2);
	put(NEW_TSS + T_DS, LOCAL_DATA, 2);
	CHECK(!switch_task(NEW, TASK_BY_JMP));
	CHECK_EQ(fault.vector, VECTOR_PF);
	CHECK_EQ(fault.address, LDT + (LOCAL_DATA & ~7u));
	CHECK_EQ(state.segments[SEGMENT_TR].selector, NEW);
	CHECK_EQ(state.segments[SEGMENT_CS].limit, 0xffffffff);
}

static const struct unit_test tests[] = {
	UNIT_TEST(the_old_task_gets_its_faults_unchanged),
	UNIT_TEST(the_new_task_gets_the_faults_of_its_segments),
	UNIT_TEST(registers_behind_a_fault_are_of_no_use),
	UNIT_TEST(an_old_tss_that_is_too_small_is_invalid),
	UNIT_TEST(a_stack_without_room_faults_in_the_new_task),
	UNIT_TEST(page_faults_leave_the_old_task),
	UNIT_TEST(iret_does_not_write_to_the_new_descriptor),
	UNIT_TEST(page_faults_of_the_ldt_are_the_new_tasks),
};

int main(void)
{
	return UNIT_RUN(tests);
}
