#pragma once
/*
 * The order in which those who wait for a CPU get one: a search tree by how
 * much each has had, which finds the first one that has one of some tags in
 * O(log n) expected steps. A tag stands for a CPU that it may run on, or the
 * like; each node of the tree knows the tags of all that are below it.
 *
 * The tree is a treap: a heap by numbers that are as good as random, which keep
 * it flat. R. Seidel and C. R. Aragon, "Randomized Search Trees".
 *
 * A node belongs to whoever embeds it; it is in one queue at most. The queue
 * knows no lock.
 */
#include "lib/types.h"

struct run_queue_node {
	u64 key;  /* the least comes first; unchanged while in the queue */
	u64 tags; /* at least one bit; likewise */

	/* The queue's own. */
	u64 turn;     /* among equal keys: who came first */
	u64 priority; /* no less than that of any node below */
	u64 all_tags; /* of this node and all that are below */
	struct run_queue_node *before;
	struct run_queue_node *after;
};

/* Begins as zeros. */
struct run_queue {
	struct run_queue_node *root;
	u64 turns; /* how many have come so far */
};

/* Adds a node, which is in no queue, behind those of the same key. */
void run_queue_add(struct run_queue *queue, struct run_queue_node *node);

/* Takes a node out, which is in this queue. */
void run_queue_remove(struct run_queue *queue, struct run_queue_node *node);

/* The first that has at least one of these tags, or NULL. */
struct run_queue_node *run_queue_first(const struct run_queue *queue, u64 tags);

/* The tags that somebody in the queue has. */
static inline u64 run_queue_tags(const struct run_queue *queue)
{
	return queue->root == NULL ? 0 : queue->root->all_tags;
}
