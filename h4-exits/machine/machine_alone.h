#pragma once
/*
 * A machine that has its host for itself: the console and the alarm are its
 * own.
 */
#include "machine/machine.h"

/* alarm_init() has succeeded when a machine is made with it. */
extern const struct machine_host machine_alone;
