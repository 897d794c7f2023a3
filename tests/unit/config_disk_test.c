/*
 * modules: h5-multivcpu/config/toml.c h5-multivcpu/config/toml_key.c
 * modules: h5-multivcpu/config/toml_reader.c h5-multivcpu/config/toml_string.c
 * modules: h5-multivcpu/config/toml_text.c h5-multivcpu/config/toml_tree.c
 * modules: h5-multivcpu/config/toml_value.c h5-multivcpu/config/toml_word.c
 * modules: h5-multivcpu/config/vm_config.c h5-multivcpu/config/config_base.c
 * modules: h5-multivcpu/config/config_devices.c
 * modules: h5-multivcpu/config/config_emulated.c
 * modules: h5-multivcpu/config/config_error.c h5-multivcpu/config/config_job.c
 * modules: h5-multivcpu/config/config_kernel.c
 * modules: h5-multivcpu/config/config_memory.c
 * modules: h5-multivcpu/config/config_modules.c
 * modules: h5-multivcpu/config/config_pass.c
 * modules: h5-multivcpu/config/config_ports.c
 * modules: h5-multivcpu/config/config_ranges.c
 * modules: h5-multivcpu/config/config_record.c
 * modules: h5-multivcpu/config/config_value.c common/lib/printk.c
 * modules: h5-multivcpu/config/config_disk.c
 * modules: common/disk/fat.c common/disk/fat_chain.c
 * modules: common/disk/fat_directory.c common/disk/fat_list.c
 * modules: common/disk/fat_name.c common/disk/fat_volume.c
 *
 * The descriptions that are on a disk.
 *
 *	config_disk_images.sh DIRECTORY && config_disk_test DIRECTORY
 */
#include "config/config_disk.h"
#include "config_text.h"
#include "ram_disk.h"
#include "unit.h"

#define IMAGE_SIZE MIB(5)

static const char *directory;
static struct ram_disk ram;
static struct config_disk disk;
static struct config_error error;
static const char *culprit;

static void load(const char *name)
{
	char path[4096];
	FILE *file;

	ram = ram_disk_create(IMAGE_SIZE / SECTOR_SIZE);
	snprintf(path, sizeof(path), "%s/%s.img", directory, name);
	file = fopen(path, "rb");
	if (CHECK(file != NULL)) {
		CHECK_EQ(fread(ram.bytes, 1, IMAGE_SIZE, file), IMAGE_SIZE);
		fclose(file);
	}
}

static bool read_loaded(void)
{
	static struct fat fat;

	memset(&error, 0, sizeof(error));
	return !failed(fat_mount(&fat, &ram.block)) &&
	       config_disk_read(&disk, &fat, &error, &culprit);
}

static bool read(const char *name)
{
	bool good;

	load(name);
	good = read_loaded();
	ram_disk_destroy(&ram);
	return good;
}

static void files_are_read_in_the_order_of_their_names(void)
{
	CHECK(read("good"));
	CHECK_EQ(disk.count, 3);
	CHECK_STR(disk.paths[0], "/vms/Alpha.toml");
	CHECK_STR(disk.paths[1], "/vms/beta.toml");
	CHECK_STR(disk.paths[2], "/vms/Zoe with a name longer than twenty-six "
				 "letters.TOML");
	CHECK_EQ(disk.vms[0].id, 2);
	CHECK_EQ(disk.vms[1].id, 3);
	CHECK_EQ(disk.vms[2].id, 1);
	CHECK_STR(disk.vms[2].name, "vm1");
}

static void there_may_be_sixteen(void)
{
	CHECK(read("most"));
	CHECK_EQ(disk.count, 16);
	CHECK_EQ(disk.vms[0].id, 10);
	CHECK_EQ(disk.vms[15].id, 25);
}

static void a_file_may_have_64_kib(void)
{
	CHECK(read("longest"));
	CHECK_EQ(disk.count, 1);
}

static void check_refused(const char *name, const char *path, const char *says)
{
	CHECK(!read(name));
	CHECK_STR(culprit, path);
	CHECK_STR(config_text_error(&error), says);
}

static void mistakes_are_told_with_their_file(void)
{
	check_refused("twice", "/vms/c.toml",
		      "4:1: id 5 is that of /vms/a.toml already");
	check_refused("namesake", "/vms/b.toml",
		      "3:1: name \"vm4\" is that of /vms/a.toml already");
	check_refused("wrong", "/vms/b.toml",
		      "4:1: id takes 0 to 255, not 1000");
	check_refused("more", "/vms", "0:0: more than 16 files describe VMs");
	check_refused("longer", "/vms/a.toml",
		      "0:0: the file has 65537 bytes; at most 65536 are read");
	check_refused("empty", "/vms/a.toml",
		      "1:1: base is missing in the file");
	check_refused("none", "/vms", "0:0: no file NAME.toml describes a VM");
	check_refused("missing", "/vms",
		      "0:0: no such file; the path is unknown from character: "
		      "0x1");
	CHECK(!read("file"));
	CHECK_STR(culprit, "/vms");
	CHECK(strstr(error.text, "not a directory but a file") != NULL);
}

/* Whichever sector cannot be read. */
static void the_disk_may_fail(void)
{
	u32 failures = 0;

	load("good");
	for (u64 sector = 0; sector < 250; sector++) {
		ram.bad_sector = sector;
		if (!read_loaded()) {
			failures++;
			CHECK(error.text[0] == '\0' ||
			      strstr(error.text, "bad sector: ") != NULL);
		}
	}
	/* The boot sector, a table, the root, the folder, and three files. */
	CHECK(failures >= 7);
	ram_disk_destroy(&ram);
}

static const struct unit_test tests[] = {
	UNIT_TEST(files_are_read_in_the_order_of_their_names),
	UNIT_TEST(there_may_be_sixteen),
	UNIT_TEST(a_file_may_have_64_kib),
	UNIT_TEST(mistakes_are_told_with_their_file),
	UNIT_TEST(the_disk_may_fail),
};

int main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: config_disk_test DIRECTORY\n");
		return 2;
	}
	directory = argv[1];
	return UNIT_RUN(tests);
}
