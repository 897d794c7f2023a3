#pragma once
/*
 * The events that wait for a guest's CPU: exceptions, NMIs, interrupts, and
 * what an exit has interrupted while it was being delivered.
 *
 * SDM: "Event Injection" and "Priority Among Concurrent Events". Handlers put
 * events in; event_queue_deliver() chooses before an entry what the CPU is to
 * deliver, and asks for a window where it cannot take the next one yet.
 */
#include "guest_events.h"
#include "vcpu.h"

/* An event in the VMCS's format; info is 0 where there is none. */
struct event {
	u32 info;
	u32 error_code;
	u32 length; /* of INT n, INT3, INTO: they return behind it */
};

/* Who sends interrupts: an interrupt controller. */
struct interrupt_source {
	/* Does it want to interrupt, by way of acknowledge()? */
	bool (*pending)(void *controller);
	/* By that way, or by one that the CPU goes without being told? */
	bool (*wakes)(void *controller);
	/* The CPU takes the interrupt: its vector. */
	u8 (*acknowledge)(void *controller);
	void *controller;
};

struct event_queue {
	/* Something has to be looked at before the next entry. */
	bool attention;
	u8 nmis;	  /* raised and not injected */
	bool nmi_blocked; /* from the injection of one to its handler's IRET */
	bool window;	  /* the CPU exits when it takes interrupts again */
	struct event interrupted; /* by an exit, and to be delivered again */
	struct event exception;
	struct interrupt_source source;
	struct vcpu *vcpu;
};

void event_queue_init(struct event_queue *queue, struct vcpu *vcpu,
		      struct interrupt_source source);

/* The event of the IDT-vectoring information, which is valid. */
void event_queue_keep(struct event_queue *queue, u32 info);

/*
 * Keeps the event whose delivery the present exit has interrupted, if there
 * is one. For the exits that can come during a delivery: EPT violations and
 * misconfigurations, task switches, exceptions.
 * SDM: "Information for VM Exits That Occur During Event Delivery".
 */
static inline void event_queue_keep_interrupted(struct event_queue *queue)
{
	u32 info = (u32)vmcs_read(IDT_VECTORING_INFO);

	if (__builtin_expect((info & EVENT_VALID) != 0, false)) {
		event_queue_keep(queue, info);
	}
}

/*
 * Raises an exception at the present instruction. An event that was being
 * delivered makes it a double fault where the SDM's table says so. False: a
 * third fault in a row, and the CPU would shut down.
 * SDM: "Interrupt 8--Double Fault Exception (#DF)".
 */
bool event_queue_raise(struct event_queue *queue, u8 vector,
		       bool has_error_code, u32 error_code);

/*
 * Raises a non-maskable interrupt. While one is handled, the CPU remembers one
 * more and no other. Of two that come between an exit and the next entry, which
 * is no time at all for the guest, the CPU would have begun with one.
 * SDM: "Handling Multiple NMIs".
 */
static inline void event_queue_raise_nmi(struct event_queue *queue)
{
	u8 most = queue->nmi_blocked ? 1 : 2;

	if (queue->nmis < most) {
		queue->nmis++;
	}
	queue->attention = true;
}

/* An NMI-window exit: the guest takes NMIs. */
void event_queue_end_nmi(struct event_queue *queue);

/* To be called when the source may want to interrupt. */
static inline void event_queue_signal(struct event_queue *queue)
{
	queue->attention = true;
}

/*
 * Would something that is pending wake the CPU from HLT: an interrupt, an NMI,
 * the trap of a single step over the HLT itself?
 */
bool event_queue_wakes(struct event_queue *queue);

/*
 * Before an entry, after attention has been set, which the caller takes back
 * beforehand. The VMCS is the vCPU's.
 */
void event_queue_deliver(struct event_queue *queue);
