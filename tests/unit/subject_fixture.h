#pragma once
/*
 * A subject for the doctor's tests: a VMCS as h2 sets it up, on a CPU and in a
 * memory that exist here only.
 *
 *	subject_begin(&caps);
 *	subject_put(CR3_TARGET_COUNT, 5);
 *	subject_examine();
 *	CHECK(subject_says(RULE_CR3_TARGET_COUNT));
 */
#include "../kernels/corruptions/change.h"
#include "capability_table.h"
#include "cpu/registers.h"
#include "unit.h"
#include "vmx_controls.h"

#define CAPABILITY_TABLE "tests/data/vmx-capabilities.tsv"

#define SUBJECT_MEMORY 0x20000
#define SYSENTER_CS    0x174ull

/* The eleven CPU models; the newest is the last. */
static struct capability_table models;

/* To be changed at will between subject_begin() and subject_examine(). */
static struct cpu_facts cpu;
static struct ground ground;
static struct vmcs_snapshot vmcs;
static u8 memory[SUBJECT_MEMORY];

/* What the last examination found. */
static struct doctor_finding findings[64];
static size_t finding_count;

/* Reads the models, or says that it cannot. */
static inline bool subject_load_models(void)
{
	bool loaded = capability_table_read(&models, CAPABILITY_TABLE);

	if (!loaded) {
		printf("Bail out! %s cannot be read\n", CAPABILITY_TABLE);
	}
	return loaded;
}

static inline void subject_record(const struct doctor_finding *finding,
				  void *context)
{
	(void)context;
	if (finding_count < ARRAY_SIZE(findings)) {
		findings[finding_count++] = *finding;
	}
}

static inline bool subject_read_memory(hpa_t address, void *to, u64 size,
				       void *context)
{
	(void)context;
	if (address > SUBJECT_MEMORY || size > SUBJECT_MEMORY - address) {
		return false;
	}
	memcpy(to, memory + address, size);
	return true;
}

static inline void subject_examine(void)
{
	struct doctor_subject subject = {
		.vmcs = &vmcs,
		.caps = ground.caps,
		.cpu = &cpu,
		.current_vmcs = ground.vmcs,
		.read_memory = subject_read_memory,
	};
	unsigned int count;

	finding_count = 0;
	count = doctor_examine(&subject, subject_record, NULL);
	CHECK_EQ(count, finding_count);
}

static inline void subject_store(hpa_t address, u64 value)
{
	memcpy(memory + address, &value, sizeof(value));
}

static inline void subject_set_ground(const struct vmx_capabilities *caps)
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
	subject_store(ground.vmcs, vmx_revision(caps));
	subject_store(ground.ordinary_vmcs, vmx_revision(caps));
	subject_store(ground.shadow_vmcs, vmx_revision(caps) | BIT(31));
	subject_store(ground.alien_vmcs, vmx_revision(caps) ^ 1);
	memory[ground.virtual_apic + 0x80] = 0x50;
	subject_store(ground.pae_table, ground.pdpte0);
	subject_store(ground.pae_table_reserved, ground.pdpte0 | BIT(1));
	for (hpa_t area = ground.msr_area; area <= ground.msr_area_reserved;
	     area += 0x100) {
		subject_store(area, SYSENTER_CS);
		subject_store(area + 16, SYSENTER_CS);
	}
	subject_store(ground.msr_area_fs_base, 0xc0000100);
	subject_store(ground.msr_area_x2apic, 0x808);
	subject_store(ground.msr_area_smm, 0x9b);
	subject_store(ground.msr_area_reserved, SYSENTER_CS | BIT(32));
}

static inline void subject_put(enum vmcs_field field, u64 value)
{
	vmcs_snapshot_set(&vmcs, field, value);
}

static inline void subject_put_segment(enum vmcs_field selector_field,
				       u64 selector, u64 limit, u64 rights)
{
	unsigned int step = selector_field - GUEST_ES_SELECTOR;

	subject_put(selector_field, selector);
	subject_put(GUEST_ES_LIMIT + step, limit);
	subject_put(GUEST_ES_ACCESS_RIGHTS + step, rights);
}

/* The least that a CPU takes: what h2 sets up. */
static inline void subject_make_sound(const struct vmx_capabilities *caps)
{
	u64 cr0 = CR0_PE | CR0_NE | CR0_WP | CR0_PG;
	u64 cr4 = CR4_PAE | CR4_VMXE;

	memset(&vmcs, 0, sizeof(vmcs));
	subject_put(PIN_BASED_CONTROLS, (u32)caps->pin);
	subject_put(PRIMARY_CONTROLS, (u32)caps->primary);
	subject_put(VM_EXIT_CONTROLS,
		    (u32)caps->exit | EXIT_HOST_ADDRESS_SPACE_SIZE);
	subject_put(VM_ENTRY_CONTROLS,
		    (u32)caps->entry | ENTRY_IA32E_MODE_GUEST);
	subject_put(VMCS_LINK_POINTER, ~0ull);
	subject_put(HOST_CR0, cr0);
	subject_put(HOST_CR3, 0x10000);
	subject_put(HOST_CR4, cr4);
	subject_put(HOST_CS_SELECTOR, 8);
	subject_put(HOST_TR_SELECTOR, 0x18);
	subject_put(HOST_RIP, 0x100000);
	subject_put(GUEST_CR0, cr0);
	subject_put(GUEST_CR3, 0x10000);
	subject_put(GUEST_CR4, cr4);
	subject_put(GUEST_DR7, 0x400);
	subject_put(GUEST_RFLAGS, RFLAGS_FIXED);
	subject_put(GUEST_RIP, 0x100000);
	subject_put(GUEST_GDTR_LIMIT, 0xffff);
	subject_put_segment(GUEST_CS_SELECTOR, 8, 0xffffffff, 0xa09b);
	subject_put_segment(GUEST_SS_SELECTOR, 0x10, 0xffffffff, 0xc093);
	subject_put_segment(GUEST_DS_SELECTOR, 0, 0, BIT(16));
	subject_put_segment(GUEST_ES_SELECTOR, 0, 0, BIT(16));
	subject_put_segment(GUEST_FS_SELECTOR, 0, 0, BIT(16));
	subject_put_segment(GUEST_GS_SELECTOR, 0, 0, BIT(16));
	subject_put_segment(GUEST_LDTR_SELECTOR, 0, 0, BIT(16));
	subject_put_segment(GUEST_TR_SELECTOR, 0x18, 0x67, 0x8b);
}

static inline void subject_begin(const struct vmx_capabilities *caps)
{
	subject_set_ground(caps);
	subject_make_sound(caps);
}

/* All bits of a control field may be 1 but these. */
static inline u64 all_but(u64 control_msr, u32 bits)
{
	return (u32)control_msr | (u64)~bits << 32;
}

/*
 * A CPU that has every control which the doctor knows: for those that none of
 * the eleven models offers. Of the rest it has what the newest of them has.
 */
static inline struct vmx_capabilities newest_cpu(void)
{
	struct vmx_capabilities caps = models.models[models.count - 1].caps;

	caps.pin = all_but(caps.pin, 1u << 31);
	caps.primary = all_but(caps.primary, 1u << 0);
	caps.secondary = all_but(caps.secondary, 1u << 29);
	caps.exit = all_but(caps.exit, EXIT_ACTIVATE_SECONDARY_CONTROLS);
	caps.entry = all_but(caps.entry, 1u << 31);
	return caps;
}

static inline bool subject_says(enum doctor_rule rule)
{
	return finding_count == 1 && findings[0].rule == rule;
}

static inline void subject_show(const char *what, const char *model)
{
	printf("# %s on %s:\n", what, model);
	for (size_t i = 0; i < finding_count; i++) {
		printf("#   %s: %s = %#lx\n", rules_name(findings[i].rule),
		       vmcs_field_identifier(findings[i].field),
		       (unsigned long)findings[i].value);
	}
}
