#pragma once
/*
 * The string instructions: MOVS, CMPS, STOS, LODS and SCAS.
 *
 * SDM: "String Instructions", and the page "REP/REPE/REPZ/REPNE/REPNZ".
 */
#include "decode/work.h"

/*
 * Performs one iteration, as execute_instruction() does, but leaves RIP and
 * RFLAGS.RF alone. EXECUTE_DONE: it was the last one, or, with a count of 0,
 * there was none.
 */
enum execute_result execute_string(const struct work *work);
