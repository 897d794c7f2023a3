/* modules: h5-multivcpu/memory/passthrough_apart.c */
#include "memory/passthrough_apart.h"
#include "unit.h"

static const struct passthrough_plan none;
static const struct passthrough_plan mine = {
	.ports_count = 2,
	.ports = {{0x2f8, 0x2ff}, {0x80, 0x80}},
	.mmio_count = 2,
	.mmio = {{0, GIB(3), MIB(1)}, {MIB(1), GIB(4), KIB(4)}},
};

static struct error with_ports(u16 first, u16 last)
{
	const struct passthrough_plan other = {
		.ports_count = 2,
		.ports = {{1, 2}, {first, last}},
	};

	return passthrough_apart(&mine, &other);
}

static struct error with_mmio(hpa_t hpa, u64 size)
{
	const struct passthrough_plan other = {
		.mmio_count = 2,
		.mmio = {{0, 0, KIB(4)}, {0, hpa, size}},
	};

	return passthrough_apart(&mine, &other);
}

static void check_taken(struct error error, const char *text, u64 number)
{
	CHECK_STR(error.what, text);
	CHECK_EQ(error.value, number);
}

static void nothing_is_apart_from_anything(void)
{
	CHECK(!failed(passthrough_apart(&mine, &none)));
	CHECK(!failed(passthrough_apart(&none, &mine)));
}

static void a_port_is_one_machines(void)
{
	static const char taken[] = "another virtual machine has the port";

	CHECK(!failed(with_ports(0x2f0, 0x2f7)));
	CHECK(!failed(with_ports(0x300, 0xffff)));
	CHECK(!failed(with_ports(0x81, 0x2f7)));
	check_taken(with_ports(0x2f0, 0x2f8), taken, 0x2f8);
	check_taken(with_ports(0x2ff, 0x300), taken, 0x2ff);
	check_taken(with_ports(0x2fa, 0x2fb), taken, 0x2fa);
	check_taken(with_ports(0x200, 0x3ff), taken, 0x2f8);
	check_taken(with_ports(0x80, 0x80), taken, 0x80);
}

/* Where it lies in the guests does not count. */
static void so_is_a_devices_memory(void)
{
	static const char taken[] =
		"another virtual machine has the device's memory at";

	CHECK(!failed(with_mmio(GIB(3) - KIB(4), KIB(4))));
	CHECK(!failed(with_mmio(GIB(3) + MIB(1), GIB(1) - MIB(1))));
	check_taken(with_mmio(GIB(3) - KIB(4), KIB(8)), taken, GIB(3));
	check_taken(with_mmio(GIB(3) + KIB(8), KIB(4)), taken, GIB(3) + KIB(8));
	check_taken(with_mmio(GIB(4), KIB(4)), taken, GIB(4));
}

static const struct unit_test tests[] = {
	UNIT_TEST(nothing_is_apart_from_anything),
	UNIT_TEST(a_port_is_one_machines),
	UNIT_TEST(so_is_a_devices_memory),
};

int main(void)
{
	return UNIT_RUN(tests);
}
