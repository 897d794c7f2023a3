#!/usr/bin/env bats
# The chapters show what really happens. A block of a README.md that begins
#
#     ```console
#     $ make run A=h3 ARGS=lazy
#
# is followed by what that command prints; it may also be fed, as in
# `printf '...' | make run A=h5`. Each command is run once, and its output
# compared with the block line by line. Three things need not agree: numbers
# that depend on the build or the machine (see normalised); where the chapter
# has a line with nothing but …, any lines at all; and how the lines of several
# virtual machines are mixed: those of each ("vm1| ") are compared by
# themselves, and "vm1| …" is any lines of that one.

load helper

# commands FILE: those that it shows the output of, one on a line.
commands() {
    awk '/^```/ { inside = $0 == "```console" }
        inside && sub(/^\$ /, "")' "$root/$1"
}

# label COMMAND: a file name for it.
label() {
    tr -c '[:alnum:]\n' _ <<<"$1"
}

chapters() {
    (cd "$root" && ls README.md h[0-9]*-*/README.md)
}

# run_command COMMAND: [printf ... |] make run A=NAME SETTING=VALUE...
run_command() {
    local words boot_input=/dev/null
    if [[ $1 == *" | "* ]]; then
        boot_input=$BATS_FILE_TMPDIR/input
        eval "${1%% | *}" >"$boot_input"
    fi
    eval "words=(${1##* | })"
    boot "$(label "$1")" "${words[2]#A=}" "${words[@]:3}"
}

setup_file() {
    local chapter command sample
    export TEST_DISK=$BATS_FILE_TMPDIR/disk.img
    a_disk "$TEST_DISK"
    for sample in "$root"/h5-multivcpu/samples/*.toml; do
        DISK=$TEST_DISK "$root/update_disk.sh" "$sample" \
            "/vms/$(basename "$sample")" >/dev/null
    done
    while read -r command; do
        run_command "$command"
    done < <(for chapter in $(chapters); do commands "$chapter"; done | sort -u)
}

# shown FILE COMMAND: what the chapter shows of it.
shown() {
    command="\$ $2" awk '
        /^```/ { inside = 0 }
        inside { print }
        $0 == ENVIRON["command"] { inside = 1 }' "$root/$1"
}

# Addresses and other hexadecimal numbers, GRUB's version, what is left of the
# guest's memory beside its image, and what a guest measures or the time decides.
# What tools/run says beside the console depends on the machine that the tests
# run on.
normalised() {
    sed -E '/^run: /d
        s/0x[0-9a-f]+/0xN/g
        s/GRUB [0-9].*/GRUB N/
        s/[0-9]+ KiB of memory are free/N KiB of memory are free/
        s/(: [a-z0-9-]+) [0-9]+ ticks/\1 N ticks/
        s/had [0-9]+ slices of/had N slices of/
        s/( +[0-9]+){4}$/ N N N N/
        s/at most [0-9]+ ticks/at most N ticks/
        s/ +[0-9]+  (Free|Ready|Running|Blocked)/ N  \1/' | by_speaker
}

# The lines that no virtual machine speaks, then those of each one.
by_speaker() {
    awk '{ who = match($0, /^vm[0-9]+\| /) ? substr($0, 1, RLENGTH) : ""
        if ($0 == who "…") $0 = "…"
        said[who] = said[who] $0 "\n" }
        END { printf "%s", said[""]
            for (id = 0; id < 256; id++) printf "%s", said["vm" id "| "] }'
}

# fill_gaps SHOWN REAL: SHOWN, with the lines of REAL in place of each line …
# as far as the line after it.
fill_gaps() {
    awk 'NR == FNR { real[++count] = $0; next }
        $0 == "…" { gap = 1; next }
        gap { for (; at < count && real[at + 1] != $0; at++) print real[at + 1] }
        { gap = 0; at++; print }
        END { for (; gap && at < count; at++) print real[at + 1] }' "$2" "$1"
}

assert_shows_the_truth() {
    local command folder=$BATS_TEST_TMPDIR
    commands "$1" >"$folder/commands"
    [[ -s $folder/commands ]] || fail "$1 shows no output"
    while read -r command; do
        look_at "$(label "$command")"
        normalised <<<"$output" >"$folder/real"
        shown "$1" "$command" | normalised >"$folder/shown"
        fill_gaps "$folder/shown" "$folder/real" >"$folder/expected"
        diff -u --label "$1 shows" --label "$command prints" \
            "$folder/expected" "$folder/real" || return 1
    done <"$folder/commands"
}

@test "every chapter is looked at here" {
    run grep -c '^    assert_shows_the_truth ' "$BATS_TEST_FILENAME"
    assert_output "$(chapters | wc -l)"
}

@test "every file of a stage is named in its chapter" {
    cd "$root" || return 1
    for folder in h[0-9]*-*; do
        while read -r file; do
            grep -qF "(${file#"$folder"/})" "$folder/README.md" || echo "$file"
        done < <(find "$folder" -name '*.[chS]' | LC_ALL=C sort)
    done >"$BATS_TEST_TMPDIR/unnamed"
    run cat "$BATS_TEST_TMPDIR/unnamed"
    assert_output ""
}

@test "README.md shows what is printed" {
    assert_shows_the_truth README.md
}

@test "h1-vmxon/README.md shows what is printed" {
    assert_shows_the_truth h1-vmxon/README.md
}

@test "h2-vmcs/README.md shows what is printed" {
    assert_shows_the_truth h2-vmcs/README.md
}

@test "h3-ept/README.md shows what is printed" {
    assert_shows_the_truth h3-ept/README.md
}

@test "h4-exits/README.md shows what is printed" {
    assert_shows_the_truth h4-exits/README.md
}

@test "h5-multivcpu/README.md shows what is printed" {
    assert_shows_the_truth h5-multivcpu/README.md
}
