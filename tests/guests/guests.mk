# The guests of the tests: tests/guests/NAME.S -> build/guests/NAME. An ELF32
# file, unless the name begins with elf64- or with flat-.
GUESTS := $(patsubst tests/guests/%.S,build/guests/%,\
	  $(wildcard tests/guests/*.S))
GUEST_CC := gcc -Wall -Werror -nostdlib -static -no-pie -Icommon \
	    -Wl,-T,tests/guests/guest.ld -Wl,--build-id=none \
	    -Wl,-z,max-page-size=4096 -Wl,-z,noexecstack \
	    -Wl,--no-warn-rwx-segments
GUEST_PARTS := tests/guests/guest.ld $(wildcard tests/guests/*.inc) \
	       common/boot/multiboot2.h tests/guests/guests.mk

.PHONY: guests
guests: $(GUESTS)

# $(call link_guest,BASE): BASE as in guest.inc.
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
