#!/usr/bin/env bash
# Packets as gdb sends them, one a file: gdb_packet_seeds.sh FOLDER
set -euo pipefail

i=0
while IFS= read -r packet; do
    i=$((i + 1))
    printf '%s' "$packet" >"$1/$i"
done <<'PACKETS'
qSupported:multiprocess+;swbreak+;hwbreak+
vCont;s:p1.1;c:p1.-1
Hgp2.2
m100000,40
M100000,4:90909090
Z0,10a880,1
P10=0011000000000000
qXfer:features:read:target.xml:0,7ff
qRcmd,68656c70
$?#3f+$g#67
D;1
vKill;1
PACKETS
