#include "gdb/gdb_point.h"

static bool condition_of(enum gdb_point kind, enum debug_condition *condition)
{
	switch (kind) {
	case GDB_POINT_HARDWARE:
		*condition = DEBUG_EXECUTION;
		return true;
	case GDB_POINT_WRITE:
		*condition = DEBUG_WRITE;
		return true;
	case GDB_POINT_ACCESS:
		*condition = DEBUG_ACCESS;
		return true;
	default:
		return false;
	}
}

static enum gdb_point kind_of(enum debug_condition condition)
{
	switch (condition) {
	case DEBUG_WRITE:
		return GDB_POINT_WRITE;
	case DEBUG_ACCESS:
		return GDB_POINT_ACCESS;
	case DEBUG_EXECUTION:
		break;
	}
	return GDB_POINT_HARDWARE;
}

bool gdb_point_insert(struct debug_registers *set, enum gdb_point kind,
		      u64 address, u64 length)
{
	enum debug_condition condition;

	return condition_of(kind, &condition) &&
	       debug_registers_insert(set, condition, address, length);
}

bool gdb_point_remove(struct debug_registers *set, enum gdb_point kind,
		      u64 address, u64 length)
{
	enum debug_condition condition;

	return condition_of(kind, &condition) &&
	       debug_registers_remove(set, condition, address, length);
}

bool gdb_point_at(const struct debug_registers *set, u64 address)
{
	for (unsigned int i = 0; i < DEBUG_REGISTERS_COUNT; i++) {
		if (debug_registers_taken(set, i) &&
		    set->address[i] == address &&
		    debug_registers_condition(set, i) == DEBUG_EXECUTION) {
			return true;
		}
	}
	return false;
}

bool gdb_point_hit(const struct debug_registers *set, u64 places,
		   enum gdb_point *kind, u64 *address)
{
	for (unsigned int i = 0; i < DEBUG_REGISTERS_COUNT; i++) {
		if ((places & BIT(i)) != 0 && debug_registers_taken(set, i)) {
			*kind = kind_of(debug_registers_condition(set, i));
			*address = set->address[i];
			return true;
		}
	}
	return false;
}
