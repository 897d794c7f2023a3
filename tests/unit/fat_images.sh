#!/bin/sh
# Makes the FAT images that fat_test reads, with mkfs.fat, mformat and mtools,
# which know nothing of our code.
#
#	fat_images.sh DIRECTORY
#
# DIRECTORY/tree/ holds the files as they are on the host, DIRECTORY/*.img the
# same files on FAT.
set -eu

if [ $# -ne 1 ]; then
	echo "usage: $0 DIRECTORY" >&2
	exit 2
fi
directory=$1
tree=$directory/tree

# Long names are Unicode; -i is enough, no configuration is wanted.
export LC_ALL=C.UTF-8 MTOOLSRC=/dev/null
PATH=$PATH:/usr/sbin:/sbin

# content FILE BYTES: text that repeats nowhere.
content()
{
	mkdir -p "$(dirname "$tree/$1")"
	seq -f "$1 %.0f" 1 "$((${2} / 5 + 1))" | head -c "$2" >"$tree/$1"
}

make_tree()
{
	long=$(printf '%0251d' 0).bin

	content empty.bin 0
	content one.bin 1
	content sector.bin 512
	content sector1.bin 513
	content big.bin 1048593
	content sbin/skernel-x86 123457
	content exactly13char 1300
	content twenty-six-characters-long 2600
	content "$long" 255
	content grüße.txt 77
	content "größer als gewöhnlich.txt" 76
	content UPPER.TXT 78
	content "A directory/in it/Longer than twenty-six characters.Config" 79
	mkdir -p "$tree/many"
	for i in $(seq 100 399); do
		echo "$i" >"$tree/many/file number $i"
	done
}

# image NAME SIZE: an empty file, sparse.
image()
{
	rm -f "$directory/$1"
	truncate -s "$2" "$directory/$1"
}

# fill NAME[@@OFFSET]: copies the tree.
fill()
{
	mcopy -i "$directory/$1" -s -Q "$tree"/* ::/
}

# Makes a file whose clusters do not lie in a row: the only free ones are those
# of every other of many small files.
fragment()
{
	small=$directory/small
	mkdir -p "$small"
	for i in $(seq 10 99); do
		head -c 3000 /dev/zero >"$small/$i"
	done
	mmd -i "$directory/$1" ::/small
	mcopy -i "$directory/$1" -Q "$small"/* ::/small/
	free=$(mdir -i "$directory/$1" ::/ | sed -n 's/bytes free//p' |
		tr -dc 0-9)
	head -c "$free" /dev/zero >"$directory/rest"
	mcopy -i "$directory/$1" -Q "$directory/rest" ::/rest
	for i in $(seq 10 2 99); do
		mdel -i "$directory/$1" "::/small/$i"
	done
	content fragmented.bin 90001
	mcopy -i "$directory/$1" -Q "$tree/fragmented.bin" ::/
	rm -r "$small" "$directory/rest"
}

rm -rf "$tree"
mkdir -p "$directory"
make_tree

image fat16.img 32M
mkfs.fat -F 16 -s 4 "$directory/fat16.img" >/dev/null
fill fat16.img

image fat16-smallest-clusters.img 5M
mkfs.fat -F 16 -s 1 "$directory/fat16-smallest-clusters.img" >/dev/null
fill fat16-smallest-clusters.img
fragment fat16-smallest-clusters.img

image fat16-largest-clusters.img 300M
mkfs.fat -F 16 -s 128 "$directory/fat16-largest-clusters.img" >/dev/null
fill fat16-largest-clusters.img

image fat32.img 40M
mkfs.fat -F 32 -s 1 "$directory/fat32.img" >/dev/null
fill fat32.img

image fat32-mformat.img 64M
mformat -F -T 131072 -i "$directory/fat32-mformat.img" ::
fill fat32-mformat.img

# A partition of type 0x0c at sector 2048, behind one that is none of ours.
image partition.img 65M
printf '\200\0\0\0\203\0\0\0\77\0\0\0\001\0\0\0' |
	dd of="$directory/partition.img" bs=1 seek=446 conv=notrunc status=none
printf '\0\0\0\0\014\0\0\0\0\010\0\0\0\0\002\0' |
	dd of="$directory/partition.img" bs=1 seek=462 conv=notrunc status=none
printf '\125\252' |
	dd of="$directory/partition.img" bs=1 seek=510 conv=notrunc status=none
mkfs.fat -F 32 -s 1 --offset 2048 "$directory/partition.img" 65536 >/dev/null
fill partition.img@@1M

image fat12.img 1440K
mkfs.fat -F 12 "$directory/fat12.img" >/dev/null
