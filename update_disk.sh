#!/usr/bin/env bash
# Puts files into the disk image: ./update_disk.sh FILE [PATH-IN-IMAGE]
#                                ./update_disk.sh FILE PATH FILE PATH ...
#
# PATH-IN-IMAGE is /sbin/<name of FILE> unless given; its folders are made.
# The image is disk.img beside this script, or $DISK; it is created when there
# is none. No mount, no root. When anything fails the image stays as it was:
# all work is done on a copy, which takes its place at the end.
set -euo pipefail

root=$(readlink -f "$0")
root=${root%/*}
size_mib=64

fail() {
    echo "update_disk: $*" >&2
    exit 2
}

image=$(readlink -f -- "${DISK:-$root/disk.img}") ||
    fail "there is no folder for '$DISK'"

check_file() {
    [[ -e $file ]] || fail "there is no file '$file'"
    [[ -f $file ]] || fail "'$file' is not a regular file"
    [[ -r $file ]] || fail "'$file' cannot be read"
    [[ -s $file ]] || fail "'$file' is empty"
}

# A path of parts that FAT can hold, none of which leads back up.
check_path() {
    local part parts
    [[ $path == /* && $path != */ ]] ||
        fail "the path '$path' must begin with / and name a file"
    ((${#path} <= 255)) || fail "the path '$path' is too long"
    [[ $path =~ ^[A-Za-z0-9._/+@~\ -]+$ ]] ||
        fail "the path '$path' holds a character other than letters," \
            "digits, blanks and . _ + @ ~ -"
    IFS=/ read -ra parts <<<"${path#/}"
    for part in "${parts[@]}"; do
        [[ -n $part && $part != . && $part != .. && $part != *[.\ ] &&
            $part != " "* ]] ||
            fail "the path '$path' has the part '$part', which no file can" \
                "be called"
    done
}

# Cluster size 1: at 64 MiB that makes enough clusters to be FAT32.
create_image() {
    truncate -s "${size_mib}M" "$copy"
    mformat -i "$copy" -F -c 1 -v DISK -T $((size_mib * 2048)) ::
}

is_folder() {
    mdir -i "$copy" -b "::$1/" >/dev/null 2>&1
}

make_folders() {
    local folder="" part parts
    IFS=/ read -ra parts <<<"${path#/}"
    unset 'parts[-1]'
    for part in "${parts[@]}"; do
        folder+=/$part
        is_folder "$folder" && continue
        if ! mmd -D s -i "$copy" "::$folder"; then
            echo "$folder cannot be made a folder of the image"
            return 1
        fi
    done
}

# Reads the file back, since a damaged image may take it and garble it.
put_file() {
    make_folders || return
    if is_folder "$path"; then
        echo "$path is a folder in the image"
        return 1
    fi
    mcopy -i "$copy" -D o -m "$file" "::$path" || return
    mtype -i "$copy" "::$path" | cmp - "$file"
}

make_copy() {
    copy=$(mktemp "$image.XXXXXX" 2>/dev/null) ||
        fail "no file can be made beside '$image'"
    trap 'rm -f "$copy" "$copy.log"' EXIT
    if [[ ! -e $image ]]; then
        create_image
        chmod 644 "$copy"
        return
    fi
    cp --sparse=always --reflink=auto -- "$image" "$copy" ||
        fail "'$image' cannot be read"
    chmod --reference="$image" "$copy"
}

# each COMMAND PAIRS...: the command, for each pair of a file and a path.
each() {
    local command=$1
    shift
    while (($#)); do
        file=$1 path=$2
        "$command"
        shift 2
    done
}

check() {
    check_file
    check_path
}

# mtools would take a name like c:x for a drive and -x for an option.
put() {
    [[ $file == /* ]] || file=./$file
    if ! put_file >"$copy.log" 2>&1 </dev/null; then
        tail -n 2 "$copy.log" >&2
        fail "'$file' ($(stat -c %s -- "$file") bytes) could not be put into" \
            "'$image', which is as it was"
    fi
}

say() {
    echo "update_disk: '$file' is $path in '${image##*/}'"
}

main() {
    (($# != 1)) || set -- "$1" "/sbin/${1##*/}"
    (($# > 0 && $# % 2 == 0)) ||
        fail "usage: ./update_disk.sh FILE [PATH-IN-IMAGE [FILE PATH]...]"
    each check "$@"
    "$root/tools/deps" run || exit 2

    # One update at a time: the folder itself is the lock.
    exec 9<"$(dirname -- "$image")" || fail "there is no folder for '$image'"
    flock 9
    make_copy
    each put "$@"
    mv -f "$copy" "$image"
    each say "$@"
}

main "$@"
