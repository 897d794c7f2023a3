/*
 * A function for GNU make: $(become COMMAND) puts the shell's COMMAND in the
 * place of make itself.
 *
 * Whatever a recipe's exit status is, make turns it into 2. Whoever types
 * `make run` shall see the status of the run, so the last step of such a goal
 * is taken by make's own process. GNU make manual: "Loading Dynamic Objects".
 * Built without the C library: the two functions that it takes from there are
 * in make already.
 */
#include <gnumake.h>

int plugin_is_GPL_compatible;
int become_gmk_setup(void);

int execl(const char *path, const char *arg, ...);
int sigprocmask(int how, const void *set, void *old);

/* <signal.h> of Linux: SIG_SETMASK, and a set without any signal. */
#define SIG_SETMASK 2
static const unsigned long no_signals[16];

static char *become(const char *name, unsigned int argc, char **argv)
{
	(void)name;
	(void)argc;
	/* make holds SIGCHLD back; the command shall not inherit that. */
	sigprocmask(SIG_SETMASK, no_signals, 0);
	execl("/bin/sh", "sh", "-c", argv[0], (char *)0);
	return 0;
}

int become_gmk_setup(void)
{
	/* One argument: commas in it are its own. */
	gmk_add_function("become", become, 1, 1, GMK_FUNC_DEFAULT);
	return 1;
}
