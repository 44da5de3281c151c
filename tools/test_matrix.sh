#!/usr/bin/env bash
# The tests on several Debian releases, each in a chroot of its own.
#   tools/test_matrix.sh [RELEASE...]     bookworm trixie forky when left out
# Each release gets a clone of the last commit, the ordinary set-up and all tests. A release that this machine
# runs itself needs no chroot. The script prints the versions that ran and fails when any test failed.
#   MATRIX_FOLDER   where the chroots stay between runs [/var/tmp/quakefringe-matrix]
#   MATRIX_MIRROR   Debian mirror [http://deb.debian.org/debian]
#   MATRIX_TESTS    part of the tests, such as tests/engine [all]
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
folder=${MATRIX_FOLDER:-/var/tmp/quakefringe-matrix}
mirror=${MATRIX_MIRROR:-http://deb.debian.org/debian}
tests=${MATRIX_TESTS:-}
releases=("$@")
[ $# -gt 0 ] || releases=(bookworm trixie forky)

fail() { echo "$1" >&2; exit 1; }

check_requirements() {
    [ "$(id -u)" = 0 ] || fail "The test matrix makes chroots; run it as root."
    command -v debootstrap >/dev/null || fail "debootstrap is missing; install it with: apt-get install debootstrap"
    unshare --mount --pid --fork true 2>/dev/null ||
        fail "This machine does not allow new mount namespaces; run the test matrix on a host or in a privileged container."
    [ -d "$root/.git" ] || fail "The test matrix tests the last commit; run it in a git checkout."
}

host_release() { . /etc/os-release && echo "${VERSION_CODENAME:-unknown}"; }

# debootstrap describes newer releases than it knows by a link to the script of `sid`.
make_chroot() {
    local release=$1 target=$2 script=/usr/share/debootstrap/scripts/$1
    [ -e "$target/.complete" ] && return
    [ -e "$script" ] || ln -s sid "$script"
    rm -rf --one-file-system "$target"
    echo "Making a chroot of $release in $target"
    debootstrap --variant=minbase --include=ca-certificates "$release" "$target" "$mirror" >"$target.log" 2>&1 ||
        { tail -n 5 "$target.log" >&2; fail "debootstrap of $release failed; see $target.log."; }
    touch "$target/.complete"
}

# Name servers, certificates, and the settings of apt and pip, so that the chroot reaches what this machine does.
copy_settings() {
    local target=$1 file
    cp -L /etc/resolv.conf /etc/hosts "$target/etc/"
    cp -r /usr/local/share/ca-certificates "$target/usr/local/share/"
    for file in $(grep -lrs Acquire /etc/apt/apt.conf.d); do
        [ -e "$target$file" ] || cp "$file" "$target$file"
    done
    for file in /etc/pip.conf /etc/xdg/pip; do
        [ ! -e "$file" ] || { mkdir -p "$target$(dirname "$file")" && cp -r "$file" "$target$(dirname "$file")/"; }
    done
    [ ! -e ~/.config/pip ] || { mkdir -p "$target/root/.config" && cp -r ~/.config/pip "$target/root/.config/"; }
    printf '#!/bin/sh\nexit 101\n' >"$target/usr/sbin/policy-rc.d"   # start no services
    chmod +x "$target/usr/sbin/policy-rc.d"
    chroot "$target" update-ca-certificates >/dev/null 2>&1
}

# Folders on this machine that pip's settings point at.
pip_folders() {
    { cat /etc/pip.conf /etc/xdg/pip/pip.conf ~/.config/pip/pip.conf 2>/dev/null || true; echo "${PIP_FIND_LINKS:-}"; } |
        grep -oE '(file://)?/[^ =]+' | sed 's#^file://##; s#/simple/*$##' | sort -u |
        while read -r path; do [ ! -d "$path" ] || echo "$path"; done
}

# Runs a command line in the chroot. The mounts live in a namespace of their own and vanish with it.
enter() {
    local target=$1 line=$2 folders keep
    folders=$(pip_folders)
    keep=$(env | grep -E '^(PIP_[A-Z_]+|[A-Z_]*(CERT|CA)_?[A-Z_]*|[a-zA-Z]+_(proxy|PROXY))=' || true)
    mkdir -p "$folder/pip-cache" "$target/root/.cache/pip" "$target/dev/shm"
    # shellcheck disable=SC2016
    TARGET=$target FOLDERS=$folders CACHE=$folder/pip-cache KEEP=$keep LINE=$line \
        unshare --mount --pid --fork --kill-child bash -euc '
            mount -t proc proc "$TARGET/proc"
            mount -t tmpfs -o mode=1777 tmpfs "$TARGET/dev/shm"
            mount --bind "$CACHE" "$TARGET/root/.cache/pip"
            for path in $FOLDERS; do
                mkdir -p "$TARGET$path"
                mount --bind "$path" "$TARGET$path"
                mount -o remount,bind,ro "$TARGET$path"
            done
            mapfile -t keep < <(printf "%s" "$KEEP")
            exec nice -n 10 chroot "$TARGET" /usr/bin/env -i HOME=/root LANG=C.UTF-8 TERM=dumb PWD=/ \
                PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "${keep[@]}" bash -c "$LINE"'
}

versions='import importlib.metadata as m, platform, sys
from osgeo import gdal
from qgis.core import Qgis
import numpy
def of(name):
    try:
        return m.version(name)
    except m.PackageNotFoundError:
        return "missing"
print("QGIS", Qgis.QGIS_VERSION.split("-")[0], "| Python", platform.python_version(), "| numpy", numpy.__version__,
      "| GDAL", gdal.VersionInfo("RELEASE_NAME"), "| torch", of("torch"), "| onnx", of("onnx"))'

# Set-up, versions and tests, in the clone at $1.
commands() {
    printf 'set -e; cd %q; tools/setup.sh; QT_QPA_PLATFORM=offscreen .venv/bin/python -c %q | sed "s/^/Versions: /"; make test T=%q' \
        "$1" "$versions" "$tests"
}

clone() {
    if [ -d "$1/.git" ]; then   # keeps .venv
        git -C "$1" fetch -q "$root" HEAD && git -C "$1" reset -q --hard FETCH_HEAD
    else
        git clone -q "$root" "$1"
    fi
}

run_release() {
    local release=$1 target=$folder/$1
    if [ "$release" = "$(host_release)" ]; then
        clone "$folder/host/quakefringe"
        nice -n 10 bash -c "$(commands "$folder/host/quakefringe")"
    else
        make_chroot "$release" "$target"
        copy_settings "$target"
        clone "$target/root/quakefringe"
        enter "$target" "$(commands /root/quakefringe)"
    fi
}

check_requirements
mkdir -p "$folder"
failed=0
summary=()
for release in "${releases[@]}"; do
    log=$folder/$release-tests.log
    echo "== $release (log: $log)"
    status=passed
    (run_release "$release") >"$log" 2>&1 || { status=FAILED; failed=1; tail -n 15 "$log"; }
    ran=$(sed -n 's/^Versions: //p' "$log" | tail -n 1)
    counts=$(grep -E '^=+ .*(passed|failed|error).* =+$' "$log" | tail -n 1 | tr -d '=' || true)
    summary+=("$release: $status | ${ran:-no versions: the set-up failed} |${counts:- no tests ran}")
done
printf '\n'
printf '%s\n' "${summary[@]}"
exit "$failed"
