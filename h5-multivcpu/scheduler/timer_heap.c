#include "scheduler/timer_heap.h"

typedef struct timer_heap_node *node_ptr;

/* Makes one tree of two, of which one or both may be NULL. */
static node_ptr meld(node_ptr a, node_ptr b)
{
	node_ptr above, below;

	if (a == NULL || b == NULL) {
		return a == NULL ? b : a;
	}
	above = b->key < a->key ? b : a;
	below = above == a ? b : a;
	below->previous = above;
	below->next = above->child;
	if (below->next != NULL) {
		below->next->previous = below;
	}
	above->child = below;
	return above;
}

/*
 * Makes one tree of a list of them: first in pairs, from left to right, then
 * all of these, from right to left. This order is what the bound stands on.
 */
static node_ptr meld_all(node_ptr list)
{
	node_ptr pairs = NULL, whole = NULL;

	while (list != NULL) {
		node_ptr a = list;
		node_ptr b = a->next;
		node_ptr pair;

		list = b == NULL ? NULL : b->next;
		pair = meld(a, b);
		pair->next = pairs;
		pairs = pair;
	}
	while (pairs != NULL) {
		node_ptr pair = pairs;

		pairs = pair->next;
		whole = meld(whole, pair);
	}
	return whole;
}

void timer_heap_add(struct timer_heap *heap, struct timer_heap_node *node)
{
	node->child = NULL;
	node->linked = true;
	heap->first = meld(heap->first, node);
}

void timer_heap_remove(struct timer_heap *heap, struct timer_heap_node *node)
{
	node_ptr below = meld_all(node->child);

	node->linked = false;
	if (heap->first == node) {
		heap->first = below;
		return;
	}
	if (node->previous->child == node) {
		node->previous->child = node->next;
	} else {
		node->previous->next = node->next;
	}
	if (node->next != NULL) {
		node->next->previous = node->previous;
	}
	heap->first = meld(heap->first, below);
}
