#!/usr/bin/env bash
# What is typed at the monitor, a session a file: monitor_seeds.sh FOLDER
set -euo pipefail

i=0
while IFS= read -r session; do
    i=$((i + 1))
    printf '%b' "$session" >"$1/$i"
done <<'SESSIONS'
vm list\nvm start 2\nvm suspend a.b\nvm resume 2\nvm stop 2\nvm wait 2 Stopped\n\0224\0200quit\n
\00011root\r\001cregs 1.1\rept 1 0x1000\nvmcs linux GUEST_RIP\r\nstats\n
hel\tvm\033[A\033[D\033[3~\027\025\003help vm\n\001h\001n\001\001\001x
\0300\0310\0200\0200\0320\0330\001c\0340\0200\0200vm destroy 7\n\0200
SESSIONS
