#include "memory/passthrough.h"
#include "memory/frames.h"
#include "memory/vm_regions.h"

/* What h1 .. h5 themselves read and write while guests run. */
static const struct passthrough_ports always_ours[] = {
	{0x20, 0x21},	/* the 8259A pair */
	{0x40, 0x43},	/* the PIT */
	{0x61, 0x61},	/* its gate */
	{0x70, 0x71},	/* the CMOS clock */
	{0xa0, 0xa1},	/* the 8259A pair */
	{0xf4, 0xf7},	/* the debug exit */
	{0x3f8, 0x3ff}, /* COM1: the console */
	{0xcf8, 0xcff}, /* PCI configuration, reset */
};
static const struct passthrough_ports com2 = {0x2f8, 0x2ff};
static const struct passthrough_ports disk[PASSTHROUGH_NO_DISK][2] = {
	{{0x1f0, 0x1f7}, {0x3f6, 0x3f7}},
	{{0x170, 0x177}, {0x376, 0x377}},
};

/* Where in a guest emulated devices answer. */
static const struct passthrough_hpas emulated[] = {
	{VM_REGIONS_VIRTIO, VM_REGIONS_VIRTIO_END},
	{0xfec00000, 0xfec01000}, /* the IO-APIC */
	{0xfee00000, 0xfee01000}, /* the local APICs */
	{VM_REGIONS_FLASH, VM_REGIONS_FLASH_END},
};

/* A half-open range, of ports or of host-physical addresses. */
struct span {
	u64 start;
	u64 end;
};

static bool overlap(struct span a, struct span b)
{
	return a.start < b.end && b.start < a.end;
}

static struct span ports_span(struct passthrough_ports ports)
{
	return (struct span){ports.first, (u64)ports.last + 1};
}

static struct span hpas_span(struct passthrough_hpas hpas)
{
	return (struct span){hpas.start, hpas.end};
}

/*
 * What is left of the span from its beginning on, up to the next of the cuts,
 * goes to left; span becomes what lies behind that cut. False: nothing is left.
 */
static bool next_piece(struct span *span, const struct span cuts[],
		       unsigned int count, struct span *left)
{
	struct span nearest = {span->end, span->end};
	unsigned int i = 0;

	/* A cut over the beginning moves it, and the others count anew. */
	while (i < count) {
		if (cuts[i].start <= span->start && span->start < cuts[i].end) {
			span->start = cuts[i].end;
			i = 0;
		} else {
			i++;
		}
	}
	if (span->start >= span->end) {
		return false;
	}
	for (i = 0; i < count; i++) {
		if (cuts[i].start > span->start &&
		    cuts[i].end > cuts[i].start &&
		    cuts[i].start < nearest.start) {
			nearest = cuts[i];
		}
	}
	*left = (struct span){span->start, nearest.start};
	span->start = nearest.start;
	return true;
}

static bool host_uses_port(const struct passthrough_host *host,
			   struct span ports)
{
	bool used = host->uses_com2 && overlap(ports, ports_span(com2));

	for (size_t i = 0; i < ARRAY_SIZE(always_ours); i++) {
		used = used || overlap(ports, ports_span(always_ours[i]));
	}
	if (host->disk_channel < PASSTHROUGH_NO_DISK) {
		const struct passthrough_ports *of = disk[host->disk_channel];

		used = used || overlap(ports, ports_span(of[0])) ||
		       overlap(ports, ports_span(of[1]));
	}
	for (unsigned int i = 0; i < host->pm_count; i++) {
		used = used || overlap(ports, ports_span(host->pm[i]));
	}
	return used;
}

static struct error add_ports(struct passthrough_plan *plan, struct span piece,
			      const struct passthrough_host *host)
{
	if (host_uses_port(host, piece)) {
		return failure("the hypervisor itself uses a port of those "
			       "that are passed through from",
			       piece.start);
	}
	if (plan->ports_count == PASSTHROUGH_MAX) {
		return failure("too many ranges of ports are passed through",
			       plan->ports_count);
	}
	plan->ports[plan->ports_count++] = (struct passthrough_ports){
		(u16)piece.start, (u16)(piece.end - 1)};
	return SUCCESS;
}

static struct error plan_ports(struct passthrough_plan *plan,
			       const struct passthrough_wish *wish,
			       const struct passthrough_host *host)
{
	struct span cuts[PASSTHROUGH_MAX];
	struct span left;

	for (unsigned int i = 0; i < wish->ports_excluded_count; i++) {
		if (wish->ports_excluded[i].last <
		    wish->ports_excluded[i].first) {
			return failure("a range of ports ends before it begins",
				       wish->ports_excluded[i].first);
		}
		cuts[i] = ports_span(wish->ports_excluded[i]);
	}
	for (unsigned int i = 0; i < wish->ports_count; i++) {
		struct span span = ports_span(wish->ports[i]);

		if (wish->ports[i].last < wish->ports[i].first) {
			return failure("a range of ports ends before it begins",
				       wish->ports[i].first);
		}
		while (next_piece(&span, cuts, wish->ports_excluded_count,
				  &left)) {
			struct error error = add_ports(plan, left, host);

			if (failed(error)) {
				return error;
			}
		}
	}
	return SUCCESS;
}

static struct error check_mmio(const struct passthrough_mmio *mmio,
			       unsigned int bits)
{
	if (!IS_ALIGNED(mmio->gpa | mmio->hpa | mmio->size, FRAME_SIZE) ||
	    mmio->size == 0) {
		return failure("a device's memory is not in whole pages, at",
			       mmio->hpa);
	}
	if (mmio->hpa >= BIT(bits) || mmio->size > BIT(bits) - mmio->hpa ||
	    mmio->gpa >= BIT(bits) || mmio->size > BIT(bits) - mmio->gpa) {
		return failure("a device's memory ends beyond what can be "
			       "addressed, at",
			       mmio->hpa);
	}
	return SUCCESS;
}

static bool host_uses_hpas(const struct passthrough_host *host,
			   struct span hpas)
{
	bool used = false;

	for (size_t i = 0; i < host->ram->count; i++) {
		const struct memory_range *ram = &host->ram->ranges[i];

		used = used ||
		       overlap(hpas, (struct span){ram->start, ram->end});
	}
	for (unsigned int i = 0; i < host->apics_count; i++) {
		used = used || overlap(hpas, hpas_span(host->apics[i]));
	}
	return used;
}

static struct error add_mmio(struct passthrough_plan *plan,
			     struct passthrough_mmio piece,
			     const struct passthrough_host *host)
{
	struct span gpas = {piece.gpa, piece.gpa + piece.size};

	if (host_uses_hpas(host,
			   (struct span){piece.hpa, piece.hpa + piece.size})) {
		return failure("the hypervisor itself uses memory of a device "
			       "that is passed through, at",
			       piece.hpa);
	}
	for (size_t i = 0; i < ARRAY_SIZE(emulated); i++) {
		if (overlap(gpas, hpas_span(emulated[i]))) {
			return failure("a device that is passed through lies "
				       "where an emulated one answers, at",
				       emulated[i].start);
		}
	}
	for (unsigned int i = 0; i < plan->mmio_count; i++) {
		const struct passthrough_mmio *other = &plan->mmio[i];

		if (overlap(gpas, (struct span){other->gpa,
						other->gpa + other->size})) {
			return failure("two devices' memory overlaps in the "
				       "guest, at",
				       piece.hpa);
		}
	}
	if (plan->mmio_count == PASSTHROUGH_MAX) {
		return failure("too many ranges of devices' memory are passed "
			       "through",
			       plan->mmio_count);
	}
	plan->mmio[plan->mmio_count++] = piece;
	return SUCCESS;
}

/* An excluded part of a page keeps the whole page back. */
static struct error plan_mmio(struct passthrough_plan *plan,
			      const struct passthrough_wish *wish,
			      const struct passthrough_host *host)
{
	struct span cuts[PASSTHROUGH_MAX];
	struct span left;

	for (unsigned int i = 0; i < wish->mmio_excluded_count; i++) {
		struct passthrough_hpas hpas = wish->mmio_excluded[i];

		if (hpas.end <= hpas.start || hpas.end > BIT(EPT_GPA_BITS)) {
			return failure("a range of a device's memory ends "
				       "before it begins",
				       hpas.start);
		}
		cuts[i] = (struct span){ALIGN_DOWN(hpas.start, FRAME_SIZE),
					ALIGN_UP(hpas.end, FRAME_SIZE)};
	}
	for (unsigned int i = 0; i < wish->mmio_count; i++) {
		const struct passthrough_mmio *mmio = &wish->mmio[i];
		struct error error = check_mmio(
			mmio, (unsigned int)min_u64(host->address_bits,
						    EPT_GPA_BITS));
		struct span span = {mmio->hpa, mmio->hpa + mmio->size};

		while (!failed(error) &&
		       next_piece(&span, cuts, wish->mmio_excluded_count,
				  &left)) {
			struct passthrough_mmio piece = {
				.gpa = mmio->gpa + (left.start - mmio->hpa),
				.hpa = left.start,
				.size = left.end - left.start,
			};

			error = add_mmio(plan, piece, host);
		}
		if (failed(error)) {
			return error;
		}
	}
	return SUCCESS;
}

struct error passthrough_plan(struct passthrough_plan *plan,
			      const struct passthrough_wish *wish,
			      const struct passthrough_host *host)
{
	struct error error;

	plan->ports_count = 0;
	plan->mmio_count = 0;
	if (wish->ports_count > PASSTHROUGH_MAX ||
	    wish->ports_excluded_count > PASSTHROUGH_MAX ||
	    wish->mmio_count > PASSTHROUGH_MAX ||
	    wish->mmio_excluded_count > PASSTHROUGH_MAX) {
		return failure("too many ranges are passed through or "
			       "excluded; there may be",
			       PASSTHROUGH_MAX);
	}
	error = plan_ports(plan, wish, host);
	return failed(error) ? error : plan_mmio(plan, wish, host);
}

struct guest_region_wish passthrough_region(const struct passthrough_mmio *mmio)
{
	return (struct guest_region_wish){
		.kind = GUEST_REGION_DEVICE,
		.gpa = mmio->gpa,
		.size = mmio->size,
		.rights = EPT_READ | EPT_WRITE,
		.hpa = mmio->hpa,
	};
}
