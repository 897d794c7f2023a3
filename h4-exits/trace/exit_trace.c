#include "trace/exit_trace.h"
#include "console/console.h"
#include "cpu/guest_control.h"
#include "guest_events.h"
#include "lib/printk.h"
#include "lib/string.h"
#include "trace/answer_print.h"
#include "vmcs.h"

static void send_line(struct exit_trace *trace)
{
	for (unsigned int i = 0; i < trace->length; i++) {
		console_send((u8)trace->line[i]);
	}
	trace->length = 0;
}

/* Each byte comes by an exit of its own, so by a line of ours. */
static void transmit(void *to, u8 byte)
{
	struct exit_trace *trace = to;

	trace->line[trace->length++] = (char)byte;
	if (byte == '\n' || trace->length == sizeof(trace->line)) {
		send_line(trace);
	}
}

/* At 115200 baud a line takes longer than a tick of many a timer. */
static void take_time(struct guest_cpu *cpu, u64 ticks)
{
	(void)cpu;
	guest_cpu_shift_tsc(-ticks);
}

const struct exit_trace_way exit_trace_alone = {true, "", true, take_time};
const struct exit_trace_way exit_trace_alone_table = {.name = ""};

void exit_trace_attach(struct exit_trace *trace, struct guest_cpu *cpu,
		       const struct exit_trace_way *way)
{
	memset(trace, 0, sizeof(*trace));
	trace->cpu = cpu;
	trace->way = *way;
	trace->began = device_clock_now(&cpu->machine->clock);
	trace->shortest_way = UINT64_MAX;
	if (way->hears) {
		machine_hear(cpu->machine, transmit, trace);
	}
	cpu->trace = trace;
}

static struct traced_registers registers_of(const struct guest_cpu *cpu)
{
	struct traced_registers registers = {
		.value[TRACED_RIP] = vmcs_read(GUEST_RIP),
		.value[TRACED_RFLAGS] = vmcs_read(GUEST_RFLAGS),
		.value[TRACED_CR0] = guest_control_cr0(),
		.value[TRACED_CR3] = vmcs_read(GUEST_CR3),
		.value[TRACED_CR4] = guest_control_cr4(),
		.value[TRACED_EFER] = vmcs_read(GUEST_IA32_EFER),
	};

	for (unsigned int i = 0; i < VCPU_REGISTERS; i++) {
		registers.value[i] = vcpu_register(&cpu->vcpu.vcpu, i);
	}
	return registers;
}

void exit_trace_begin(struct exit_trace *trace, u32 reason, u64 now)
{
	if (trace->left != 0) {
		trace->shortest_way =
			min_u64(trace->shortest_way, now - trace->left);
	}
	trace->reason =
		(u32)min_u64(reason & EXIT_REASON_BASIC, EXIT_REASON_COUNT);
	if (trace->way.lines) {
		trace->came = device_clock_now(&trace->cpu->machine->clock) -
			      trace->began;
		trace->qualification = vmcs_read(EXIT_QUALIFICATION);
		trace->registers = registers_of(trace->cpu);
	}
}

static void print_line(const struct exit_trace *trace, struct answer answer)
{
	u64 event = vmcs_read(VM_ENTRY_INTERRUPTION_INFO);
	struct traced_registers registers = registers_of(trace->cpu);
	char text[128];

	answer_describe(answer, text, sizeof(text));
	printk_begin();
	printk("%s%7lu us %#lx %s (%#lx) %s", trace->way.name,
	       trace->came / 1000, trace->registers.value[TRACED_RIP],
	       exit_reason_name(trace->reason), trace->qualification, text);
	if ((event & EVENT_VALID) != 0) {
		printk(", delivering vector %u", EVENT_VECTOR(event));
	}
	register_changes_print(&trace->registers, &registers, printk);
	printk("\n");
	printk_end();
}

static void print_in_no_time(const struct exit_trace *trace,
			     struct answer answer)
{
	u64 stopped = machine_stop_time(trace->cpu->machine);
	u64 ticks;

	print_line(trace, answer);
	ticks = machine_start_time(trace->cpu->machine, stopped);
	trace->way.take_time(trace->cpu, ticks);
}

void exit_trace_end(struct exit_trace *trace, struct answer answer, u64 ticks)
{
	tick_histogram_add(&trace->costs[trace->reason], ticks);
	if (!trace->way.lines) {
		return;
	}
	if (trace->way.take_time != NULL) {
		print_in_no_time(trace, answer);
	} else {
		print_line(trace, answer);
	}
}

void exit_trace_report(struct exit_trace *trace)
{
	send_line(trace);
	printk("%-30s %9s %9s %9s %9s\n", "Ticks per exit", "count", "min",
	       "median", "max");
	for (u32 i = 0; i <= EXIT_REASON_COUNT; i++) {
		const struct tick_histogram *costs = &trace->costs[i];

		if (costs->count != 0) {
			printk("  %-28s %9lu %9lu %9lu %9lu\n",
			       exit_reason_name(i), costs->count, costs->least,
			       tick_histogram_median(costs), costs->most);
		}
	}
	printk("A median is rounded down, by less than 1/%u.\n",
	       TICK_HISTOGRAM_PARTS);
	if (trace->shortest_way != UINT64_MAX) {
		printk("The way to the guest and back: at most %lu ticks.\n",
		       trace->shortest_way);
	}
}
