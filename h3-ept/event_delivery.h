#pragma once
/*
 * Events whose delivery an exit interrupted.
 *
 * SDM: "Information for VM Exits That Occur During Event Delivery". When an
 * exception of the guest is being delivered and its stack has no backing yet,
 * the EPT violation comes first and the exception is gone from the CPU: the
 * exit only tells that there was one.
 */

/*
 * To be called when an exit has been answered and its cause removed: has the
 * next entry deliver the event again, if there was one. SDM: "VM-Entry
 * Controls for Event Injection".
 */
void event_delivery_resume(void);
