#include "vcpu/own_state.h"
#include "cpu/guest_xstate.h"
#include "cpu/instructions.h"
#include "cpu/msr.h"
#include "cpu/registers.h"
#include "lib/string.h"
#include "memory/frames.h"
#include "memory/physical.h"

#define FXSAVE_AREA_SIZE 512u

/* The area of XSAVE after power-up: FCW, MXCSR, and no component in use. */
#define AREA_FCW      0u
#define AREA_MXCSR    24u
#define FCW_INITIAL   0x37fu
#define MXCSR_INITIAL 0x1f80u

#define DR6_INITIAL 0xffff0ff0u
#define DR7_ENABLES 0xffu

/*
 * The components of XSAVE that guests may use; 0 where they have FXSAVE alone.
 * CPUID leaves to the hypervisor below this one, if there is one: not to be
 * asked at each switch.
 */
static u64 components;

static u32 area_size(void)
{
	return components != 0 ? guest_xstate_cpuid(cpuid, 0, false).ecx
			       : FXSAVE_AREA_SIZE;
}

struct error own_state_init(struct own_state *state)
{
	u8 *area;

	components =
		guest_xstate_offered(cpuid) ? guest_xstate_supported(cpuid) : 0;
	*state = (struct own_state){.xcr0 = XCR0_X87, .dr6 = DR6_INITIAL};
	state->area_order = frames_order(area_size());
	state->area = frames_alloc_zeroed(state->area_order);
	if (state->area == FRAME_NONE) {
		return failure("no memory for a vCPU's extended state, bytes",
			       area_size());
	}
	area = phys_to_virt(state->area);
	memcpy(area + AREA_FCW, &(u16){FCW_INITIAL}, sizeof(u16));
	memcpy(area + AREA_MXCSR, &(u32){MXCSR_INITIAL}, sizeof(u32));
	return SUCCESS;
}

void own_state_destroy(struct own_state *state)
{
	if (state->area != FRAME_NONE) {
		frames_free(state->area, state->area_order);
		state->area = FRAME_NONE;
	}
}

/* XSETBV leaves to a hypervisor below, as CPUID does. */
static void set_xcr0(u64 now, u64 value)
{
	if (now != value) {
		xsetbv(0, value);
	}
}

/* Every component that a guest may use, whichever of them it has enabled. */
static void save_extended(struct own_state *state)
{
	void *area = phys_to_virt(state->area);
	u64 cr4;

	if (components != 0) {
		state->xcr0 = xgetbv(0);
		set_xcr0(state->xcr0, components);
		asm volatile("xsave64 (%0)"
			     :
			     : "r"(area), "a"(UINT32_MAX), "d"(UINT32_MAX)
			     : "memory");
		return;
	}
	cr4 = read_cr4();
	write_cr4(cr4 | CR4_OSFXSR);
	asm volatile("fxsave64 (%0)" : : "r"(area) : "memory");
	write_cr4(cr4);
}

static void load_extended(const struct own_state *state)
{
	const void *area = phys_to_virt(state->area);
	u64 cr4;

	if (components != 0) {
		set_xcr0(xgetbv(0), components);
		asm volatile("xrstor64 (%0)"
			     :
			     : "r"(area), "a"(UINT32_MAX), "d"(UINT32_MAX)
			     : "memory");
		set_xcr0(components, state->xcr0);
		return;
	}
	cr4 = read_cr4();
	write_cr4(cr4 | CR4_OSFXSR);
	asm volatile("fxrstor64 (%0)" : : "r"(area) : "memory");
	write_cr4(cr4);
}

/* A debugger that uses them keeps the guest's elsewhere. */
static bool debug_registers_are_free(void)
{
	return (read_dr7() & DR7_ENABLES) == 0;
}

static void save_msrs(struct own_state *state, bool tsc_aux)
{
	state->star = rdmsr(IA32_STAR);
	state->lstar = rdmsr(IA32_LSTAR);
	state->cstar = rdmsr(IA32_CSTAR);
	state->fmask = rdmsr(IA32_FMASK);
	state->kernel_gs_base = rdmsr(IA32_KERNEL_GS_BASE);
	if (tsc_aux) {
		state->tsc_aux = rdmsr(IA32_TSC_AUX);
	}
}

static void load_msrs(const struct own_state *state, bool tsc_aux)
{
	wrmsr(IA32_STAR, state->star);
	wrmsr(IA32_LSTAR, state->lstar);
	wrmsr(IA32_CSTAR, state->cstar);
	wrmsr(IA32_FMASK, state->fmask);
	wrmsr(IA32_KERNEL_GS_BASE, state->kernel_gs_base);
	if (tsc_aux) {
		wrmsr(IA32_TSC_AUX, state->tsc_aux);
	}
}

void own_state_save(struct own_state *state, bool tsc_aux)
{
	save_msrs(state, tsc_aux);
	state->cr2 = read_cr2();
	if (debug_registers_are_free()) {
		state->dr[0] = read_dr0();
		state->dr[1] = read_dr1();
		state->dr[2] = read_dr2();
		state->dr[3] = read_dr3();
		state->dr6 = read_dr6();
	}
	save_extended(state);
}

void own_state_load(const struct own_state *state, bool tsc_aux)
{
	load_msrs(state, tsc_aux);
	write_cr2(state->cr2);
	if (debug_registers_are_free()) {
		write_dr0(state->dr[0]);
		write_dr1(state->dr[1]);
		write_dr2(state->dr[2]);
		write_dr3(state->dr[3]);
		write_dr6(state->dr6);
	}
	load_extended(state);
}
