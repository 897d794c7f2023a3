#pragma once
/*
 * A conversation over the console.
 */
#include "boot/kernel.h"

/*
 * Waits for bytes of the console by HLT and the UART's interrupt, and sends
 * each line back in capital letters, until a line that says "end". A line ends
 * with CR, LF or both; what is beyond ECHO_LINE_MAX characters is cut off.
 */
#define ECHO_LINE_MAX 255
void echo_run(void);
