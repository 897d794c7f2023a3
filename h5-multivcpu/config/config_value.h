#pragma once
/*
 * From nodes of TOML to checked values.
 *
 * A record is a table whose members have names, or, as axvmconfig has it for
 * devices and memory, an array of the same values in a fixed order. A value
 * that is not there leaves what it is read into as it was.
 */
#include "config/toml.h"

struct config_shape {
	const char *what;	  /* "a memory region", for errors */
	const char *const *names; /* of its values */
	u32 count;		  /* of names */
	u32 in_array;		  /* an array has at most this many; 0: it may
				     not be one, */
	u32 in_array_least;	  /* and at least this many */
};

struct config_value {
	const struct config_shape *shape;
	const struct toml_node *record;
	const char *name;
	const struct toml_node *node; /* NULL: it is not there */
};

/* A word of a few, which may stand for a number as well. */
struct config_choice {
	const char *word;
	s64 number; /* negative: the word alone */
	u32 value;
};

/* Is the node a record of this shape, with no values but its own? */
bool config_record(const struct toml_node *record,
		   const struct config_shape *shape,
		   struct config_error *error);

/*
 * The value of a record with a number in names. It is not there in what is no
 * such record, nor in an array that has no place for it.
 */
struct config_value config_value(const struct toml_node *record,
				 const struct config_shape *shape, u32 number);

/* Fills the error in for a value, there or not, and gives false. */
bool config_value_refuse(const struct config_value *value,
			 struct config_error *error, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

bool config_value_required(const struct config_value *value,
			   struct config_error *error);

/* An integer from least to most, which is at most INT64_MAX. */
bool config_value_number(const struct config_value *value, u64 least, u64 most,
			 u64 *number, struct config_error *error);

/* The same, but that errors have the numbers in hexadecimal. */
bool config_value_address(const struct config_value *value, u64 least, u64 most,
			  u64 *address, struct config_error *error);

bool config_value_boolean(const struct config_value *value, bool *boolean,
			  struct config_error *error);

/* A string with neither control characters nor more than size - 1 bytes. */
bool config_value_text(const struct config_value *value, char *text, u32 size,
		       struct config_error *error);

/* The same for a name: letters, digits and . _ - alone, and not empty. */
bool config_value_name(const struct config_value *value, char *name, u32 size,
		       struct config_error *error);

/* The same for a file on the disk: a text that begins with a slash. */
bool config_value_path(const struct config_value *value, char *path, u32 size,
		       struct config_error *error);

/* One of count words. */
bool config_value_choice(const struct config_value *value,
			 const struct config_choice *choices, u32 count,
			 u32 *chosen, struct config_error *error);

/* An array of at most so many elements; *first: NULL if there is none. */
bool config_value_array(const struct config_value *value, u32 most,
			const struct toml_node **first,
			struct config_error *error);

/* The element of an array as a value with the same name. */
struct config_value config_value_element(const struct config_value *array,
					 const struct toml_node *element);
