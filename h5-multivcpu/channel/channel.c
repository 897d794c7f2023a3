#include "channel/channel.h"
#include "lib/string.h"
#include "memory/frames.h"

#define PAGE_2M MIB(2)

void channel_init(struct channel_registry *registry,
		  const struct channel_ops *ops)
{
	memset(registry, 0, sizeof(*registry));
	registry->ops = *ops;
}

/* The functions down to the next such line are called with the lock. */

static struct channel_guest *find_guest(struct channel_registry *registry,
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

static struct channel_use *find_published(struct channel_guest *guest, u64 key)
{
	return find_use(guest->published, CHANNEL_PUBLISHED_MAX, guest->number,
			key);
}

static struct channel_use *find_subscribed(struct channel_guest *guest,
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

/* Begins the publisher's use of a new channel, which nobody else finds yet. */
static enum channel_code begin_publishing(struct channel_registry *registry,
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
	if (find_published(guest, wanted->key) != NULL) {
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

/* Begins a subscriber's use, which keeps the channel. */
static enum channel_code begin_subscribing(struct channel_registry *registry,
					   struct channel_guest *guest,
					   u64 number, u64 key, u64 line,
					   struct channel_use **use)
{
	struct channel_guest *publisher = find_guest(registry, number);
	struct channel_use *published;

	if (guest == NULL || publisher == guest) {
		return CHANNEL_DENIED;
	}
	if (!line_is_good(guest, line)) {
		return CHANNEL_INVALID;
	}
	if (find_subscribed(guest, number, key) != NULL) {
		return CHANNEL_EXISTS;
	}
	published = publisher == NULL ? NULL : find_published(publisher, key);
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

/* Ends a use. FRAME_NONE, or the block to be freed, as nobody is left. */
static hpa_t end_use(struct channel_use *use, unsigned int *order)
{
	struct channel *channel = use->channel;

	use->channel = NULL;
	channel->users--;
	*order = channel->order;
	return channel->users == 0 ? channel->block : FRAME_NONE;
}

/* Those that are called without the lock, and take it. */

bool channel_join(struct channel_registry *registry, u32 number,
		  struct guest_memory *memory, u32 lines)
{
	struct channel_guest *guest = registry->guests;
	bool joined = false;

	spin_lock(&registry->lock);
	while (guest < &registry->guests[CHANNEL_GUESTS_MAX] &&
	       guest->memory != NULL) {
		guest++;
	}
	if (guest < &registry->guests[CHANNEL_GUESTS_MAX] &&
	    find_guest(registry, number) == NULL) {
		*guest = (struct channel_guest){
			.memory = memory,
			.number = number,
			.lines = lines,
		};
		joined = true;
	}
	spin_unlock(&registry->lock);
	return joined;
}

static void leave_channel(struct channel_registry *registry,
			  struct channel_use *use)
{
	unsigned int order;
	hpa_t block;

	spin_lock(&registry->lock);
	block = end_use(use, &order);
	spin_unlock(&registry->lock);
	if (block != FRAME_NONE) {
		frames_free(block, order);
	}
}

/*
 * Maps a channel that the guest has begun to use. Its block stays as long as
 * the use, and nobody else changes what is read here.
 */
static enum channel_code map_channel(struct channel_guest *guest,
				     struct channel_use *use, u64 rights)
{
	const struct channel *channel = use->channel;
	struct guest_memory *memory = guest->memory;
	struct guest_region_wish wish = {
		.kind = GUEST_REGION_LENT,
		.size = channel->size,
		.rights = rights,
		.hpa = channel->block,
	};

	if (!guest_region_list_gap(
		    &memory->others, max_u64(CHANNEL_WINDOW, memory->size),
		    CHANNEL_WINDOW_END, wish.size,
		    wish.size < PAGE_2M ? FRAME_SIZE : PAGE_2M, &wish.gpa)) {
		return CHANNEL_NO_ADDRESS;
	}
	if (memory->others.count == GUEST_REGIONS_MAX) {
		return CHANNEL_LIMIT;
	}
	if (failed(guest_memory_add_region(memory, &wish))) {
		return CHANNEL_NO_MEMORY;
	}
	use->gpa = wish.gpa;
	return CHANNEL_OK;
}

/* Ends a use whose memory is mapped. */
static enum channel_code unmap_channel(struct channel_registry *registry,
				       struct channel_guest *guest,
				       struct channel_use *use)
{
	if (failed(guest_memory_remove_region(guest->memory, use->gpa))) {
		return CHANNEL_NO_MEMORY;
	}
	registry->ops.flush(registry->ops.context, guest->number);
	leave_channel(registry, use);
	return CHANNEL_OK;
}

/* Looks the calling guest up: it stays, for its machine lock is held. */
static struct channel_guest *lock_guest(struct channel_registry *registry,
					u32 number)
{
	spin_lock(&registry->lock);
	return find_guest(registry, number);
}

static unsigned int order_of(u64 size)
{
	unsigned int order = 0;

	while (((u64)FRAME_SIZE << order) < size) {
		order++;
	}
	return order;
}

static void set_published(struct channel_registry *registry,
			  struct channel *channel, bool published)
{
	spin_lock(&registry->lock);
	channel->published = published;
	spin_unlock(&registry->lock);
}

/* The memory of a channel that nobody else finds yet. */
static enum channel_code make_channel(struct channel_registry *registry,
				      struct channel_guest *guest,
				      struct channel_use *use)
{
	struct channel *channel = use->channel;
	enum channel_code code = CHANNEL_NO_MEMORY;

	channel->block = frames_alloc_zeroed(channel->order);
	if (channel->block != FRAME_NONE) {
		code = map_channel(guest, use, EPT_READ | EPT_WRITE);
	}
	if (code == CHANNEL_OK) {
		set_published(registry, channel, true);
	} else {
		leave_channel(registry, use);
	}
	return code;
}

enum channel_code channel_publish(struct channel_registry *registry, u32 number,
				  u64 key, u64 size, u64 line, u64 flags,
				  gpa_t *gpa)
{
	const struct channel wanted = {
		.users = 1,
		.subscribers_write = flags != 0,
		.key = key,
		.size = size,
		.block = FRAME_NONE,
		.order = order_of(min_u64(size, CHANNEL_SIZE_MAX)),
	};
	struct channel_guest *guest;
	struct channel_use *use;
	enum channel_code code;

	if (size == 0 || size > CHANNEL_SIZE_MAX ||
	    !IS_ALIGNED(size, FRAME_SIZE) ||
	    (flags & ~CHANNEL_SUBSCRIBERS_WRITE) != 0) {
		return CHANNEL_INVALID;
	}
	guest = lock_guest(registry, number);
	code = begin_publishing(registry, guest, line, &wanted, &use);
	spin_unlock(&registry->lock);
	if (code == CHANNEL_OK) {
		code = make_channel(registry, guest, use);
	}
	if (code == CHANNEL_OK) {
		*gpa = use->gpa;
	}
	return code;
}

enum channel_code channel_subscribe(struct channel_registry *registry,
				    u32 number, u64 publisher, u64 key,
				    u64 line, struct channel_view *view)
{
	struct channel_guest *guest = lock_guest(registry, number);
	struct channel_use *use;
	enum channel_code code =
		begin_subscribing(registry, guest, publisher, key, line, &use);

	spin_unlock(&registry->lock);
	if (code != CHANNEL_OK) {
		return code;
	}
	bool writable = use->channel->subscribers_write;

	code = map_channel(guest, use,
			   writable ? EPT_READ | EPT_WRITE : EPT_READ);
	if (code != CHANNEL_OK) {
		leave_channel(registry, use);
		return code;
	}
	*view = (struct channel_view){
		.gpa = use->gpa,
		.size = use->channel->size,
		.writable = writable,
	};
	return CHANNEL_OK;
}

enum channel_code channel_unpublish(struct channel_registry *registry,
				    u32 number, u64 key)
{
	struct channel_guest *guest = lock_guest(registry, number);
	struct channel_use *use =
		guest == NULL ? NULL : find_published(guest, key);
	enum channel_code code;

	if (use != NULL) {
		use->channel->published = false;
	}
	spin_unlock(&registry->lock);
	if (use == NULL) {
		return guest == NULL ? CHANNEL_DENIED : CHANNEL_NOT_FOUND;
	}
	code = unmap_channel(registry, guest, use);
	if (code != CHANNEL_OK) {
		set_published(registry, use->channel, true);
	}
	return code;
}

enum channel_code channel_unsubscribe(struct channel_registry *registry,
				      u32 number, u64 publisher, u64 key)
{
	struct channel_guest *guest = lock_guest(registry, number);
	struct channel_use *use =
		guest == NULL ? NULL : find_subscribed(guest, publisher, key);

	spin_unlock(&registry->lock);
	if (use == NULL) {
		return guest == NULL ? CHANNEL_DENIED : CHANNEL_NOT_FOUND;
	}
	return unmap_channel(registry, guest, use);
}
