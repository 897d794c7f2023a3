#pragma once
/*
 * What a VM exit tells of the instruction that caused it.
 *
 * SDM: "VM-Exit Instruction Information", whose formats share these fields:
 * that of INS and OUTS has the first two, and those of the instructions with
 * an operand in memory have all of them. The operand's displacement is the
 * exit qualification.
 */
#include "segment.h"

#define INFO_ADDRESS_SIZE(info) (2u << ((info) >> 7 & 3)) /* bytes */
#define INFO_SEGMENT(info)	((enum segment_register)((info) >> 15 & 7))

#define INFO_SCALE_SHIFT(info) ((unsigned int)((info)&3))
#define INFO_INDEX(info)       ((unsigned int)((info) >> 18 & 0xf))
#define INFO_INDEX_INVALID     BIT(22)
#define INFO_BASE(info)	       ((unsigned int)((info) >> 23 & 0xf))
#define INFO_BASE_INVALID      BIT(27)
