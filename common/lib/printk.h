#pragma once
/*
 * printf for the kernel's console.
 *
 * Understood: %d %i %u %x %X %o %c %s %p %% with the flags - 0 # and space,
 * a width and a precision (a number or *), and the lengths hh h l ll z.
 * Whatever else follows a % is printed as it stands.
 */
#include <stdarg.h>
#include <stddef.h>

/*
 * Writes at most size bytes to buffer, the terminating NUL included, and
 * returns the length that the whole text has, as snprintf does.
 */
int format(char *buffer, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int vformat(char *buffer, size_t size, const char *fmt, va_list args);

/*
 * Prints to the console; nothing is lost, whatever the text's length. What
 * other CPUs print comes before it or after it.
 */
void printk(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void vprintk(const char *fmt, va_list args);

/*
 * Where printed text can go: a piece of it, not always a whole line. A writer
 * that keeps text until a line is whole lets it go when length is 0, which it
 * is in the last call only: nobody else runs any more, and no lock is waited
 * for.
 */
typedef void printk_writer(const char *text, size_t length);

/*
 * Sends what printk() prints, on any CPU, somewhere else from now on; NULL: to
 * the console again. Gives the writer that got it up to now, for whoever
 * diverts it for a while only. To be called between printk_begin() and
 * printk_end().
 */
printk_writer *printk_divert(printk_writer *write);

/*
 * Between the two no other CPU prints: for a line in several pieces, or for
 * output that goes past printk(). They may be nested.
 */
void printk_begin(void);
void printk_end(void);

/*
 * The functions by which they keep the CPUs apart. Before the first call, and
 * with NULL, nobody is kept away: enough for one CPU.
 */
void printk_lock_with(void (*lock)(void), void (*unlock)(void));

/*
 * The kernel ends, and all other CPUs have stopped: prints to the console
 * again, and before that whatever the writer has kept.
 */
void printk_to_console(void);
