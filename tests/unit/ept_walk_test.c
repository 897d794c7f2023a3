/*
 * modules: h3-ept/ept.c h3-ept/ept_check.c h3-ept/ept_walk.c
 * modules: h3-ept/ept_print.c h3-ept/ept_violation.c
 * modules: common/lib/printk.c tests/unit/fake_frames.c
 */
#include "console/console.h"
#include "ept_fixture.h"
#include "ept_print.h"
#include "ept_violation.h"
#include "ept_walk.h"
#include "lib/printk.h"
#include "memory/physical.h"

static void walk_tells_violations(void)
{
	struct ept_translation found;

	ept_begin();
	CHECK(ept_maps(MIB(2), MIB(2), KIB(4)));
	CHECK_EQ(ept_walk(&ept, BIT(48), 0, &found), EPT_WALK_VIOLATION);
	CHECK_EQ(ept_walk(&ept, BIT(48) + MIB(2), 0, &found),
		 EPT_WALK_VIOLATION);
	CHECK(!found.mapped);
	CHECK_EQ(ept_walk(&ept, GIB(512), 0, &found), EPT_WALK_VIOLATION);
	CHECK_EQ(found.level, 4);
	CHECK_EQ(ept_walk(&ept, GIB(1), 0, &found), EPT_WALK_VIOLATION);
	CHECK_EQ(found.level, 3);
	CHECK_EQ(ept_walk(&ept, 0, 0, &found), EPT_WALK_VIOLATION);
	CHECK_EQ(found.level, 2);
	CHECK_EQ(ept_walk(&ept, MIB(2) + KIB(4), 0, &found),
		 EPT_WALK_VIOLATION);
	CHECK_EQ(found.level, 1);
	CHECK_EQ(found.entry[0], 0);
	CHECK(found.entry[1] != 0);
	CHECK(found.broken_rule == NULL);
	ept_end();
}

/* Entries that the builder would never make, put into the tables by hand. */
static const struct {
	unsigned int level;
	u64 entry;
	u64 without; /* capabilities that the CPU lacks */
	const char *rule;
} broken_entries[] = {
	{1, 0x1002, 0, "can be written but not read"},
	{2, 0x1006, 0, "can be written but not read"},
	{4, 0x1006, 0, "can be written but not read"},
	{1, 0x1004 | 6 << 3, EPT_CAP_EXECUTE_ONLY,
	 "can be executed but not read, which this CPU lacks"},
	{1, 0x1007 | 2 << 3, 0, "has a reserved memory type"},
	{1, 0x1007 | 3 << 3, 0, "has a reserved memory type"},
	{2, MIB(2) | 0x87 | 7 << 3, 0, "has a reserved memory type"},
	{1, BIT(48) | 0x1007 | 6 << 3, 0, "has a reserved bit set"},
	{1, BIT(51) | 0x1007 | 6 << 3, 0, "has a reserved bit set"},
	{4, BIT(50) | 0x1007, 0, "has a reserved bit set"},
	{2, 0x1087 | 6 << 3, 0, "has a reserved bit set"},
	{2, BIT(20) | 0x87 | 6 << 3, 0, "has a reserved bit set"},
	{3, BIT(29) | 0x87 | 6 << 3, 0, "has a reserved bit set"},
	{2, 0x1007 | 1 << 3, 0, "has a reserved bit set"},
	{3, 0x1007 | 1 << 6, 0, "has a reserved bit set"},
	{4, 0x1007 | 1 << 7, 0, "has a reserved bit set"},
	{4, 0x1007 | 1 << 5, 0, "has a reserved bit set"},
	{3, GIB(1) | 0x87 | 6 << 3, EPT_CAP_1G_PAGES,
	 "maps a page of a size that this CPU lacks"},
	{2, MIB(2) | 0x87 | 6 << 3, EPT_CAP_2M_PAGES,
	 "maps a page of a size that this CPU lacks"},
};

static void walk_tells_misconfigurations(void)
{
	struct ept_translation found;

	for (size_t i = 0; i < ARRAY_SIZE(broken_entries); i++) {
		ept_begin();
		CHECK(ept_maps(0, 0, KIB(4)));
		ept.capabilities &= ~broken_entries[i].without;

		u64 *table = phys_to_virt(ept.root);

		for (unsigned int l = 4; l > broken_entries[i].level; l--) {
			table = phys_to_virt(table[0] & ~0xfffull);
		}
		u64 sound = table[0];

		table[0] = broken_entries[i].entry;
		CHECK_EQ(ept_walk(&ept, 0x123, 0, &found),
			 EPT_WALK_MISCONFIGURATION);
		CHECK_EQ(found.level, broken_entries[i].level);
		CHECK_STR(found.broken_rule, broken_entries[i].rule);
		table[0] = sound;
		CHECK_EQ(ept_walk(&ept, 0x123, 0, &found), EPT_WALK_ALLOWED);
		ept_end();
	}
}

/* Bits that the SDM calls ignored, or that the CPU sets itself. */
static void walk_ignores_what_the_cpu_ignores(void)
{
	struct ept_translation found;

	ept_begin();
	CHECK(ept_maps(0, MIB(2), KIB(4)));
	ept_walk(&ept, 0, 0, &found);
	u64 *entry = phys_to_virt(found.entry[1] & 0x000ffffffffff000);

	*entry |= 0xfff0000000000f80; /* 63:52, 11:7 */
	CHECK_EQ(ept_walk(&ept, 0x10, EPT_RWX, &found), EPT_WALK_ALLOWED);
	CHECK_EQ(found.hpa, MIB(2) + 0x10);
	*entry = 0xfffffffffffffff8;
	CHECK_EQ(ept_walk(&ept, 0, 0, &found), EPT_WALK_VIOLATION);
	ept_end();
}

static char console[4096];
static size_t console_length;

void console_write(const char *text, size_t length)
{
	for (size_t i = 0; i < length && console_length + 1 < sizeof(console);
	     i++) {
		console[console_length++] = text[i];
	}
	console[console_length] = '\0';
}

static void print_merges_runs(void)
{
	ept_begin();
	CHECK(ept_maps(0, GIB(1), MIB(64)));
	CHECK(ept_maps(MIB(64), GIB(1) + MIB(64), KIB(8)));
	CHECK(ept_maps(MIB(64) + KIB(8), GIB(2), KIB(4)));
	CHECK(!failed(ept_map(&ept, MIB(64) + KIB(12), GIB(2) + KIB(4), KIB(4),
			      EPT_READ, EPT_UC)));
	CHECK(ept_maps(GIB(1023), GIB(3), GIB(1)));
	console_length = 0;
	ept_print(&ept, printk);
	CHECK_STR(console, "gpa 0x000000000000-0x000003ffffff -> "
			   "hpa 0x000040000000 rwx WB 32 x 2M\n"
			   "gpa 0x000004000000-0x000004001fff -> "
			   "hpa 0x000044000000 rwx WB 2 x 4K\n"
			   "gpa 0x000004002000-0x000004002fff -> "
			   "hpa 0x000080000000 rwx WB 1 x 4K\n"
			   "gpa 0x000004003000-0x000004003fff -> "
			   "hpa 0x000080001000 r-- UC 1 x 4K\n"
			   "gpa 0x00ffc0000000-0x00ffffffffff -> "
			   "hpa 0x0000c0000000 rwx WB 1 x 1G\n"
			   "5 tables; pages of 1G: 1, of 2M: 32, of 4K: 4\n");
	ept_end();
}

static void violations_are_decoded(void)
{
	struct ept_violation v = ept_violation_decode(0x181);
	char text[128];

	CHECK(v.read && !v.write && !v.fetch);
	CHECK(v.linear_valid && v.final_address && !v.nmi_unblocking);
	CHECK_EQ(v.rights, 0);
	ept_violation_describe(&v, 0xb8000, text, sizeof(text));
	CHECK_STR(text, "data read from 0xb8000, which is not mapped");

	v = ept_violation_decode(BIT(1) | BIT(3) | BIT(5) | BIT(7) | BIT(12));
	CHECK(!v.read && v.write && !v.fetch);
	CHECK(v.linear_valid && !v.final_address && v.nmi_unblocking);
	CHECK_EQ(v.rights, EPT_READ | EPT_EXECUTE);
	ept_violation_describe(&v, 0x1000, text, sizeof(text));
	CHECK_STR(text, "data write to 0x1000 during a walk of the guest's "
			"page tables, which is mapped r-x");

	/* Bit 8 means nothing while bit 7 is clear. */
	v = ept_violation_decode(BIT(2) | BIT(8) | BIT(4) | BIT(3));
	CHECK(v.fetch && !v.linear_valid && !v.final_address);
	CHECK_EQ(v.rights, EPT_READ | EPT_WRITE);
	ept_violation_describe(&v, 0xfffffffff000, text, sizeof(text));
	CHECK_STR(text, "instruction fetch from 0xfffffffff000, which is "
			"mapped rw-");

	v = ept_violation_decode(3);
	ept_violation_describe(&v, 0, text, sizeof(text));
	CHECK_STR(text, "data read and write of 0, which is not mapped");
}

static void misconfigurations_are_explained(void)
{
	struct ept_translation found;
	char text[160];

	ept_begin();
	CHECK(ept_maps(0, MIB(2), KIB(4)));
	ept_violation_describe_misconfiguration(&ept, 0x10, text, sizeof(text));
	CHECK_STR(text, "no entry on the way to 0x10 is misconfigured");
	ept_walk(&ept, 0, 0, &found);
	*(u64 *)phys_to_virt(found.entry[1] & ~0xfffull) = 0x20003a;
	ept_violation_describe_misconfiguration(&ept, 0x10, text, sizeof(text));
	CHECK_STR(text, "the EPT PTE 0x20003a on the way to 0x10 can be "
			"written but not read");
	ept_end();
}

static const struct unit_test tests[] = {
	UNIT_TEST(walk_tells_violations),
	UNIT_TEST(walk_tells_misconfigurations),
	UNIT_TEST(walk_ignores_what_the_cpu_ignores),
	UNIT_TEST(print_merges_runs),
	UNIT_TEST(violations_are_decoded),
	UNIT_TEST(misconfigurations_are_explained),
};

int main(void)
{
	return UNIT_RUN(tests);
}
