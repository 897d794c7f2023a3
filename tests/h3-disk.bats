#!/usr/bin/env bats
# h3-ept: disks that are missing, odd or damaged.

load helper

# Where the FAT's entry of the guest's first cluster is in the image (FAT32).
fat_entry() {
    local first reserved
    first=$(mshowfat -i "$1" ::/sbin/skernel-x86 | sed -E 's/.*<([0-9]+).*/\1/')
    reserved=$(od -An -tu2 -j14 -N2 "$1")
    echo $((reserved * 512 + first * 4))
}

# le32 NUMBER FILE OFFSET: writes four bytes.
le32() {
    local n=$1
    # shellcheck disable=SC2059  # the escapes are meant
    printf "$(printf '\\x%02x' $((n & 255)) $((n >> 8 & 255)) \
        $((n >> 16 & 255)) $((n >> 24 & 255)))" |
        dd of="$2" bs=1 seek="$3" conv=notrunc status=none
}

setup_file() {
    local dir=$BATS_FILE_TMPDIR first
    a_disk "$dir/good.img"
    first=$(mshowfat -i "$dir/good.img" ::/sbin/skernel-x86 |
        sed -E 's/.*<([0-9]+).*/\1/')

    cp "$dir/good.img" "$dir/boot.img"
    dd if=/dev/zero of="$dir/boot.img" bs=512 count=1 conv=notrunc status=none
    cp "$dir/good.img" "$dir/loop.img"
    le32 "$first" "$dir/loop.img" "$(fat_entry "$dir/loop.img")"
    head -c 300000 "$dir/good.img" >"$dir/short.img"
    truncate -s 1M "$dir/empty.img"
    truncate -s 16M "$dir/fat16.img"
    mkfs.fat -F 16 "$dir/fat16.img" >/dev/null
    DISK=$dir/fat16.img "$root/update_disk.sh" "$root/build/gcc/skernel-x86.elf" \
        "/A folder with a long name/deep/er/The Guest.elf" >/dev/null
    DISK=$dir/fat16.img "$root/update_disk.sh" "$root/build/gcc/skernel-x86.elf" \
        /a.long.folder.name/deep/er/THE-guest.image >/dev/null

    boot none h3 DISK=none
    for name in boot loop short empty; do
        boot "$name" h3 DISK="$dir/$name.img"
    done
    boot fat16 h3 DISK="$dir/fat16.img" \
        ARGS=guest=/A.LONG.folder.name/deep/er/the-guest.image
}

@test "says that there is no disk" {
    look_at none
    assert_equal "$status" 1
    assert_line --partial "/sbin/skernel-x86: no ATA hard disk"
}

@test "refuses a boot sector that is none" {
    for name in boot empty; do
        look_at "$name"
        assert_equal "$status" 1
        assert_line --regexp '^/sbin/skernel-x86: .*(FAT|boot sector|volume)'
        refute_line "Launching VM..."
    done
}

@test "refuses a file whose cluster chain runs in a circle" {
    look_at loop
    assert_equal "$status" 1
    assert_line --regexp '^/sbin/skernel-x86: .*(loop|circle|chain)'
    refute_line "Launching VM..."
}

@test "refuses a volume that is larger than its disk" {
    look_at short
    assert_equal "$status" 1
    assert_line --regexp '^/sbin/skernel-x86: .*disk'
    refute_line "Launching VM..."
}

@test "reads FAT16, long names, sub-directories, in any case of letters" {
    look_at fat16
    assert_equal "$status" 0
    assert_line "skernel-x86: done"
}
