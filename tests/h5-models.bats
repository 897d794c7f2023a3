#!/usr/bin/env bats
# h5-multivcpu on each CPU model that Bochs has: it runs, or says what is
# missing.

load helper

setup_file() {
    export TEST_DISK=$BATS_FILE_TMPDIR/disk.img TIMEOUT=240
    a_disk "$TEST_DISK"
    for model in $(models); do
        boot "$model" h5 SMP=2 VCPUS=2 CPU="$model" \
            GUEST_ARGS="stress-registers ms=20"
    done
}

capable() {
    models | sed -E 's/core2_penryn_t9600|corei5_lynnfield_750//g'
}

@test "runs two vCPUs on two CPUs of each model that has what it takes" {
    local model cpu
    on_bochs_only
    assert_equal "$(capable | wc -w)" 9
    for model in $(capable); do
        look_at "$model"
        assert_equal "$status" 0
        for cpu in 0 1; do
            assert_line --regexp \
                "^stress-registers: CPU $cpu: [0-9]+ rounds: good$"
        done
        assert_in_order "CPUs that run guests: 2" \
            "VM 1 (guest) has ended well" "VMX cleanup complete" \
            "Frames not given back: 0"
    done
}

@test "names what the others lack, and leaves VMX as it should" {
    local model
    on_bochs_only
    for model in core2_penryn_t9600 corei5_lynnfield_750; do
        look_at "$model"
        assert_equal "$status" 77
        assert_line --partial '"Unrestricted guest" (bit 7)'
        refute_line --partial "loading"
        assert_in_order "VMX cleanup complete" "Frames not given back: 0"
    done
    look_at core2_penryn_t9600
    assert_line --partial '"Enable EPT" (bit 1)'
    look_at corei5_lynnfield_750
    refute_line --partial '"Enable EPT" (bit 1)'
}
