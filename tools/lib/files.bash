# shellcheck shell=bash
# The project's files by kind, one on a line, relative to the top folder.

c_files() {
    find common h[0-9]*-* payload tests tools -type f -name '*.[ch]' |
        LC_ALL=C sort
}

headers() {
    c_files | grep '\.h$'
}

scripts() {
    grep -rlE '^#!(/usr/bin/env (bash|bats)|/bin/sh)|^# shellcheck shell' \
        update_disk.sh .ci tools tests | LC_ALL=C sort
}
