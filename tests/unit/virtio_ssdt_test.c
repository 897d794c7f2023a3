/*
 * The table by which a guest finds its virtio devices, as ACPICA understands
 * it.
 *
 * modules: h5-multivcpu/acpi/virtio_ssdt.c h5-multivcpu/acpi/virtio_ssdt.S
 */
#include <stdlib.h>
#include <unistd.h>

#include "acpi/virtio_ssdt.h"
#include "unit.h"
#include "virtio/virtio_mmio_layout.h"

extern const u8 virtio_ssdt_aml[];

static u8 bytes[VIRTIO_SSDT_SIZE_MAX];
static char folder[] = "/tmp/virtio_ssdt_test.XXXXXX";
static char output[65536];

static bool write_table(u8 slots)
{
	struct guest_acpi_table table = virtio_ssdt_make(bytes, slots);
	char path[100];
	FILE *file;

	CHECK(table.bytes == bytes);
	snprintf(path, sizeof(path), "%s/t.aml", folder);
	file = fopen(path, "wb");
	CHECK(file != NULL);
	if (file == NULL) {
		return false;
	}
	CHECK_EQ(fwrite(table.bytes, 1, table.size, file), table.size);
	fclose(file);
	return true;
}

/* What a command says, in the folder with the table. */
static bool run(const char *command)
{
	char line[1000];
	size_t length;
	FILE *pipe;

	snprintf(line, sizeof(line), "cd %s && { %s; } 2>&1", folder, command);
	pipe = popen(line, "r");
	if (!CHECK(pipe != NULL)) {
		return false;
	}
	length = fread(output, 1, sizeof(output) - 1, pipe);
	output[length] = '\0';
	return CHECK_EQ(pclose(pipe), 0);
}

static void is_sealed(void)
{
	for (unsigned int slots = 0; slots < 16; slots++) {
		struct guest_acpi_table table =
			virtio_ssdt_make(bytes, (u8)slots);
		u32 length;
		u8 sum = 0;

		for (u64 i = 0; i < table.size; i++) {
			sum += bytes[i];
		}
		memcpy(&length, bytes + 4, sizeof(length));
		CHECK_EQ(length, table.size);
		CHECK_EQ(sum, 0);
	}
}

/* Name (\VIOM, 0x0f) follows the header: where the slots are written. */
static void begins_with_the_slots(void)
{
	CHECK(memcmp(virtio_ssdt_aml + 36, "\x08\\VIOM\x0a\x0f", 8) == 0);
}

static void disassembles_without_complaint(void)
{
	if (write_table(5) &&
	    run("iasl -d t.aml >t.log 2>&1; grep -q 'VIOM, 0x05' t.dsl && "
		"cat t.log t.dsl")) {
		CHECK(strstr(output, "rror") == NULL);
		CHECK(strstr(output, "arning") == NULL);
		CHECK(strstr(output, "****") == NULL);
	}
}

/*
 * Has ACPICA evaluate an object of each slot's, all at once: it sleeps for a
 * second each time.
 */
static void evaluate(const char *object)
{
	char command[200];

	snprintf(command, sizeof(command),
		 "for i in $(seq 0 %u); do "
		 "acpiexec -b \"evaluate \\\\_SB.VIO$i.%s\" t.aml >$i.log & "
		 "done; wait",
		 VIRTIO_MMIO_SLOTS - 1, object);
	(void)run(command);
}

/* Is the text in what ACPICA said of a slot's object? */
static bool said(unsigned int slot, const char *text)
{
	char command[100];

	snprintf(command, sizeof(command), "cat %u.log", slot);
	return run(command) && strstr(output, text) != NULL;
}

static void those_slots_are_present(void)
{
	for (u8 slots = 0; slots < 16; slots += 5) {
		if (!write_table(slots)) {
			return;
		}
		evaluate("_STA");
		for (unsigned int i = 0; i < VIRTIO_MMIO_SLOTS; i++) {
			CHECK_EQ(said(i, "= 000000000000000F"),
				 (slots >> i) & 1);
			CHECK_EQ(said(i, "= 0000000000000000"),
				 ~(slots >> i) & 1);
		}
	}
}

/* The resources are where the devices are. */
static void slots_say_where_they_are(void)
{
	char memory[20], interrupt[10];

	if (!write_table(15)) {
		return;
	}
	evaluate("_CRS");
	for (unsigned int i = 0; i < VIRTIO_MMIO_SLOTS; i++) {
		snprintf(memory, sizeof(memory), "00 %02X %02X %02X 00 10",
			 VIRTIO_MMIO_BASE(i) >> 8 & 0xff,
			 VIRTIO_MMIO_BASE(i) >> 16 & 0xff,
			 VIRTIO_MMIO_BASE(i) >> 24 & 0xff);
		snprintf(interrupt, sizeof(interrupt), "01 %02X 00",
			 VIRTIO_MMIO_GSI(i));
		CHECK(said(i, memory));
		CHECK(said(i, interrupt));
	}
}

static const struct unit_test tests[] = {
	UNIT_TEST(is_sealed),
	UNIT_TEST(begins_with_the_slots),
	UNIT_TEST(disassembles_without_complaint),
	UNIT_TEST(those_slots_are_present),
	UNIT_TEST(slots_say_where_they_are),
};

int main(void)
{
	char command[100];
	int status;

	if (mkdtemp(folder) == NULL) {
		perror(folder);
		return 1;
	}
	status = UNIT_RUN(tests);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command) == 0 ? status : 1;
}
