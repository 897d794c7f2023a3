#include "channel/channel_notify.h"

/* The use of one channel by a guest, or NULL. */
static struct channel_use *use_of(struct channel_use uses[], unsigned int count,
				  const struct channel *channel)
{
	for (unsigned int i = 0; i < count; i++) {
		if (uses[i].channel == channel) {
			return &uses[i];
		}
	}
	return NULL;
}

static void interrupt(struct channel_registry *registry, u32 number,
		      const struct channel_use *use)
{
	if (use != NULL && use->line != CHANNEL_NO_LINE) {
		registry->ops.notify(registry->ops.context, number,
				     (unsigned int)use->line);
	}
}

static void interrupt_subscribers(struct channel_registry *registry,
				  const struct channel *channel)
{
	for (unsigned int i = 0; i < CHANNEL_GUESTS_MAX; i++) {
		struct channel_guest *guest = &registry->guests[i];

		if (guest->memory != NULL) {
			interrupt(registry, guest->number,
				  use_of(guest->subscribed,
					 CHANNEL_SUBSCRIBED_MAX, channel));
		}
	}
}

/* The channel's own publisher, not one of its name that came after it. */
static enum channel_code interrupt_publisher(struct channel_registry *registry,
					     const struct channel_use *use)
{
	struct channel_guest *publisher =
		channel_table_guest(registry, use->publisher);

	if (!use->channel->published || publisher == NULL) {
		return CHANNEL_GONE;
	}
	interrupt(registry, publisher->number,
		  use_of(publisher->published, CHANNEL_PUBLISHED_MAX,
			 use->channel));
	return CHANNEL_OK;
}

static enum channel_code notify(struct channel_registry *registry,
				struct channel_guest *guest, u64 publisher,
				u64 key)
{
	struct channel_use *use;

	if (guest == NULL) {
		return CHANNEL_DENIED;
	}
	use = publisher == guest->number
		      ? channel_table_published(guest, key)
		      : channel_table_subscribed(guest, publisher, key);
	if (use == NULL) {
		return CHANNEL_NOT_FOUND;
	}
	if (publisher != guest->number) {
		return interrupt_publisher(registry, use);
	}
	interrupt_subscribers(registry, use->channel);
	return CHANNEL_OK;
}

enum channel_code channel_notify(struct channel_registry *registry, u32 number,
				 u64 publisher, u64 key)
{
	enum channel_code code;

	spin_lock(&registry->lock);
	code = notify(registry, channel_table_guest(registry, number),
		      publisher, key);
	spin_unlock(&registry->lock);
	return code;
}
