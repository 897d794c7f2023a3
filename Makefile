# A tour of Intel VT-x in stages. `make help` lists what can be typed.
#
#     kernel(hN) = common/* + the modules of h1..hN - main.c of the earlier ones
#
# A new stage is one more word in STAGES; everything else follows from it.

STAGES := h1-vmxon h2-vmcs h3-ept h4-exits h5-multivcpu

# The one-letter options come first in MAKEFLAGS: is `make -n` among them?
DRY_RUN := $(findstring n,$(firstword -$(MAKEFLAGS)))
MAKEFLAGS += --no-builtin-rules --no-builtin-variables
.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

# The built-in default, `cc`, names no compiler that an object folder could be
# called after.
ifneq ($(filter default undefined,$(origin CC)),)
CC := gcc
endif

BUILD := build/$(notdir $(firstword $(CC)))
OBJ := $(BUILD)/obj

# -mgeneral-regs-only leaves the guest's FPU, SSE and AVX registers alone.
# -fno-omit-frame-pointer makes the back-trace of a panic possible.
CFLAGS := -std=gnu17 -O2 -g -Wall -Wextra -Werror \
	  -ffreestanding -fno-stack-protector -fno-pic -fno-pie \
	  -fno-omit-frame-pointer -momit-leaf-frame-pointer \
	  -fno-asynchronous-unwind-tables \
	  -fcf-protection=none -mno-red-zone -mgeneral-regs-only
LDFLAGS := -static -nostdlib -Wl,-n -Wl,--build-id=none \
	   -Wl,-z,max-page-size=4096 -Wl,-z,noexecstack
LINKER_SCRIPT := common/boot/linker.ld

# $(call sources,FOLDER): every C and assembly file below it.
walk = $(foreach f,$(wildcard $(1)/*),$(f) $(call walk,$(f)))
sources = $(sort $(filter %.c %.S,$(call walk,$(1))))
objects = $(1:%=$(OBJ)/%.o)

# h2-vmcs is called h2 for short.
short = $(firstword $(subst -, ,$(1)))
SHORT_NAMES := $(foreach s,$(STAGES),$(call short,$(s)))

# FOLDERS_hN: the stage folders up to hN, which its files may include from.
# MODULES_hN: what lies in them, without any main.c. PARTS_X: all of kernel X.
COMMON := $(call sources,common)
define define_stage
folders += $(1)
modules += $$(filter-out $(1)/main.c,$$(call sources,$(1)))
FOLDERS_$(call short,$(1)) := $$(folders)
MODULES_$(call short,$(1)) := $$(modules)
PARTS_$(call short,$(1)) := $$(COMMON) $$(modules) $(1)/main.c
INCLUDES_$(1) := -Icommon $$(folders:%=-I%)
$(OBJ)/$(1)/%.o: INCLUDES := $$(INCLUDES_$(1))
endef
folders :=
modules :=
$(foreach s,$(STAGES),$(eval $(call define_stage,$(s))))
$(OBJ)/common/%.o: INCLUDES := -Icommon

# The payload: a kernel over common/ that boots bare and as a guest.
PARTS_skernel-x86 := $(COMMON) $(call sources,payload/skernel-x86)
$(OBJ)/payload/%.o: INCLUDES := -Icommon -Ipayload/skernel-x86

.PHONY: all payload
all: $(SHORT_NAMES:%=$(BUILD)/%.elf) payload ## build the stages, the payload
payload: $(BUILD)/skernel-x86.elf ## build payload/skernel-x86, the guest

# Adds the test kernels to KERNELS, and the programs that test on the host.
KERNELS := $(SHORT_NAMES) skernel-x86
include tests/tests.mk

ELFS := $(KERNELS:%=$(BUILD)/%.elf)
$(foreach k,$(KERNELS),$(eval \
	$(BUILD)/$(k).elf: $(call objects,$(PARTS_$(k)))))

# `make V=1` shows the commands themselves.
ifeq ($(V),)
Q := @
say = @printf '  %-4s %s\n' $(1) $(2)
endif

$(OBJ)/%.c.o: %.c Makefile
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(CFLAGS) $(INCLUDES) -MMD -MP -c -o $@ $<

$(OBJ)/%.S.o: %.S Makefile
	@mkdir -p $(@D)
	$(call say,AS,$<)
	$(Q)$(CC) $(CFLAGS) $(INCLUDES) -MMD -MP -c -o $@ $<

# ACPI's byte code. The numbers of its source are those of C headers, whose
# suffix iasl does not know. A .S file of the same name embeds it.
build/asl/%.aml: %.asl Makefile
	@mkdir -p $(@D)
	@tools/deps build
	$(call say,ASL,$<)
	$(Q)gcc -E -P -x assembler-with-cpp -I$(firstword $(subst /, ,$<)) \
		-MMD -MP -MT $@ -MF $@.d -o $(@:.aml=.i) $<
	$(Q)sed -E 's/\b(0x[0-9a-f]+|[0-9]+)u\b/\1/g' $(@:.aml=.i) \
		>$(@:.aml=.dsl)
	$(Q)iasl -we -p $(@:.aml=) $(@:.aml=.dsl) >$(@:.aml=.log) || \
		{ cat $(@:.aml=.log) >&2; exit 1; }

ASL := $(filter %.asl,$(call walk,$(wildcard h[0-9]*-*)))
$(foreach a,$(ASL),$(eval $(foreach o,$(OBJ) $(UNIT)/obj $(FUZZ)/obj,\
	$(o)/$(a:.asl=.S.o)): build/asl/$(a:.asl=.aml)))
-include $(ASL:%.asl=build/asl/%.aml.d)

$(ELFS): $(BUILD)/%.elf: $(LINKER_SCRIPT) Makefile
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -T $(LINKER_SCRIPT) -o $@ $(filter %.o,$^)

-include $(patsubst %.o,%.d,$(sort $(foreach k,$(KERNELS),\
	$(call objects,$(PARTS_$(k))))))

# The rest are commands, each a script in tools/. The settings reach them in
# the environment, quoted here for the shell.
SETTINGS := ACCEL CPU SMP MEM TIMEOUT GUEST GUEST_ARGS GUEST_KIND GUEST_LOAD \
	    GUEST_ENTRY GUEST_MODULES GUEST_MEM VCPUS VMS ARGS FIRMWARE DISK \
	    FUZZ_RUNS FUZZ_SEEDS FUZZ_COUNT FUZZ_SLICE TEST_ACCEL CC GDB STUB PORT
quote = '$(subst ','\'',$(1))'
settings = $(foreach v,$(SETTINGS),$(if $(value $(v)),$(v)=$(call \
	quote,$(value $(v)))))

# $(call command,tools/NAME ...) is the last step of a goal. When that goal is
# the only one, make itself becomes the command, so that make's exit status is
# the command's: tools/become.c. Otherwise the command runs as any other.
command = $(become exec env $(settings) $(1))@env $(settings) $(1)

COMMANDS := run debug disk_img iso test test-kvm bench fuzz lint format doctor new compdb help
ifeq ($(MAKECMDGOALS),$(filter $(COMMANDS),$(firstword $(MAKECMDGOALS))))
ifeq ($(DRY_RUN),)
-load $(shell tools/make-become build/become.so)
endif
endif

# The kernel that A= names; the script complains if there is no such kernel.
A_ELF := $(patsubst %,$(BUILD)/%.elf,$(filter $(KERNELS),$(A:skernel=skernel-x86)))

.PHONY: $(COMMANDS) clean
run: $(A_ELF) payload ## A=hN: boot a stage; A=skernel: the payload alone
	$(call command,tools/run $(call quote,$(A)))
debug: $(A_ELF) payload ## A=hN: boot a stage with gdb, stopped at kmain
	$(call command,tools/debug $(call quote,$(A)))
disk_img: payload ## make disk.img, or put the newest payload into it
	$(call command,tools/refresh-disk)
iso: $(A_ELF) ## A=hN: a CD image for a real PC, BIOS or UEFI
	$(call command,tools/make-stage-iso $(call quote,$(A)))
test: ## every test; A=hN: those of one stage
	$(call command,tools/test $(call quote,$(A)))
test-kvm: kernels guests ## the stages on KVM's nested VMX, inside Bochs if need be
	$(call command,env CPUS_OUTSIDE=2 tools/with-kvm tools/test-kvm)
bench: $(A_ELF) $(BUILD)/vm-cost.elf payload ## A=hN: what an exit costs, beside KVM
	$(call command,tools/bench $(call quote,$(A)))
fuzz: ## fuzz long: FUZZ_RUNS=1000000 a target, h4's guests FUZZ_SEEDS=1-10000
	$(call command,tools/fuzz)
doctor: ## each tool and backend: found, or how to get it
	$(call command,tools/doctor)
new: ## A=hN: what this stage adds to the one before
	$(call command,tools/new $(call quote,$(A)))
compdb: ## write compile_commands.json for editors
	$(call command,tools/compdb)
format: ## lay the code out with clang-format
	$(call command,tools/format)
lint: ## every check that reads the code without running it
	$(call command,tools/lint)
clean: ## remove what make built; disk.img stays
	rm -rf build compile_commands.json
help: ## this list
	$(call command,tools/help)
