# shellcheck shell=bash
# Packages that are fetched and not installed; sourced by what unpacks them.

# with_new_lists LOG COMMAND...: runs a command that downloads; the lists of
# packages may be absent or old, so a failure is tried once more with new ones.
with_new_lists() {
    local log=$1
    shift
    "$@" && return
    apt-get update >>"$log" 2>&1 || true
    "$@"
}
