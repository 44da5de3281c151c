#!/usr/bin/env bash
# The main job on the sample scene, through qgis_process in a throw-away profile.
#   tools/demo.sh [interferogram [folder]]
set -euo pipefail
. "$(dirname "$0")/profile.sh"
scene=${1:-$(find "$root/resources/sample" -name '*diff_pha.tif' | sort | head -n 1)}
out=${2:-$root/build/demo}
[ -n "$scene" ] || { echo "There is no sample in resources/sample." >&2; exit 1; }
mkdir -p "$out"
out=$(cd "$out" && pwd)
rm -f "$out"/heatmap.* "$out"/boxes.gpkg "$out"/report.html "$out"/result.json

echo "Looking for an earthquake in $scene"
if ! "$qgis_process" run quakefringe:detect --INPUT="$scene" \
        --HEATMAP="$out/heatmap.tif" --BOXES="$out/boxes.gpkg" \
        --REPORT="$out/report.html" --RESULT="$out/result.json" >"$profile/run.log" 2>&1; then
    cat "$profile/run.log" >&2
    exit 1
fi
/usr/bin/python3 "$root/tools/verdict.py" "$out/result.json"
echo
echo "Heatmap  $out/heatmap.tif"
echo "Boxes    $out/boxes.gpkg"
echo "Report   $out/report.html"
echo "Result   $out/result.json"
