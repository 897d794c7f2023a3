# shellcheck shell=bash
# The stages, as the folders h1-vmxon, h2-vmcs, ... give them.
# The script that sources this says where they are in $root.

# Every stage folder in the tour's order, one on a line.
stage_folders() {
    local folder
    # shellcheck disable=SC2154
    for folder in "$root"/h[0-9]*-*/; do
        basename "$folder"
    done | sort -V
}

# h1 h2 ...
stage_names() {
    stage_folders | sed 's/-.*//' | paste -sd ' '
}

# The folder of h2 is h2-vmcs; fails when there is none.
stage_folder() {
    local folder
    while read -r folder; do
        if [[ $folder == "$1"-* ]]; then
            echo "$folder"
            return
        fi
    done < <(stage_folders)
    return 1
}
