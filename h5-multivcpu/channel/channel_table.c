#include "channel/channel_table.h"
#include "memory/frames.h"

struct channel_guest *channel_table_guest(struct channel_registry *registry,
					  u64 number)
{
	for (unsigned int i = 0; i < CHANNEL_GUESTS_MAX; i++) {
		struct channel_guest *guest = &registry->guests[i];

		if (guest->memory != NULL && guest->number == number) {
			return guest;
		}
	}
	return NULL;
}

struct channel_guest *channel_table_place(struct channel_registry *registry)
{
	for (unsigned int i = 0; i < CHANNEL_GUESTS_MAX; i++) {
		if (registry->guests[i].memory == NULL) {
			return &registry->guests[i];
		}
	}
	return NULL;
}

/* A guest's use of a publisher's channel of that key; NULL: it has none. */
static struct channel_use *find_use(struct channel_use uses[],
				    unsigned int count, u64 publisher, u64 key)
{
	for (unsigned int i = 0; i < count; i++) {
		if (uses[i].channel != NULL && uses[i].publisher == publisher &&
		    uses[i].channel->key == key) {
			return &uses[i];
		}
	}
	return NULL;
}

static struct channel_use *free_use(struct channel_use uses[],
				    unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		if (uses[i].channel == NULL) {
			return &uses[i];
		}
	}
	return NULL;
}

struct channel_use *channel_table_published(struct channel_guest *guest,
					    u64 key)
{
	return find_use(guest->published, CHANNEL_PUBLISHED_MAX, guest->number,
			key);
}

struct channel_use *channel_table_subscribed(struct channel_guest *guest,
					     u64 publisher, u64 key)
{
	return find_use(guest->subscribed, CHANNEL_SUBSCRIBED_MAX, publisher,
			key);
}

/* With CHANNELS_MAX of them, one is free wherever a guest may have one more. */
static struct channel *free_channel(struct channel_registry *registry)
{
	struct channel *channel = registry->channels;

	while (channel->users != 0) {
		channel++;
	}
	return channel;
}

/* May the guest name that line? */
static bool line_is_good(const struct channel_guest *guest, u64 line)
{
	return line == CHANNEL_NO_LINE ||
	       (line < 32 && (guest->lines & BIT(line)) != 0);
}

enum channel_code channel_table_publish(struct channel_registry *registry,
					struct channel_guest *guest, u64 line,
					const struct channel *wanted,
					struct channel_use **use)
{
	if (guest == NULL) {
		return CHANNEL_DENIED;
	}
	if (!line_is_good(guest, line)) {
		return CHANNEL_INVALID;
	}
	if (channel_table_published(guest, wanted->key) != NULL) {
		return CHANNEL_EXISTS;
	}
	*use = free_use(guest->published, CHANNEL_PUBLISHED_MAX);
	if (*use == NULL) {
		return CHANNEL_LIMIT;
	}
	**use = (struct channel_use){
		.channel = free_channel(registry),
		.publisher = guest->number,
		.line = line,
	};
	*(*use)->channel = *wanted;
	return CHANNEL_OK;
}

enum channel_code channel_table_subscribe(struct channel_registry *registry,
					  struct channel_guest *guest,
					  u64 number, u64 key, u64 line,
					  struct channel_use **use)
{
	struct channel_guest *publisher = channel_table_guest(registry, number);
	struct channel_use *published;

	if (guest == NULL || publisher == guest) {
		return CHANNEL_DENIED;
	}
	if (!line_is_good(guest, line)) {
		return CHANNEL_INVALID;
	}
	if (channel_table_subscribed(guest, number, key) != NULL) {
		return CHANNEL_EXISTS;
	}
	published = publisher == NULL ? NULL
				      : channel_table_published(publisher, key);
	if (published == NULL || !published->channel->published) {
		return CHANNEL_NOT_FOUND;
	}
	*use = free_use(guest->subscribed, CHANNEL_SUBSCRIBED_MAX);
	if (*use == NULL) {
		return CHANNEL_LIMIT;
	}
	published->channel->users++;
	**use = (struct channel_use){
		.channel = published->channel,
		.publisher = publisher->number,
		.line = line,
	};
	return CHANNEL_OK;
}

hpa_t channel_table_end(struct channel_use *use, unsigned int *order)
{
	struct channel *channel = use->channel;

	use->channel = NULL;
	channel->users--;
	*order = channel->order;
	return channel->users == 0 ? channel->block : FRAME_NONE;
}
