/*
 * The terminal's keys, and the ring in which typed bytes wait.
 *
 * modules: h5-multivcpu/console/terminal_input.c
 * modules: h5-multivcpu/console/input_ring.c
 */
#include "console/input_ring.h"
#include "console/terminal_input.h"
#include "random.h"
#include "unit.h"

#include <pthread.h>

static struct terminal_input input;

/* The keys of a text: a letter for each kind, a digit for the machine. */
static const char *keys(const char *text)
{
	static const char letters[] = ".bhcnvx?";
	static char kinds[64];
	size_t length = 0;

	for (; *text != '\0'; text++) {
		struct terminal_key key = terminal_input_key(&input, (u8)*text);

		kinds[length++] = letters[key.kind];
		if (key.kind == TERMINAL_KEY_BYTE) {
			CHECK_EQ(key.byte, (u8)*text);
		} else if (key.kind == TERMINAL_KEY_VM) {
			kinds[length++] = (char)('0' + key.vm);
		}
	}
	kinds[length] = '\0';
	return kinds;
}

static void bytes_pass(void)
{
	CHECK_STR(keys("hcx1\r\n\033[A\002\377"), "bbbbbbbbbbb");
}

static void keys_behind_the_escape_key(void)
{
	CHECK_STR(keys("\001h\001?\001c\001n\001x"), ".h.h.c.n.x");
	CHECK_STR(keys("\0011\0015\0019"), ".v1.v5.v9");
	CHECK_STR(keys("\001\001h\001c"), ".bb.c");
	CHECK_STR(keys("\0010\001H\001\r\001\377a"), ".?.?.?.?b");
}

static void help_tells_each_key(void)
{
	static const char *const lines[] = {
		"Ctrl-A c ", "Ctrl-A n ", "Ctrl-A 1 .. 9 ",
		"Ctrl-A x ", "Ctrl-A h ", "Ctrl-A Ctrl-A ",
	};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		CHECK(strstr(terminal_input_help, lines[i]) != NULL);
	}
}

static struct input_ring ring;

static void a_ring_keeps_the_order(void)
{
	u64 put = 0;
	u64 taken = 0;
	u8 byte;

	memset(&ring, 0, sizeof(ring));
	ring.put = ring.taken = UINT32_MAX - 1000; /* it counts around */
	for (u32 i = 0; i < 100000; i++) {
		CHECK_EQ(input_ring_room(&ring),
			 INPUT_RING_SIZE - (put - taken));
		if (random_below(10) < (i % 20000 < 10000 ? 7 : 3)) {
			bool fits = put - taken < INPUT_RING_SIZE;

			CHECK_EQ(input_ring_put(&ring, (u8)(put * 7)), fits);
			put += fits;
		} else if (CHECK_EQ(input_ring_take(&ring, &byte),
				    put > taken) &&
			   put > taken) {
			CHECK_EQ(byte, (u8)(taken++ * 7));
		}
	}
	input_ring_put(&ring, 1);
	input_ring_clear(&ring);
	CHECK_EQ(input_ring_room(&ring), INPUT_RING_SIZE);
	CHECK(!input_ring_take(&ring, &byte));
}

#define PASSED 1000000u

static void *put_all(void *unused)
{
	for (u32 i = 0; i < PASSED;) {
		i += input_ring_put(&ring, (u8)(i * 11));
	}
	return unused;
}

static void one_puts_while_another_takes(void)
{
	pthread_t thread;
	u32 wrong = 0;
	u8 byte;

	memset(&ring, 0, sizeof(ring));
	CHECK_EQ(pthread_create(&thread, NULL, put_all, NULL), 0);
	for (u32 i = 0; i < PASSED;) {
		if (input_ring_take(&ring, &byte)) {
			wrong += byte != (u8)(i++ * 11);
		}
	}
	pthread_join(thread, NULL);
	CHECK_EQ(wrong, 0);
}

static const struct unit_test tests[] = {
	UNIT_TEST(bytes_pass),
	UNIT_TEST(keys_behind_the_escape_key),
	UNIT_TEST(help_tells_each_key),
	UNIT_TEST(a_ring_keeps_the_order),
	UNIT_TEST(one_puts_while_another_takes),
};

int main(void)
{
	return UNIT_RUN(tests);
}
