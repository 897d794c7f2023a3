#pragma once
/*
 * The answers to exits that differ from h4's: the local APIC's, those that have
 * to do with other CPUs, and those that touch what the vCPUs of a machine
 * share.
 */
#include "cpu/guest_cpu.h"

/* Makes the two tables; to be called once, before any vCPU is made. */
void vcpu_exits_init(void);

/*
 * Of a vCPU that has its machine for itself, and of one that shares it with
 * others: EXIT_REASON_COUNT handlers each.
 */
const exit_handler *vcpu_exits(void);
const exit_handler *vcpu_exits_shared(void);

/* Hypercalls that h4 does not serve: those of channels. */
struct answer vcpu_exits_hypercall(struct guest_cpu *cpu);
