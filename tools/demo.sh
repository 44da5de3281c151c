#!/usr/bin/env bash
# Detection on the sample scene, through qgis_process in a temporary QGIS profile.
#   tools/demo.sh [interferogram [folder]]
# Fails when the verdict on the sample is not “present”.
set -euo pipefail
. "$(dirname "$0")/profile.sh"
sample=$root/resources/sample/20150417_20150429.geo.diff_pha.tif
scene=${1:-$sample}
out=${2:-$root/build/demo}
expect=()
[ "$scene" != "$sample" ] || expect=(--expect present)
mkdir -p "$out"
out=$(cd "$out" && pwd)
rm -f "$out"/heatmap.* "$out"/boxes.gpkg "$out"/report.html "$out"/result.json

echo "Searching $scene for earthquakes"
if ! "$qgis_process" run quakefringe:detect --INPUT="$scene" \
        --HEATMAP="$out/heatmap.tif" --BOXES="$out/boxes.gpkg" \
        --REPORT="$out/report.html" --RESULT="$out/result.json" >"$profile/run.log" 2>&1; then
    cat "$profile/run.log" >&2
    exit 1
fi
/usr/bin/python3 "$root/tools/verdict.py" "$out/result.json" "${expect[@]}"
echo
echo "Heatmap  $out/heatmap.tif"
echo "Boxes    $out/boxes.gpkg"
echo "Report   $out/report.html"
echo "Result   $out/result.json"
