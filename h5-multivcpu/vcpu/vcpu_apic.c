#include "vcpu/vcpu_apic.h"
#include "apic/apic_bus.h"
#include "apic/local_apic_access.h"
#include "apic/local_apic_interrupt.h"
#include "apic/local_apic_lint.h"
#include "apic/local_apic_timer.h"
#include "cpu/msr.h"
#include "ept_violation.h"
#include "exits/emulate.h"
#include "memory/frames.h"
#include "memory/physical.h"
#include "vm/guest_vm.h"
#include "vmcs.h"

#define X2APIC_MSRS    0x100u
#define APIC_PAGE_SIZE 0x1000u

/* SDM: "Exit Qualification for Control-Register Accesses". */
#define CR_TYPE(q)     ((q) >> 4 & 3)
#define CR_REGISTER(q) ((unsigned int)((q) >> 8 & 0xf))
#define MOV_TO_CR      0u

static u64 tsc(void *context)
{
	(void)context;
	return guest_cpu_tsc();
}

/* A moment of the guest's TSC by the host's; 0 where it has passed. */
static u64 host_moment(u64 guest_moment)
{
	u64 guest_now = guest_cpu_tsc();
	u64 now = rdtsc();

	if (guest_moment <= guest_now) {
		return 0;
	}
	return guest_moment - guest_now > HOST_TIMER_NEVER - now
		       ? HOST_TIMER_NEVER
		       : now + (guest_moment - guest_now);
}

static void set_timer(void *context, u64 deadline)
{
	struct guest_vcpu *vcpu = context;

	host_timer_set(&vcpu->apic_timer, deadline == LOCAL_APIC_NEVER
						  ? HOST_TIMER_NEVER
						  : host_moment(deadline));
	guest_vcpu_look_around(vcpu);
}

static void send(void *context, const struct apic_message *message)
{
	struct guest_vcpu *vcpu = context;

	(void)apic_bus_deliver(&vcpu->vm->apics, message);
}

static void eoi(void *context, u8 vector)
{
	struct guest_vcpu *vcpu = context;
	bool taken = guest_vm_enter_machine(vcpu);

	io_apic_eoi(&vcpu->vm->io_apic, vector);
	guest_vm_leave_machine(vcpu, taken);
}

static const struct local_apic_ops apic_ops = {tsc, set_timer, send, eoi};

static void timer_expired(struct host_timer *timer)
{
	guest_vcpu_post(CONTAINER_OF(timer, struct guest_vcpu, apic_timer),
			GUEST_VCPU_TIMER);
}

/* The 8259A's INTR is wired to the boot processor. */
static bool has_extint(const struct guest_vcpu *vcpu)
{
	return vcpu->index == 0 && pic8259_pending(&vcpu->vm->machine.pic) &&
	       local_apic_accepts_extint(&vcpu->apic);
}

static bool pending(void *context)
{
	const struct guest_vcpu *vcpu = context;

	return local_apic_pending(&vcpu->apic) >= 0 || has_extint(vcpu);
}

static u8 acknowledge(void *context)
{
	struct guest_vcpu *vcpu = context;
	bool taken;
	u8 vector;

	if (!has_extint(vcpu)) {
		return local_apic_acknowledge(&vcpu->apic);
	}
	taken = guest_vm_enter_machine(vcpu);
	vector = pic8259_acknowledge(&vcpu->vm->machine.pic);
	guest_vm_leave_machine(vcpu, taken);
	return vector;
}

/*
 * What a write has brought about is looked at before the next entry, be it only
 * that the CPU has to tell of a lower task priority.
 */
static void look_again(struct guest_vcpu *vcpu)
{
	if (local_apic_has_posted(&vcpu->apic) ||
	    local_apic_highest_requested(&vcpu->apic) >= 0 ||
	    has_extint(vcpu)) {
		event_queue_signal(&vcpu->cpu.events);
	}
}

static bool read_page(void *device, u64 offset, unsigned int size, u64 *value)
{
	struct guest_vcpu *vcpu = device;

	*value = local_apic_read(&vcpu->apic, (u32)offset, size);
	return true;
}

static bool write_page(void *device, u64 offset, unsigned int size, u64 value)
{
	struct guest_vcpu *vcpu = device;

	local_apic_write(&vcpu->apic, (u32)offset, size, value);
	look_again(vcpu);
	return true;
}

static const struct bus_ops page_ops = {read_page, write_page, 8};

static bool read_x2apic(void *device, u64 offset, unsigned int size, u64 *value)
{
	struct guest_vcpu *vcpu = device;

	(void)size;
	return local_apic_msr_read(&vcpu->apic, IA32_X2APIC_BASE + (u32)offset,
				   value);
}

static bool write_x2apic(void *device, u64 offset, unsigned int size, u64 value)
{
	struct guest_vcpu *vcpu = device;

	(void)size;
	if (!local_apic_msr_write(&vcpu->apic, IA32_X2APIC_BASE + (u32)offset,
				  value)) {
		return false;
	}
	look_again(vcpu);
	return true;
}

static const struct bus_ops x2apic_ops = {read_x2apic, write_x2apic, 8};

static bool read_base(void *device, u64 offset, unsigned int size, u64 *value)
{
	const struct guest_vcpu *vcpu = device;

	(void)offset, (void)size;
	*value = vcpu->apic.base;
	return true;
}

/* The registers are where the base says, a device of this CPU alone. */
static void place_page(struct guest_vcpu *vcpu)
{
	gpa_t base = vcpu->apic.base & ~(u64)(APIC_PAGE_SIZE - 1);

	vcpu->apic_page = (struct bus){.count = 0};
	(void)bus_add(&vcpu->apic_page,
		      (struct bus_range){
			      .first = base,
			      .last = base + APIC_PAGE_SIZE - 1,
			      .ops = &page_ops,
			      .device = vcpu,
			      .name = "local APIC",
		      });
}

static bool write_base(void *device, u64 offset, unsigned int size, u64 value)
{
	struct guest_vcpu *vcpu = device;
	gpa_t before = vcpu->apic.base;

	(void)offset, (void)size;
	if (!local_apic_set_base(&vcpu->apic, value)) {
		return false;
	}
	place_page(vcpu);
	(void)apic_hole_move(vcpu, before, value);
	cpuid_table_show_apic(&vcpu->cpu.cpuid, (value & APIC_BASE_EN) != 0);
	look_again(vcpu);
	return true;
}

static const struct bus_ops base_ops = {read_base, write_base, 8};

static bool read_deadline(void *device, u64 offset, unsigned int size,
			  u64 *value)
{
	const struct guest_vcpu *vcpu = device;

	(void)offset, (void)size;
	*value = local_apic_timer_tsc_deadline(&vcpu->apic);
	return true;
}

static bool write_deadline(void *device, u64 offset, unsigned int size,
			   u64 value)
{
	struct guest_vcpu *vcpu = device;

	(void)offset, (void)size;
	local_apic_timer_set_tsc_deadline(&vcpu->apic, value);
	look_again(vcpu);
	return true;
}

static const struct bus_ops deadline_ops = {read_deadline, write_deadline, 8};

static struct error add_msrs(struct guest_vcpu *vcpu)
{
	const struct bus_range ranges[] = {
		{IA32_APIC_BASE, IA32_APIC_BASE, &base_ops, vcpu,
		 "IA32_APIC_BASE"},
		{IA32_X2APIC_BASE, IA32_X2APIC_BASE + X2APIC_MSRS - 1,
		 &x2apic_ops, vcpu, "x2APIC"},
		{IA32_TSC_DEADLINE, IA32_TSC_DEADLINE, &deadline_ops, vcpu,
		 "IA32_TSC_DEADLINE"},
	};
	struct error error = SUCCESS;

	for (size_t i = 0; i < ARRAY_SIZE(ranges) && !failed(error); i++) {
		error = bus_add(&vcpu->cpu.msrs, ranges[i]);
	}
	return error;
}

static bool has_tpr_shadow(const struct guest_vcpu *vcpu)
{
	return (vcpu->cpu.vcpu.vcpu.controls.primary &
		PRIMARY_USE_TPR_SHADOW) != 0;
}

struct error vcpu_apic_init(struct guest_vcpu *vcpu)
{
	hpa_t page = frames_alloc_zeroed(FRAME_ORDER_4K);
	struct error error;

	if (page == FRAME_NONE) {
		return failure("no memory for a local APIC's page, free frames",
			       frames_free_count());
	}
	vcpu->apic = (struct local_apic){
		.page = phys_to_virt(page),
		.id = vcpu->index,
		.boot_processor = vcpu->index == 0,
		.maxphyaddr = vcpu->cpu.maxphyaddr,
		.ops = &apic_ops,
		.context = vcpu,
	};
	vcpu->apic_timer.expire = timer_expired;
	error = add_msrs(vcpu);
	if (failed(error)) {
		frames_free(page, FRAME_ORDER_4K);
		return error;
	}
	local_apic_reset(&vcpu->apic);
	place_page(vcpu);
	vcpu->vm->apics.apics[vcpu->index] = &vcpu->apic;
	vcpu->cpu.events.source =
		(struct interrupt_source){pending, acknowledge, vcpu};
	if (has_tpr_shadow(vcpu)) {
		vmcs_write(VIRTUAL_APIC_ADDRESS, page);
		vmcs_write(TPR_THRESHOLD, 0);
	}
	return SUCCESS;
}

void vcpu_apic_destroy(struct guest_vcpu *vcpu)
{
	host_timer_cancel(&vcpu->apic_timer);
	frames_free(virt_to_phys(vcpu->apic.page), FRAME_ORDER_4K);
}

/* The 8259A's INTR, as LINT0 sees it. */
static void follow_lint0(struct guest_vcpu *vcpu)
{
	bool high = pic8259_pending(&vcpu->vm->machine.pic);

	if (local_apic_lint(&vcpu->apic, LOCAL_APIC_LINT0, high) ==
	    LOCAL_APIC_LINT_NMI) {
		event_queue_raise_nmi(&vcpu->cpu.events);
	}
}

/*
 * An interrupt that the task priority holds back: the CPU exits as soon as the
 * guest has lowered it. SDM: "TPR Virtualization".
 */
static void write_threshold(struct guest_vcpu *vcpu)
{
	int vector = local_apic_highest_requested(&vcpu->apic);
	u8 class = vector < 0 ? 0 : (u8)(vector >> 4);
	u8 threshold = class <= local_apic_cr8(&vcpu->apic) ? class : 0;

	if (threshold != vcpu->tpr_threshold) {
		vcpu->tpr_threshold = threshold;
		vmcs_write(TPR_THRESHOLD, threshold);
	}
}

void vcpu_apic_prepare(struct guest_vcpu *vcpu)
{
	if (vcpu->index == 0) {
		follow_lint0(vcpu);
	}
	(void)local_apic_take_posted(&vcpu->apic);
	if (has_tpr_shadow(vcpu)) {
		write_threshold(vcpu);
	}
}

/* An access that is not an instruction's to data is the guest's end. */
static bool is_of_data(struct guest_cpu *cpu, u64 qualification,
		       struct answer *answer)
{
	event_queue_keep_interrupted(&cpu->events);
	if (cpu->events.interrupted.info != 0) {
		*answer = answer_stop(STOP_DELIVERY);
		return false;
	}
	*answer = answer_stop(STOP_EXECUTES_DEVICE);
	return (qualification & EPT_VIOLATION_FETCH) == 0;
}

struct answer vcpu_apic_access_behind(struct guest_vcpu *vcpu)
{
	struct answer answer;

	return is_of_data(&vcpu->cpu, vmcs_read(EXIT_QUALIFICATION), &answer)
		       ? emulate_in_ram(&vcpu->cpu)
		       : answer;
}

struct answer vcpu_apic_access(struct guest_vcpu *vcpu, gpa_t gpa)
{
	u64 qualification = vmcs_read(EXIT_QUALIFICATION);
	struct guest_cpu *cpu = &vcpu->cpu;
	struct answer answer;

	if (!is_of_data(cpu, qualification, &answer)) {
		return answer;
	}
	return emulate_access(cpu, &vcpu->apic_page, gpa,
			      (qualification & EPT_VIOLATION_WRITE) != 0);
}

struct answer vcpu_apic_move_cr8(struct guest_vcpu *vcpu, u64 qualification)
{
	struct vcpu *v = &vcpu->cpu.vcpu.vcpu;
	unsigned int number = CR_REGISTER(qualification);

	if (CR_TYPE(qualification) != MOV_TO_CR) {
		vcpu_register_set(v, number, local_apic_cr8(&vcpu->apic));
		return answer_done();
	}
	if (!local_apic_set_cr8(&vcpu->apic, vcpu_register(v, number))) {
		return answer_general_protection();
	}
	look_again(vcpu);
	return answer_done();
}

void vcpu_apic_tsc_moved(struct guest_vcpu *vcpu, u64 ticks)
{
	local_apic_timer_tsc_moved(&vcpu->apic, ticks);
	look_again(vcpu);
}

void vcpu_apic_restart_timer(struct guest_vcpu *vcpu)
{
	set_timer(vcpu, local_apic_timer_next(&vcpu->apic));
}
