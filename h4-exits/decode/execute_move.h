#pragma once
/*
 * The instructions that move data and compute nothing.
 *
 * Each function performs its instruction, but for RIP. False: an access
 * faulted, and neither registers nor flags have changed.
 */
#include "decode/work.h"

bool execute_move(const struct work *work);	      /* MOV, MOVZX */
bool execute_move_signed(const struct work *work);    /* MOVSX, MOVSXD */
bool execute_move_swapped(const struct work *work);   /* MOVBE */
bool execute_move_if(const struct work *work);	      /* CMOVcc */
bool execute_move_condition(const struct work *work); /* SETcc */
bool execute_move_exchange(const struct work *work);  /* XCHG */
bool execute_move_push(const struct work *work);
bool execute_move_pop(const struct work *work);
