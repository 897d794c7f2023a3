#!/usr/bin/env bash
# Descriptions of virtual machines, one a file: the samples, pieces of the
# reference, and what TOML has besides: toml_seeds.sh FOLDER
set -euo pipefail

samples=$(dirname "$(readlink -f "$0")")/../../h5-multivcpu/samples
cp "$samples"/*.toml "$1"
grep -v '^#' "$samples/reference/reference.toml" >"$1/reference"

i=0
while IFS= read -r line; do
    i=$((i + 1))
    {
        grep -v '^#' "$samples/alpha.toml"
        printf '%b' "$line"
    } >"$1/$i"
done <<'LINES'
modules = ["/a", { path = "/b", args = """\\\n  x\\u00e9""" }]
image_kind = 'flat16'\nkernel_load_addr = 0x7c00\nentry_point = 0b11111
[[devices.passthrough_devices]]\nname = "x"\nbase_gpa = 0xe000_0000
[devices]\nemu_devices = [["f", 0xffc00000, 0x400000, 0, "flash", ["/f"]]]
[devices]\npassthrough_ports = [[0x80, 0o400], { first = 1, last = 2, irq = 3 }]
[devices]\ninterrupt_mode = "pt"\nexcluded_devices = []
base.on = false
x = 1979-05-27T07:32:00Z
x = [1.5, -inf, '''a''', {}, [[]]]
LINES
