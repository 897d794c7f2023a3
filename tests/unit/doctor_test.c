/*
 * modules: h2-vmcs/doctor/check.c h2-vmcs/doctor/doctor.c
 * modules: h2-vmcs/doctor/ept_controls.c h2-vmcs/doctor/event_injection.c
 * modules: h2-vmcs/doctor/execution_controls.c
 * modules: h2-vmcs/doctor/exit_entry_controls.c
 * modules: h2-vmcs/doctor/guest_non_register.c h2-vmcs/doctor/guest_pdptes.c
 * modules: h2-vmcs/doctor/guest_registers.c h2-vmcs/doctor/guest_rip.c
 * modules: h2-vmcs/doctor/guest_segments.c
 * modules: h2-vmcs/doctor/guest_system_segments.c h2-vmcs/doctor/host_area.c
 * modules: h2-vmcs/doctor/link_pointer.c h2-vmcs/doctor/msr_loading.c
 * modules: h2-vmcs/doctor/page_addresses.c
 * modules: h2-vmcs/doctor/reserved_controls.c h2-vmcs/doctor/rules.c
 * modules: h2-vmcs/vmcs_fields.c h2-vmcs/vmx_controls.c
 * modules: tests/kernels/corruptions/change.c
 * modules: tests/kernels/corruptions/corruption.c
 * modules: tests/kernels/corruptions/corruptions.c
 * modules: tests/kernels/corruptions/settings.c
 * modules: tests/kernels/corruptions/variations.c
 * modules: tests/unit/capability_table.c
 */
#include "../kernels/corruptions/corruption.h"
#include "capability_table.h"
#include "cpu/registers.h"
#include "doctor/doctor.h"
#include "unit.h"
#include "vmx_controls.h"

#define TABLE "tests/data/vmx-capabilities.tsv"

#define MEMORY_SIZE 0x20000
#define SYSENTER_CS 0x174ull

static struct capability_table table;
static u8 memory[MEMORY_SIZE];

/* What the last examination reported. */
static struct doctor_finding findings[64];
static size_t finding_count;

/* One CPU, and the memory that it sees. */
static struct cpu_facts cpu;
static struct ground ground;
static struct vmcs_snapshot vmcs;

static void record(const struct doctor_finding *finding, void *context)
{
	(void)context;
	if (finding_count < ARRAY_SIZE(findings)) {
		findings[finding_count++] = *finding;
	}
}

static bool read_memory(hpa_t address, void *to, u64 size, void *context)
{
	(void)context;
	if (address > MEMORY_SIZE || size > MEMORY_SIZE - address) {
		return false;
	}
	memcpy(to, memory + address, size);
	return true;
}

static void examine(void)
{
	struct doctor_subject subject = {
		.vmcs = &vmcs,
		.caps = ground.caps,
		.cpu = &cpu,
		.current_vmcs = ground.vmcs,
		.read_memory = read_memory,
	};
	unsigned int count;

	finding_count = 0;
	count = doctor_examine(&subject, record, NULL);
	CHECK_EQ(count, finding_count);
}

static void store(hpa_t address, u64 value)
{
	memcpy(memory + address, &value, sizeof(value));
}

static void set_ground(const struct vmx_capabilities *caps)
{
	cpu = (struct cpu_facts){
		.physical_width = 40,
		.linear_width = 48,
		.efer = EFER_LME | EFER_LMA | EFER_NXE,
		.perf_global_ctrl = 0x70000000full,
		.execute_disable = true,
	};
	ground = (struct ground){
		.caps = caps,
		.cpu = &cpu,
		.efer = cpu.efer,
		.vmcall = 0x100000,
		.vmcs = 0x1000,
		.ordinary_vmcs = 0x2000,
		.shadow_vmcs = 0x3000,
		.alien_vmcs = 0x4000,
		.virtual_apic = 0xa000,
		.page = 0x5000,
		.ept = 0x6000,
		.pae_table = 0x7000,
		.pae_table_reserved = 0x7020,
		.pdpte0 = 0x8001,
		.msr_area = 0x9000,
		.msr_area_fs_base = 0x9100,
		.msr_area_x2apic = 0x9200,
		.msr_area_smm = 0x9300,
		.msr_area_reserved = 0x9400,
	};
	memset(memory, 0, sizeof(memory));
	store(ground.vmcs, vmx_revision(caps));
	store(ground.ordinary_vmcs, vmx_revision(caps));
	store(ground.shadow_vmcs, vmx_revision(caps) | BIT(31));
	store(ground.alien_vmcs, vmx_revision(caps) ^ 1);
	memory[ground.virtual_apic + 0x80] = 0x50;
	store(ground.pae_table, ground.pdpte0);
	store(ground.pae_table_reserved, ground.pdpte0 | BIT(1));
	for (hpa_t area = ground.msr_area; area <= ground.msr_area_reserved;
	     area += 0x100) {
		store(area, SYSENTER_CS);
		store(area + 16, SYSENTER_CS);
	}
	store(ground.msr_area_fs_base, 0xc0000100);
	store(ground.msr_area_x2apic, 0x808);
	store(ground.msr_area_smm, 0x9b);
	store(ground.msr_area_reserved, SYSENTER_CS | BIT(32));
}

static void put(enum vmcs_field field, u64 value)
{
	vmcs_snapshot_set(&vmcs, field, value);
}

static void put_segment(enum vmcs_field selector_field, u64 selector, u64 limit,
			u64 rights)
{
	unsigned int step = selector_field - GUEST_ES_SELECTOR;

	put(selector_field, selector);
	put(GUEST_ES_LIMIT + step, limit);
	put(GUEST_ES_ACCESS_RIGHTS + step, rights);
}

/* The least that a CPU takes: what h2 sets up. */
static void make_sound(const struct vmx_capabilities *caps)
{
	u64 cr0 = CR0_PE | CR0_NE | CR0_WP | CR0_PG;
	u64 cr4 = CR4_PAE | CR4_VMXE;

	memset(&vmcs, 0, sizeof(vmcs));
	put(PIN_BASED_CONTROLS, (u32)caps->pin);
	put(PRIMARY_CONTROLS, (u32)caps->primary);
	put(VM_EXIT_CONTROLS, (u32)caps->exit | EXIT_HOST_ADDRESS_SPACE_SIZE);
	put(VM_ENTRY_CONTROLS, (u32)caps->entry | ENTRY_IA32E_MODE_GUEST);
	put(VMCS_LINK_POINTER, ~0ull);
	put(HOST_CR0, cr0);
	put(HOST_CR3, 0x10000);
	put(HOST_CR4, cr4);
	put(HOST_CS_SELECTOR, 8);
	put(HOST_TR_SELECTOR, 0x18);
	put(HOST_RIP, 0x100000);
	put(GUEST_CR0, cr0);
	put(GUEST_CR3, 0x10000);
	put(GUEST_CR4, cr4);
	put(GUEST_DR7, 0x400);
	put(GUEST_RFLAGS, RFLAGS_FIXED);
	put(GUEST_RIP, 0x100000);
	put(GUEST_GDTR_LIMIT, 0xffff);
	put_segment(GUEST_CS_SELECTOR, 8, 0xffffffff, 0xa09b);
	put_segment(GUEST_SS_SELECTOR, 0x10, 0xffffffff, 0xc093);
	put_segment(GUEST_DS_SELECTOR, 0, 0, BIT(16));
	put_segment(GUEST_ES_SELECTOR, 0, 0, BIT(16));
	put_segment(GUEST_FS_SELECTOR, 0, 0, BIT(16));
	put_segment(GUEST_GS_SELECTOR, 0, 0, BIT(16));
	put_segment(GUEST_LDTR_SELECTOR, 0, 0, BIT(16));
	put_segment(GUEST_TR_SELECTOR, 0x18, 0x67, 0x8b);
}

static void begin_with(const struct vmx_capabilities *caps)
{
	set_ground(caps);
	make_sound(caps);
}

/* All bits of a control field may be 1 but these. */
static u64 all_but(u64 control_msr, u32 bits)
{
	return (u32)control_msr | (u64)~bits << 32;
}

/*
 * A CPU that has every control which the doctor knows: for those that none of
 * the eleven models offers. Of the rest it has what the newest of them has.
 */
static struct vmx_capabilities newest(void)
{
	struct vmx_capabilities caps = table.models[table.count - 1].caps;

	caps.pin = all_but(caps.pin, 1u << 31);
	caps.primary = all_but(caps.primary, 1u << 0);
	caps.secondary = all_but(caps.secondary, 1u << 29);
	caps.exit = all_but(caps.exit, EXIT_ACTIVATE_SECONDARY_CONTROLS);
	caps.entry = all_but(caps.entry, 1u << 31);
	return caps;
}

static bool says(enum doctor_rule rule)
{
	return finding_count == 1 && findings[0].rule == rule;
}

static void show(const char *what, const char *model)
{
	printf("# %s on %s:\n", what, model);
	for (size_t i = 0; i < finding_count; i++) {
		printf("#   %s: %s = %#lx\n", rules_name(findings[i].rule),
		       vmcs_field_identifier(findings[i].field),
		       (unsigned long)findings[i].value);
	}
}

/* How often each rule was broken by a row of the table. */
static unsigned int broken[DOCTOR_RULE_COUNT];

/* Examines the row's setting, then the row. False where the CPU has not it. */
static bool examine_row(const struct corruption *row, const char *model,
			const struct vmx_capabilities *caps)
{
	enum vmcs_field gap_field;
	u64 gap;

	begin_with(caps);
	if (corruption_obstacle(row, &ground) ||
	    !settings_apply(row->setting, &ground, &vmcs, &gap_field, &gap)) {
		return false;
	}
	examine();
	if (!CHECK_EQ(finding_count, 0)) {
		show(settings_name(row->setting), model);
	}
	change_apply(&row->change, &ground, &vmcs);
	examine();
	return true;
}

static void try_corruptions(const char *model,
			    const struct vmx_capabilities *caps)
{
	for (size_t i = 0; i < corruption_count; i++) {
		const struct corruption *row = &corruptions[i];

		if (!examine_row(row, model, caps)) {
			continue;
		}
		if (!CHECK(says(row->rule))) {
			show(row->name, model);
			printf("#   instead of %s\n", rules_name(row->rule));
		}
		broken[row->rule]++;
	}
}

static void try_variations(const char *model,
			   const struct vmx_capabilities *caps)
{
	for (size_t i = 0; i < variation_count; i++) {
		const struct corruption *row = &variations[i];

		if (examine_row(row, model, caps) &&
		    !CHECK_EQ(finding_count, 0)) {
			show(row->name, model);
		}
	}
}

static void each_corruption_breaks_one_rule(void)
{
	struct vmx_capabilities all = newest();

	for (size_t m = 0; m < table.count; m++) {
		try_corruptions(table.models[m].name, &table.models[m].caps);
	}
	try_corruptions("a CPU with everything", &all);
}

static void no_variation_breaks_a_rule(void)
{
	struct vmx_capabilities all = newest();

	for (size_t m = 0; m < table.count; m++) {
		try_variations(table.models[m].name, &table.models[m].caps);
	}
	try_variations("a CPU with everything", &all);
}

static void sound_vmcs_passes_everywhere(void)
{
	CHECK_EQ(table.count, 11);
	for (size_t m = 0; m < table.count; m++) {
		begin_with(&table.models[m].caps);
		examine();
		if (!CHECK_EQ(finding_count, 0)) {
			show("the sound VMCS", table.models[m].name);
		}
	}
}

static void corruptions_have_names_of_their_own(void)
{
	CHECK(corruption_count >= 80);
	for (size_t i = 0; i < corruption_count; i++) {
		for (size_t j = 0; j < i; j++) {
			if (!CHECK(strcmp(corruptions[i].name,
					  corruptions[j].name) != 0)) {
				printf("# %s\n", corruptions[i].name);
			}
		}
	}
}

/* These need another mode of the CPU, and have tests of their own below. */
static bool tested_elsewhere(enum doctor_rule rule)
{
	switch (rule) {
	case RULE_SMM_CONTROLS_BOTH:
	case RULE_ACTIVITY_SIPI_SMM:
	case RULE_SMI_BLOCKING_ENTRY:
	case RULE_LINK_POINTER_EXECUTIVE:
	case RULE_HOST_SS_NULL:
	case RULE_HOST_SIZE_OUTSIDE_IA32E:
	case RULE_GUEST_MODE_OUTSIDE_IA32E:
	case RULE_HOST_CR4_PCIDE:
	case RULE_HOST_RIP_HIGH:
	case RULE_HOST_CET_HIGH:
		return true;
	default:
		return false;
	}
}

static void every_rule_is_broken_by_a_corruption(void)
{
	for (enum doctor_rule r = 0; r < DOCTOR_RULE_COUNT; r++) {
		if (!CHECK((broken[r] > 0) != tested_elsewhere(r))) {
			printf("# %s\n", rules_name(r));
		}
	}
}

static void smm_has_rules_of_its_own(void)
{
	struct vmx_capabilities caps = newest();
	u64 entry = (u32)caps.entry | ENTRY_IA32E_MODE_GUEST;
	u64 both = ENTRY_ENTRY_TO_SMM | ENTRY_DEACTIVATE_DUAL_MONITOR_TREATMENT;

	begin_with(&caps);
	put(VM_ENTRY_CONTROLS, entry | both);
	examine();
	CHECK_EQ(finding_count, 2);

	cpu.smm = true;
	examine();
	CHECK(says(RULE_SMM_CONTROLS_BOTH));

	put(VM_ENTRY_CONTROLS, entry | ENTRY_ENTRY_TO_SMM);
	put(GUEST_INTERRUPTIBILITY_STATE, BIT(2));
	examine();
	CHECK_EQ(finding_count, 0);

	put(GUEST_INTERRUPTIBILITY_STATE, 0);
	examine();
	CHECK(says(RULE_SMI_BLOCKING_ENTRY));

	put(GUEST_INTERRUPTIBILITY_STATE, BIT(2));
	put(GUEST_ACTIVITY_STATE, 3);
	examine();
	CHECK(says(RULE_ACTIVITY_SIPI_SMM));

	put(VM_ENTRY_CONTROLS, entry);
	put(GUEST_ACTIVITY_STATE, 0);
	put(VMCS_LINK_POINTER, ground.ordinary_vmcs);
	put(EXECUTIVE_VMCS_POINTER, ground.ordinary_vmcs);
	examine();
	CHECK(says(RULE_LINK_POINTER_EXECUTIVE));
}

/* A hypervisor that runs in protected mode, with a guest that does, too. */
static void begin_32bit_host(const struct vmx_capabilities *caps)
{
	enum vmcs_field gap_field;
	u64 gap;

	begin_with(caps);
	CHECK(settings_apply(SETTING_PAE, &ground, &vmcs, &gap_field, &gap));
	cpu.efer = 0;
	put(HOST_SS_SELECTOR, 0x10);
	put(VM_EXIT_CONTROLS, (u32)caps->exit | EXIT_LOAD_CET_STATE);
}

/* Puts one value into the VMCS of such a hypervisor, and examines it. */
static void examine_32bit_host(const struct vmx_capabilities *caps,
			       enum vmcs_field field, u64 value)
{
	begin_32bit_host(caps);
	put(field, value);
	examine();
}

static void outside_ia32e_other_rules_hold(void)
{
	struct vmx_capabilities caps = newest();
	u32 exit = (u32)caps.exit;

	begin_32bit_host(&caps);
	examine();
	CHECK_EQ(finding_count, 0);
	put(VM_EXIT_CONTROLS, exit);
	put(HOST_SSP, BIT(32));
	examine();
	CHECK_EQ(finding_count, 0);

	examine_32bit_host(&caps, VM_EXIT_CONTROLS, exit | EXIT_LOAD_IA32_EFER);
	CHECK_EQ(finding_count, 0);
	examine_32bit_host(&caps, HOST_SS_SELECTOR, 0);
	CHECK(says(RULE_HOST_SS_NULL));
	examine_32bit_host(&caps, HOST_CR4, CR4_PAE | CR4_VMXE | CR4_PCIDE);
	CHECK(says(RULE_HOST_CR4_PCIDE));
	examine_32bit_host(&caps, HOST_RIP, BIT(32));
	CHECK(says(RULE_HOST_RIP_HIGH));
	examine_32bit_host(&caps, HOST_SSP, BIT(32));
	CHECK(says(RULE_HOST_CET_HIGH));
	examine_32bit_host(&caps, HOST_IA32_S_CET, BIT(32));
	CHECK(says(RULE_HOST_CET_HIGH));
	examine_32bit_host(&caps, VM_EXIT_CONTROLS,
			   exit | EXIT_HOST_ADDRESS_SPACE_SIZE);
	CHECK(says(RULE_HOST_SIZE_OUTSIDE_IA32E));
	examine_32bit_host(&caps, VM_ENTRY_CONTROLS,
			   (u32)caps.entry | ENTRY_IA32E_MODE_GUEST);
	CHECK(says(RULE_GUEST_MODE_OUTSIDE_IA32E));
}

static void guest_is_examined_after_controls_and_host(void)
{
	begin_with(&table.models[0].caps);
	put(CR3_TARGET_COUNT, 5);
	put(HOST_CS_SELECTOR, 0);
	put(GUEST_RFLAGS, 0);
	examine();
	CHECK_EQ(finding_count, 2);
	CHECK_EQ(findings[0].rule, RULE_CR3_TARGET_COUNT);
	CHECK_EQ(findings[0].field, CR3_TARGET_COUNT);
	CHECK_EQ(findings[0].value, 5);
	CHECK_EQ(findings[1].rule, RULE_HOST_CS_NULL);
}

static void unread_memory_is_not_judged(void)
{
	begin_with(&table.models[0].caps);
	put(VMCS_LINK_POINTER, MEMORY_SIZE);
	put(VM_ENTRY_MSR_LOAD_COUNT, 0xffffffff);
	put(VM_ENTRY_MSR_LOAD_ADDRESS, MEMORY_SIZE);
	examine();
	CHECK_EQ(finding_count, 0);
}

static void consequences_are_not_reported(void)
{
	struct vmx_capabilities caps = newest();

	begin_with(&caps);
	put(PRIMARY_CONTROLS, (u32)caps.primary | PRIMARY_USE_TPR_SHADOW);
	put(VIRTUAL_APIC_ADDRESS, ground.virtual_apic + 8);
	put(TPR_THRESHOLD, 15);
	examine();
	CHECK(says(RULE_VIRTUAL_APIC_ALIGNMENT));

	begin_with(&caps);
	put(GUEST_CR4, BIT(63));
	examine();
	CHECK(says(RULE_GUEST_CR4_FIXED));

	begin_with(&caps);
	put(GUEST_RFLAGS, RFLAGS_FIXED | RFLAGS_IF);
	put(GUEST_INTERRUPTIBILITY_STATE, BIT(0));
	put(GUEST_ACTIVITY_STATE, 4);
	examine();
	CHECK(says(RULE_ACTIVITY_STATE_SUPPORTED));
}

static void msr_areas_are_read_to_their_end(void)
{
	begin_with(&table.models[0].caps);
	put(VM_ENTRY_MSR_LOAD_COUNT, 1);
	put(VM_ENTRY_MSR_LOAD_ADDRESS, ground.msr_area_fs_base - 16);
	examine();
	CHECK_EQ(finding_count, 0);
	put(VM_ENTRY_MSR_LOAD_COUNT, 2);
	examine();
	CHECK(says(RULE_LOADED_MSR_BASE));

	/* The last entry ends where the physical address space does. */
	begin_with(&table.models[0].caps);
	put(VM_EXIT_MSR_LOAD_COUNT, 2);
	put(VM_EXIT_MSR_LOAD_ADDRESS, BIT(40) - 32);
	examine();
	CHECK_EQ(finding_count, 0);
}

static void pdptes_are_told_apart(void)
{
	enum vmcs_field gap_field;
	u64 gap;
	struct vmx_capabilities caps = newest();

	for (unsigned int i = 0; i < 4; i++) {
		begin_with(&caps);
		CHECK(settings_apply(SETTING_PAE_EPT, &ground, &vmcs,
				     &gap_field, &gap));
		put(GUEST_PDPTE0 + 2 * i, BIT(0) | BIT(5));
		examine();
		CHECK(says(RULE_PDPTE_RESERVED));
		CHECK_EQ(findings[0].field, GUEST_PDPTE0 + 2 * i);
		CHECK_EQ(findings[0].value, BIT(0) | BIT(5));
	}
}

static void capabilities_decide(void)
{
	enum vmcs_field gap_field;
	u64 gap;
	struct vmx_capabilities caps = newest();

	begin_with(&caps);
	put(GUEST_ACTIVITY_STATE, 3);
	examine();
	CHECK_EQ(finding_count, 0);
	caps.misc &= ~BIT(8);
	examine();
	CHECK(says(RULE_ACTIVITY_STATE_SUPPORTED));

	begin_with(&caps);
	CHECK(settings_apply(SETTING_EPT, &ground, &vmcs, &gap_field, &gap));
	put(EPT_POINTER, ground.ept | 6 | 4 << 3);
	examine();
	CHECK(says(RULE_EPTP_WALK_LENGTH));
	caps.ept_vpid |= BIT(7);
	examine();
	CHECK_EQ(finding_count, 0);

	begin_with(&caps);
	put(VM_ENTRY_INTERRUPTION_INFO, BIT(31) | BIT(13) | 3 << 8 | 6);
	examine();
	CHECK(says(RULE_EVENT_RESERVED));
	caps.basic |= BIT(58);
	examine();
	CHECK_EQ(finding_count, 0);

	begin_with(&caps);
	put(HOST_CR4, CR4_PAE | CR4_VMXE | CR4_VME);
	caps.cr4_fixed1 &= ~CR4_VME;
	examine();
	CHECK(says(RULE_HOST_CR4_FIXED));

	begin_with(&caps);
	put(VM_EXIT_MSR_LOAD_COUNT, 1);
	put(VM_EXIT_MSR_LOAD_ADDRESS, BIT(32));
	examine();
	CHECK_EQ(finding_count, 0);
	caps.basic |= BIT(48);
	examine();
	CHECK(says(RULE_EXIT_MSR_LOAD_WIDTH));
}

static void extensions_of_the_cpu_decide(void)
{
	struct vmx_capabilities caps = newest();

	begin_with(&caps);
	cpu.sgx = true;
	cpu.bus_lock_detection = true;
	put(GUEST_INTERRUPTIBILITY_STATE, BIT(4));
	put(GUEST_PENDING_DEBUG_EXCEPTIONS, BIT(11));
	examine();
	CHECK_EQ(finding_count, 0);

	put(GUEST_PENDING_DEBUG_EXCEPTIONS, BIT(16) | BIT(12));
	examine();
	CHECK(says(RULE_PENDING_DEBUG_RTM));
	cpu.rtm = true;
	examine();
	CHECK_EQ(finding_count, 0);
	put(GUEST_PENDING_DEBUG_EXCEPTIONS, BIT(16));
	examine();
	CHECK(says(RULE_PENDING_DEBUG_RTM));
	put(GUEST_PENDING_DEBUG_EXCEPTIONS, BIT(16) | BIT(12));
	put(GUEST_INTERRUPTIBILITY_STATE, BIT(1));
	examine();
	CHECK(says(RULE_PENDING_DEBUG_RTM));

	begin_with(&caps);
	cpu.linear_width = 57;
	put(GUEST_FS_BASE, BIT(55));
	put(GUEST_RIP, BIT(56));
	examine();
	CHECK_EQ(finding_count, 0);
	put(GUEST_RIP, BIT(57));
	examine();
	CHECK(says(RULE_GUEST_RIP_WIDTH));
}

static void fields_and_controls_have_names(void)
{
	CHECK_STR(vmcs_field_name(GUEST_RIP), "Guest RIP");
	CHECK_STR(vmcs_field_identifier(HOST_RSP), "HOST_RSP");
	CHECK_EQ(vmcs_field_width(HOST_RSP), VMCS_WIDTH_NATURAL);
	CHECK_EQ(vmcs_field_type(VM_EXIT_REASON), VMCS_TYPE_EXIT_INFORMATION);
	CHECK_EQ(vmcs_field_bits(PML_INDEX), 16);
	CHECK_EQ(vmcs_field_index(0x1234), VMCS_FIELD_COUNT);
	for (enum vmcs_index i = 0; i < VMCS_FIELD_COUNT; i++) {
		CHECK_EQ(vmcs_field_index(vmcs_field_at(i)), i);
	}
	CHECK_STR(vmx_control_name(SECONDARY_CONTROLS, 1), "Enable EPT");
	CHECK_STR(vmx_control_name(PRIMARY_CONTROLS, 0), NULL);
	CHECK_STR(vmx_control_name(GUEST_RIP, 1), NULL);
	CHECK_STR(vmx_control_name(PRIMARY_CONTROLS, 32), NULL);
}

static const struct unit_test tests[] = {
	UNIT_TEST(sound_vmcs_passes_everywhere),
	UNIT_TEST(corruptions_have_names_of_their_own),
	UNIT_TEST(each_corruption_breaks_one_rule),
	UNIT_TEST(no_variation_breaks_a_rule),
	UNIT_TEST(every_rule_is_broken_by_a_corruption),
	UNIT_TEST(smm_has_rules_of_its_own),
	UNIT_TEST(outside_ia32e_other_rules_hold),
	UNIT_TEST(guest_is_examined_after_controls_and_host),
	UNIT_TEST(unread_memory_is_not_judged),
	UNIT_TEST(consequences_are_not_reported),
	UNIT_TEST(msr_areas_are_read_to_their_end),
	UNIT_TEST(pdptes_are_told_apart),
	UNIT_TEST(capabilities_decide),
	UNIT_TEST(extensions_of_the_cpu_decide),
	UNIT_TEST(fields_and_controls_have_names),
};

int main(void)
{
	if (!capability_table_read(&table, TABLE)) {
		printf("Bail out! %s cannot be read\n", TABLE);
		return 1;
	}
	return UNIT_RUN(tests);
}
