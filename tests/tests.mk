# What the tests are built from. A file of the tests says in a comment at its
# top what it stands on:
#
#     tests/kernels/NAME/main.c   /* stage: h2 */        the modules of h1..h2
#     tests/unit/NAME_test.c      /* modules: a.c b.c */ these files
#     tests/fuzz/NAME_fuzz.c      /* modules: a.c b.c */ these files
TEST_KERNELS := $(patsubst tests/kernels/%/main.c,%,\
		$(wildcard tests/kernels/*/main.c))
UNIT_TESTS := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/*_test.c))
FUZZERS := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*_fuzz.c))

# FILE:WORD for each word of such a comment, which may have several lines.
SAID := $(shell awk '/^(\/\*| \*) (stage|modules): / \
	{ for (i = 3; i <= NF; i++) if ($$i != "*/") print FILENAME ":" $$i }' \
	/dev/null $(wildcard tests/kernels/*/main.c tests/unit/*_test.c \
	tests/fuzz/*_fuzz.c))
said = $(patsubst $(1):%,%,$(filter $(1):%,$(SAID)))

KERNELS += $(TEST_KERNELS)
define define_test_kernel
STAGE_$(1) := $(call said,tests/kernels/$(1)/main.c)
PARTS_$(1) := $$(COMMON) $$(MODULES_$$(STAGE_$(1))) \
	$$(call sources,tests/kernels/$(1))
$(OBJ)/tests/kernels/$(1)/%.o: INCLUDES := -Icommon \
	$$(FOLDERS_$$(STAGE_$(1)):%=-I%) -Itests/kernels/$(1)
endef
$(foreach k,$(TEST_KERNELS),$(eval $(call define_test_kernel,$(k))))

# Programs that run on this machine: the same modules, compiled against the C
# library with sanitizers. UNIT and FUZZ have their own objects.
UNIT := build/unit
FUZZ := build/fuzz
HOST_FLAGS := -std=gnu17 -O1 -g1 -Wall -Wextra -Werror \
	      -fno-omit-frame-pointer -fno-sanitize-recover=all
UNIT_CC := gcc $(HOST_FLAGS) -fsanitize=address,undefined
FUZZ_CC := clang $(HOST_FLAGS) -fsanitize=address,undefined

define define_host_includes
$(1)/obj/common/%.o: INCLUDES := -Icommon
$(foreach s,$(STAGES),
$(1)/obj/$(s)/%.o: INCLUDES := $(INCLUDES_$(s)))
$(1)/obj/tests/%.o: INCLUDES := -Icommon $(STAGES:%=-I%) -Itests/unit
endef
$(eval $(call define_host_includes,$(UNIT)))
$(eval $(call define_host_includes,$(FUZZ)))

unit_parts = tests/unit/$(1).c $(call said,tests/unit/$(1).c)
fuzz_parts = tests/fuzz/$(1).c $(call said,tests/fuzz/$(1).c)
$(foreach t,$(UNIT_TESTS),$(eval \
	$(UNIT)/$(t): $(patsubst %,$(UNIT)/obj/%.o,$(call unit_parts,$(t)))))
$(foreach t,$(FUZZERS),$(eval \
	$(FUZZ)/$(t): $(patsubst %,$(FUZZ)/obj/%.o,$(call fuzz_parts,$(t)))))

.PHONY: kernels unit-tests fuzzers
kernels: $(KERNELS:%=$(BUILD)/%.elf)
unit-tests: $(UNIT_TESTS:%=$(UNIT)/%)
fuzzers: $(FUZZERS:%=$(FUZZ)/%)

$(UNIT)/obj/%.c.o: %.c Makefile tests/tests.mk
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(UNIT_CC) $(INCLUDES) -MMD -MP -c -o $@ $<

# Assembly needs no sanitizer. Two rules: one with two patterns would be taken
# to make both files at once.
define assemble
	@mkdir -p $(@D)
	$(call say,AS,$<)
	$(Q)gcc $(INCLUDES) -c -o $@ $<
endef
$(UNIT)/obj/%.S.o: %.S Makefile tests/tests.mk
	$(assemble)
$(FUZZ)/obj/%.S.o: %.S Makefile tests/tests.mk
	$(assemble)

# The decoder of instructions is held against that of another project.
$(UNIT)/decode_zydis_test: LIBRARIES := -lZydis

# libFuzzer watches the modules' branches; the target itself brings main().
$(FUZZ)/obj/%.c.o: %.c Makefile tests/tests.mk
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(FUZZ_CC) -fsanitize=fuzzer-no-link $(INCLUDES) -MMD -MP -c -o $@ $<

$(UNIT_TESTS:%=$(UNIT)/%):
	$(call say,LD,$@)
	$(Q)$(UNIT_CC) -o $@ $(filter %.o,$^) $(LIBRARIES)

$(FUZZERS:%=$(FUZZ)/%):
	$(call say,LD,$@)
	$(Q)$(FUZZ_CC) -fsanitize=fuzzer -o $@ $(filter %.o,$^)

-include $(patsubst %.c,$(UNIT)/obj/%.c.d,$(sort $(filter %.c,\
	$(foreach t,$(UNIT_TESTS),$(call unit_parts,$(t))))))
-include $(patsubst %.c,$(FUZZ)/obj/%.c.d,$(sort $(filter %.c,\
	$(foreach t,$(FUZZERS),$(call fuzz_parts,$(t))))))

include tests/guests/guests.mk
