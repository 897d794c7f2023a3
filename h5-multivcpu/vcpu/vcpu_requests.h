#pragma once
/*
 * What others have asked of a vCPU, done on the CPU that runs it.
 */
#include "vcpu/guest_vcpu.h"

/*
 * Serves all that has been posted, on the CPU that is about to enter the guest
 * and has its VMCS current.
 */
void vcpu_requests_serve(struct guest_vcpu *vcpu);
