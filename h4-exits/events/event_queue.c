#include "events/event_queue.h"
#include "cpu/registers.h"
#include "cpu/traps.h"
#include "events/double_fault.h"
#include "guest_events.h"
#include "vmcs.h"

void event_queue_init(struct event_queue *queue, struct vcpu *vcpu,
		      struct interrupt_source source)
{
	*queue = (struct event_queue){
		.vcpu = vcpu,
		.source = source,
		.attention = true,
	};
}

/*
 * An NMI that has begun to be delivered blocks others, and would block itself
 * when it is delivered again. Bit 12 of the field is undefined.
 */
void event_queue_keep(struct event_queue *queue, u32 info)
{
	if (EVENT_TYPE_FIELD(info) == EVENT_NMI) {
		vmcs_write(GUEST_INTERRUPTIBILITY_STATE,
			   vmcs_read(GUEST_INTERRUPTIBILITY_STATE) &
				   ~BLOCKING_BY_NMI);
	}
	queue->interrupted = (struct event){
		.info = info & ~(u32)EVENT_NMI_UNBLOCKING,
		.error_code = (u32)vmcs_read(IDT_VECTORING_ERROR_CODE),
		.length = (u32)vmcs_read(VM_EXIT_INSTRUCTION_LENGTH),
	};
	queue->attention = true;
}

/*
 * In real mode no exception pushes an error code, and an entry that is to
 * deliver one fails. SDM: "VM-Entry Control Fields".
 */
static struct event exception_event(u8 vector, bool has_error_code,
				    u32 error_code)
{
	struct event event = {
		.info = (u32)EVENT(EVENT_HARDWARE_EXCEPTION, vector),
	};

	if (has_error_code && (vmcs_read(GUEST_CR0) & CR0_PE) != 0) {
		event.info |= (u32)EVENT_DELIVER_ERROR;
		event.error_code = error_code;
	}
	return event;
}

bool event_queue_raise(struct event_queue *queue, u8 vector,
		       bool has_error_code, u32 error_code)
{
	struct event second;

	switch (double_fault_rule(queue->interrupted.info, vector)) {
	case SECOND_ALONE:
		second = exception_event(vector, has_error_code, error_code);
		break;
	case SECOND_DOUBLE_FAULT:
		second = exception_event(VECTOR_DOUBLE_FAULT, true, 0);
		break;
	default:
		return false;
	}
	queue->interrupted.info = 0;
	queue->exception = second;
	queue->attention = true;
	return true;
}

/*
 * A debug trap of the instruction that has just been executed comes before an
 * interrupt or an NMI, and would be lost if the entry injected one of those.
 * SDM: "Priority Among Concurrent Events", and "Delivery of Pending Debug
 * Exceptions after VM Entry".
 */
static bool has_debug_trap(void)
{
	return (vmcs_read(GUEST_PENDING_DEBUG_EXCEPTIONS) &
		(PENDING_DEBUG_BS | PENDING_DEBUG_ENABLED)) != 0;
}

/* SDM: "Guest Non-Register State": what holds events back. */
static bool takes_nmi(const struct event_queue *queue)
{
	return !queue->nmi_blocked &&
	       (vmcs_read(GUEST_INTERRUPTIBILITY_STATE) &
		(BLOCKING_BY_MOV_SS | BLOCKING_BY_STI)) == 0 &&
	       !has_debug_trap();
}

static bool takes_interrupt(void)
{
	return (vmcs_read(GUEST_RFLAGS) & RFLAGS_IF) != 0 &&
	       (vmcs_read(GUEST_INTERRUPTIBILITY_STATE) &
		(BLOCKING_BY_MOV_SS | BLOCKING_BY_STI)) == 0 &&
	       !has_debug_trap();
}

static bool interrupt_pending(struct event_queue *queue)
{
	return queue->source.pending(queue->source.controller);
}

bool event_queue_wakes(struct event_queue *queue)
{
	return has_debug_trap() || (queue->nmis > 0 && takes_nmi(queue)) ||
	       (takes_interrupt() &&
		queue->source.wakes(queue->source.controller));
}

/* A fault is pushed with RF set, so that a breakpoint there hits once. */
static void mark_fault(u32 info)
{
	u32 vector = EVENT_VECTOR(info);

	if (EVENT_TYPE_FIELD(info) == EVENT_HARDWARE_EXCEPTION &&
	    vector != VECTOR_DEBUG && vector != VECTOR_DOUBLE_FAULT) {
		vmcs_write(GUEST_RFLAGS, vmcs_read(GUEST_RFLAGS) | RFLAGS_RF);
	}
}

static void inject(struct event *event)
{
	if ((event->info & EVENT_DELIVER_ERROR) != 0) {
		vmcs_write(VM_ENTRY_EXCEPTION_ERROR_CODE, event->error_code);
	}
	vmcs_write(VM_ENTRY_INSTRUCTION_LENGTH, event->length);
	vmcs_write(VM_ENTRY_INTERRUPTION_INFO, event->info);
	event->info = 0;
}

/*
 * Blocking by NMI that the VMCS shows where none of ours has begun it is that
 * of another guest of the CPU's: Bochs does not end it when it enters this one.
 */
static void inject_nmi(struct event_queue *queue)
{
	vmcs_write(GUEST_INTERRUPTIBILITY_STATE,
		   vmcs_read(GUEST_INTERRUPTIBILITY_STATE) & ~BLOCKING_BY_NMI);
	inject(&(struct event){.info = (u32)EVENT(EVENT_NMI, VECTOR_NMI)});
	queue->nmis--;
	queue->nmi_blocked = true;
}

void event_queue_end_nmi(struct event_queue *queue)
{
	queue->nmi_blocked = false;
	queue->attention = true;
}

/*
 * Something holds the CPU from an event: it exits as soon as nothing does. And
 * as soon as the handler of an NMI has returned.
 */
static void write_windows(struct event_queue *queue, bool pending)
{
	struct controls *controls = &queue->vcpu->controls;
	u32 wanted = 0;

	if (queue->nmis > 0 || queue->nmi_blocked) {
		wanted |= (u32)PRIMARY_NMI_WINDOW_EXITING;
	}
	queue->window = pending;
	if (queue->window) {
		wanted |= (u32)PRIMARY_INTERRUPT_WINDOW_EXITING;
	}
	wanted |= controls->primary & ~(u32)(PRIMARY_NMI_WINDOW_EXITING |
					     PRIMARY_INTERRUPT_WINDOW_EXITING);
	if (wanted != controls->primary) {
		controls->primary = wanted;
		vmcs_write(PRIMARY_CONTROLS, wanted);
	}
}

void event_queue_deliver(struct event_queue *queue)
{
	bool pending = interrupt_pending(queue);

	if (queue->interrupted.info != 0) {
		inject(&queue->interrupted);
	} else if (queue->exception.info != 0) {
		mark_fault(queue->exception.info);
		inject(&queue->exception);
	} else if (queue->nmis > 0 && takes_nmi(queue)) {
		inject_nmi(queue);
	} else if (pending && takes_interrupt()) {
		u8 vector = queue->source.acknowledge(queue->source.controller);

		inject(&(struct event){
			.info = (u32)EVENT(EVENT_EXTERNAL_INTERRUPT, vector)});
		pending = interrupt_pending(queue);
	}
	write_windows(queue, pending);
}
