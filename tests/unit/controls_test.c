/*
 * modules: h2-vmcs/controls.c h2-vmcs/vmx_controls.c h2-vmcs/vmcs_fields.c
 * modules: common/lib/printk.c tests/unit/capability_table.c
 */
#include "capability_table.h"
#include "console/console.h"
#include "controls.h"
#include "random.h"
#include "unit.h"

#define FIELDS 5

static struct capability_table table;
static struct control_wishes wishes;
static struct controls controls;

static char printed[512];
static size_t printed_length;

void console_write(const char *text, size_t length)
{
	if (length < sizeof(printed) - printed_length) {
		memcpy(printed + printed_length, text, length);
		printed_length += length;
		printed[printed_length] = '\0';
	}
}

/* One control field, seen from all sides. */
struct field {
	enum vmcs_field number;
	u64 msr;
	struct control_wish *wish;
	u32 *value;
};

static struct field field_of(const struct vmx_capabilities *caps, size_t i)
{
	const struct field fields[FIELDS] = {
		{PIN_BASED_CONTROLS, caps->pin, &wishes.pin, &controls.pin},
		{PRIMARY_CONTROLS, caps->primary, &wishes.primary,
		 &controls.primary},
		{SECONDARY_CONTROLS, caps->secondary, &wishes.secondary,
		 &controls.secondary},
		{VM_EXIT_CONTROLS, caps->exit, &wishes.exit, &controls.exit},
		{VM_ENTRY_CONTROLS, caps->entry, &wishes.entry,
		 &controls.entry},
	};

	return fields[i];
}

static const struct vmx_capabilities *model(const char *name)
{
	for (size_t i = 0; i < table.count; i++) {
		if (strcmp(table.models[i].name, name) == 0) {
			return &table.models[i].caps;
		}
	}
	return NULL;
}

static u32 must(u64 msr)
{
	return (u32)msr;
}

static u32 may(u64 msr)
{
	return (u32)(msr >> 32);
}

static void the_table_has_eleven_models(void)
{
	CHECK(capability_table_read(&table, "tests/data/vmx-capabilities.tsv"));
	CHECK_EQ(table.count, 11);
	CHECK(model("core2_penryn_t9600") != NULL);
	CHECK(model("tigerlake") != NULL);
}

/* Every bit of a fitted field has a reason. */
static void check_fitted(const struct field *field, u32 also_required)
{
	u32 required = field->wish->required | also_required;
	u32 wished = required | field->wish->optional;

	CHECK_EQ(*field->value & must(field->msr), must(field->msr));
	CHECK_EQ(*field->value & ~may(field->msr), 0);
	CHECK_EQ(*field->value & required, required);
	CHECK_EQ(*field->value & ~must(field->msr),
		 wished & may(field->msr) & ~must(field->msr));
}

static void check_one_fit(const struct vmx_capabilities *caps)
{
	struct control_gap gap = controls_fit(caps, &wishes, &controls);

	if (gap.missing == 0) {
		for (size_t i = 0; i < FIELDS; i++) {
			struct field field = field_of(caps, i);
			bool needed = field.number == PRIMARY_CONTROLS &&
				      controls.secondary != 0;

			check_fitted(
				&field,
				needed ? PRIMARY_ACTIVATE_SECONDARY_CONTROLS
				       : 0);
		}
		return;
	}
	for (size_t i = 0; i < FIELDS; i++) {
		struct field field = field_of(caps, i);
		u32 missing = field.wish->required & ~may(field.msr);

		if (missing != 0) {
			CHECK_EQ(gap.field, field.number);
			CHECK_EQ(gap.missing, missing);
			return;
		}
	}
	CHECK(!"a gap is reported that is none");
}

/* Few bits are 1, or hardly any wishes would be granted. */
static u32 random_bits(void)
{
	u32 bits = (u32)random_u64();

	bits &= (u32)random_u64();
	return bits & (u32)random_u64();
}

/* Bits that the CPU has, as a rule; now and then one that it may lack. */
static void make_random_wishes(const struct vmx_capabilities *caps)
{
	for (size_t i = 0; i < FIELDS; i++) {
		struct field field = field_of(caps, i);

		field.wish->optional = random_bits();
		field.wish->required = random_bits();
		if (random_below(8)) {
			field.wish->required &= may(field.msr);
		}
	}
}

static void fits_any_wishes_to_every_model(void)
{
	for (size_t i = 0; i < table.count; i++) {
		const struct vmx_capabilities *caps = &table.models[i].caps;

		for (int round = 0; round < 5000; round++) {
			make_random_wishes(caps);
			check_one_fit(caps);
		}
	}
}

static void fits_no_wishes_to_every_model(void)
{
	wishes = (struct control_wishes){0};
	for (size_t i = 0; i < table.count; i++) {
		const struct vmx_capabilities *caps = &table.models[i].caps;

		CHECK_EQ(controls_fit(caps, &wishes, &controls).missing, 0);
		CHECK_EQ(controls.pin, must(caps->pin));
		CHECK_EQ(controls.primary, must(caps->primary));
		CHECK_EQ(controls.secondary, 0);
		CHECK_EQ(controls.exit, must(caps->exit));
		CHECK_EQ(controls.entry, must(caps->entry));
	}
}

/* Which models have what h3 cannot do without. */
static void knows_which_models_have_ept(void)
{
	static const struct {
		const char *model;
		u32 missing;
	} lacking[] = {
		{"core2_penryn_t9600",
		 SECONDARY_ENABLE_EPT | SECONDARY_UNRESTRICTED_GUEST},
		{"corei5_lynnfield_750", SECONDARY_UNRESTRICTED_GUEST},
	};
	size_t granted = 0;

	wishes = (struct control_wishes){0};
	wishes.secondary.required =
		SECONDARY_ENABLE_EPT | SECONDARY_UNRESTRICTED_GUEST;
	for (size_t i = 0; i < table.count; i++) {
		granted +=
			controls_fit(&table.models[i].caps, &wishes, &controls)
				.missing == 0;
	}
	CHECK_EQ(granted, 9);
	for (size_t i = 0; i < ARRAY_SIZE(lacking); i++) {
		struct control_gap gap = controls_fit(model(lacking[i].model),
						      &wishes, &controls);

		CHECK_EQ(gap.field, SECONDARY_CONTROLS);
		CHECK_EQ(gap.missing, lacking[i].missing);
	}
}

static void switches_the_secondary_controls_on_when_needed(void)
{
	const struct vmx_capabilities *caps = model("corei7_skylake_x");

	wishes = (struct control_wishes){0};
	wishes.secondary.optional = SECONDARY_ENABLE_VPID;
	CHECK_EQ(controls_fit(caps, &wishes, &controls).missing, 0);
	CHECK_EQ(controls.secondary, SECONDARY_ENABLE_VPID);
	CHECK((controls.primary & PRIMARY_ACTIVATE_SECONDARY_CONTROLS) != 0);

	/* An optional control that is not there switches on nothing. */
	wishes.secondary.optional = SECONDARY_USE_TSC_SCALING;
	caps = model("core2_penryn_t9600");
	CHECK_EQ(controls_fit(caps, &wishes, &controls).missing, 0);
	CHECK_EQ(controls.secondary, 0);
	CHECK((controls.primary & PRIMARY_ACTIVATE_SECONDARY_CONTROLS) == 0);
}

/* A CPU whose primary controls cannot name the secondary ones. */
static void finds_missing_secondary_controls(void)
{
	struct vmx_capabilities caps = *model("corei7_skylake_x");
	struct control_gap gap;

	caps.primary &= ~((u64)PRIMARY_ACTIVATE_SECONDARY_CONTROLS << 32);
	wishes = (struct control_wishes){0};
	wishes.secondary.required = SECONDARY_ENABLE_EPT;
	gap = controls_fit(&caps, &wishes, &controls);
	CHECK_EQ(gap.field, PRIMARY_CONTROLS);
	CHECK_EQ(gap.missing, PRIMARY_ACTIVATE_SECONDARY_CONTROLS);
}

static void finds_forbidden_controls(void)
{
	struct vmx_capabilities caps = *model("corei7_skylake_x");
	struct control_gap gap;

	wishes = (struct control_wishes){0};
	wishes.primary.forbidden = PRIMARY_CR3_LOAD_EXITING;
	CHECK(!controls_gap(controls_fit(&caps, &wishes, &controls)));

	caps.primary |= PRIMARY_CR3_LOAD_EXITING;
	gap = controls_fit(&caps, &wishes, &controls);
	CHECK(controls_gap(gap));
	CHECK_EQ(gap.field, PRIMARY_CONTROLS);
	CHECK_EQ(gap.missing, 0);
	CHECK_EQ(gap.forced, PRIMARY_CR3_LOAD_EXITING);
}

static void names_the_gap(void)
{
	printed_length = 0;
	controls_print_gap((struct control_gap){
		.field = SECONDARY_CONTROLS,
		.missing = SECONDARY_ENABLE_EPT | SECONDARY_UNRESTRICTED_GUEST |
			   (u32)BIT(29)});
	CHECK_STR(printed,
		  "Not supported by this CPU: Secondary processor-based "
		  "VM-execution controls, \"Enable EPT\" (bit 1), "
		  "\"Unrestricted guest\" (bit 7), \"reserved\" (bit 29)\n");
	printed_length = 0;
	controls_print_gap((struct control_gap){
		.field = PRIMARY_CONTROLS, .forced = PRIMARY_CR3_LOAD_EXITING});
	CHECK_STR(printed,
		  "Not supported by this CPU: Primary processor-based "
		  "VM-execution controls without \"CR3-load exiting\" (bit "
		  "15)\n");
}

static const struct unit_test tests[] = {
	UNIT_TEST(the_table_has_eleven_models),
	UNIT_TEST(fits_any_wishes_to_every_model),
	UNIT_TEST(fits_no_wishes_to_every_model),
	UNIT_TEST(knows_which_models_have_ept),
	UNIT_TEST(switches_the_secondary_controls_on_when_needed),
	UNIT_TEST(finds_missing_secondary_controls),
	UNIT_TEST(finds_forbidden_controls),
	UNIT_TEST(names_the_gap),
};

int main(void)
{
	return UNIT_RUN(tests);
}
