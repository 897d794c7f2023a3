#!/bin/sh
# Makes the first inputs of virtio_fuzz, in the form that virtio_fuzz.c
# describes: virtio_seeds.sh DIRECTORY
set -eu

if [ $# -ne 1 ]; then
	echo "usage: $0 DIRECTORY" >&2
	exit 2
fi
mkdir -p "$1"

# seed NAME NUMBER...: a file of these bytes.
seed()
{
	file=$1
	shift
	for byte; do
		# shellcheck disable=SC2059 # the format is the data
		printf "\\$(printf %03o "$byte")"
	done >"$file"
}

# A buffer of two parts, sent.
seed "$1/send" 1 3 1 9 0 64 5 0 3 3 0 16 64 9 0 4 129
# 60000 bytes, sent in pieces while time goes by, with interrupts by event.
seed "$1/send-long" 5 3 1 0 0 0 96 234 4 129 6 60 6 60 6 60 6 60 6 60
# Room for input, and input.
seed "$1/receive" 1 3 0 2 0 64 10 0 4 128 5 3 5 3
# An indirect table of one descriptor at 0x4000, which names 16 bytes there.
seed "$1/indirect" 3 2 0 64 16 0 64 0 0 0 0 0 0 16 0 0 0 0 0 0 0 3 1 4 0 64 \
	16 0 4 129
# Set up by hand, as far as FEATURES_OK, and then a reset.
seed "$1/by-hand" 0 1 28 3 1 9 1 1 8 1 1 28 11 1 12 1 1 14 8 0 32 0 32 0 0 \
	0 36 0 33 0 0 0 40 0 34 0 0 1 17 1 1 28 15 1 20 1 8 90 1 25 3 1 28 0
# What no driver should do: an index that jumps, a loop, an odd access.
seed "$1/jump" 1 2 2 33 2 255 127 1 20 1
seed "$1/loop" 1 3 1 1 0 0 1 0 4 129
seed "$1/odd" 1 7 1 0 2 1 2 3 4 5 6 7 8 7 112 0 0 7 8
