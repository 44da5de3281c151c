#!/usr/bin/env bash
# The worked case, Gorkha 2015: detection, source estimate, decomposition and hazard page on the sample scenes.
#   tools/gorkha.sh [folder]
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
python=${PYTHON:-$root/.venv/bin/python}
out=${1:-$root/build/gorkha}
sample=$root/resources/sample
looks=("$sample/20150417_20150429.geo.unw.tif" "$sample/ascending/20150409_20150503.geo.unw.tif")
mkdir -p "$out/north-zero"
out=$(cd "$out" && pwd)

engine() { "$python" -m quakefringe.engine "$@"; }

decompose() { # folder, further options
    engine decompose "${looks[@]}" --event-date 2015-04-25 --folder "$@"
    "$python" "$root/tools/compare_gorkha.py" "$1"
}

echo "1. Detection"
names=(descending ascending)
for index in 0 1; do
    echo "${names[index]}"
    engine "${looks[index]}" --catalogue "$sample/gorkha/earthquakes.csv" \
        --boxes "$out/boxes-${names[index]}.gpkg" --report "$out/report-${names[index]}.html"
done

echo "2. Source"
engine source "${looks[@]}" --json "$out/source.json" --page "$out/source.html"

echo "3. Decomposition, north fixed to zero, beside the motion from which the sample was made"
decompose "$out/north-zero"
echo "   The same, north taken from the source estimate"
decompose "$out" --source "$out/source.json"

echo "4. Hazard page"
engine hazard "$out" --source "$out/source.json" --levels 0.05 0.25 0.5 1 \
    --population "$sample/gorkha/population.tif" --settlements "$sample/gorkha/places.geojson" \
    --page "$out/hazard.html" --layers "$out/hazard.gpkg" --json "$out/hazard.json"
echo
echo "Page     $out/hazard.html"
echo "Layers   $out/hazard.gpkg"
echo "Result   $out/hazard.json"
