#!/usr/bin/env bash
# Pictures of the QGIS window after a click on the button, without a display.
#   tools/screenshot.sh [SCENE [OUT.png [STYLE]]]
# SCENE: the wrapped phase of resources/sample when left out; STYLE: wrapped, displacement or nothing.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
scene=${1:-$(find resources/sample -name '*diff_pha.tif' | sort | head -n 1)}
[ -n "$scene" ] || { echo "Give a scene; resources/sample has none." >&2; exit 1; }
mkdir -p build
export SCREENSHOT_SCENE SCREENSHOT_OUT SCREENSHOT_STYLE=${3-wrapped}
SCREENSHOT_SCENE=$(realpath "$scene")
SCREENSHOT_OUT=$(realpath -m "${2:-build/screenshot.png}")
mkdir -p "$(dirname "$SCREENSHOT_OUT")"
. tools/profile.sh
program=/usr/bin/qgis.bin
[ -x "$program" ] || program=$(command -v qgis)
export QT_QPA_PLATFORM=xcb
xvfb-run -a -s "-screen 0 1400x900x24" "$program" --nologo --noversioncheck --profiles-path "$profile/gui" \
    --code "$root/tools/screenshot.py" 2>"$profile/qgis.log" || { tail -n 20 "$profile/qgis.log" >&2; exit 1; }
ls -l "$SCREENSHOT_OUT"
