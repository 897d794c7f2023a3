#!/usr/bin/env bats
# The scripts around the kernels: update_disk.sh, the choice of a backend, how
# a run ends, what is said to wrong usage, the packages.

load helper

setup_file() {
    # One kernel that ends in every way, on both emulators.
    export TEST_ACCEL=bochs
    boot success endings ARGS="a (b, \$c" GUEST_ARGS="d -- e"
    boot quoted endings ARGS="it's"
    boot failure endings ARGS=forge
    boot unsupported endings ARGS=unsupported
    boot usage endings ARGS=usage
    boot panic endings ARGS=panic
    boot triple endings ARGS=triple-fault
    boot hang endings ARGS=hang TIMEOUT=4
    boot tcg endings ACCEL=tcg
    boot tcg-triple endings ACCEL=tcg ARGS=triple-fault
    boot tcg-forge endings ACCEL=tcg ARGS=forge-and-stop
    boot tcg-unsupported endings ACCEL=tcg ARGS=unsupported
}

setup() {
    image=$BATS_TEST_TMPDIR/disk.img
    export DISK=$image
}

# --- how a run ends

@test "success is 0, and the words reach the kernel as typed" {
    look_at success
    assert_equal "$status" 0
    assert_output --partial "a (b, \$c -- d -- e"
    assert_equal "${lines[-1]}" "status: 0 (success)"
}

@test "quotes, which GRUB would change, are refused" {
    look_at quoted
    assert_equal "$status" 2
    assert_line --partial "cannot hold quotes or backslashes"
}

@test "a status line that is not the last is not believed" {
    look_at failure
    assert_line "status: 0 (success)"
    assert_equal "$status" 1
}

@test "77 says that the CPU lacks something" {
    look_at unsupported
    assert_equal "$status" 77
    look_at tcg-unsupported
    assert_equal "$status" 77
}

@test "an unknown word on the kernel's command line is wrong usage" {
    look_at usage
    assert_equal "$status" 2
}

@test "a panic is a failure" {
    look_at panic
    assert_equal "$status" 1
    assert_output --partial "as the command line says"
    assert_equal "${lines[-1]}" "status: 1 (failure)"
}

@test "a triple fault is a failure, and the emulator's words are shown" {
    look_at triple
    assert_equal "$status" 1
    assert_line "run: the machine stopped before the kernel had finished"
    assert_output --partial "exception with no resolution"
    look_at tcg-triple
    assert_equal "$status" 1
    assert_line "the machine reset itself: a triple fault"
}

@test "a machine that did not switch itself off is not believed" {
    look_at tcg-forge
    assert_line "status: 0 (success)"
    assert_equal "$status" 1
}

@test "a kernel that hangs is ended when its time is up" {
    look_at hang
    assert_equal "$status" 1
    assert_equal "${lines[-1]}" \
        "run: time-out: not finished after 4 s (TIMEOUT=s changes that)"
    ((milliseconds < 8000))
}

@test "QEMU without VT-x boots the same kernel" {
    look_at tcg
    assert_equal "$status" 0
    assert_line "run: QEMU without VT-x: asked for"
}

@test "make gives the status of the run" {
    run env DISK=none make --no-print-directory -C "$root" run \
        A=endings ACCEL=tcg ARGS=unsupported
    assert_equal "$status" 77
    run env DISK=none make --no-print-directory -C "$root" run \
        A=endings ACCEL=tcg ARGS=panic
    assert_equal "$status" 1
    run env DISK=none make --no-print-directory -C "$root" run \
        A=endings ACCEL=tcg
    assert_equal "$status" 0
}

@test "two runs at once do not disturb each other" {
    # What they write at the end is theirs alone until then.
    env ACCEL=bochs DISK=none ARGS=first "$root/tools/run" endings \
        >"$BATS_TEST_TMPDIR/first" 3>&- &
    local first=$!
    run env ACCEL=bochs DISK=none ARGS=second "$root/tools/run" endings
    assert_success
    assert_output --partial 'endings: "second"'
    wait "$first"
    grep -q 'endings: "first"' "$BATS_TEST_TMPDIR/first"
}

# wait_for FILE TEXT: until the text is in the file, ten seconds at most.
wait_for() {
    local tries
    for ((tries = 0; tries < 100; tries++)); do
        grep -qsF -- "$2" "$1" && return
        sleep 0.1
    done
    fail "never seen in $1: $2"
}

@test "an interrupted run leaves no emulator and no files" {
    local accel
    for accel in bochs tcg; do
        env ACCEL=$accel DISK=none ARGS=hang "$root/tools/run" endings \
            >"$BATS_TEST_TMPDIR/out" 2>&1 3>&- &
        local run=$! folder emulator
        wait_for "$BATS_TEST_TMPDIR/out" 'endings: "hang"'
        # The folder of this run is the one that its emulator works in.
        for folder in "$root"/build/run/endings.*; do
            emulator=$(<"$folder/pid")
            [[ $(ps -o ppid= -p "$emulator") ]] || continue
            is_descendant "$emulator" "$run" && break
        done
        kill -TERM "$run"
        run wait "$run"
        wait "$run" || status=$?
        assert_equal "$status" 143
        [[ ! -e $folder ]]
        [[ ! -e /proc/$emulator ]]
    done
}

# is_descendant PROCESS ANCESTOR
is_descendant() {
    local pid=$1
    while ((pid > 1)); do
        ((pid != $2)) || return 0
        pid=$(ps -o ppid= -p "$pid")
    done
    return 1
}

# --- wrong usage

# refuses TEXT SETTING=VALUE... NAME: status 2 and one line with the text.
refuses() {
    local text=$1
    shift
    run env DISK=none "${@:1:$#-1}" "$root/tools/run" "${@: -1}"
    assert_equal "$status" 2
    assert_line --partial "$text"
    refute_output --partial "line "
}

@test "wrong usage is refused with status 2 and one line" {
    refuses "there is no kernel A=h99; there are: h1" A=1 h99
    refuses "there is no kernel A=../x" A=1 ../x
    refuses "which kernel? A=h1, say; there are: h1" A=1 ""
    refuses "ACCEL='xen' is none of auto, kvm, bochs, tcg" ACCEL=xen endings
    refuses "SMP='0' is not a number from" SMP=0 endings
    refuses "SMP='two' is not a number from" SMP=two endings
    refuses "MEM='1' is not a number from" MEM=1 endings
    refuses "MEM='99999999999999999999' is not" MEM=99999999999999999999 endings
    refuses "TIMEOUT='-1' is not a number from" TIMEOUT=-1 endings
    refuses "TIMEOUT='08' is not a number from" TIMEOUT=08 endings
    refuses "GUEST='/no/such' is not a file" GUEST=/no/such endings
    refuses "GUEST='/tmp' is not a file" GUEST=/tmp endings
    refuses "FIRMWARE='coreboot' is neither" FIRMWARE=coreboot endings
    refuses "ARGS and GUEST_ARGS are one line" ARGS=$'a\nb' endings
    refuses "Bochs has no CPU model 'i8086'; with VT-x it has: core2_penryn" \
        ACCEL=bochs CPU=i8086 endings
    refuses "QEMU has no CPU model 'i8086'" ACCEL=tcg CPU=i8086 endings
    refuses "DISK='/no/such' is not a file" DISK=/no/such endings
}

@test "settings of a guest that make no sense are refused" {
    refuses "GUEST_KIND='linux' is none of auto" GUEST_KIND=linux endings
    refuses "GUEST_KIND= and GUEST_MODULES= need a stage" GUEST_KIND=flat h3
    refuses "GUEST_KIND= and GUEST_MODULES= need a stage" GUEST_KIND=flat \
        endings
    refuses "GUEST_LOAD= and GUEST_ENTRY= need GUEST_KIND=flat" \
        GUEST_ENTRY=0x7c00 endings
    refuses "GUEST_LOAD='0x100000000' is not an address below 4 GiB" \
        GUEST_KIND=flat GUEST_LOAD=0x100000000 endings
    refuses "GUEST_LOAD='4294967296' is not an address below 4 GiB" \
        GUEST_KIND=flat GUEST_LOAD=4294967296 endings
    refuses "GUEST_ENTRY='08' is not an address" \
        GUEST_KIND=flat16 GUEST_ENTRY=08 endings
    refuses "GUEST_MODULES: '/no/such' is not a file" \
        GUEST_MODULES="$root/Makefile;/no/such a" endings
    refuses "GUEST_MODULES: '' is not a file" \
        GUEST_MODULES="$root/Makefile;;" endings
    refuses "GUEST_MODULES is one line" GUEST_MODULES=$'a\nb' endings
    refuses "GUEST_MODULES names more than 32 files" \
        GUEST_MODULES="$(printf '/no/such;%.0s' {1..33})" endings
}

@test "make run without A, or with a wrong one, says what there is" {
    export DISK=none
    run make --no-print-directory -C "$root" run A=
    assert_equal "$status" 2
    assert_line --partial "which kernel?"
    run make --no-print-directory -C "$root" run A=h99
    assert_equal "$status" 2
    assert_line --partial "there is no kernel A=h99; there are: h1"
    run make --no-print-directory -C "$root" new A=h99
    assert_equal "$status" 2
    run make --no-print-directory -C "$root" test A=h99
    assert_equal "$status" 2
}

@test "make help names every command" {
    local goal
    run make --no-print-directory -C "$root" help
    assert_success
    for goal in run debug disk_img payload test fuzz lint format doctor new compdb \
        clean help; do
        assert_line --regexp "^make $goal +[A-Za-z]"
    done
}

@test "make new tells what a stage adds" {
    run make --no-print-directory -C "$root" new A=h2
    assert_success
    assert_line "h2-vmcs adds to h1-vmxon:"
    assert_line --regexp "^ *[0-9]+  h2-vmcs/main.c"
    assert_line --partial "+++ b/h2-vmcs/main.c"
}

@test "make doctor names the tools and the backends" {
    run make --no-print-directory -C "$root" doctor
    assert_success
    assert_line --regexp "found +bochs "
    assert_line --regexp "^  kvm +(yes|no): "
    assert_line --regexp "corei7_skylake_x \(default\)"
}

# --- update_disk.sh

in_image() {
    mtype -i "$image" "::$1"
}

@test "update_disk puts a file into a new FAT32 image" {
    run "$root/update_disk.sh" "$root/LICENSE"
    assert_success
    in_image /sbin/LICENSE | cmp - "$root/LICENSE"
    run minfo -i "$image" ::
    assert_output --partial 'disk type="FAT32   "'
}

@test "update_disk makes folders, replaces a file and keeps the others" {
    "$root/update_disk.sh" "$root/LICENSE"
    "$root/update_disk.sh" "$root/Makefile" "/A folder/of mine/Long name.text"
    "$root/update_disk.sh" "$root/Makefile" /sbin/LICENSE
    in_image "/A folder/of mine/Long name.text" | cmp - "$root/Makefile"
    in_image /sbin/LICENSE | cmp - "$root/Makefile"
}

# leaves_alone TEXT ARGUMENT...: refused with the text, the image untouched.
leaves_alone() {
    local text=$1 before
    shift
    before=$(sha256sum "$image")
    run "$root/update_disk.sh" "$@"
    assert_equal "$status" 2
    assert_line --partial "$text"
    assert_equal "$(sha256sum "$image")" "$before"
    assert_equal "$(ls "$BATS_TEST_TMPDIR"/disk.img*)" "$image"
}

@test "update_disk refuses what it cannot do and leaves the image as it was" {
    local folder=$BATS_TEST_TMPDIR
    "$root/update_disk.sh" "$root/LICENSE"
    : >"$folder/empty"
    truncate -s 65M "$folder/big"
    leaves_alone "there is no file" "$folder/missing"
    leaves_alone "is empty" "$folder/empty"
    leaves_alone "is not a regular file" "$folder"
    leaves_alone "(68157440 bytes) could not be put" "$folder/big"
    leaves_alone "must begin with /" "$root/LICENSE" sbin/x
    leaves_alone "must begin with /" "$root/LICENSE" /sbin/
    leaves_alone "no file can be called" "$root/LICENSE" /sbin/../x
    leaves_alone "no file can be called" "$root/LICENSE" //x
    leaves_alone "holds a character other" "$root/LICENSE" '/sbin/a*b'
    leaves_alone "is a folder in the image" "$root/LICENSE" /sbin
    leaves_alone "cannot be made a folder" "$root/LICENSE" /sbin/LICENSE/x
    leaves_alone "usage:"
    leaves_alone "usage:" a b c
}

@test "update_disk refuses a file that may not be read" {
    ((EUID != 0)) || skip "root may read everything"
    "$root/update_disk.sh" "$root/LICENSE"
    cp "$root/LICENSE" "$BATS_TEST_TMPDIR/secret"
    chmod 0 "$BATS_TEST_TMPDIR/secret"
    leaves_alone "cannot be read" "$BATS_TEST_TMPDIR/secret"
}

@test "update_disk refuses an image that is no file system" {
    head -c 1048576 /dev/zero >"$image"
    leaves_alone "could not be put" "$root/LICENSE"
}

@test "update_disk follows a link to the image and keeps its mode" {
    "$root/update_disk.sh" "$root/LICENSE"
    mv "$image" "$BATS_TEST_TMPDIR/real"
    chmod 600 "$BATS_TEST_TMPDIR/real"
    ln -s real "$image"
    "$root/update_disk.sh" "$root/Makefile"
    [[ -L $image ]]
    assert_equal "$(stat -c %a "$BATS_TEST_TMPDIR/real")" 600
    in_image /sbin/Makefile | cmp - "$root/Makefile"
}

@test "GUEST= leaves the disk image as it was" {
    "$root/update_disk.sh" "$root/LICENSE"
    local before
    before=$(sha256sum "$image")
    run env ACCEL=tcg GUEST="$root/Makefile" "$root/tools/run" endings
    assert_success
    assert_line --partial "guest=/sbin/Makefile"
    assert_equal "$(sha256sum "$image")" "$before"
}

# A tree of its own, with the scripts and a payload, and no kernels.
a_tree() {
    tree=$BATS_TEST_TMPDIR/tree
    mkdir -p "$tree/build/gcc" "$tree/build/unit" "$tree/tests/unit"
    cp -a "$root/tools" "$root/update_disk.sh" "$tree"
    echo "payload one" >"$tree/build/gcc/skernel-x86.elf"
    image=$tree/disk.img
    unset DISK
}

@test "disk.img gets a newer payload and keeps all else" {
    a_tree
    "$tree/tools/refresh-disk"
    assert_equal "$(in_image /sbin/skernel-x86)" "payload one"

    # What somebody has put there stays as long as the payload is older.
    "$tree/update_disk.sh" "$root/LICENSE" /sbin/skernel-x86
    "$tree/update_disk.sh" "$root/LICENSE" /etc/mine
    run "$tree/tools/refresh-disk"
    assert_success
    assert_output ""
    in_image /sbin/skernel-x86 | cmp - "$root/LICENSE"

    echo "payload two" >"$tree/build/gcc/skernel-x86.elf"
    touch -d "1 minute" "$tree/build/gcc/skernel-x86.elf"
    "$tree/tools/refresh-disk"
    assert_equal "$(in_image /sbin/skernel-x86)" "payload two"
    in_image /etc/mine | cmp - "$root/LICENSE"
}

@test "a damaged disk.img is warned about and left alone" {
    a_tree
    head -c 1048576 /dev/zero >"$image"
    touch -d "1 minute" "$tree/build/gcc/skernel-x86.elf"
    run "$tree/tools/refresh-disk"
    assert_success
    assert_line --partial "disk.img is used as it is"
    cmp -n 1048576 "$image" /dev/zero
}

# --- the test runner

# a_unit_test NAME TEXT STATUS: a program that prints the text, and its source.
a_unit_test() {
    printf '#!/bin/sh\nprintf "%s"\nexit %s\n' "$2" "$3" \
        >"$tree/build/unit/$1"
    chmod +x "$tree/build/unit/$1"
    touch "$tree/tests/unit/$1.c"
}

# The tree's Makefile builds nothing; all that the tests need is there.
# again=1: with TEST_AGAIN, which .ci/run sets for all tests.
run_tests() {
    printf 'kernels unit-tests fuzzers guests: ;\n' >"$tree/Makefile"
    mkdir -p "$tree/h1-x" "$tree/tests/fuzz"
    echo '@test "a bats test" { true; }' >"$tree/tests/speed.bats"
    run env TEST_AGAIN="${again:-}" "$tree/tools/test"
}

@test "make test counts, and is content when all pass" {
    a_tree
    a_unit_test good_test '1..2\\nok 1 - a\\nok 2 - b # skip\\n' 0
    run_tests
    assert_success
    assert_line "1 skipped"
    assert_equal "${lines[-1]}" "2 passed, 0 failed"
}

@test "make test counts a failed test and what never ran" {
    a_tree
    a_unit_test bad_test '1..2\\nnot ok 1 - a\\nok 2 - b\\n' 1
    a_unit_test half_test '1..2\\nok 1 - a\\n' 0
    a_unit_test dead_test '' 139
    a_unit_test liar_test '1..1\\nok 1 - a\\n' 3
    run_tests
    assert_failure 1
    assert_line --partial "half_test: not ok - ended with status 0 after 1 of 2"
    assert_line --partial "dead_test: not ok - ended with status 139"
    assert_line --partial "liar_test: not ok - ended with status 3"
    assert_equal "${lines[-1]}" "4 passed, 4 failed"
}

# A job that fails the first time, and then passes.
an_unsteady_test() {
    local name=unsteady_test
    a_unit_test "$name" '1..1\\nok 1 - a\\n' 0
    mv "$tree/build/unit/$name" "$tree/build/unit/$name.good"
    cat >"$tree/build/unit/$name" <<'END'
#!/bin/sh
printf '1..1\nnot ok 1 - a\n'
mv "$0.good" "$0"
exit 1
END
    chmod +x "$tree/build/unit/$name"
}

@test "make test runs what failed again if it is told to, and says so" {
    a_tree
    an_unsteady_test
    a_unit_test good_test '1..1\\nok 1 - a\\n' 0
    a_unit_test bad_test '1..1\\nnot ok 1 - a\\n' 1
    again=1 run_tests
    assert_failure 1
    assert_line "failed at first, and ran again: bad_test unsteady_test"
    assert_equal "${lines[-1]}" "3 passed, 1 failed"
    grep -q "^not ok" "$tree/build/test/unit-unsteady_test.tap.first"
}

@test "make test runs nothing again by itself" {
    a_tree
    an_unsteady_test
    run_tests
    assert_failure 1
    refute_output --partial "ran again"
    assert_equal "${lines[-1]}" "1 passed, 1 failed"
}

# --- KVM or not

# kvm_check CPU-FLAGS NESTED: with files of these contents, or - for none.
kvm_check() {
    local fake=$BATS_TEST_TMPDIR
    echo "flags		: fpu $1 sse" >"$fake/cpuinfo"
    rm -f "$fake/nested"
    [[ $2 == - ]] || echo "$2" >"$fake/nested"
    run env KVM_CHECK_CPUINFO="$fake/cpuinfo" \
        KVM_CHECK_NESTED="$fake/nested" \
        KVM_CHECK_DEVICE="$fake/kvm" "$root/tools/kvm-check"
}

@test "KVM is chosen only where all three conditions hold" {
    : >"$BATS_TEST_TMPDIR/kvm"
    kvm_check vmx Y
    assert_success
    kvm_check vmx 1
    assert_success
    kvm_check vmxish Y
    assert_failure 1
    assert_output --partial "no vmx flag"
    kvm_check vmx N
    assert_failure 1
    assert_output --partial "nested VMX is switched off; cure:"
    kvm_check vmx -
    assert_failure 1
    assert_output --partial "kvm_intel is not loaded"
    rm "$BATS_TEST_TMPDIR/kvm"
    kvm_check vmx Y
    assert_failure 1
    assert_output --partial "modprobe kvm_intel"
    # A folder is there but opens for nobody, be it root.
    mkdir "$BATS_TEST_TMPDIR/kvm"
    kvm_check vmx Y
    assert_failure 1
    assert_output --partial "may not be opened"
}

@test "ACCEL=kvm is refused where there is no nested VMX" {
    echo "flags : fpu" >"$BATS_TEST_TMPDIR/cpuinfo"
    run env KVM_CHECK_CPUINFO="$BATS_TEST_TMPDIR/cpuinfo" ACCEL=kvm \
        DISK=none "$root/tools/run" endings
    assert_failure 2
    assert_output --partial "ACCEL=kvm does not work here: "
}

# --- packages

# A fake machine: a folder of commands, and a list of two packages.
fake_machine() {
    local command
    fake=$BATS_TEST_TMPDIR/bin
    mkdir -p "$fake"
    for command in bash env dirname readlink grep sort mkdir flock tail rm \
        touch; do
        ln -sf "$(type -P "$command")" "$fake/$command"
    done
    cat >"$BATS_TEST_TMPDIR/packages.txt" <<LIST
# a comment
one  here   bash                     what for
one  gone   $BATS_TEST_TMPDIR/made*  what for
LIST
    export PACKAGES_FILE=$BATS_TEST_TMPDIR/packages.txt
    export DEPS_LOG=$BATS_TEST_TMPDIR/log
}

run_deps() {
    run env PATH="$fake" "$root/tools/deps" one
}

@test "without apt-get the missing packages are listed with status 2" {
    fake_machine
    run_deps
    assert_failure 2
    assert_output --partial "no apt-get here. Install what Debian calls: gone"
}

@test "apt-get is announced, and tried again with new lists" {
    fake_machine
    cat >"$fake/apt-get" <<APT
#!/usr/bin/env bash
echo "\$@" >>$BATS_TEST_TMPDIR/calls
[[ \$1 == update ]] && touch $BATS_TEST_TMPDIR/updated
[[ -e $BATS_TEST_TMPDIR/updated ]] || exit 100
[[ \$1 != install ]] || touch $BATS_TEST_TMPDIR/made-it
APT
    chmod +x "$fake/apt-get"
    ((EUID == 0)) || ln -s /usr/bin/env "$fake/sudo"
    run_deps
    assert_success
    assert_output "deps: installing with apt-get: gone"
    run cat "$BATS_TEST_TMPDIR/calls"
    assert_line --index 0 --partial "install -y --no-install-recommends"
    assert_line --index 1 --partial "update"
    assert_line --index 2 --partial " gone"
    run_deps
    assert_success
    assert_output ""
}

@test "apt-get's last words are shown when it fails" {
    fake_machine
    printf '#!/usr/bin/env bash\necho E: cannot\nexit 100\n' >"$fake/apt-get"
    chmod +x "$fake/apt-get"
    ((EUID == 0)) || ln -s /usr/bin/env "$fake/sudo"
    run_deps
    assert_failure 2
    assert_line "E: cannot"
    assert_line --partial "deps: apt-get failed; all it said is in"
}

@test "without root and sudo the command to type is printed" {
    ((EUID == 0)) || skip "takes root to become somebody without sudo"
    fake_machine
    ln -s "$(type -P true)" "$fake/apt-get"
    # Nobody may look into this test's folder, so it all moves to one for it.
    local open
    open=$(mktemp -d)
    cp -a "$fake" "$PACKAGES_FILE" "$root/tools/deps" "$open"
    chmod -R a+rX "$open"
    mkdir -m 777 "$open/log"
    run env PATH="$open/bin" DEPS_LOG="$open/log/apt" \
        PACKAGES_FILE="$open/packages.txt" "$(type -P setpriv)" \
        --reuid=65534 --regid=65534 --clear-groups "$open/deps" one
    rm -rf "$open"
    assert_failure 2
    assert_output --partial \
        "Type this as root: apt-get install --no-install-recommends gone"
}

# --- the include rule

# includes FILE LINE: a tree of two stages in which one file has this line.
includes() {
    local tree=$BATS_TEST_TMPDIR/tree
    rm -rf "$tree"
    mkdir -p "$tree"/{common/lib,h1-one,h2-two,payload/p}
    touch "$tree"/common/lib/a.h "$tree"/h1-one/b.h "$tree"/h2-two/c.h
    echo "$2" >>"$tree/$1"
    run env CHECK_ROOT="$tree" "$root/tools/check-includes"
}

@test "the include rule is checked" {
    includes h2-two/x.c '#include "b.h"'
    assert_success
    includes h1-one/x.c '#include "lib/a.h"'
    assert_success
    includes common/lib/x.c '#include "b.h"'
    assert_failure 1
    assert_output --partial 'common/lib/x.c:1: includes "b.h"'
    includes h1-one/x.h '# include "c.h"'
    assert_failure 1
    includes common/lib/x.c '#include "../../h1-one/b.h"'
    assert_failure 1
    includes payload/p/x.c '#include "b.h"'
    assert_failure 1
    includes h1-one/x.c '#include <stdio.h>'
    assert_failure 1
    includes h1-one/x.c '#include <stdint.h>'
    assert_success
    includes h2-two/b.h '// the same name as in h1-one'
    assert_failure 1
}
