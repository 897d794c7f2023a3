#pragma once
/*
 * A pairing heap: things in the order of a number, of which the least is at
 * hand. Adding takes O(1), taking out O(log n) steps, amortised.
 *
 * M. L. Fredman et al., "The pairing heap: a new form of self-adjusting heap".
 *
 * A node belongs to whoever embeds it; it is in one heap at most. The heap
 * knows no lock.
 */
#include "lib/types.h"

struct timer_heap_node {
	u64 key;
	struct timer_heap_node *child;	  /* the first of those below it */
	struct timer_heap_node *next;	  /* the next one below its parent */
	struct timer_heap_node *previous; /* or the parent, of the first */
	bool linked;			  /* is it in a heap? */
};

/* Begins as NULL. */
struct timer_heap {
	struct timer_heap_node *first; /* one with the least key, or NULL */
};

/* Adds a node, which is in no heap, under its key. */
void timer_heap_add(struct timer_heap *heap, struct timer_heap_node *node);

/* Takes a node out of the heap that it is in. */
void timer_heap_remove(struct timer_heap *heap, struct timer_heap_node *node);
