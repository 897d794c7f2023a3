#!/bin/sh
# Makes the disks that config_disk_test reads.
#
#	config_disk_images.sh DIRECTORY
set -eu

if [ $# -ne 1 ]; then
	echo "usage: $0 DIRECTORY" >&2
	exit 2
fi
directory=$1
export LC_ALL=C.UTF-8 MTOOLSRC=/dev/null
PATH=$PATH:/usr/sbin:/sbin
mkdir -p "$directory"

# image NAME: a FAT16 volume with the folder /vms.
image()
{
	image=$directory/$1.img
	rm -f "$image"
	truncate -s 5M "$image"
	mkfs.fat --invariant -F 16 -s 1 "$image" >/dev/null
	mmd -i "$image" ::/vms
}

# put NAME: standard input as /vms/NAME.
put()
{
	cat >"$directory/text"
	mcopy -i "$image" -Q "$directory/text" "::/vms/$1"
}

# vm ID: the description of a VM.
vm()
{
	cat <<END
[base]
cpu_num = 1
name = "vm$1"
id = $1
[kernel]
kernel_path = "/sbin/skernel-x86"
memory_regions = [[0, 0x200000, 7, 0]]
END
}

# Not in order, with what is no description among them.
image good
vm 3 | put beta.toml
vm 9 | put gone.toml
vm 1 | put "Zoe with a name longer than twenty-six letters.TOML"
vm 2 | put Alpha.toml
echo "no TOML" | put notes.txt
echo "no TOML" | put beta.toml.old
echo "no TOML" | put toml
echo "no TOML" | put .toml
mmd -i "$image" ::/vms/folder.toml
mdel -i "$image" ::/vms/gone.toml

image namesake
vm 4 | put a.toml
vm 5 | sed s/vm5/vm4/ | put b.toml

image twice
vm 5 | put a.toml
vm 4 | put b.toml
vm 5 | put c.toml

image wrong
vm 1 | put a.toml
vm 1000 | put b.toml

image most
for i in $(seq 10 25); do
	vm "$i" | put "$i.toml"
done

image more
for i in $(seq 10 26); do
	vm "$i" | put "$i.toml"
done

image longest
{
	vm 1
	head -c 65536 /dev/zero | tr '\0' '#'
} | head -c 65536 | put a.toml

image longer
{
	vm 1
	head -c 65537 /dev/zero | tr '\0' '#'
} | head -c 65537 | put a.toml

image empty
: | put a.toml

image none

image missing
mrd -i "$image" ::/vms

image file
mrd -i "$image" ::/vms
mcopy -i "$image" -Q "$directory/text" ::/vms
