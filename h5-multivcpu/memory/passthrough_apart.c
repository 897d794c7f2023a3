#include "memory/passthrough_apart.h"

static struct error ports_apart(const struct passthrough_ports *ports,
				const struct passthrough_plan *other)
{
	for (unsigned int i = 0; i < other->ports_count; i++) {
		const struct passthrough_ports *theirs = &other->ports[i];

		if (ports->first <= theirs->last &&
		    theirs->first <= ports->last) {
			return failure("another virtual machine has the port",
				       max_u64(ports->first, theirs->first));
		}
	}
	return SUCCESS;
}

static struct error mmio_apart(const struct passthrough_mmio *mmio,
			       const struct passthrough_plan *other)
{
	for (unsigned int i = 0; i < other->mmio_count; i++) {
		const struct passthrough_mmio *theirs = &other->mmio[i];

		if (mmio->hpa < theirs->hpa + theirs->size &&
		    theirs->hpa < mmio->hpa + mmio->size) {
			return failure("another virtual machine has the "
				       "device's memory at",
				       max_u64(mmio->hpa, theirs->hpa));
		}
	}
	return SUCCESS;
}

struct error passthrough_apart(const struct passthrough_plan *plan,
			       const struct passthrough_plan *other)
{
	struct error error = SUCCESS;

	for (unsigned int i = 0; i < plan->ports_count && !failed(error); i++) {
		error = ports_apart(&plan->ports[i], other);
	}
	for (unsigned int i = 0; i < plan->mmio_count && !failed(error); i++) {
		error = mmio_apart(&plan->mmio[i], other);
	}
	return error;
}
