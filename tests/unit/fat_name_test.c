/*
 * modules: common/disk/fat_name.c
 *
 * Names: what the entries of a directory, one after the other, are found by.
 */
#include "disk/fat_name.h"
#include "unit.h"

#define SLOTS 24u

static struct fat_entry slots[SLOTS];
static u32 used;

static void start(void)
{
	memset(slots, 0, sizeof(slots));
	used = 0;
}

/* short_name: the 11 characters as on the disk. */
static void add_entry(const char *short_name, u8 attributes)
{
	memcpy(slots[used].name, short_name, sizeof(slots[used].name));
	slots[used++].attributes = attributes;
}

static u8 checksum(const char *short_name)
{
	u8 sum = 0;

	for (u32 i = 0; i < 11; i++) {
		sum = (u8)(((sum & 1) << 7) + (sum >> 1) + (u8)short_name[i]);
	}
	return sum;
}

/* text: 13 characters, '$' for NUL, '^' for 0xffff, '@' for U+0130. */
static void add_piece(u8 ordinal, u8 sum, const char *text)
{
	static const u8 places[13] = {1,  3,  5,  7,  9,  14, 16,
				      18, 20, 22, 24, 28, 30};
	u8 *bytes = (u8 *)&slots[used++];

	bytes[0] = ordinal;
	bytes[11] = 0x0f;
	bytes[13] = sum;
	for (u32 i = 0; i < 13; i++) {
		u16 character = (u8)text[i];

		if (text[i] == '$') {
			character = 0;
		} else if (text[i] == '^') {
			character = 0xffff;
		} else if (text[i] == '@') {
			character = 0x0130;
		}
		bytes[places[i]] = (u8)character;
		bytes[places[i] + 1] = (u8)(character >> 8);
	}
}

/* In which slot the name is found, or SLOTS. */
static u32 find(const char *name)
{
	struct fat_name wanted = {.name = name, .length = (u32)strlen(name)};

	for (u32 i = 0; i < used; i++) {
		if (fat_name_ends_at(&wanted, &slots[i])) {
			return i;
		}
	}
	return SLOTS;
}

static void short_names(void)
{
	start();
	add_entry("README  TXT", 0x20);
	add_entry("KERNEL     ", 0x20);
	add_entry("A       B  ", 0x20);
	add_entry(".          ", 0x10);
	add_entry("..         ", 0x10);
	add_entry("TWO WORDTXT", 0x20);
	add_entry("\x9a"
		  "BER    TXT",
		  0x20);
	CHECK_EQ(find("README.TXT"), 0);
	CHECK_EQ(find("readme.txt"), 0);
	CHECK_EQ(find("Kernel"), 1);
	CHECK_EQ(find("a.b"), 2);
	CHECK_EQ(find("."), 3);
	CHECK_EQ(find(".."), 4);
	CHECK_EQ(find("two word.txt"), 5);
	CHECK_EQ(find("README"), SLOTS);
	CHECK_EQ(find("README.TX"), SLOTS);
	CHECK_EQ(find("README.TXTX"), SLOTS);
	CHECK_EQ(find("README  .TXT"), SLOTS);
	CHECK_EQ(find("READMEXTXT"), SLOTS);
	CHECK_EQ(find("KERNEL."), SLOTS);
	CHECK_EQ(find("A"), SLOTS);
	CHECK_EQ(find(""), SLOTS);
	CHECK_EQ(find("\x9a"
		      "BER.TXT"),
		 SLOTS);
}

/* '[' and '{' differ by the same bit as letters do, and are not the same. */
static void only_letters_have_a_case(void)
{
	start();
	add_entry("A[B@C      ", 0x20);
	CHECK_EQ(find("a[b@c"), 0);
	CHECK_EQ(find("A{B@C"), SLOTS);
	CHECK_EQ(find("A[B`C"), SLOTS);
}

static void what_is_no_file_is_not_found(void)
{
	start();
	add_entry("VOLUME     ", 0x08);
	add_entry("\xe5"
		  "ELETED    ",
		  0x20);
	CHECK_EQ(find("VOLUME"), SLOTS);
	CHECK_EQ(find("\xe5"
		      "ELETED"),
		 SLOTS);
}

static void long_names(void)
{
	u8 sum = checksum("LONGNA~1TXT");

	start();
	add_piece(0x43, sum, "tail$^^^^^^^^");
	add_piece(0x02, sum, "the middle of");
	add_piece(0x01, sum, "A Long Name, ");
	add_entry("LONGNA~1TXT", 0x20);
	CHECK_EQ(find("A Long Name, the middle oftail"), 3);
	CHECK_EQ(find("a lONG nAME, THE MIDDLE OFTAIL"), 3);
	CHECK_EQ(find("longna~1.txt"), 3);
	CHECK_EQ(find("A Long Name, the middle oftai"), SLOTS);
	CHECK_EQ(find("A Long Name, the middle oftails"), SLOTS);
	CHECK_EQ(find("A Long Name, the muddle oftail"), SLOTS);
	CHECK_EQ(find("A Long Name, the middle of"), SLOTS);
	CHECK_EQ(find("A Long Name, "), SLOTS);
	CHECK_EQ(find("tail"), SLOTS);
}

static void long_names_that_fill_their_pieces(void)
{
	u8 sum = checksum("SHORT      ");

	start();
	add_piece(0x41, sum, "exactly13char");
	add_entry("SHORT      ", 0x20);
	add_piece(0x42, sum, "ters-and-long");
	add_piece(0x01, sum, "twenty-charac");
	add_entry("SHORT      ", 0x20);
	CHECK_EQ(find("exactly13char"), 1);
	CHECK_EQ(find("exactly13cha"), SLOTS);
	CHECK_EQ(find("exactly13chars"), SLOTS);
	CHECK_EQ(find("twenty-characters-and-long"), 4);
	CHECK_EQ(find("twenty-charac"), SLOTS);
}

static void the_longest_name(void)
{
	char name[261];
	u8 sum = checksum("SHORT      ");

	start();
	add_piece(0x54, sum, "xxxxxxxx$^^^^");
	for (u8 i = 19; i > 0; i--) {
		add_piece(i, sum, "xxxxxxxxxxxxx");
	}
	add_entry("SHORT      ", 0x20);
	memset(name, 'x', sizeof(name));
	name[255] = '\0';
	CHECK_EQ(find(name), 20);
	name[254] = '\0';
	CHECK_EQ(find(name), SLOTS);
	memset(name, 'x', sizeof(name));
	name[260] = '\0';
	CHECK_EQ(find(name), SLOTS);
}

/* The format ends at 20 pieces. */
static void a_longer_name_is_none(void)
{
	char name[274];
	u8 sum = checksum("SHORT      ");

	start();
	add_piece(0x55, sum, "xxxxxxxxxxxxx");
	for (u8 i = 20; i > 0; i--) {
		add_piece(i, sum, "xxxxxxxxxxxxx");
	}
	add_entry("SHORT      ", 0x20);
	memset(name, 'x', sizeof(name));
	name[273] = '\0';
	CHECK_EQ(find(name), SLOTS);
}

static void a_long_name_beyond_ascii_is_not_found(void)
{
	u8 sum = checksum("SHORT      ");

	start();
	add_piece(0x41, sum, "@stanbul$^^^^");
	add_entry("SHORT      ", 0x20);
	CHECK_EQ(find("0stanbul"), SLOTS);
	CHECK_EQ(find("\xc4\xb0stanbul"), SLOTS);
	CHECK_EQ(find("short"), 1);
}

/* The entry after them is found by its short name only. */
static void check_broken(const char *name)
{
	add_entry("SHORT      ", 0x20);
	CHECK_EQ(find(name), SLOTS);
	CHECK_EQ(find("short"), used - 1);
}

static void broken_long_names_are_not_found(void)
{
	const char *name = "twenty-characters-and-long";
	u8 sum = checksum("SHORT      ");

	/* Of another short name. */
	start();
	add_piece(0x42, sum + 1, "ters-and-long");
	add_piece(0x01, sum + 1, "twenty-charac");
	check_broken(name);
	/* Not of the same name. */
	start();
	add_piece(0x42, sum + 1, "ters-and-long");
	add_piece(0x01, sum, "twenty-charac");
	check_broken(name);
	/* Without an end. */
	start();
	add_piece(0x42, sum, "ters-and-long");
	check_broken(name);
	/* Without a beginning. */
	start();
	add_piece(0x02, sum, "ters-and-long");
	add_piece(0x01, sum, "twenty-charac");
	check_broken(name);
	/* A piece twice. */
	start();
	add_piece(0x42, sum, "ters-and-long");
	add_piece(0x02, sum, "ters-and-long");
	add_piece(0x01, sum, "twenty-charac");
	check_broken(name);
	/* In the wrong order. */
	start();
	add_piece(0x41, sum, "twenty-charac");
	add_piece(0x02, sum, "ters-and-long");
	check_broken(name);
	/* With an end before the last piece. */
	start();
	add_piece(0x42, sum, "ters-and-long");
	add_piece(0x01, sum, "twenty$^^^^^^");
	check_broken("twenty");
	/* With numbers that cannot be. */
	start();
	add_piece(0x40, sum, "ters-and-long");
	add_piece(0x00, sum, "twenty-charac");
	check_broken(name);
	start();
	add_piece(0x7f, sum, "ters-and-long");
	add_piece(0x3e, sum, "twenty-charac");
	check_broken(name);
	/* Another file, a deleted one or a volume label in between. */
	start();
	add_piece(0x42, sum, "ters-and-long");
	add_entry("OTHER      ", 0x20);
	add_piece(0x01, sum, "twenty-charac");
	check_broken(name);
	start();
	add_piece(0x42, sum, "ters-and-long");
	add_piece(0x01, sum, "twenty-charac");
	add_entry("\xe5"
		  "HORT      ",
		  0x20);
	check_broken(name);
	start();
	add_piece(0x42, sum, "ters-and-long");
	add_piece(0x01, sum, "twenty-charac");
	add_entry("LABEL      ", 0x08);
	check_broken(name);
}

/* A row that is given up may be followed by a good one. */
static void a_good_long_name_after_a_broken_one_is_found(void)
{
	u8 sum = checksum("SHORT      ");

	start();
	add_piece(0x42, sum, "ters-and-long");
	add_piece(0x41, sum, "exactly13char");
	add_entry("SHORT      ", 0x20);
	CHECK_EQ(find("exactly13char"), 2);
}

/* Even if the name's checksum is that of what is left of the short name. */
static void a_deleted_file_has_no_long_name(void)
{
	start();
	add_piece(0x41,
		  checksum("\xe5"
			   "HORT      "),
		  "exactly13char");
	add_entry("\xe5"
		  "HORT      ",
		  0x20);
	CHECK_EQ(find("exactly13char"), SLOTS);
}

static void a_deleted_piece_is_no_piece(void)
{
	u8 sum = checksum("SHORT      ");

	start();
	add_piece(0xe5, sum, "exactly13char");
	add_entry("SHORT      ", 0x20);
	CHECK_EQ(find("exactly13char"), SLOTS);
}

static const struct unit_test tests[] = {
	UNIT_TEST(short_names),
	UNIT_TEST(only_letters_have_a_case),
	UNIT_TEST(what_is_no_file_is_not_found),
	UNIT_TEST(long_names),
	UNIT_TEST(long_names_that_fill_their_pieces),
	UNIT_TEST(the_longest_name),
	UNIT_TEST(a_longer_name_is_none),
	UNIT_TEST(a_long_name_beyond_ascii_is_not_found),
	UNIT_TEST(broken_long_names_are_not_found),
	UNIT_TEST(a_good_long_name_after_a_broken_one_is_found),
	UNIT_TEST(a_deleted_file_has_no_long_name),
	UNIT_TEST(a_deleted_piece_is_no_piece),
};

int main(void)
{
	return UNIT_RUN(tests);
}
