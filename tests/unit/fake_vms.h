#pragma once
/*
 * Virtual machines for the tests of the monitor: as many as are wanted, whose
 * states move as those of real ones do.
 */
#include "console/monitor_ops.h"
#include "unit.h"

#define FAKE_VMS_MAX 3u

struct fake_vm {
	u32 id;
	const char *name;
	const char *state;
	u32 vcpus;
	u64 memory;
	struct terminal_speaker speaker;
	struct input_ring input;
	bool deaf;
};

struct fake_vms {
	struct fake_vm vm[FAKE_VMS_MAX];
	u32 count;
	char asked[128]; /* the last question to one of them */
	u32 notified;	 /* of input, the last machine */
	bool quit;
	bool broken; /* what is to be printed cannot be had */
};

static struct fake_vms fake_vms;

static const char *const fake_states[] = {
	"Loaded", "Running", "Suspended", "Stopping", "Stopped", NULL,
};

static inline bool fake_vm(void *context, u32 index, struct monitor_vm *vm)
{
	struct fake_vm *fake = &fake_vms.vm[index];

	CHECK(context == &fake_vms);
	if (index >= fake_vms.count) {
		return false;
	}
	*vm = (struct monitor_vm){
		.id = fake->id,
		.name = fake->name,
		.state = fake->state,
		.vcpus = fake->vcpus,
		.memory = fake->memory,
		.speaker = &fake->speaker,
		.input = fake->deaf ? NULL : &fake->input,
	};
	return true;
}

static inline struct fake_vm *fake_find(u32 id)
{
	for (u32 i = 0; i < fake_vms.count; i++) {
		if (fake_vms.vm[i].id == id) {
			return &fake_vms.vm[i];
		}
	}
	return NULL;
}

static inline bool fake_vcpu(void *context, u32 id, u32 vcpu,
			     struct monitor_vcpu *state)
{
	struct fake_vm *fake = fake_find(id);

	CHECK(context == &fake_vms);
	if (fake == NULL || vcpu >= fake->vcpus) {
		return false;
	}
	*state = (struct monitor_vcpu){
		.state = vcpu == 0 ? "Running" : "Blocked",
		.cpu = vcpu == 0 ? id : MONITOR_NO_CPU,
		.exits = 1000 * id + vcpu,
		.run_ms = 10 * id + vcpu,
	};
	return true;
}

/* Two, of which the second one has done nothing. */
static inline bool fake_cpu(void *context, u32 number, struct monitor_cpu *cpu)
{
	CHECK(context == &fake_vms);
	*cpu = number == 0 ? (struct monitor_cpu){40, 30, 20, 10}
			   : (struct monitor_cpu){.idle_ms = 50};
	return number < 2;
}

static inline struct error fake_move(u32 id, const char *from, const char *to,
				     const char *refusal)
{
	struct fake_vm *fake = fake_find(id);

	if (fake == NULL) {
		return failure("there is no such virtual machine", id);
	}
	if (strcmp(fake->state, from) != 0) {
		return failure(refusal, id);
	}
	fake->state = to;
	return SUCCESS;
}

static inline struct error fake_start(void *context, u32 id)
{
	(void)context;
	return fake_move(id, "Loaded", "Running",
			 "only from Loaded it can become Running");
}

static inline struct error fake_stop(void *context, u32 id)
{
	(void)context;
	return fake_move(id, "Running", "Stopping",
			 "only from Running it can become Stopping");
}

static inline struct error fake_suspend(void *context, u32 id)
{
	(void)context;
	return fake_move(id, "Running", "Suspended",
			 "only from Running it can become Suspended");
}

static inline struct error fake_resume(void *context, u32 id)
{
	(void)context;
	return fake_move(id, "Suspended", "Running",
			 "only from Suspended it can become Running");
}

static inline struct error fake_reset(void *context, u32 id)
{
	(void)context;
	return fake_move(id, "Running", "Loaded",
			 "only from Running it can become Loaded");
}

/* The last one only, which is enough here. */
static inline struct error fake_destroy(void *context, u32 id)
{
	(void)context;
	if (id != fake_vms.vm[fake_vms.count - 1].id) {
		return failure("it is not the last one", id);
	}
	fake_vms.count--;
	return SUCCESS;
}

static inline struct error fake_answer(void)
{
	return fake_vms.broken ? failure("it has not run yet", 0x2a) : SUCCESS;
}

static inline struct error fake_exits(void *context, u32 id)
{
	CHECK(context == &fake_vms);
	snprintf(fake_vms.asked, sizeof(fake_vms.asked), "exits %u", id);
	return fake_answer();
}

static inline struct error fake_description(void *context, u32 id)
{
	CHECK(context == &fake_vms);
	snprintf(fake_vms.asked, sizeof(fake_vms.asked), "description %u", id);
	return fake_answer();
}

static inline struct error fake_interrupt(void *context, u32 id, u64 line)
{
	CHECK(context == &fake_vms);
	snprintf(fake_vms.asked, sizeof(fake_vms.asked), "interrupt %u %llu",
		 id, (unsigned long long)line);
	return fake_answer();
}

static inline struct error fake_registers(void *context, u32 id, u32 vcpu)
{
	CHECK(context == &fake_vms);
	snprintf(fake_vms.asked, sizeof(fake_vms.asked), "registers %u.%u", id,
		 vcpu);
	return fake_answer();
}

static inline struct error fake_ept(void *context, u32 id)
{
	CHECK(context == &fake_vms);
	snprintf(fake_vms.asked, sizeof(fake_vms.asked), "ept %u", id);
	return fake_answer();
}

static inline struct error fake_ept_walk(void *context, u32 id, u64 gpa)
{
	CHECK(context == &fake_vms);
	snprintf(fake_vms.asked, sizeof(fake_vms.asked), "walk %u %#llx", id,
		 (unsigned long long)gpa);
	return fake_answer();
}

static inline struct error fake_vmcs(void *context, u32 id, u32 vcpu,
				     const char *field)
{
	CHECK(context == &fake_vms);
	snprintf(fake_vms.asked, sizeof(fake_vms.asked), "vmcs %u.%u %s", id,
		 vcpu, field != NULL ? field : "all");
	return fake_answer();
}

static inline void fake_notify(void *context, u32 id)
{
	CHECK(context == &fake_vms);
	fake_vms.notified = id;
}

static inline void fake_quit(void *context)
{
	CHECK(context == &fake_vms);
	fake_vms.quit = true;
}

static const struct monitor_ops fake_ops = {
	.states = fake_states,
	.vm = fake_vm,
	.vcpu = fake_vcpu,
	.cpu = fake_cpu,
	.start = fake_start,
	.stop = fake_stop,
	.suspend = fake_suspend,
	.resume = fake_resume,
	.reset = fake_reset,
	.destroy = fake_destroy,
	.interrupt = fake_interrupt,
	.print_exits = fake_exits,
	.print_description = fake_description,
	.print_registers = fake_registers,
	.print_ept = fake_ept,
	.print_ept_walk = fake_ept_walk,
	.print_vmcs = fake_vmcs,
	.notify_input = fake_notify,
	.quit = fake_quit,
	.context = &fake_vms,
};

/* Three machines: 1 "linux", 2 "a.b", and 7 without a name. */
static inline void fake_begin(void)
{
	memset(&fake_vms, 0, sizeof(fake_vms));
	fake_vms.count = FAKE_VMS_MAX;
	fake_vms.vm[0] = (struct fake_vm){
		.id = 1,
		.name = "linux",
		.state = "Running",
		.vcpus = 2,
		.memory = MIB(256),
	};
	fake_vms.vm[1] = (struct fake_vm){
		.id = 2,
		.name = "a.b",
		.state = "Loaded",
		.vcpus = 1,
		.memory = KIB(64),
	};
	fake_vms.vm[2] = (struct fake_vm){
		.id = 7,
		.name = "",
		.state = "Stopped",
		.vcpus = 1,
		.memory = MIB(16),
	};
}
