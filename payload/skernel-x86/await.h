#pragma once
/*
 * Waiting for an interrupt of the 8259s that somebody else sends.
 */
#include "boot/kernel.h"

/* Halts until interrupt line comes. Failure: there is no such line. */
enum kernel_status await_run(u64 line);
