/*
 * The run queue against a plain array.
 *
 * modules: h5-multivcpu/scheduler/run_queue.c
 */
#include "random.h"
#include "scheduler/run_queue.h"
#include "unit.h"

#define NODES 200u
#define STEPS 100000

static struct run_queue queue;
static struct run_queue_node nodes[NODES];
static bool waits[NODES];
static u64 came[NODES]; /* the step at which it was added */

/* The first with one of the tags, in the order of key and arrival. */
static struct run_queue_node *model_first(u64 tags)
{
	struct run_queue_node *first = NULL;

	for (size_t i = 0; i < NODES; i++) {
		if (!waits[i] || (nodes[i].tags & tags) == 0) {
			continue;
		}
		if (first == NULL || nodes[i].key < first->key ||
		    (nodes[i].key == first->key &&
		     came[i] < came[first - nodes])) {
			first = &nodes[i];
		}
	}
	return first;
}

static u64 some_tags(void)
{
	u64 tags = BIT(random_below(64));

	return tags | BIT(random_below(64));
}

static u64 model_tags(void)
{
	u64 tags = 0;

	for (size_t i = 0; i < NODES; i++) {
		tags |= waits[i] ? nodes[i].tags : 0;
	}
	return tags;
}

static unsigned int depth(const struct run_queue_node *tree)
{
	unsigned int before, after;

	if (tree == NULL) {
		return 0;
	}
	before = depth(tree->before);
	after = depth(tree->after);
	return 1 + (before > after ? before : after);
}

static void as_an_array_does(void)
{
	unsigned int deepest = 0;

	for (u64 step = 0; step < STEPS; step++) {
		size_t i = random_below(NODES);
		u64 tags = some_tags();

		if (waits[i]) {
			run_queue_remove(&queue, &nodes[i]);
		} else {
			nodes[i].key = random_below(50);
			nodes[i].tags = some_tags();
			came[i] = step;
			run_queue_add(&queue, &nodes[i]);
		}
		waits[i] = !waits[i];
		if (!CHECK(run_queue_first(&queue, tags) ==
			   model_first(tags)) ||
		    !CHECK_EQ(run_queue_tags(&queue), model_tags())) {
			return;
		}
		if (step % 100 == 0 && depth(queue.root) > deepest) {
			deepest = depth(queue.root);
		}
	}
	printf("# depth at most %u with about %u nodes\n", deepest, NODES / 2);
	CHECK(deepest < 30);
}

/* What comes in order, as turn times do, must not make a list of the tree. */
static void stays_flat(void)
{
	queue = (struct run_queue){0};
	for (size_t i = 0; i < NODES; i++) {
		nodes[i] = (struct run_queue_node){.key = i / 3, .tags = 1};
		run_queue_add(&queue, &nodes[i]);
	}
	printf("# depth %u with %u nodes that came in order\n",
	       depth(queue.root), NODES);
	CHECK(depth(queue.root) < 30);
	for (size_t i = 0; i < NODES; i++) {
		if (!CHECK(run_queue_first(&queue, 1) == &nodes[i])) {
			return;
		}
		run_queue_remove(&queue, &nodes[i]);
	}
	CHECK(queue.root == NULL);
}

static const struct unit_test tests[] = {
	UNIT_TEST(as_an_array_does),
	UNIT_TEST(stays_flat),
};

int main(void)
{
	return UNIT_RUN(tests);
}
