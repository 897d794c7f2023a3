#include "doctor/rules.h"

static const struct {
	enum doctor_refusal refusal;
	const char *title;
} sections[DOCTOR_SECTION_COUNT] = {
#define SECTION_ROW(ID, refusal, title) [SECTION_##ID] = {refusal, title},
	DOCTOR_SECTIONS(SECTION_ROW)
#undef SECTION_ROW
};

static const struct {
	enum doctor_section section;
	const char *name;
	const char *sentence;
} rules[DOCTOR_RULE_COUNT] = {
#define RULE_ROW(ID, section, sentence) \
	[RULE_##ID] = {SECTION_##section, #ID, sentence},
	DOCTOR_RULES(RULE_ROW)
#undef RULE_ROW
};

const char *rules_name(enum doctor_rule rule)
{
	return rules[rule].name;
}

const char *rules_sentence(enum doctor_rule rule)
{
	return rules[rule].sentence;
}

const char *rules_section_title(enum doctor_rule rule)
{
	return sections[rules[rule].section].title;
}

enum doctor_refusal rules_refusal(enum doctor_rule rule)
{
	return sections[rules[rule].section].refusal;
}
