# shellcheck shell=bash
# To be sourced. Makes a temporary QGIS profile with this checkout as the plugin `quakefringe`, sets $profile and
# $qgis_process, and removes the profile at exit.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT
mkdir -p "$profile/plugins" "$profile/config" "$profile/run"
chmod 700 "$profile/run"
ln -s "${QUAKEFRINGE_PLUGIN:-$root}" "$profile/plugins/quakefringe"
export QGIS_PLUGINPATH="$profile/plugins" QGIS_CUSTOM_CONFIG_PATH="$profile/config"
export QT_QPA_PLATFORM="${QT_QPA_PLATFORM:-offscreen}" XDG_RUNTIME_DIR="$profile/run" PYTHONDONTWRITEBYTECODE=1
# Debian's wrapper script passes an option that the program does not know
qgis_process=/usr/bin/qgis_process.bin
[ -x "$qgis_process" ] || qgis_process=$(command -v qgis_process)
if ! "$qgis_process" plugins enable quakefringe >"$profile/enable.log" 2>&1; then
    cat "$profile/enable.log" >&2
    exit 1
fi
