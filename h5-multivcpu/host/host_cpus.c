#include "host/host_cpus.h"
#include "cpu/alarm.h"
#include "cpu/guest_cpu.h"
#include "cpu/instructions.h"
#include "cpu/registers.h"
#include "cpu/vectors.h"
#include "lib/printk.h"
#include "lib/string.h"
#include "smp/cpu.h"
#include "smp/smp.h"

/* Those that have come so far, to VMX operation or not. */
static u32 arrived;
static u64 online = BIT(0);
static const struct vmx_capabilities *boot_caps;
static const struct sched_loop *released; /* NULL: not yet */
static bool over;
static u32 left = 1; /* CPUs that are in VMX operation */

struct error host_cpus_prepare(void)
{
	struct error error = alarm_init(ALARM_VECTOR);

	if (!failed(error)) {
		guest_cpu_give_extended_state();
	}
	return error;
}

/* A vCPU that moves must find the same CPU everywhere. */
static struct error enter(struct vmxon *vmxon)
{
	struct vmx_capabilities caps;

	if (vmx_support() != VMX_SUPPORTED) {
		return failure("VMX cannot be used here, APIC ID",
			       cpu_this()->apic_id);
	}
	/* It has the boot processor's, which is in VMX operation. */
	write_cr4(read_cr4() & ~CR4_VMXE);
	vmx_capabilities_read(&caps);
	if (memcmp(&caps, boot_caps, sizeof(caps)) != 0) {
		return failure("other VMX capabilities than the boot "
			       "processor's, APIC ID",
			       cpu_this()->apic_id);
	}
	return vmxon_enter(vmxon, &caps);
}

static struct error begin(struct vmxon *vmxon)
{
	struct error error = enter(vmxon);

	if (failed(error)) {
		return error;
	}
	error = host_cpus_prepare();
	if (failed(error)) {
		(void)vmxon_leave(vmxon);
	}
	return error;
}

static const struct sched_loop *await_release(void)
{
	const struct sched_loop *loop;

	while ((loop = __atomic_load_n(&released, __ATOMIC_ACQUIRE)) == NULL) {
		cpu_pause();
	}
	return loop;
}

/* One CPU after the other, as alarm_init() wants it. */
static void await_turn(void)
{
	while (__atomic_load_n(&arrived, __ATOMIC_ACQUIRE) + 1 !=
	       cpu_number()) {
		cpu_pause();
	}
}

static void run_other(void *context)
{
	struct vmxon vmxon;
	struct error error;

	(void)context;
	await_turn();
	error = begin(&vmxon);
	if (failed(error)) {
		printk("CPU %u does without guests: %s: %#lx\n", cpu_number(),
		       error.what, error.value);
	} else {
		__atomic_fetch_or(&online, BIT(cpu_number()), __ATOMIC_RELEASE);
		__atomic_fetch_add(&left, 1, __ATOMIC_RELEASE);
	}
	__atomic_fetch_add(&arrived, 1, __ATOMIC_RELEASE);
	if (!failed(error)) {
		scheduler_run(await_release());
		(void)vmxon_leave(&vmxon);
		__atomic_fetch_sub(&left, 1, __ATOMIC_RELEASE);
	}
}

void host_cpus_start(const struct boot_info *boot, u32 most,
		     const struct vmx_capabilities *caps)
{
	struct error error;

	boot_caps = caps;
	error = smp_start(boot, most, run_other, NULL);
	if (failed(error)) {
		printk("Other CPUs: %s: %#lx\n", error.what, error.value);
	}
	while (__atomic_load_n(&arrived, __ATOMIC_ACQUIRE) + 1 < smp_count()) {
		cpu_pause();
	}
}

u64 host_cpus_online(void)
{
	return __atomic_load_n(&online, __ATOMIC_ACQUIRE);
}

u32 host_cpus_count(void)
{
	return __atomic_load_n(&left, __ATOMIC_ACQUIRE);
}

static bool is_over(void *context)
{
	(void)context;
	return __atomic_load_n(&over, __ATOMIC_ACQUIRE);
}

static void nothing(void *context)
{
	(void)context;
}

/* Beside vCPUs the others have nothing to do. */
static const struct sched_loop others = {nothing, is_over, NULL};

void host_cpus_run(const struct sched_loop *loop)
{
	__atomic_store_n(&released, &others, __ATOMIC_RELEASE);
	scheduler_run(loop);
}

/* Some may not have begun yet. */
void host_cpus_end(void)
{
	__atomic_store_n(&over, true, __ATOMIC_RELEASE);
	__atomic_store_n(&released, &others, __ATOMIC_RELEASE);
	for (u32 i = 1; i < smp_count(); i++) {
		scheduler_call(i);
	}
	while (__atomic_load_n(&left, __ATOMIC_ACQUIRE) > 1) {
		cpu_pause();
	}
}
