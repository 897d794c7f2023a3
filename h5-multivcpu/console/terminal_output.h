#pragma once
/*
 * The terminal's screen, which virtual machines, the monitor and the
 * hypervisor's own reports share. Their lines never mix.
 *
 * A line is written when it is whole, at once, with its speaker's prefix if
 * there is more than one virtual machine. One speaker is live, that to which
 * the keys go: what it says is seen as it comes, so that a prompt can be
 * answered. While its line is unfinished the others' lines wait: until it is
 * finished, or its speaker has been quiet for a moment, or they have waited
 * long enough or have no more room. Then the unfinished line is left, they are
 * written, and it is repeated when its speaker goes on or all are quiet again:
 *
 *	vm1| login:
 *	vm2| tick 5
 *	vm1| login: root
 *
 * A virtual machine that is the only one has the screen for itself: its bytes
 * are not changed, so that it may draw with them.
 *
 * Where so much else is to be seen that hardly a line would be finished at
 * once, terminal->whole_lines has lines of virtual machines wait until they
 * are. It is the caller's to set, after init.
 *
 * All may be called on several CPUs at the same time, but for init. None may
 * be called in an interrupt handler.
 */
#include "console/terminal_speaker.h"
#include "lib/spinlock.h"

/* How often terminal_output_tick() wants to be called, in milliseconds. */
#define TERMINAL_TICK_MS 100u
/* So many ticks a line waits for another that is not finished. */
#define TERMINAL_PATIENCE 10u

struct terminal_output {
	struct spinlock lock;
	void (*send)(void *to, const char *bytes, size_t length);
	void *to;
	struct terminal_speaker *speakers;
	struct terminal_speaker *live; /* or NULL */
	struct terminal_speaker *amid; /* whose unfinished line is on screen */
	u32 machines;		       /* speakers that have a prefix */
	bool prefixes;
	bool whole_lines; /* of machines; see above */
	bool spoke;	  /* something has been written since the last tick */
	u32 waiting;	  /* ticks, while lines wait */
};

/* send: sends bytes to the terminal as they are; it gets to. */
void terminal_output_init(struct terminal_output *terminal,
			  void (*send)(void *to, const char *bytes,
				       size_t length),
			  void *to);

/*
 * Adds a speaker, which terminal_speaker_init() has made and which stays the
 * caller's. From the second one with a prefix on, and for good, there are
 * prefixes.
 */
void terminal_output_add(struct terminal_output *terminal,
			 struct terminal_speaker *speaker);

/*
 * Takes it off again. What it has said and was waiting is written before, its
 * last line ended.
 */
void terminal_output_remove(struct terminal_output *terminal,
			    struct terminal_speaker *speaker);

/* The speaker says something. */
void terminal_output_say(struct terminal_output *terminal,
			 struct terminal_speaker *speaker, const char *text,
			 size_t length);

/*
 * The speaker is done for now, as a virtual machine that has stopped: ends the
 * line that it has begun, if any.
 */
void terminal_output_end_line(struct terminal_output *terminal,
			      struct terminal_speaker *speaker);

/* Makes the speaker the live one; NULL: nobody. */
void terminal_output_focus(struct terminal_output *terminal,
			   struct terminal_speaker *speaker);

/* Lets go what has waited long enough. */
void terminal_output_tick(struct terminal_output *terminal);

/*
 * Writes all that waits, every line ended, before the terminal is given up. No
 * other CPU runs any more. Where one was stopped in the midst of a function of
 * these, or it is the caller who cannot go on there, only a line is ended.
 */
void terminal_output_flush(struct terminal_output *terminal);
