#include "config/config_error.h"
#include "lib/printk.h"

bool config_error_set(struct config_error *error, u32 line, u32 column,
		      const char *fmt, ...)
{
	va_list args;

	error->line = line;
	error->column = column;
	va_start(args, fmt);
	vformat(error->text, sizeof(error->text), fmt, args);
	va_end(args);
	for (char *at = error->text; *at != '\0'; at++) {
		if ((unsigned char)*at < ' ' || *at == 0x7f) {
			*at = '?';
		}
	}
	return false;
}
