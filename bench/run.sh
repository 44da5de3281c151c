#!/usr/bin/env bash
# All tables, or those named: bench/run.sh detection memory start simulation
set -euo pipefail
cd "$(dirname "$0")/.."
for name in ${*:-detection start memory simulation}; do
    .venv/bin/python -m "quakefringe.bench.$name"
done
