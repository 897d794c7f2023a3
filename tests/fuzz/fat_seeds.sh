#!/bin/sh
# Makes the first inputs of fat_fuzz: small volumes by mkfs.fat and mtools,
# packed as fat_fuzz.c describes it.
#
#	fat_seeds.sh DIRECTORY
set -eu

if [ $# -ne 1 ]; then
	echo "usage: $0 DIRECTORY" >&2
	exit 2
fi
directory=$1
export LC_ALL=C.UTF-8 MTOOLSRC=/dev/null
PATH=$PATH:/usr/sbin:/sbin
mkdir -p "$directory"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# number N: as 4 bytes, little-endian.
number()
{
	# shellcheck disable=SC2059 # the format is the data
	printf "$(printf '\\%03o\\%03o\\%03o\\%03o' $(($1 & 255)) \
		$(($1 >> 8 & 255)) $(($1 >> 16 & 255)) $(($1 >> 24 & 255)))"
}

# pack IMAGE SEED: the sectors that are not all zeros.
pack()
{
	number "$(($(stat -c %s "$1") / 512))" >"$2"
	cmp -l "$1" /dev/zero 2>"$work/eof" |
		awk '{print int(($1 - 1) / 512)}' | uniq |
		while read -r sector; do
			number "$sector"
			dd if="$1" bs=512 skip="$sector" count=1 status=none
		done >>"$2"
}

# volume NAME SIZE ARGUMENT...: arguments are for mkfs.fat.
volume()
{
	name=$1
	image=$work/$name.img
	truncate -s "$2" "$image"
	shift 2
	mkfs.fat --invariant "$@" "$image" >/dev/null
	mcopy -i "$image" -s -Q "$work"/tree/* ::/
	pack "$image" "$directory/$name"
}

tree=$work/tree
long="$tree/A directory with a long name"
mkdir -p "$tree/sbin" "$tree/many" "$long"
seq 1 400 | head -c 1400 >"$tree/FILE.BIN"
seq 1 600 | head -c 2100 >"$tree/sbin/skernel-x86"
seq 1 100 >"$long/exactly13char"

volume fat16 3M -F 16 -s 1 -f 1 -r 16
volume fat16-clusters-of-4 9M -F 16 -s 4 -f 2
volume fat32 34M -F 32 -s 1 -f 1

# A directory of several clusters.
for i in $(seq 50 60); do
	: >"$tree/many/file number $i"
done
echo found >"$tree/many/file number 60"
volume fat16-directory 3M -F 16 -s 1 -f 1 -r 16
volume fat32-directory 34M -F 32 -s 1 -f 1

# A file in pieces: its first clusters are those of one that is gone.
image=$work/fat16.img
mdel -i "$image" ::/FILE.BIN
seq 1 2000 | head -c 4000 >"$tree/FILE.BIN"
mcopy -i "$image" -Q "$tree/FILE.BIN" ::/
pack "$image" "$directory/fat16-pieces"

# A partition that begins at sector 1.
printf '\0\0\0\0\014\0\0\0\001\0\0\0\0\020\001\0' >"$work/entry"
{
	head -c 446 /dev/zero
	cat "$work/entry"
	head -c 48 /dev/zero
	printf '\125\252'
	cat "$work/fat32.img"
} >"$work/partition.img"
pack "$work/partition.img" "$directory/partition"
