/*
 * modules: common/disk/fat.c common/disk/fat_chain.c
 * modules: common/disk/fat_directory.c common/disk/fat_list.c
 * modules: common/disk/fat_name.c common/disk/fat_volume.c
 *
 * What is in a directory, whole or damaged. fat_test lists directories that
 * mtools has made.
 */
#include "disk/fat_list.h"
#include "fat_builder.h"
#include "unit.h"

static struct fat fat;
static struct fat_list list;
static struct fat_list_item item;

static bool open_list(const char *path)
{
	return CHECK_STR(fat_mount(&fat, &disk.block).what, NULL) &&
	       CHECK_STR(fat_list_open(&fat, path, &list).what, NULL);
}

static const char *next(void)
{
	memset(&item, 0xff, sizeof(item));
	CHECK_STR(fat_list_next(&list, &item).what, NULL);
	return item.name;
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
static void put_piece_in(u64 sector, u32 slot, u8 ordinal, u8 sum,
			 const char *text)
{
	static const u8 places[13] = {1,  3,  5,  7,  9,  14, 16,
				      18, 20, 22, 24, 28, 30};
	u32 at = slot * 32;

	put8(sector, at, ordinal);
	put8(sector, at + 11, 0x0f);
	put8(sector, at + 13, sum);
	for (u32 i = 0; i < 13; i++) {
		put16(sector, at + places[i],
		      text[i] == '$'   ? 0
		      : text[i] == '^' ? 0xffff
		      : text[i] == '@' ? 0x0130
				       : (u8)text[i]);
	}
}

static void put_piece(u32 slot, u8 ordinal, u8 sum, const char *text)
{
	put_piece_in(FAT16_ROOT, slot, ordinal, sum, text);
}

static void files_and_directories_are_told_apart(void)
{
	build_fat16();
	if (open_list("/")) {
		CHECK_STR(next(), "FILE.BIN");
		CHECK(!item.is_directory);
		CHECK_EQ(item.size, FILE_SIZE);
		CHECK_STR(next(), "DIR");
		CHECK(item.is_directory);
		CHECK_STR(next(), "");
		CHECK_STR(next(), "");
	}
	ram_disk_destroy(&disk);
}

static void the_directory_itself_is_not_in_it(void)
{
	build_fat16();
	if (open_list("/DIR")) {
		CHECK_STR(next(), "IN.DIR");
		CHECK_STR(next(), "");
	}
	ram_disk_destroy(&disk);
}

static void what_is_no_file_is_passed_over(void)
{
	build_fat16();
	put_entry(FAT16_ROOT, 0, "LABEL      ", 0x08, 0, 0);
	put_entry(FAT16_ROOT, 1, "\xe5ONE       ", 0x20, 0, 0);
	put_entry(FAT16_ROOT, 2, "\x9a B     C  ", 0x20, 0, 0);
	if (open_list("/")) {
		CHECK_STR(next(), "? B.C");
		CHECK_STR(next(), "");
	}
	ram_disk_destroy(&disk);
}

static void long_names_are_put_together(void)
{
	u8 sum = checksum("LONGNA~1TXT");

	build_fat16();
	put_piece(0, 0x42, sum, "tail@$^^^^^^^");
	put_piece(1, 0x01, sum, "A Long Name, ");
	put_entry(FAT16_ROOT, 2, "LONGNA~1TXT", 0x20, 0, 0);
	put_piece(3, 0x41, checksum("SHORT      "), "exactly13char");
	put_entry(FAT16_ROOT, 4, "SHORT      ", 0x20, 0, 0);
	if (open_list("/")) {
		CHECK_STR(next(), "A Long Name, tail?");
		CHECK_STR(next(), "exactly13char");
		CHECK_STR(next(), "");
	}
	ram_disk_destroy(&disk);
}

/* The file has its short name then. */
static void check_broken(u8 first, u8 second, u8 sum, const char *text)
{
	build_fat16();
	put_piece(0, first, sum, text);
	put_piece(1, second, sum, "thirteen-char");
	put_entry(FAT16_ROOT, 2, "SHORT      ", 0x20, 0, 0);
	if (open_list("/")) {
		CHECK_STR(next(), "SHORT");
		CHECK_STR(next(), "");
	}
	ram_disk_destroy(&disk);
}

static void broken_long_names_are_not_used(void)
{
	u8 sum = checksum("SHORT      ");

	check_broken(0x42, 0x01, sum + 1, "other file^^^");
	check_broken(0x43, 0x01, sum, "a gap^^^^^^^^");
	check_broken(0x42, 0x02, sum, "no beginning^");
	check_broken(0x02, 0x01, sum, "no end^^^^^^^");
	check_broken(0x40, 0x01, sum, "number zero^^");
	check_broken(0x55, 0x01, sum, "number 21^^^^");
	check_broken(0x7f, 0x3f, sum, "number 63^^^^");
}

static void a_deleted_file_takes_its_name_with_it(void)
{
	build_fat16();
	put_piece(0, 0x41, checksum("SHORT      "), "exactly13char");
	put_entry(FAT16_ROOT, 1, "\xe5HORT      ", 0x20, 0, 0);
	put_entry(FAT16_ROOT, 2, "SHORT      ", 0x20, 0, 0);
	if (open_list("/")) {
		CHECK_STR(next(), "SHORT");
	}
	ram_disk_destroy(&disk);
}

/* Twenty pieces, in a directory of two clusters, of 16 slots each. */
static void put_long_name(const char *tail)
{
	u64 sector = FAT16_DATA + 18;
	u8 sum = checksum("SHORT      ");

	link16(20, 22);
	link16(22, 0xffff);
	put_piece_in(sector, 0, 0x54, sum, tail);
	for (u8 i = 19; i > 0; i--) {
		u32 slot = 20 - i;

		put_piece_in(sector + slot / 16 * 2, slot % 16, i, sum,
			     "xxxxxxxxxxxxx");
	}
	put_entry(sector + 2, 4, "SHORT      ", 0x20, 0, 0);
}

static void names_have_at_most_255_characters(void)
{
	build_fat16();
	put_long_name("xxxxxxxx$^^^^");
	if (open_list("/DIR")) {
		CHECK_EQ(strlen(next()), 255);
		CHECK_STR(next(), "");
	}
	ram_disk_destroy(&disk);
	build_fat16();
	put_long_name("xxxxxxxxx$^^^");
	if (open_list("/DIR")) {
		CHECK_STR(next(), "SHORT");
	}
	ram_disk_destroy(&disk);
}

static void what_is_no_directory_is_refused(void)
{
	struct error error;

	build_fat16();
	CHECK_STR(fat_mount(&fat, &disk.block).what, NULL);
	error = fat_list_open(&fat, "/FILE.BIN", &list);
	CHECK_STR(error.what, "not a directory but a file, at cluster");
	CHECK_EQ(error.value, 10);
	error = fat_list_open(&fat, "/NO", &list);
	CHECK_STR(error.what,
		  "no such file; the path is unknown from character");
	ram_disk_destroy(&disk);
}

static void the_disk_may_fail(void)
{
	build_fat16();
	if (open_list("/DIR")) {
		disk.bad_sector = FAT16_DATA + 18;
		CHECK_STR(fat_list_next(&list, &item).what, "bad sector");
	}
	ram_disk_destroy(&disk);
}

static const struct unit_test tests[] = {
	UNIT_TEST(files_and_directories_are_told_apart),
	UNIT_TEST(the_directory_itself_is_not_in_it),
	UNIT_TEST(what_is_no_file_is_passed_over),
	UNIT_TEST(long_names_are_put_together),
	UNIT_TEST(broken_long_names_are_not_used),
	UNIT_TEST(a_deleted_file_takes_its_name_with_it),
	UNIT_TEST(names_have_at_most_255_characters),
	UNIT_TEST(what_is_no_directory_is_refused),
	UNIT_TEST(the_disk_may_fail),
};

int main(void)
{
	return UNIT_RUN(tests);
}
