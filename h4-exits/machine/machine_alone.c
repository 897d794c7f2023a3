#include "machine/machine_alone.h"
#include "console/console.h"
#include "cpu/alarm.h"

static void transmit(void *context, u8 byte)
{
	(void)context;
	console_send(byte);
}

static bool receive(void *context, u8 *byte)
{
	(void)context;
	return console_read(byte);
}

static void set_alarm(void *context, u64 tsc)
{
	(void)context;
	if (tsc == UINT64_MAX) {
		alarm_cancel();
	} else {
		alarm_set(tsc);
	}
}

const struct machine_host machine_alone = {transmit, receive, set_alarm, NULL};
