#!/usr/bin/env bash
# Prepares this machine for development; takes no time when nothing is missing.
#   tools/setup.sh system   install QGIS and GDAL by apt where they are missing
#   tools/setup.sh          the same, then .venv with the pinned Python packages
#   tools/setup.sh docs     the same, and the packages that build the documentation
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"

python=/usr/bin/python3   # QGIS' own: a pyenv or conda python on the PATH cannot import qgis
packages=(qgis python3-qgis qgis-providers python3-gdal python3-numpy libopenblas0 python3-venv git make)
[ "${1:-}" = system ] || packages+=(xvfb xauth)
torch=2.13.0
torchvision=0.28.0
pyqt6=6.7.1
cpu_index=https://download.pytorch.org/whl/cpu

system() {
    local missing=() package sudo=()
    if command -v dpkg-query >/dev/null; then
        for package in "${packages[@]}"; do
            dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
        done
        [ ${#missing[@]} -gt 0 ] || return 0
        if [ "$(id -u)" != 0 ]; then
            command -v sudo >/dev/null || { echo "Please install as root: ${missing[*]}" >&2; exit 1; }
            sudo=(sudo)
        fi
        echo "Installing ${missing[*]}"
        "${sudo[@]}" apt-get update -q
        "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
    elif ! "$python" -c 'import qgis.core, osgeo.gdal, numpy' 2>/dev/null; then
        echo "Please install QGIS with its Python bindings, GDAL and numpy for $python first." >&2
        exit 1
    fi
}

fingerprint() {
    { cat tools/setup.sh tools/requirements.txt; "$python" --version; numpy_pin; } | sha256sum | cut -c1-16
}

# osgeo.gdal_array works only with the major version of numpy that it was built against, the system's.
numpy_pin() {
    case $("$python" -c 'import numpy; print(numpy.__version__)') in
        1.*) echo 'numpy==1.26.4' ;;
        *) echo 'numpy>=2.2,<2.5' ;;
    esac
}

pip_install() { .venv/bin/python -m pip --disable-pip-version-check --no-input install -qq "$@"; }

# A Python for which torch has no build gets everything else; the tests of the training package are skipped then.
install_torch() {
    local log=.venv/torch.log
    pip_install -c .venv/constraints.txt numpy
    if pip_install -c .venv/constraints.txt "torch==$torch" "$@" 2>"$log"; then
        # timm imports torchvision, whose own dependencies are installed or not needed
        pip_install --no-deps "torchvision==$torchvision" "$@"
    elif grep -q 'No matching distribution found for torch' "$log"; then
        echo "There is no torch $torch for $("$python" --version); the tests of the training package are skipped."
    else
        cat "$log" >&2
        exit 1
    fi
}

# The pinned packages; without torch, also without those that would install another torch.
requirements() {
    if .venv/bin/python -c 'import torch' 2>/dev/null; then
        cat tools/requirements.txt
    else
        grep -vE '^(timm|lightning-fabric)=' tools/requirements.txt
    fi
}

environment() {
    local stamp extra=()
    stamp=.venv/.ready-$(fingerprint)
    if [ ! -e "$stamp" ] || ! .venv/bin/python -c 'import pytest' 2>/dev/null; then
        echo "Making .venv"
        rm -f .venv/.ready-*
        [ -x .venv/bin/python ] || "$python" -m venv --system-site-packages .venv
        numpy_pin > .venv/constraints.txt
        # PyPI's torch for Linux depends on gigabytes of CUDA libraries; the CPU index has builds without them.
        if "$python" -c "import urllib.request as u; u.urlopen('$cpu_index/', timeout=10)" 2>/dev/null; then
            extra=(--extra-index-url "$cpu_index")
        fi
        install_torch "${extra[@]}"
        requirements > .venv/requirements.txt
        pip_install -c .venv/constraints.txt -r .venv/requirements.txt "${extra[@]}"
        pip_install --no-deps "PyQt6==$pyqt6"   # tools/check_qt6.py reads its stubs and imports nothing
        touch "$stamp"
    fi
    # The checkout's folder may have any name; Python must find it as `quakefringe`.
    mkdir -p .venv/link
    ln -sfn "$root" .venv/link/quakefringe
    echo "$root/.venv/link" > "$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/quakefringe.pth"
}

docs_environment() {
    local stamp
    stamp=.venv/.docs-ready-$(sha256sum tools/requirements-docs.txt | cut -c1-16)
    [ ! -e "$stamp" ] || return 0
    pip_install -c .venv/constraints.txt -r tools/requirements-docs.txt
    touch "$stamp"
}

system
[ "${1:-}" = system ] || environment
[ "${1:-}" != docs ] || docs_environment
