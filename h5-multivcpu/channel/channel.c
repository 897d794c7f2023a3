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

static void leave_channel(struct channel_registry *registry,
			  struct channel_use *use)
{
	unsigned int order;
	hpa_t block;

	spin_lock(&registry->lock);
	block = channel_table_end(use, &order);
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
		    &memory->others, max_u64(guest->window.start, memory->size),
		    guest->window.end, wish.size,
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

/*
 * Ends a use whose memory is mapped. Only where every vCPU is out of the guest
 * already may flush be false.
 */
static enum channel_code unmap_channel(struct channel_registry *registry,
				       struct channel_guest *guest,
				       struct channel_use *use, bool flush)
{
	if (failed(guest_memory_remove_region(guest->memory, use->gpa))) {
		return CHANNEL_NO_MEMORY;
	}
	if (flush) {
		registry->ops.flush(registry->ops.context, guest->number);
	}
	leave_channel(registry, use);
	return CHANNEL_OK;
}

/* Looks the calling guest up: it stays, for its machine lock is held. */
static struct channel_guest *lock_guest(struct channel_registry *registry,
					u32 number)
{
	spin_lock(&registry->lock);
	return channel_table_guest(registry, number);
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
	code = channel_table_publish(registry, guest, line, &wanted, &use);
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
	enum channel_code code = channel_table_subscribe(
		registry, guest, publisher, key, line, &use);

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
		guest == NULL ? NULL : channel_table_published(guest, key);
	enum channel_code code;

	if (use != NULL) {
		use->channel->published = false;
	}
	spin_unlock(&registry->lock);
	if (use == NULL) {
		return guest == NULL ? CHANNEL_DENIED : CHANNEL_NOT_FOUND;
	}
	code = unmap_channel(registry, guest, use, true);
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
		guest == NULL ? NULL
			      : channel_table_subscribed(guest, publisher, key);

	spin_unlock(&registry->lock);
	if (use == NULL) {
		return guest == NULL ? CHANNEL_DENIED : CHANNEL_NOT_FOUND;
	}
	return unmap_channel(registry, guest, use, true);
}

bool channel_join(struct channel_registry *registry, u32 number,
		  struct guest_memory *memory,
		  const struct channel_window *window, u32 lines)
{
	struct channel_guest *guest = NULL;

	spin_lock(&registry->lock);
	if (channel_table_guest(registry, number) == NULL) {
		guest = channel_table_place(registry);
	}
	if (guest != NULL) {
		*guest = (struct channel_guest){
			.memory = memory,
			.window = *window,
			.number = number,
			.lines = lines,
		};
	}
	spin_unlock(&registry->lock);
	return guest != NULL;
}

static void release_uses(struct channel_registry *registry,
			 struct channel_guest *guest, struct channel_use uses[],
			 unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		if (uses[i].channel != NULL) {
			(void)unmap_channel(registry, guest, &uses[i], false);
		}
	}
}

void channel_release(struct channel_registry *registry, u32 number)
{
	struct channel_guest *guest = lock_guest(registry, number);

	for (unsigned int i = 0; guest != NULL && i < CHANNEL_PUBLISHED_MAX;
	     i++) {
		if (guest->published[i].channel != NULL) {
			guest->published[i].channel->published = false;
		}
	}
	spin_unlock(&registry->lock);
	if (guest != NULL) {
		release_uses(registry, guest, guest->published,
			     CHANNEL_PUBLISHED_MAX);
		release_uses(registry, guest, guest->subscribed,
			     CHANNEL_SUBSCRIBED_MAX);
	}
}

void channel_leave(struct channel_registry *registry, u32 number)
{
	struct channel_guest *guest;

	channel_release(registry, number);
	guest = lock_guest(registry, number);
	if (guest != NULL) {
		guest->memory = NULL;
	}
	spin_unlock(&registry->lock);
}
