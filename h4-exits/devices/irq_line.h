#pragma once
/*
 * The wire from a device to an interrupt controller.
 */
#include "lib/types.h"

struct irq_line {
	void (*set)(void *controller, unsigned int number, bool level);

	/* Would it interrupt anybody if it rose now? NULL: it may. */
	bool (*is_heard)(void *controller, unsigned int number);

	void *controller;
	unsigned int number; /* of the controller's input */
	bool high;	     /* low at first */
};

/*
 * Drives the line high or low; the controller hears of changes alone. A line
 * without a controller goes nowhere.
 */
static inline void irq_line_set(struct irq_line *line, bool level)
{
	if (line->high != level) {
		line->high = level;
		if (line->set != NULL) {
			line->set(line->controller, line->number, level);
		}
	}
}

static inline bool irq_line_is_heard(const struct irq_line *line)
{
	return line->set != NULL &&
	       (line->is_heard == NULL ||
		line->is_heard(line->controller, line->number));
}
