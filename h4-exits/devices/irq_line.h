#pragma once
/*
 * The wire from a device to an interrupt controller.
 */
#include "lib/types.h"

struct irq_line {
	void (*set)(void *controller, unsigned int number, bool level);
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
