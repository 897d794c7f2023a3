/*
 * modules: common/disk/fat.c common/disk/fat_chain.c
 * modules: common/disk/fat_directory.c common/disk/fat_list.c
 * modules: common/disk/fat_name.c
 * modules: common/disk/fat_volume.c
 *
 * FAT volumes made by mkfs.fat, mformat and mtools: every file must have the
 * bytes that it has on the host.
 *
 *	fat_images.sh DIRECTORY && fat_test DIRECTORY
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk/fat.h"
#include "disk/fat_chain.h"
#include "disk/fat_list.h"
#include "ram_disk.h"
#include "unit.h"

static const char *directory;

static struct ram_disk disk;
static struct fat fat;

/* In fat_images.sh's tree; each is in every image. */
static const char *const files[] = {
	"/empty.bin",
	"/one.bin",
	"/sector.bin",
	"/sector1.bin",
	"/big.bin",
	"/sbin/skernel-x86",
	"/exactly13char",
	"/twenty-six-characters-long",
	"/UPPER.TXT",
	"/A directory/in it/Longer than twenty-six characters.Config",
	"/many/file number 100",
	"/many/file number 237",
	"/many/file number 399",
};

/* Maps a file; a change of its bytes does not reach the file. */
static u8 *map_file(const char *folder, const char *name, u64 *size)
{
	char path[4096];
	struct stat status;
	u8 *bytes = NULL;
	int file;

	snprintf(path, sizeof(path), "%s/%s/%s", directory, folder, name);
	file = open(path, O_RDONLY);
	if (file < 0 || fstat(file, &status) != 0) {
		perror(path);
		exit(2);
	}
	*size = (u64)status.st_size;
	if (*size > 0) {
		bytes = mmap(NULL, *size, PROT_READ | PROT_WRITE, MAP_PRIVATE,
			     file, 0);
	}
	close(file);
	return bytes;
}

static bool mount_image(const char *image)
{
	u64 size;

	disk = (struct ram_disk){.bad_sector = RAM_DISK_NO_SECTOR};
	disk.bytes = map_file(".", image, &size);
	disk.block.read = ram_disk_read;
	disk.block.sectors = size / SECTOR_SIZE;
	return CHECK_STR(fat_mount(&fat, &disk.block).what, NULL);
}

static void unmount_image(void)
{
	munmap(disk.bytes, disk.block.sectors * SECTOR_SIZE);
}

/* Reads the file in steps of so many bytes and compares. */
static void check_file(const char *path, u64 step)
{
	struct fat_file file;
	u64 size;
	u8 *expected = map_file("tree", path, &size);
	u8 *buffer = malloc(step);

	if (CHECK_STR(fat_open(&fat, path, &file).what, NULL) &&
	    CHECK_EQ(file.size, size)) {
		for (u64 at = 0; at < size; at += step) {
			u64 now = min_u64(step, size - at);
			struct error error = fat_read(&file, at, buffer, now);

			if (!CHECK_STR(error.what, NULL) ||
			    !CHECK(memcmp(buffer, expected + at, now) == 0)) {
				break;
			}
		}
	}
	free(buffer);
	if (size > 0) {
		munmap(expected, size);
	}
}

static void check_image(const char *image)
{
	static const u64 steps[] = {1, 13, 512, 1000, 4096, 65536, 3000000};

	if (!mount_image(image)) {
		return;
	}
	for (u32 i = 0; i < ARRAY_SIZE(files); i++) {
		for (u32 step = 0; step < ARRAY_SIZE(steps); step++) {
			check_file(files[i], steps[step]);
		}
	}
	unmount_image();
}

static void reads_fat16(void)
{
	check_image("fat16.img");
}

static void reads_fat16_with_clusters_of_one_sector(void)
{
	check_image("fat16-smallest-clusters.img");
}

static void reads_fat16_with_clusters_of_128_sectors(void)
{
	check_image("fat16-largest-clusters.img");
}

static void reads_fat32(void)
{
	check_image("fat32.img");
}

static void reads_fat32_of_mformat(void)
{
	check_image("fat32-mformat.img");
}

static void reads_a_partition(void)
{
	check_image("partition.img");
}

static void refuses_fat12(void)
{
	u64 size;
	struct error error;

	disk = (struct ram_disk){.bad_sector = RAM_DISK_NO_SECTOR};
	disk.bytes = map_file(".", "fat12.img", &size);
	disk.block.read = ram_disk_read;
	disk.block.sectors = size / SECTOR_SIZE;
	error = fat_mount(&fat, &disk.block);
	CHECK_STR(error.what, "FAT12 is not supported; clusters");
	CHECK_EQ(error.value, 2847);
	unmount_image();
}

/* The file's clusters lie apart; that the image is so is part of the test. */
static void reads_a_file_in_pieces(void)
{
	struct fat_file file;
	u32 next = 0;
	u32 gaps = 0;

	if (!mount_image("fat16-smallest-clusters.img")) {
		return;
	}
	CHECK_STR(fat_open(&fat, "/fragmented.bin", &file).what, NULL);
	for (u32 at = file.first; at != FAT_CHAIN_END; at = next) {
		CHECK_STR(fat_chain_next(&fat, at, &next).what, NULL);
		gaps += next != at + 1;
	}
	CHECK(gaps > 20);
	check_file("/fragmented.bin", 1);
	check_file("/fragmented.bin", 777);
	check_file("/fragmented.bin", 1024);
	check_file("/fragmented.bin", 100000);
	unmount_image();
}

static void reads_backwards_and_at_random(void)
{
	struct fat_file file;
	u64 size;
	u8 *expected = map_file("tree", "big.bin", &size);
	u8 buffer[5000];
	u64 random = 1;

	if (!mount_image("fat32.img") ||
	    !CHECK_STR(fat_open(&fat, "big.bin", &file).what, NULL)) {
		return;
	}
	for (u32 i = 0; i < 2000; i++) {
		u64 at;
		u64 now;

		random = random * 6364136223846793005u + 1442695040888963407u;
		at = (random >> 32) % size;
		now = min_u64((random >> 20) % sizeof(buffer), size - at);
		CHECK_STR(fat_read(&file, at, buffer, now).what, NULL);
		if (!CHECK(memcmp(buffer, expected + at, now) == 0)) {
			break;
		}
	}
	unmount_image();
	munmap(expected, size);
}

/* A kernel that runs in an emulator has no time for single sectors. */
static void reads_clusters_in_a_row_at_once(void)
{
	static u8 buffer[1048593];
	struct fat_file file;

	if (!mount_image("fat32.img") ||
	    !CHECK_STR(fat_open(&fat, "/big.bin", &file).what, NULL)) {
		return;
	}
	disk.commands = 0;
	disk.sectors_read = 0;
	CHECK_STR(fat_read(&file, 0, buffer, sizeof(buffer)).what, NULL);
	/* 2049 clusters have their entries in 17 sectors of the table. */
	CHECK(disk.commands <= 1 + 1 + 17);
	CHECK(disk.sectors_read <= 2049 + 17);
	unmount_image();
}

/* From the beginning each time, it would be 17 sectors for each read. */
static void reads_on_without_walking_the_chain_again(void)
{
	u8 buffer[1000];
	struct fat_file file;

	if (!mount_image("fat32.img") ||
	    !CHECK_STR(fat_open(&fat, "/big.bin", &file).what, NULL)) {
		return;
	}
	disk.sectors_read = 0;
	for (u64 at = 0; at + sizeof(buffer) <= file.size;
	     at += sizeof(buffer)) {
		CHECK_STR(fat_read(&file, at, buffer, sizeof(buffer)).what,
			  NULL);
	}
	CHECK(disk.sectors_read <= 2 * 2049 + 17);
	unmount_image();
}

static void check_open(const char *path, const char *what, u64 value)
{
	struct fat_file file;
	struct error error = fat_open(&fat, path, &file);

	CHECK_STR(error.what, what);
	if (what) {
		CHECK_EQ(error.value, value);
	}
}

#define UNKNOWN	  "no such file; the path is unknown from character"
#define DIRECTORY "not a file but a directory, at cluster"
#define NO_DIRECTORY \
	"what the path takes for a directory is a file, before character"

static void follows_paths(void)
{
	char longest[257] = "/";

	if (!mount_image("fat16.img")) {
		return;
	}
	check_open("sbin/skernel-x86", NULL, 0);
	check_open("//SBIN///SKERNEL-X86", NULL, 0);
	check_open("/SbIn/../sbin/./SKERNE~1", NULL, 0);
	check_open("/a DIRECTORY/IN it/longer than twenty-six "
		   "characters.config",
		   NULL, 0);
	check_open("/upper.txt", NULL, 0);
	memset(longest + 1, '0', 251);
	memcpy(longest + 1 + 251, ".BIN", sizeof(".BIN"));
	check_open(longest, NULL, 0);

	check_open("/sbin/skernel-x8", UNKNOWN, 6);
	check_open("/sbin/skernel-x866", UNKNOWN, 6);
	check_open("/sbin/no/such", UNKNOWN, 6);
	check_open("/nowhere", UNKNOWN, 1);
	check_open("/exactly13cha", UNKNOWN, 1);
	check_open("/exactly13charr", UNKNOWN, 1);
	check_open("/twenty-six-characters-lon", UNKNOWN, 1);
	check_open("/twenty-six-characters-longe", UNKNOWN, 1);
	check_open("/one", UNKNOWN, 1);
	check_open("/one.", UNKNOWN, 1);
	check_open("/one.bin ", UNKNOWN, 1);
	check_open("/gr\xc3\xbc\xc3\x9f"
		   "e.txt",
		   UNKNOWN, 1);
	check_open("/gr\xfc\xdf"
		   "e.txt",
		   UNKNOWN, 1);
	memset(longest + 1, '0', 255);
	check_open(longest, UNKNOWN, 1);

	check_open("", DIRECTORY, 0);
	check_open("/", DIRECTORY, 0);
	check_open("/sbin/..", DIRECTORY, 0);
	check_open("/one.bin/two", NO_DIRECTORY, 9);
	unmount_image();
}

/* How many are in a directory, and all their sizes. */
static void count_items(const char *path, u32 *count, u64 *size)
{
	struct fat_list list;
	struct fat_list_item item;

	*count = 0;
	*size = 0;
	CHECK_STR(fat_list_open(&fat, path, &list).what, NULL);
	while (CHECK_STR(fat_list_next(&list, &item).what, NULL) &&
	       item.name[0] != '\0') {
		struct fat_file file;
		char name[600];

		snprintf(name, sizeof(name), "%s/%s", path, item.name);
		CHECK_EQ(strchr(item.name, '?') == NULL,
			 !failed(fat_find(&fat, name, &file)));
		*count += 1;
		*size += item.size;
	}
}

/* After the first image fat_images.sh puts one more file into its tree. */
static void lists_directories(void)
{
	static const struct {
		const char *image;
		u32 in_root;
	} images[] = {
		{"fat16.img", 14},
		{"fat32.img", 15},
		{"fat32-mformat.img", 15},
	};
	u32 count;
	u64 size;

	for (u32 i = 0; i < ARRAY_SIZE(images); i++) {
		if (!mount_image(images[i].image)) {
			return;
		}
		count_items("/many", &count, &size);
		CHECK_EQ(count, 300);
		CHECK_EQ(size, 300 * 4);
		count_items("", &count, &size);
		CHECK_EQ(count, images[i].in_root);
		unmount_image();
	}
}

static void reads_nothing_outside_a_file(void)
{
	struct fat_file file;
	u8 buffer[2];

	if (!mount_image("fat32.img") ||
	    !CHECK_STR(fat_open(&fat, "/one.bin", &file).what, NULL)) {
		return;
	}
	CHECK_STR(fat_read(&file, 1, buffer, 0).what, NULL);
	CHECK_STR(fat_read(&file, 0, buffer, 2).what,
		  "read past the end of the file, byte");
	CHECK_STR(fat_read(&file, 2, buffer, 0).what,
		  "read past the end of the file, byte");
	CHECK_STR(fat_read(&file, ~0ull, buffer, 2).what,
		  "read past the end of the file, byte");
	unmount_image();
}

/* Two open files share what the volume remembers, and must not mix. */
static void reads_two_files_in_turns(void)
{
	struct fat_file a;
	struct fat_file b;
	u64 size;
	u8 *expected_a = map_file("tree", "big.bin", &size);
	u64 size_b;
	u8 *expected_b = map_file("tree", "sbin/skernel-x86", &size_b);

	if (!mount_image("fat16.img")) {
		return;
	}
	CHECK_STR(fat_open(&fat, "big.bin", &a).what, NULL);
	CHECK_STR(fat_open(&fat, "sbin/skernel-x86", &b).what, NULL);
	for (u64 at = 0; at + 700 <= size_b; at += 700) {
		u8 buffer[700];

		CHECK_STR(fat_read(&a, at, buffer, 700).what, NULL);
		CHECK(memcmp(buffer, expected_a + at, 700) == 0);
		CHECK_STR(fat_read(&b, at, buffer, 700).what, NULL);
		CHECK(memcmp(buffer, expected_b + at, 700) == 0);
	}
	unmount_image();
	munmap(expected_a, size);
	munmap(expected_b, size_b);
}

static const struct unit_test tests[] = {
	UNIT_TEST(reads_fat16),
	UNIT_TEST(reads_fat16_with_clusters_of_one_sector),
	UNIT_TEST(reads_fat16_with_clusters_of_128_sectors),
	UNIT_TEST(reads_fat32),
	UNIT_TEST(reads_fat32_of_mformat),
	UNIT_TEST(reads_a_partition),
	UNIT_TEST(refuses_fat12),
	UNIT_TEST(reads_a_file_in_pieces),
	UNIT_TEST(reads_backwards_and_at_random),
	UNIT_TEST(reads_clusters_in_a_row_at_once),
	UNIT_TEST(reads_on_without_walking_the_chain_again),
	UNIT_TEST(follows_paths),
	UNIT_TEST(lists_directories),
	UNIT_TEST(reads_nothing_outside_a_file),
	UNIT_TEST(reads_two_files_in_turns),
};

int main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: fat_test DIRECTORY\n");
		return 2;
	}
	directory = argv[1];
	return UNIT_RUN(tests);
}
