#!/usr/bin/env bash
# The worked case, Gorkha 2015: detection, source estimate, decomposition and hazard page on the sample scenes.
#   tools/gorkha.sh [folder]
# Where the source estimate does not run, the published fault plane of the sample is used, and said so.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
python=${PYTHON:-$root/.venv/bin/python}
out=${1:-$root/build/gorkha}
sample=$root/resources/sample
looks=("$sample/20150417_20150429.geo.unw.tif" "$sample/ascending/20150409_20150503.geo.unw.tif")
mkdir -p "$out"
out=$(cd "$out" && pwd)

engine() { "$python" -m quakefringe.engine "$@"; }

echo "1. Detection"
for name in descending ascending; do
    scene=${looks[0]}
    [ "$name" = descending ] || scene=${looks[1]}
    echo "$name: $(engine "$scene" --boxes "$out/boxes-$name.gpkg" --report "$out/report-$name.html" --quiet)"
done

echo "2. Source"
source=()
fault=()
if engine source "${looks[@]}" --json "$out/source.json" >"$out/source.log" 2>&1; then
    tail -n 12 "$out/source.log"
    source=(--source "$out/source.json")
else
    echo "The source estimate did not run (see $out/source.log);"
    echo "the plane of the sample's simulation is used instead (USGS finite fault; Kobayashi et al. 2016)."
    fault=(--mw 7.8 --longitude 85.30 --latitude 27.90 --depth 14 --strike 293 --dip 7 --length 150 --width 80
        --rake 107)
fi

echo "3. Decomposition"
engine decompose "${looks[@]}" --event-date 2015-04-25 --folder "$out" "${source[@]}"

echo "4. Hazard page"
engine hazard "$out" "${source[@]}" "${fault[@]}" --levels 0.05 0.25 0.5 1 \
    --population "$sample/gorkha/population.tif" --settlements "$sample/gorkha/places.geojson" \
    --page "$out/hazard.html" --layers "$out/hazard.gpkg" --json "$out/hazard.json"
echo
echo "Page     $out/hazard.html"
echo "Layers   $out/hazard.gpkg"
echo "Result   $out/hazard.json"
