#include "scheduler/run_queue.h"

typedef struct run_queue_node *node_ptr;

/* Is a's place in the order ahead of b's? No two have the same. */
static bool is_before(const struct run_queue_node *a,
		      const struct run_queue_node *b)
{
	return a->key < b->key || (a->key == b->key && a->turn < b->turn);
}

static u64 tags_of(const struct run_queue_node *tree)
{
	return tree == NULL ? 0 : tree->all_tags;
}

/* Tells a node what is below it now. */
static node_ptr gather(node_ptr tree)
{
	tree->all_tags =
		tree->tags | tags_of(tree->before) | tags_of(tree->after);
	return tree;
}

/*
 * All different, and those of any successive turns spread evenly: a multiple of
 * the golden ratio. D. E. Knuth, "Sorting and Searching", 6.4.
 */
static u64 scramble(u64 turn)
{
	return turn * 0x9e3779b97f4a7c15;
}

/* What of the tree is before a node that is not in it, and what is after. */
static void split(node_ptr tree, const struct run_queue_node *node,
		  node_ptr *before, node_ptr *after)
{
	if (tree == NULL) {
		*before = NULL;
		*after = NULL;
	} else if (is_before(tree, node)) {
		split(tree->after, node, &tree->after, after);
		*before = gather(tree);
	} else {
		split(tree->before, node, before, &tree->before);
		*after = gather(tree);
	}
}

/* One tree of two, the first of which is all before the second. */
static node_ptr join(node_ptr a, node_ptr b)
{
	if (a == NULL || b == NULL) {
		return a == NULL ? b : a;
	}
	if (a->priority > b->priority) {
		a->after = join(a->after, b);
		return gather(a);
	}
	b->before = join(a, b->before);
	return gather(b);
}

static node_ptr with(node_ptr tree, node_ptr node)
{
	if (tree == NULL) {
		node->before = NULL;
		node->after = NULL;
		return gather(node);
	}
	if (node->priority > tree->priority) {
		split(tree, node, &node->before, &node->after);
		return gather(node);
	}
	if (is_before(node, tree)) {
		tree->before = with(tree->before, node);
	} else {
		tree->after = with(tree->after, node);
	}
	return gather(tree);
}

static node_ptr without(node_ptr tree, node_ptr node)
{
	if (tree == node) {
		return join(tree->before, tree->after);
	}
	if (is_before(node, tree)) {
		tree->before = without(tree->before, node);
	} else {
		tree->after = without(tree->after, node);
	}
	return gather(tree);
}

void run_queue_add(struct run_queue *queue, struct run_queue_node *node)
{
	node->turn = ++queue->turns;
	node->priority = scramble(node->turn);
	queue->root = with(queue->root, node);
}

void run_queue_remove(struct run_queue *queue, struct run_queue_node *node)
{
	queue->root = without(queue->root, node);
}

struct run_queue_node *run_queue_first(const struct run_queue *queue, u64 tags)
{
	node_ptr tree = queue->root;

	if ((tags_of(tree) & tags) == 0) {
		return NULL;
	}
	for (;;) {
		if ((tags_of(tree->before) & tags) != 0) {
			tree = tree->before;
		} else if ((tree->tags & tags) != 0) {
			return tree;
		} else {
			tree = tree->after;
		}
	}
}
