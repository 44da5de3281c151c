#!/usr/bin/env bash
# Make this machine ready for developing. Quick when everything is there already.
#   tools/setup.sh system   QGIS, GDAL and the like, by apt, only what is missing
#   tools/setup.sh          that, and .venv with the pinned Python packages
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"

python=/usr/bin/python3   # QGIS' own: a pyenv or conda python on the PATH cannot import qgis
packages=(qgis python3-qgis qgis-providers python3-gdal python3-numpy libopenblas0 python3-venv git make)
[ "${1:-}" = system ] || packages+=(xvfb xauth)
torch=2.13.0
torchvision=0.28.0
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

# osgeo.gdal_array works with the major version of numpy that it was built against: the system's.
numpy_pin() {
    case $("$python" -c 'import numpy; print(numpy.__version__)') in
        1.*) echo 'numpy==1.26.4' ;;
        *) echo 'numpy>=2.2,<2.5' ;;
    esac
}

environment() {
    local stamp pip extra=()
    stamp=.venv/.ready-$(fingerprint)
    if [ ! -e "$stamp" ] || ! .venv/bin/python -c 'import importlib.util as u, sys; sys.exit(not all(map(u.find_spec, ["torch", "pytest"])))' 2>/dev/null; then
        echo "Making .venv"
        rm -f .venv/.ready-*
        [ -x .venv/bin/python ] || "$python" -m venv --system-site-packages .venv
        pip=(.venv/bin/python -m pip --disable-pip-version-check --no-input)
        numpy_pin > .venv/constraints.txt
        # Without the CPU index, torch from PyPI brings gigabytes of CUDA libraries that nothing here needs.
        if "$python" -c "import urllib.request as u; u.urlopen('$cpu_index/', timeout=10)" 2>/dev/null; then
            extra=(--extra-index-url "$cpu_index")
        fi
        "${pip[@]}" install -qq -c .venv/constraints.txt numpy "torch==$torch" "${extra[@]}"
        # timm imports torchvision; its own dependencies are there already or not needed
        "${pip[@]}" install -qq --no-deps "torchvision==$torchvision" "${extra[@]}"
        "${pip[@]}" install -qq -c .venv/constraints.txt -r tools/requirements.txt "${extra[@]}"
        touch "$stamp"
    fi
    # The checkout's folder may have any name; Python must find it as `quakefringe`.
    mkdir -p .venv/link
    ln -sfn "$root" .venv/link/quakefringe
    echo "$root/.venv/link" > "$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/quakefringe.pth"
}

system
[ "${1:-}" = system ] || environment
