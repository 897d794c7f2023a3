# The guests of the tests: tests/guests/NAME.S -> build/guests/NAME. An ELF32
# file, unless the name begins with elf64-, flat- or flat16-.
GUESTS := $(patsubst tests/guests/%.S,build/guests/%,\
	  $(wildcard tests/guests/*.S)) build/guests/multiboot1-made-elf32
GUEST_CC := gcc -Wall -Werror -nostdlib -static -no-pie -Icommon -Ih4-exits \
	    -Wl,-T,tests/guests/guest.ld -Wl,--build-id=none \
	    -Wl,-z,max-page-size=4096 -Wl,-z,noexecstack \
	    -Wl,--no-warn-rwx-segments
GUEST_PARTS := tests/guests/guest.ld $(wildcard tests/guests/*.inc) \
	       common/boot/multiboot2.h h4-exits/image/multiboot1.h \
	       tests/guests/guests.mk

.PHONY: guests
guests: $(GUESTS)

# $(call link_guest,BASE): BASE as in console.inc.
link_guest = @mkdir -p $(@D)
link_guest += && $(GUEST_CC) -DGUEST_VIRTUAL_BASE=$(1)
link_guest += -Wl,--defsym=GUEST_VIRTUAL_BASE=$(1) -o $@ $<

build/guests/%: tests/guests/%.S $(GUEST_PARTS)
	$(call say,AS,$<)
	$(call link_guest,0) -m32

build/guests/elf64-%: tests/guests/elf64-%.S $(GUEST_PARTS)
	$(call say,AS,$<)
	$(call link_guest,0xffffffff80000000) -m64

build/guests/flat-%: tests/guests/flat-%.S $(GUEST_PARTS)
	$(call say,AS,$<)
	$(call link_guest,0) -m32 -Wl,--oformat=binary

# Real mode, linked to no address at all.
build/guests/flat16-%: tests/guests/flat16-%.S tests/guests/print16.inc \
		       tests/guests/guests.mk
	@mkdir -p $(@D)
	$(call say,AS,$<)
	$(Q)gcc -m32 -nostdlib -static -no-pie -Wl,--build-id=none,-Ttext=0 \
		-Wl,-estart,--oformat=binary -o $@ $<

# As 64-bit kernels are made for loaders that know ELF32 alone.
build/guests/multiboot1-made-elf32: build/guests/elf64-multiboot1
	$(call say,COPY,$@)
	$(Q)objcopy -O elf32-i386 $< $@
