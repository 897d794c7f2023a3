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
/* The doctor against the tables of settings, corruptions and variations. */
#include "../kernels/corruptions/corruption.h"
#include "subject_fixture.h"
#include "unit.h"

/* How often each rule was broken by a row of the table. */
static unsigned int broken[DOCTOR_RULE_COUNT];

/* Examines the row. False where the CPU has not what it needs. */
static bool examine_row(const struct corruption *row,
			const struct vmx_capabilities *caps)
{
	enum vmcs_field gap_field;
	u64 gap;

	subject_begin(caps);
	if (corruption_obstacle(row, &ground) ||
	    !settings_apply(row->setting, &ground, &vmcs, &gap_field, &gap)) {
		return false;
	}
	change_apply(&row->change, &ground, &vmcs);
	subject_examine();
	return true;
}

static void try_corruptions(const char *model,
			    const struct vmx_capabilities *caps)
{
	for (size_t i = 0; i < corruption_count; i++) {
		const struct corruption *row = &corruptions[i];

		if (!examine_row(row, caps)) {
			continue;
		}
		if (!CHECK(subject_says(row->rule))) {
			subject_show(row->name, model);
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

		if (examine_row(row, caps) && !CHECK_EQ(finding_count, 0)) {
			subject_show(row->name, model);
		}
	}
}

static void each_corruption_breaks_one_rule(void)
{
	struct vmx_capabilities all = newest_cpu();

	for (size_t m = 0; m < models.count; m++) {
		try_corruptions(models.models[m].name, &models.models[m].caps);
	}
	try_corruptions("a CPU with everything", &all);
}

static void no_variation_breaks_a_rule(void)
{
	struct vmx_capabilities all = newest_cpu();

	for (size_t m = 0; m < models.count; m++) {
		try_variations(models.models[m].name, &models.models[m].caps);
	}
	try_variations("a CPU with everything", &all);
}

/* As h2 sets it up, and each setting that is made from it. */
static void try_settings(const char *model, const struct vmx_capabilities *caps)
{
	enum vmcs_field gap_field;
	u64 gap;

	for (enum setting s = SETTING_PLAIN; s < SETTING_COUNT; s++) {
		subject_begin(caps);
		if (!settings_apply(s, &ground, &vmcs, &gap_field, &gap)) {
			continue;
		}
		subject_examine();
		if (!CHECK_EQ(finding_count, 0)) {
			subject_show(settings_name(s), model);
		}
	}
}

static void sound_vmcs_passes_everywhere(void)
{
	struct vmx_capabilities all = newest_cpu();

	CHECK_EQ(models.count, 11);
	for (size_t m = 0; m < models.count; m++) {
		try_settings(models.models[m].name, &models.models[m].caps);
	}
	try_settings("a CPU with everything", &all);
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

static const struct unit_test tests[] = {
	UNIT_TEST(sound_vmcs_passes_everywhere),
	UNIT_TEST(corruptions_have_names_of_their_own),
	UNIT_TEST(each_corruption_breaks_one_rule),
	UNIT_TEST(no_variation_breaks_a_rule),
	UNIT_TEST(every_rule_is_broken_by_a_corruption),
};

int main(void)
{
	if (!subject_load_models()) {
		return 1;
	}
	return UNIT_RUN(tests);
}
