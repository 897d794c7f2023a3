#pragma once
/*
 * How far the time-stamp counters of two CPUs are apart. One asks, the other
 * answers with its counter's value, both through memory; what lies in the
 * middle between question and answer is taken for the moment of that value.
 *
 * SDM: "Time-Stamp Counter".
 */
#include "lib/types.h"

/* Where the two meet; all zero at the beginning. */
struct tsc_meeting {
	u32 asked;    /* the number of the question */
	u32 answered; /* and of the answer, with: */
	u64 tsc;
};

struct tsc_skew {
	s64 ticks; /* the other's counter less one's own */
	u64 error; /* half of the time that question and answer took */
};

/* Asks, and gives the best of several answers. The other answers meanwhile. */
struct tsc_skew tsc_skew_ask(struct tsc_meeting *meeting);

/* Answers as often as tsc_skew_ask() asks. */
void tsc_skew_answer(struct tsc_meeting *meeting);
