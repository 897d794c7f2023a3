#pragma once
/*
 * INIT, and the start-up IPI that ends it.
 *
 * SDM: "Processor State After Reset", the table of register values, and
 * "Multiple-Processor (MP) Initialization".
 */
#include "vcpu/guest_vcpu.h"

/*
 * INIT: the state after a reset, but for what INIT leaves alone, and it waits
 * for a start-up IPI. The VMCS is current.
 */
void vcpu_start_init(struct guest_vcpu *vcpu);

/* The start-up IPI: real mode, at the page with that number. */
void vcpu_start_at(struct guest_vcpu *vcpu, u8 page);
