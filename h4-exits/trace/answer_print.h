#pragma once
/*
 * Answers in words, for people.
 */
#include "exits/answer.h"

/*
 * Writes the answer to text, whose size is in bytes, shortened if it does not
 * fit: "done", "inject #GP(0)", "stop: a triple fault", say. An exception by
 * its mnemonic, its error code in hexadecimal.
 * SDM: "Exception and Interrupt Reference".
 */
void answer_describe(struct answer answer, char *text, size_t size);
