#include "channel/channel_call.h"
#include "channel/channel_notify.h"

static enum channel_code publish(struct channel_registry *registry, u32 guest,
				 union vcpu_registers *r)
{
	gpa_t gpa;
	enum channel_code code = channel_publish(registry, guest, r->rbx,
						 r->rcx, r->rdx, r->rsi, &gpa);

	if (code == CHANNEL_OK) {
		r->rbx = gpa;
	}
	return code;
}

static enum channel_code subscribe(struct channel_registry *registry, u32 guest,
				   union vcpu_registers *r)
{
	struct channel_view view;
	enum channel_code code = channel_subscribe(registry, guest, r->rbx,
						   r->rcx, r->rdx, &view);

	if (code == CHANNEL_OK) {
		r->rbx = view.gpa;
		r->rcx = view.size;
		r->rdx = view.writable ? 1 : 0;
	}
	return code;
}

static enum channel_code call(struct channel_registry *registry, u32 guest,
			      union vcpu_registers *r)
{
	switch (r->rax) {
	case HYPERCALL_CHANNEL_PUBLISH:
		return publish(registry, guest, r);
	case HYPERCALL_CHANNEL_UNPUBLISH:
		return channel_unpublish(registry, guest, r->rbx);
	case HYPERCALL_CHANNEL_SUBSCRIBE:
		return subscribe(registry, guest, r);
	case HYPERCALL_CHANNEL_UNSUBSCRIBE:
		return channel_unsubscribe(registry, guest, r->rbx, r->rcx);
	case HYPERCALL_CHANNEL_NOTIFY:
		return channel_notify(registry, guest, r->rbx, r->rcx);
	case HYPERCALL_CHANNEL_WHO_AM_I:
		r->rbx = guest;
		return CHANNEL_OK;
	default:
		return CHANNEL_UNKNOWN;
	}
}

void channel_call(struct channel_registry *registry, u32 guest,
		  union vcpu_registers *registers)
{
	registers->rax = (u64)(s64)call(registry, guest, registers);
}
