#!/usr/bin/env bats
# h4-exits: every exit answered, every option, every end.

load helper

guests=$root/build/guests

# The options that make no sense, by label.
declare -A bad=(
    [mem]="mem=0" [flash]="flash=" [ports]="ports=0x10000-0x10001"
    [backwards]="ports=9-8" [load]="load=5" [unknown]="flush"
)

setup_file() {
    local label model checks=$root/build/gcc/guest-exits.elf
    export TEST_DISK=$BATS_FILE_TMPDIR/disk.img
    a_disk "$TEST_DISK"
    printf 'flash file' >"$BATS_FILE_TMPDIR/flash"
    DISK=$TEST_DISK "$root/update_disk.sh" "$BATS_FILE_TMPDIR/flash" \
        /flash.bin >/dev/null
    DISK=$TEST_DISK "$root/update_disk.sh" "$checks" /sbin/checks >/dev/null

    boot bare guest-exits
    boot checks h4 ARGS=guest=/sbin/checks
    boot all-exits h4 ARGS="guest=/sbin/checks all-exits lazy"
    boot modes h4 GUEST="$guests/modes"
    boot tasks h4 GUEST="$guests/tasks"
    boot modes-all-exits h4 GUEST="$guests/modes" ARGS=all-exits

    boot plain h4 ARGS=doctor
    boot exit0 h4 ARGS=flash=/flash.bin GUEST_ARGS="read=0xffc00001 exit=0"
    boot exit3 h4 ARGS=flash=host GUEST_ARGS="read=0xfffffff0 exit=3"
    boot poweroff h4 GUEST_ARGS="in=0x511 read=0xffc00001 poweroff"
    boot shutdown h4 ARGS=ports=0x3f8-0x3ff GUEST_ARGS=shutdown
    boot reset h4 GUEST_ARGS=reset
    boot triple-fault h4 GUEST_ARGS=triple-fault
    boot x87 h4 GUEST="$guests/device-x87"
    boot clocks h4 GUEST_ARGS="threads calibrate"
    printf 'hello\nend\n' >"$BATS_FILE_TMPDIR/input"
    boot_input=$BATS_FILE_TMPDIR/input boot echo h4 GUEST_ARGS=echo

    boot large h4 ARGS=mem=1024 MEM=2048 GUEST_ARGS=touch=1
    boot flash-missing h4 ARGS=flash=/no/such
    for label in "${!bad[@]}"; do
        boot "bad-$label" h4 ARGS="${bad[$label]}"
    done
    for model in $(models); do
        boot "$model" h4 CPU="$model"
    done
}

# The lines of the guest's checks, each with what it found.
checks() {
    grep -E ': (ok|expected .*)$' <<<"$output"
}

@test "the checks of the exits hold on the bare machine" {
    look_at bare
    assert_line "guest-exits: all good"
    assert_equal "$status" 0
}

@test "each exit is to the guest what the bare machine would be" {
    look_at bare
    bare=$(checks)
    look_at checks
    refute_line --regexp ': expected '
    assert_line "guest-exits: all good"
    # A guest has further lines of its own, and lacks none.
    missing=$(comm -23 <(sort -u <<<"$bare") <(checks | sort -u))
    assert_equal "$missing" ""
    (($(checks | wc -l) > 450))
}

@test "all-exits has every exit with a handler come, and the guest sees none" {
    look_at checks
    expected=$(checks)
    look_at all-exits
    assert_equal "$(checks)" "$expected"
    for reason in "INVLPG" "RDTSC" "MOV DR" "PAUSE" "INVPCID" "RDRAND" \
        "RDSEED" "WBINVD or WBNOINVD" "Access to GDTR or IDTR" \
        "Access to LDTR or TR" "RDTSCP"; do
        assert_line --regexp "^Exits:.* $reason [0-9]+"
    done
}

@test "goes through the modes, whoever makes the change" {
    for label in modes modes-all-exits; do
        look_at $label
        refute_output --partial "wrong:"
        assert_line "modes: done"
    done
}

@test "carries task switches out" {
    look_at tasks
    refute_output --partial "wrong:"
    assert_line "tasks: done"
    assert_line --regexp '^Exits: .*Task switch 10 '
}

@test "runs the payload to its HLT" {
    look_at plain
    assert_equal "$status" 0
    assert_in_order "Launching VM..." "skernel-x86: done" \
        "VMX cleanup complete" "Frames not given back: 0"
}

@test "ends with what the guest says at the debug-exit port" {
    look_at exit0
    assert_equal "$status" 0
    assert_line "The guest has ended itself with 0"
    look_at exit3
    assert_equal "$status" 1
    assert_line "The guest has ended itself with 3"
}

@test "ends where the guest switches its machine off, by either way" {
    for label in poweroff shutdown; do
        look_at $label
        assert_equal "$status" 0
        assert_line "The guest has switched its machine off"
        assert_line "Frames not given back: 0"
    done
}

@test "ends with a failure where the guest resets its machine" {
    look_at reset
    assert_equal "$status" 1
    assert_line "The guest has asked for a reset of its machine"
}

@test "stops a guest that faults three deep, with its state" {
    look_at triple-fault
    assert_equal "$status" 1
    assert_line "VM Exit - Reason: 0x2 (2) Triple fault"
    assert_line --partial "The guest has been stopped: a triple fault"
    assert_line "Frames not given back: 0"
}

@test "stops a guest at an instruction that is not emulated, with its bytes" {
    look_at x87
    assert_equal "$status" 1
    assert_line --regexp '^The instruction at RIP: dd 05 00 00 00 f0'
    assert_line --partial "with an instruction that is not emulated"
    refute_line "it went on"
}

@test "the guest's clocks and threads run as on a machine of its own" {
    look_at clocks
    assert_equal "$status" 0
    assert_line "skernel-x86: done"
}

@test "passes the console's input to the guest" {
    look_at echo
    assert_equal "$status" 0
    assert_output --partial "HELLO"
}

@test "gives a guest 1 GiB, or memory when it is first touched" {
    look_at large
    assert_equal "$status" 0
    assert_line --partial "touched 1024 KiB of 1024, 1024 read back well"
    look_at all-exits
    backing=$(sed -nE 's/.* of which ([0-9]+) KiB have.*/\1/p' <<<"$output")
    ((backing < 32768))
}

@test "the doctor finds nothing wrong with the VMCS" {
    look_at plain
    assert_equal "$status" 0
    assert_line "Doctor: no rule of the SDM is broken."
}

@test "a port that nobody answers at reads as ones" {
    look_at poweroff
    assert_line "skernel-x86: read 0xff"
}

@test "a port that is passed through does not exit" {
    look_at plain
    all=$(sed -nE 's/^Exits:.* I\/O instruction ([0-9]+).*/\1/p' <<<"$output")
    look_at shutdown
    some=$(sed -nE 's/^Exits:.* I\/O instruction ([0-9]+).*/\1/p' <<<"$output")
    ((all > 100 && ${some:-0} < all / 2))
}

@test "a flash chip holds a file, or the host's" {
    look_at exit0
    assert_line "skernel-x86: read 0x6c"
    look_at poweroff
    assert_line "skernel-x86: read 0xff"
    # The BIOS begins with a far jump.
    look_at exit3
    assert_line "skernel-x86: read 0xea"
    look_at flash-missing
    assert_equal "$status" 1
    assert_line --partial "Flash: no such file"
}

@test "refuses an option that makes no sense, with one line" {
    for label in "${!bad[@]}"; do
        look_at "bad-$label"
        assert_equal "$status" 2
        refute_line "Launching VM..."
    done
    look_at bad-mem
    assert_line --partial "mem= takes a number of MiB"
    look_at bad-flash
    assert_line --partial "flash= takes the path"
    look_at bad-ports
    assert_line --partial "ports= takes two ports"
    look_at bad-backwards
    assert_line --partial "ports= takes two ports"
    look_at bad-load
    assert_line --partial "load= and entry= need kind=flat"
    look_at bad-unknown
    assert_line --partial 'unknown option "flush"'
}

@test "runs on each model that has EPT and the unrestricted guest" {
    on_bochs_only
    for model in $(models); do
        look_at "$model"
        case $model in
        core2_penryn_t9600 | corei5_lynnfield_750)
            assert_equal "$status" 77
            assert_line --partial '"Unrestricted guest" (bit 7)'
            ;;
        *)
            assert_equal "$status" 0
            ;;
        esac
    done
}
