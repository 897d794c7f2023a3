#pragma once
/*
 * The access-rights field of a segment register.
 *
 * SDM: "Guest Register State", table "Format of Access Rights".
 */
#include "lib/types.h"

#define ACCESS_RIGHTS_TYPE(rights) ((u32)(rights)&0xf)
#define ACCESS_RIGHTS_DPL(rights)  ((u32)(rights) >> 5 & 3)

#define ACCESS_RIGHTS_S	       BIT(4)  /* code or data, not a system segment */
#define ACCESS_RIGHTS_P	       BIT(7)  /* present */
#define ACCESS_RIGHTS_L	       BIT(13) /* 64-bit code */
#define ACCESS_RIGHTS_DB       BIT(14) /* default operand size */
#define ACCESS_RIGHTS_G	       BIT(15) /* granularity of the limit: pages */
#define ACCESS_RIGHTS_UNUSABLE BIT(16)
#define ACCESS_RIGHTS_RESERVED 0xfffe0f00ull

/* Bits of a type, and the types that the checks name. */
#define TYPE_ACCESSED	   1u
#define TYPE_DATA_WRITABLE 2u
#define TYPE_CODE_READABLE 2u
#define TYPE_EXPAND_DOWN   4u /* of a data segment */
#define TYPE_CONFORMING	   4u /* of a code segment */
#define TYPE_CODE	   8u
#define TYPE_TSS_BUSY	   2u /* of a system segment */
#define TYPE_TSS_32_BIT	   8u

enum segment_type {
	TYPE_DATA_READ_WRITE = 3, /* of a system segment: a 16-bit busy TSS */
	TYPE_DATA_EXPAND_DOWN = 7,
	TYPE_CODE_EXECUTE = 9,
	TYPE_CODE_READ = 11, /* of a system segment: a busy TSS */
	TYPE_CODE_CONFORMING = 13,
	TYPE_CODE_READ_CONFORMING = 15,
	TYPE_LDT = 2,
};

#define SELECTOR_RPL(selector) ((u32)(selector)&3)
#define SELECTOR_TI	       BIT(2)
