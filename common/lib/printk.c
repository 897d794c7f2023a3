#include "lib/printk.h"
#include "console/console.h"
#include "lib/string.h"
#include "lib/types.h"

/* Where formatted text goes: one function for one run of characters. */
struct sink {
	void (*write)(struct sink *sink, const char *text, size_t length);
	size_t written;
	char *buffer;
	size_t capacity;
};

/* One conversion: what stands between % and its letter. */
struct conversion {
	bool left;
	bool zero;
	bool alternate;
	bool plus;
	bool space;
	int width;
	int precision; /* negative: none given */
	int length;    /* -2 hh, -1 h, 0, 1 l, 2 ll or z */
	char letter;
};

#define DIGITS_MAX 24

static void sink_to_buffer(struct sink *sink, const char *text, size_t length)
{
	if (sink->written < sink->capacity) {
		size_t room = sink->capacity - sink->written;

		memcpy(sink->buffer + sink->written, text,
		       length < room ? length : room);
	}
}

static void (*lock_output)(void);
static void (*unlock_output)(void);
static printk_writer *output = console_write;

static void sink_to_output(struct sink *sink, const char *text, size_t length)
{
	(void)sink;
	if (length > 0) {
		output(text, length);
	}
}

static void put(struct sink *sink, const char *text, size_t length)
{
	sink->write(sink, text, length);
	sink->written += length;
}

static void put_repeated(struct sink *sink, char c, int count)
{
	while (count-- > 0) {
		put(sink, &c, 1);
	}
}

/* Pads prefix + body to the width; zeros go between the two. */
static void put_padded(struct sink *sink, const struct conversion *how,
		       const char *prefix, int zeros, const char *body,
		       int length)
{
	int prefix_length = (int)strlen(prefix);
	int padding = how->width - prefix_length - zeros - length;

	if (!how->left) {
		put_repeated(sink, ' ', padding);
	}
	put(sink, prefix, (size_t)prefix_length);
	put_repeated(sink, '0', zeros);
	put(sink, body, (size_t)length);
	if (how->left) {
		put_repeated(sink, ' ', padding);
	}
}

static void put_number(struct sink *sink, const struct conversion *how,
		       const char *prefix, u64 value, unsigned int base)
{
	const char *alphabet =
		how->letter == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
	char digits[DIGITS_MAX];
	int at = DIGITS_MAX;
	int zeros = 0;

	for (u64 rest = value; rest != 0; rest /= base) {
		digits[--at] = alphabet[rest % base];
	}
	if (at == DIGITS_MAX && how->precision != 0) {
		digits[--at] = '0';
	}
	int length = DIGITS_MAX - at;

	if (how->precision >= 0) {
		zeros = how->precision - length;
	} else if (how->zero && !how->left) {
		zeros = how->width - length - (int)strlen(prefix);
	}
	/* # for octal: the first digit is a zero, whatever the value is. */
	if (base == 8 && how->alternate && zeros <= 0 &&
	    (length == 0 || digits[at] != '0')) {
		zeros = 1;
	}
	put_padded(sink, how, prefix, zeros > 0 ? zeros : 0, digits + at,
		   length);
}

static u64 unsigned_argument(const struct conversion *how, va_list *args)
{
	switch (how->length) {
	case -2:
		return (u8)va_arg(*args, unsigned int);
	case -1:
		return (u16)va_arg(*args, unsigned int);
	case 0:
		return va_arg(*args, unsigned int);
	default:
		return va_arg(*args, u64);
	}
}

static s64 signed_argument(const struct conversion *how, va_list *args)
{
	switch (how->length) {
	case -2:
		return (signed char)va_arg(*args, int);
	case -1:
		return (short)va_arg(*args, int);
	case 0:
		return va_arg(*args, int);
	default:
		return va_arg(*args, s64);
	}
}

static void convert_signed(struct sink *sink, const struct conversion *how,
			   va_list *args)
{
	s64 value = signed_argument(how, args);
	const char *sign = how->plus ? "+" : how->space ? " " : "";

	if (value < 0) {
		put_number(sink, how, "-", -(u64)value, 10);
	} else {
		put_number(sink, how, sign, (u64)value, 10);
	}
}

static void convert_hexadecimal(struct sink *sink, const struct conversion *how,
				va_list *args)
{
	u64 value = unsigned_argument(how, args);
	const char *prefix = "";

	if (how->alternate && value != 0) {
		prefix = how->letter == 'X' ? "0X" : "0x";
	}
	put_number(sink, how, prefix, value, 16);
}

static void convert_string(struct sink *sink, const struct conversion *how,
			   va_list *args)
{
	const char *text = va_arg(*args, const char *);
	size_t max = how->precision >= 0 ? (size_t)how->precision : SIZE_MAX;

	if (text == NULL) {
		text = "(null)";
	}
	put_padded(sink, how, "", 0, text, (int)strnlen(text, max));
}

/* Returns false where the letter is none that it knows. */
static bool convert(struct sink *sink, const struct conversion *how,
		    va_list *args)
{
	char c;

	switch (how->letter) {
	case 'd':
	case 'i':
		convert_signed(sink, how, args);
		return true;
	case 'u':
		put_number(sink, how, "", unsigned_argument(how, args), 10);
		return true;
	case 'o':
		put_number(sink, how, "", unsigned_argument(how, args), 8);
		return true;
	case 'x':
	case 'X':
		convert_hexadecimal(sink, how, args);
		return true;
	case 'p':
		put_number(sink, how, "0x",
			   (u64)(uintptr_t)va_arg(*args, void *), 16);
		return true;
	case 'c':
		c = (char)va_arg(*args, int);
		put_padded(sink, how, "", 0, &c, 1);
		return true;
	case 's':
		convert_string(sink, how, args);
		return true;
	case '%':
		put(sink, "%", 1);
		return true;
	default:
		return false;
	}
}

static const char *parse_flags(const char *at, struct conversion *how)
{
	for (;; at++) {
		switch (*at) {
		case '-':
			how->left = true;
			break;
		case '0':
			how->zero = true;
			break;
		case '#':
			how->alternate = true;
			break;
		case '+':
			how->plus = true;
			break;
		case ' ':
			how->space = true;
			break;
		default:
			return at;
		}
	}
}

static const char *parse_number(const char *at, int *number, va_list *args)
{
	if (*at == '*') {
		*number = va_arg(*args, int);
		return at + 1;
	}
	*number = 0;
	while (*at >= '0' && *at <= '9') {
		*number = *number * 10 + (*at++ - '0');
	}
	return at;
}

static const char *parse_length(const char *at, struct conversion *how)
{
	for (;; at++) {
		switch (*at) {
		case 'h':
			how->length--;
			break;
		case 'l':
			how->length++;
			break;
		case 'z':
			how->length = 2;
			break;
		default:
			return at;
		}
	}
}

/* Parses what follows a %; returns the place after the letter. */
static const char *parse(const char *at, struct conversion *how, va_list *args)
{
	*how = (struct conversion){.precision = -1};
	at = parse_flags(at, how);
	at = parse_number(at, &how->width, args);
	if (how->width < 0) {
		how->left = true;
		how->width = -how->width;
	}
	if (*at == '.') {
		at = parse_number(at + 1, &how->precision, args);
	}
	at = parse_length(at, how);
	how->letter = *at;
	return *at == '\0' ? at : at + 1;
}

static void format_to(struct sink *sink, const char *fmt, va_list *args)
{
	struct conversion how;

	while (*fmt != '\0') {
		size_t plain = 0;

		while (fmt[plain] != '\0' && fmt[plain] != '%') {
			plain++;
		}
		put(sink, fmt, plain);
		fmt += plain;
		if (*fmt == '%') {
			const char *after = parse(fmt + 1, &how, args);

			if (!convert(sink, &how, args)) {
				put(sink, fmt, (size_t)(after - fmt));
			}
			fmt = after;
		}
	}
}

int vformat(char *buffer, size_t size, const char *fmt, va_list args)
{
	struct sink sink = {
		.write = sink_to_buffer,
		.buffer = buffer,
		.capacity = size > 0 ? size - 1 : 0,
	};
	va_list copy;

	va_copy(copy, args);
	format_to(&sink, fmt, &copy);
	va_end(copy);
	if (size > 0) {
		buffer[min_u64(sink.written, size - 1)] = '\0';
	}
	return (int)sink.written;
}

int format(char *buffer, size_t size, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	int length = vformat(buffer, size, fmt, args);

	va_end(args);
	return length;
}

void vprintk(const char *fmt, va_list args)
{
	struct sink sink = {.write = sink_to_output};
	va_list copy;

	printk_begin();
	va_copy(copy, args);
	format_to(&sink, fmt, &copy);
	va_end(copy);
	printk_end();
}

void printk(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vprintk(fmt, args);
	va_end(args);
}

printk_writer *printk_divert(printk_writer *write)
{
	printk_writer *before = output;

	output = write != NULL ? write : console_write;
	return before;
}

void printk_lock_with(void (*lock)(void), void (*unlock)(void))
{
	lock_output = lock;
	unlock_output = unlock;
}

void printk_begin(void)
{
	if (lock_output != NULL) {
		lock_output();
	}
}

void printk_end(void)
{
	if (unlock_output != NULL) {
		unlock_output();
	}
}

void printk_to_console(void)
{
	printk_divert(NULL)("", 0);
}
