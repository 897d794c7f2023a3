#pragma once
/*
 * One of those who speak at the terminal: a virtual machine, the monitor, or
 * the hypervisor itself on one of its CPUs. Here is what it has said and is not
 * on the screen yet; terminal_output.h decides when it gets there.
 *
 * A speaker that shares the screen with others speaks in lines. LF ends one. CR
 * is a part of a line's end if LF is next to it, on either side; CR in the
 * midst of a line lets it begin anew. A line that is longer than the room here
 * is cut into several.
 */
#include "lib/types.h"

#define TERMINAL_SPEAKER_ROOM 1024u
#define TERMINAL_PREFIX_SIZE  20u

struct terminal_speaker {
	/* What its lines begin with: "vm1| ". Empty: the hypervisor's own. */
	char prefix[TERMINAL_PREFIX_SIZE];
	/* Its bytes go to the screen as they are. */
	bool raw;

	/* text: whole lines, then the begin of the next one. */
	char text[TERMINAL_SPEAKER_ROOM];
	u32 lines;  /* bytes of the whole lines, their LFs among them */
	u32 length; /* bytes of all */
	u32 shown;  /* so many of them are on the screen, from text[0] on */
	bool torn;  /* the line's begin is on the screen, and was here */
	bool cr;    /* a CR came last, of which nothing is known yet */

	struct terminal_speaker *next; /* terminal_output's */
};

/* Begins a speaker that has said nothing. A prefix that is too long is cut. */
void terminal_speaker_init(struct terminal_speaker *speaker,
			   const char *prefix);

/*
 * It says a byte. There is room: terminal_speaker_is_full() was false. True: a
 * line has ended.
 */
bool terminal_speaker_say(struct terminal_speaker *speaker, char byte);

/* Has the room for text run out? Whoever empties it makes room. */
static inline bool terminal_speaker_is_full(const struct terminal_speaker *s)
{
	/* A byte may bring a CR along that was held back, and an LF. */
	return s->length + 3 > TERMINAL_SPEAKER_ROOM;
}

/* Has it begun a line and not ended it? */
static inline bool terminal_speaker_is_amid(const struct terminal_speaker *s)
{
	return s->length > s->lines || s->torn;
}

/* Ends the line that it has begun, if any. */
void terminal_speaker_end_line(struct terminal_speaker *speaker);

/*
 * Sends what is not on the screen yet of its text, up to text[end]. prefix: as
 * the begin of each line.
 */
void terminal_speaker_show(
	struct terminal_speaker *speaker, u32 end, bool prefix,
	void (*send)(void *to, const char *bytes, size_t length), void *to);

/* Forgets the text as far as the whole lines go: they are on the screen. */
void terminal_speaker_drop_lines(struct terminal_speaker *speaker);

/*
 * Forgets the begin of the line, which is on the screen: it has become longer
 * than there is room for.
 */
void terminal_speaker_tear(struct terminal_speaker *speaker);
