/*
 * modules: h4-exits/image/boot_options.c common/boot/cmdline.c
 * modules: common/lib/parse.c common/lib/printk.c
 */
#include "image/boot_options.h"
#include "unit.h"

static char said[200];
static size_t said_length;

void console_write(const char *text, size_t length);

void console_write(const char *text, size_t length)
{
	for (size_t i = 0; i < length && said_length < sizeof(said) - 1; i++) {
		said[said_length++] = text[i];
	}
}

/* Stands for guest_boot.c, which brings all of the loader. */
const char *guest_boot_kind_name(enum guest_kind kind)
{
	static const char *const names[] = {"auto", "multiboot1", "multiboot2",
					    "flat", "flat16"};

	return names[kind];
}

static struct boot_options options;

static bool read(const char *cmdline)
{
	memset(&options, 0xff, sizeof(options));
	memset(said, 0, sizeof(said));
	said_length = 0;
	return boot_options_read(&options, cmdline);
}

static void nothing_said_means_auto(void)
{
	CHECK(read("mem=32 -- kind=flat"));
	CHECK_EQ(options.kind, GUEST_AUTO);
	CHECK_STR(options.modules, "");
}

static void every_kind_has_its_word(void)
{
	CHECK(read("kind=auto") && options.kind == GUEST_AUTO);
	CHECK(read("kind=multiboot1") && options.kind == GUEST_MULTIBOOT1);
	CHECK(read("kind=multiboot2") && options.kind == GUEST_MULTIBOOT2);
	CHECK(read("kind=flat") && options.kind == GUEST_FLAT);
	CHECK(read("kind=flat16") && options.kind == GUEST_FLAT16);
}

static void addresses_have_defaults(void)
{
	CHECK(read("kind=flat"));
	CHECK_EQ(options.load, 0x100000);
	CHECK_EQ(options.entry, 0x100000);
	CHECK(read("kind=flat16"));
	CHECK_EQ(options.load, 0x7c00);
	CHECK_EQ(options.entry, 0x7c00);
	CHECK(read("load=0x8000 kind=flat16"));
	CHECK_EQ(options.load, 0x8000);
	CHECK_EQ(options.entry, 0x8000);
	CHECK(read("kind=flat entry=0xffffffff load=0"));
	CHECK_EQ(options.load, 0);
	CHECK_EQ(options.entry, 0xffffffff);
}

#define KINDS "kind= takes auto, multiboot1, multiboot2, flat or flat16\n"

static void what_makes_no_sense_is_refused(void)
{
	static const struct {
		const char *cmdline, *text;
	} cases[] = {
		{"kind=linux", KINDS},
		{"kind=", KINDS},
		{"kind=multiboot2222222222", KINDS},
		{"load=0x7c00",
		 "load= and entry= need kind=flat or kind=flat16\n"},
		{"entry=0 kind=multiboot1",
		 "load= and entry= need kind=flat or kind=flat16\n"},
		{"kind=flat load=0x100000000",
		 "load= takes an address below 4 GiB\n"},
		{"kind=flat load=", "load= takes an address below 4 GiB\n"},
		{"kind=flat entry=12x",
		 "entry= takes an address below 4 GiB\n"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CHECK(!read(cases[i].cmdline));
		CHECK_STR(said, cases[i].text);
	}
}

static void the_list_of_modules_has_a_path(void)
{
	static char line[300] = "modules=/";

	CHECK(read("modules=/boot/modules.txt"));
	CHECK_STR(options.modules, "/boot/modules.txt");
	memset(line + 9, 'x', 254);
	CHECK(read(line));
	line[9 + 254] = 'x';
	CHECK(!read(line));
	CHECK_STR(said, "modules= takes a path of at most 255 characters\n");
}

static const struct unit_test tests[] = {
	UNIT_TEST(nothing_said_means_auto),
	UNIT_TEST(every_kind_has_its_word),
	UNIT_TEST(addresses_have_defaults),
	UNIT_TEST(what_makes_no_sense_is_refused),
	UNIT_TEST(the_list_of_modules_has_a_path),
};

int main(void)
{
	return UNIT_RUN(tests);
}
