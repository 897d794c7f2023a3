#!/bin/sh
# Makes a bad guest image of a good one, an ELF32 file linked by guest.ld.
#
#	damage.sh KIND GOOD BAD
#
# KIND is what becomes wrong:
#
#	truncated         the file ends within its segment
#	outside-ram       its segment is to be loaded where no guest has RAM
#	over-information  its segment lies over the information structure
#	overlapping       it has the same segment twice
#	entry-outside     its entry point is in no segment
#	wrong-machine     it is for another kind of CPU
#	no-header         it has no multiboot2 header
#	bad-checksum      its multiboot2 header is damaged
#	unknown-tag       its multiboot2 header requires what nobody knows
#	not-elf           it is no ELF file, and has no address tag
set -eu
export LC_ALL=C

if [ $# -ne 3 ]; then
	echo "usage: $0 KIND GOOD BAD" >&2
	exit 2
fi
kind=$1
good=$2
bad=$3

# Offsets in an ELF32 file with one program header, at its usual place.
e_machine=18
e_entry=24
e_phnum=44
program_header=52
program_header_size=32
p_vaddr=$((program_header + 8))
p_paddr=$((program_header + 12))

# put OFFSET BYTES: BYTES as printf writes them, in octal.
put()
{
	# shellcheck disable=SC2059 # the escapes are meant
	printf "$2" | dd of="$bad" bs=1 seek="$1" conv=notrunc status=none
}

# The multiboot2 header's offset.
header()
{
	grep -obUaP '\xd6\x50\x52\xe8' "$good" | head -n 1 | cut -d : -f 1
}

cp "$good" "$bad"
case $kind in
truncated)
	head -c 4200 "$good" >"$bad"
	;;
outside-ram)
	put $p_paddr '\000\000\000\360'
	;;
over-information)
	put $p_vaddr '\000\000\016\000\000\000\016\000'
	put $e_entry '\100\000\016\000'
	;;
overlapping)
	put $e_phnum '\002\000'
	dd if="$good" of="$bad" bs=1 skip=$program_header \
		seek=$((program_header + program_header_size)) \
		count=$program_header_size conv=notrunc status=none
	;;
entry-outside)
	put $e_entry '\000\000\000\000'
	;;
wrong-machine)
	put $e_machine '\050\000'
	;;
no-header)
	put "$(header)" '\000'
	;;
bad-checksum)
	put $(($(header) + 12)) '\000'
	;;
unknown-tag)
	put $(($(header) + 16)) '\143'
	;;
not-elf)
	put 0 '\000'
	;;
*)
	rm "$bad"
	echo "$0: no such kind of damage: $kind" >&2
	exit 2
	;;
esac
