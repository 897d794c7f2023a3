#pragma once
/*
 * The instructions that compute a result and flags.
 *
 * Each function performs its instruction, but for RIP. False: an access
 * faulted, and neither registers nor flags have changed.
 */
#include "decode/work.h"

bool execute_compute_binary(const struct work *work); /* ADD .. CMP, TEST */
bool execute_compute_unary(const struct work *work);  /* INC, DEC, NOT, NEG */
bool execute_compute_shift(const struct work *work);  /* ROL .. SAR */
bool execute_compute_bit(const struct work *work);    /* BT .. BTC */
bool execute_compute_exchange_and_add(const struct work *work); /* XADD */
bool execute_compute_compare_and_exchange(const struct work *work);
bool execute_compute_compare_and_exchange_8_bytes(const struct work *work);
