/*
 * Canaries around guest RAM: where it lies, and what writes are found.
 *
 * The module is included, as the allocator is: their memory is the test's.
 */
#include "frames_fixture.h"
#include "unit.h"

#define phys_to_virt(address) ((void *)(memory + (address)))
#include "seeds/canary.c"
#undef phys_to_virt

#define START	 MIB(5)
#define END	 MIB(39) /* 16 blocks, and a MiB on either side */
#define RAM	 MIB(4)
#define LOWEST	 MIB(6)
#define HIGHEST	 MIB(38)
#define ALL_WELL 0

static struct canary canary;

static void begin(void)
{
	start();
	frames_add(START, END);
	CHECK(!failed(canary_init(&canary, RAM)));
}

static u64 *word_at(hpa_t address)
{
	return (u64 *)(void *)(memory + address);
}

static hpa_t found_by(bool (*look)(const struct canary *canary, hpa_t *address))
{
	hpa_t address = ALL_WELL;

	return look(&canary, &address) ? ALL_WELL : address;
}

static void leaves_what_a_guest_needs_and_no_more(void)
{
	hpa_t a, b;

	begin();
	CHECK_EQ(frames_free_count(), (RAM + MIB(2)) / FRAME_SIZE);
	a = frames_alloc(FRAME_ORDER_2M);
	b = frames_alloc(FRAME_ORDER_2M);
	CHECK(a != FRAME_NONE && b != FRAME_NONE);
	CHECK(frames_alloc(FRAME_ORDER_2M) == FRAME_NONE);
	CHECK(frames_alloc(FRAME_ORDER_4K) != FRAME_NONE);
	CHECK_EQ(a < b ? b - a : a - b, MIB(2));
	memset(memory + min_u64(a, b), 0x55, RAM);
	CHECK_EQ(found_by(canary_is_whole), ALL_WELL);
	CHECK_EQ(found_by(canary_guards_are_whole), ALL_WELL);
}

/* The words on either side, and the outermost ones of both guards. */
static void finds_a_write_beside_guest_ram(void)
{
	hpa_t ram = 0;

	begin();
	ram = min_u64(frames_alloc(FRAME_ORDER_2M),
		      frames_alloc(FRAME_ORDER_2M));
	const hpa_t places[] = {ram - KIB(64), ram - 8, ram + RAM,
				ram + RAM + KIB(64) - 8};

	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		u64 was = *word_at(places[i]);

		*word_at(places[i]) ^= 1;
		CHECK_EQ(found_by(canary_guards_are_whole), places[i]);
		CHECK_EQ(found_by(canary_is_whole), places[i]);
		*word_at(places[i]) = was;
	}
	CHECK_EQ(found_by(canary_is_whole), ALL_WELL);
}

static void finds_a_write_anywhere_else(void)
{
	hpa_t ram = 0;

	begin();
	ram = min_u64(frames_alloc(FRAME_ORDER_2M),
		      frames_alloc(FRAME_ORDER_2M));
	for (hpa_t at = LOWEST; at < HIGHEST; at += MIB(1) - 8) {
		u64 was = *word_at(at);

		if (at >= ram && at < ram + RAM) {
			continue;
		}
		*word_at(at) = 0;
		CHECK_EQ(found_by(canary_is_whole), at);
		*word_at(at) = was;
	}
}

/* One word is not like another: a copy from one place to another shows. */
static void finds_a_copy(void)
{
	hpa_t highest = HIGHEST - MIB(2);

	begin();
	memcpy(word_at(highest), word_at(highest + 8), 8);
	CHECK_EQ(found_by(canary_is_whole), highest);
}

static void gives_everything_back(void)
{
	begin();
	canary_destroy(&canary);
	CHECK_EQ(frames_free_count(), (END - START) / FRAME_SIZE);
}

static void refuses(u64 size, const char *what)
{
	struct error error;

	start();
	frames_add(START, END);
	error = canary_init(&canary, size);
	CHECK(failed(error) && strncmp(error.what, what, strlen(what)) == 0);
	CHECK_EQ(error.value, size);
	CHECK_EQ(frames_free_count(), (END - START) / FRAME_SIZE);
}

static void refuses_what_has_no_room(void)
{
	refuses(0, "guest RAM between canaries");
	refuses(MIB(3), "guest RAM between canaries");
	refuses(MIB(2) + FRAME_SIZE, "guest RAM between canaries");
	refuses(MIB(32), "no room for canaries");
	refuses(MIB(30), "no room for canaries");
	refuses(GIB(100), "no room for canaries");
	start();
	frames_add(START, END);
	CHECK(!failed(canary_init(&canary, MIB(28))));
}

static const struct unit_test tests[] = {
	UNIT_TEST(leaves_what_a_guest_needs_and_no_more),
	UNIT_TEST(finds_a_write_beside_guest_ram),
	UNIT_TEST(finds_a_write_anywhere_else),
	UNIT_TEST(finds_a_copy),
	UNIT_TEST(gives_everything_back),
	UNIT_TEST(refuses_what_has_no_room),
};

int main(void)
{
	return UNIT_RUN(tests);
}
