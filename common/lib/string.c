#include "lib/string.h"
#include "lib/types.h"

/*
 * String instructions, eight bytes at a time and then the rest: no vector
 * register is touched. SDM: "Fast-String Operation".
 */
void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
	void *at = to;
	size_t words = size / sizeof(u64);
	size_t rest = size % sizeof(u64);

	asm volatile("rep movsq\n\t"
		     "mov %3, %%rcx\n\t"
		     "rep movsb"
		     : "+D"(at), "+S"(from), "+c"(words)
		     : "r"(rest)
		     : "memory");
	return to;
}

void *memmove(void *to, const void *from, size_t size)
{
	u8 *target = to;
	const u8 *source = from;

	if ((uintptr_t)to - (uintptr_t)from >= size) {
		return memcpy(to, from, size);
	}
	while (size > 0) {
		size--;
		target[size] = source[size];
	}
	return to;
}

void *memset(void *to, int byte, size_t size)
{
	void *at = to;
	size_t words = size / sizeof(u64);
	size_t rest = size % sizeof(u64);

	asm volatile("rep stosq\n\t"
		     "mov %2, %%rcx\n\t"
		     "rep stosb"
		     : "+D"(at), "+c"(words)
		     : "r"(rest), "a"((u8)byte * 0x0101010101010101ull)
		     : "memory");
	return to;
}

int memcmp(const void *a, const void *b, size_t size)
{
	const u8 *left = a;
	const u8 *right = b;

	for (size_t i = 0; i < size; i++) {
		if (left[i] != right[i]) {
			return left[i] - right[i];
		}
	}
	return 0;
}

size_t strlen(const char *s)
{
	size_t length = 0;

	while (s[length] != '\0') {
		length++;
	}
	return length;
}

size_t strnlen(const char *s, size_t max)
{
	size_t length = 0;

	while (length < max && s[length] != '\0') {
		length++;
	}
	return length;
}

int strcmp(const char *a, const char *b)
{
	return strncmp(a, b, SIZE_MAX);
}

int strncmp(const char *a, const char *b, size_t max)
{
	for (size_t i = 0; i < max; i++) {
		if (a[i] != b[i] || a[i] == '\0') {
			return (u8)a[i] - (u8)b[i];
		}
	}
	return 0;
}

char *strchr(const char *s, int c)
{
	for (; *s != (char)c; s++) {
		if (*s == '\0') {
			return NULL;
		}
	}
	return (char *)(uintptr_t)s;
}
