/*
 * modules: common/disk/fat.c common/disk/fat_chain.c
 * modules: common/disk/fat_directory.c common/disk/fat_name.c
 * modules: common/disk/fat_volume.c
 *
 * FAT volumes whose cluster chains and directories lie, and disks that fail:
 * whatever is there, the error must say what and where.
 */
#include "disk/fat.h"
#include "fat_builder.h"
#include "unit.h"

static struct fat fat;

#define OUTSIDE "FAT: a file or directory begins outside the volume, at cluster"
#define FREE	"FAT: a cluster in use is marked free, cluster"
#define BAD	"FAT: a cluster in use is marked bad, cluster"
#define LEAVES	"FAT: a cluster chain leaves the volume after cluster"
#define CIRCLE	"FAT: a cluster chain runs in a circle; it begins at cluster"
#define SHORT \
	"FAT: a cluster chain is shorter than its file; it begins at cluster"
#define UNKNOWN "no such file; the path is unknown from character"

static struct error open_file(const char *path, struct fat_file *file)
{
	struct error error = fat_mount(&fat, &disk.block);

	if (failed(error)) {
		return error;
	}
	return fat_open(&fat, path, file);
}

static void expect(const char *path, const char *what, u64 value)
{
	struct fat_file file;
	struct error error = open_file(path, &file);

	CHECK_STR(error.what, what);
	if (what) {
		CHECK_EQ(error.value, value);
	}
}

static void sound_volumes_are_read(void)
{
	u8 buffer[FILE_SIZE];
	struct fat_file file;

	build_fat16();
	if (CHECK_STR(open_file("/file.bin", &file).what, NULL)) {
		CHECK_EQ(file.size, FILE_SIZE);
		CHECK_STR(fat_read(&file, 0, buffer, FILE_SIZE).what, NULL);
		CHECK_EQ(buffer[0], 1);
		CHECK_EQ(buffer[512], 2);
		CHECK_EQ(buffer[1499], 3);
	}
	expect("/dir/in.dir", NULL, 0);
	ram_disk_destroy(&disk);

	build_fat32();
	expect("/file.bin", NULL, 0);
	ram_disk_destroy(&disk);
}

struct link {
	u32 to;
	const char *what;
	u32 value;
};

static void a_damaged_fat16_chain_is_refused(void)
{
	static const struct link links[] = {
		{0, FREE, 12},
		{1, LEAVES, 12},
		{10, CIRCLE, 10},
		{12, CIRCLE, 10},
		{FAT16_CLUSTERS + 1, FREE, FAT16_CLUSTERS + 1},
		{FAT16_CLUSTERS + 2, LEAVES, 12},
		{0xfff6, LEAVES, 12},
		{0xfff7, BAD, 12},
		{0xfff8, SHORT, 10},
		{0xffff, SHORT, 10},
		{11, NULL, 0},
	};

	build_fat16();
	for (u32 i = 0; i < ARRAY_SIZE(links); i++) {
		link16(12, links[i].to);
		expect("/file.bin", links[i].what, links[i].value);
	}
	ram_disk_destroy(&disk);
}

static void a_damaged_fat32_chain_is_refused(void)
{
	static const struct link links[] = {
		{0, FREE, 10},
		{0xf0000000, FREE, 10},
		{1, LEAVES, 10},
		{10, CIRCLE, 10},
		{FAT32_CLUSTERS + 1, FREE, FAT32_CLUSTERS + 1},
		{FAT32_CLUSTERS + 2, LEAVES, 10},
		{0x0ffffff6, LEAVES, 10},
		{0x0ffffff7, BAD, 10},
		{0xfffffff7, BAD, 10},
		{0x0ffffff8, SHORT, 10},
		{0x5000000b, NULL, 0},
	};

	build_fat32();
	for (u32 i = 0; i < ARRAY_SIZE(links); i++) {
		link32(10, links[i].to);
		expect("/file.bin", links[i].what, links[i].value);
	}
	ram_disk_destroy(&disk);
}

static void a_damaged_entry_is_refused(void)
{
	build_fat16();
	put_entry(FAT16_ROOT, 0, "FILE    BIN", 0x20, 0, FILE_SIZE);
	expect("/file.bin", OUTSIDE, 0);
	put_entry(FAT16_ROOT, 0, "FILE    BIN", 0x20, 1, FILE_SIZE);
	expect("/file.bin", OUTSIDE, 1);
	put_entry(FAT16_ROOT, 0, "FILE    BIN", 0x20, 0xffff, FILE_SIZE);
	expect("/file.bin", OUTSIDE, 0xffff);
	put_entry(FAT16_ROOT, 0, "FILE    BIN", 0x20, 10, 1537);
	expect("/file.bin", SHORT, 10);
	put_entry(FAT16_ROOT, 0, "FILE    BIN", 0x20, 10, 0xffffffff);
	expect("/file.bin", SHORT, 10);
	/* FAT16 has no upper half of a cluster number, and more is no harm. */
	put_entry(FAT16_ROOT, 0, "FILE    BIN", 0x20, 0x5000a, 1);
	expect("/file.bin", NULL, 0);
	put_entry(FAT16_ROOT, 0, "FILE    BIN", 0x20, 0xffff, 0);
	expect("/file.bin", NULL, 0);
	ram_disk_destroy(&disk);
}

static void a_damaged_directory_is_refused(void)
{
	build_fat16();
	link16(20, 20);
	expect("/dir/in.dir", CIRCLE, 20);
	link16(20, 0);
	expect("/dir/in.dir", FREE, 20);
	link16(20, 0xffff);
	put_entry(FAT16_ROOT, 1, "DIR        ", 0x10, 1, 0);
	expect("/dir/in.dir", OUTSIDE, 1);
	/* One whose sub-directory is itself does no harm. */
	put_entry(FAT16_ROOT, 1, "DIR        ", 0x10, 20, 0);
	put_entry(FAT16_DATA + 18, 2, "DIR        ", 0x10, 20, 0);
	expect("/dir/dir/dir/in.dir", NULL, 0);
	/* What stands behind the end of one does not count. */
	put_entry(FAT16_ROOT, 5, "BEHIND     ", 0, 21, 1);
	expect("/behind", UNKNOWN, 1);
	/* A full one has no entry that ends it. */
	for (u32 i = 0; i < 16; i++) {
		put_entry(FAT16_DATA + 18, i, "OTHER      ", 0, 21, 1);
		put_entry(FAT16_ROOT, i, "DIR        ", 0x10, 20, 0);
	}
	expect("/dir/in.dir", UNKNOWN, 5);
	expect("/nothing", UNKNOWN, 1);
	ram_disk_destroy(&disk);

	build_fat32();
	put_entry(FAT32_ROOT, 1, "DIR        ", 0x10, 100, 0);
	for (u32 i = 0; i < 2048; i++) {
		link32(100 + i, 101 + i);
	}
	link32(2147, 0x0fffffff);
	expect("/dir/in.dir", UNKNOWN, 5);
	link32(2147, 2148);
	link32(2148, 0x0fffffff);
	expect("/dir/in.dir",
	       "FAT: a directory is larger than 2 MiB; it begins at cluster",
	       100);
	ram_disk_destroy(&disk);
}

static void a_chain_longer_than_its_file_is_read(void)
{
	u8 buffer[600];
	struct fat_file file;

	build_fat16();
	put_entry(FAT16_ROOT, 0, "FILE    BIN", 0x20, 10, 600);
	CHECK_STR(open_file("/file.bin", &file).what, NULL);
	CHECK_STR(fat_read(&file, 0, buffer, 600).what, NULL);
	CHECK_EQ(buffer[599], 2);
	ram_disk_destroy(&disk);
}

/* Nobody writes to the disk, but a read must not trust that. */
static void a_chain_that_changes_under_way_is_noticed(void)
{
	u8 buffer[FILE_SIZE];
	struct fat_file file;
	struct error error;

	build_fat16();
	CHECK_STR(open_file("/file.bin", &file).what, NULL);
	link16(12, 0xffff);
	fat.table.valid = false;
	error = fat_read(&file, 0, buffer, FILE_SIZE);
	CHECK_STR(error.what, "FAT: a cluster chain ends too early, after "
			      "cluster");
	CHECK_EQ(error.value, 12);
	link16(12, 0xfff0);
	fat.table.valid = false;
	CHECK_STR(fat_read(&file, 0, buffer, FILE_SIZE).what, LEAVES);
	ram_disk_destroy(&disk);
}

/*
 * Whichever of the sectors is bad: the error comes through, and nothing of it
 * is remembered as if it were good.
 */
static void a_bad_sector_is_reported(void)
{
	u8 buffer[FILE_SIZE];
	u32 reported = 0;
	struct fat_file file;

	build_fat16();
	for (u64 sector = 0; sector < FAT16_DATA + 19; sector++) {
		struct error error;

		disk.bad_sector = sector;
		error = open_file("/dir/../file.bin", &file);
		if (!failed(error)) {
			error = fat_read(&file, 0, buffer, FILE_SIZE);
		}
		if (failed(error)) {
			reported++;
			CHECK_STR(error.what, "bad sector");
			CHECK_EQ(error.value, sector);
		}
	}
	/* Boot sector, table, root directory, and four clusters. */
	CHECK_EQ(reported, 7);

	disk.bad_sector = FAT16_DATA + 9;
	CHECK_STR(open_file("/file.bin", &file).what, NULL);
	CHECK_STR(fat_read(&file, 1100, buffer, 1).what, "bad sector");
	disk.bad_sector = RAM_DISK_NO_SECTOR;
	CHECK_STR(fat_read(&file, 1100, buffer, 1).what, NULL);
	CHECK_EQ(buffer[0], 3);
	ram_disk_destroy(&disk);
}

static const struct unit_test tests[] = {
	UNIT_TEST(sound_volumes_are_read),
	UNIT_TEST(a_damaged_fat16_chain_is_refused),
	UNIT_TEST(a_damaged_fat32_chain_is_refused),
	UNIT_TEST(a_damaged_entry_is_refused),
	UNIT_TEST(a_damaged_directory_is_refused),
	UNIT_TEST(a_chain_longer_than_its_file_is_read),
	UNIT_TEST(a_chain_that_changes_under_way_is_noticed),
	UNIT_TEST(a_bad_sector_is_reported),
};

int main(void)
{
	return UNIT_RUN(tests);
}
