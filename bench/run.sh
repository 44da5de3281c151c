#!/usr/bin/env bash
# Prints all tables, or the named ones: bench/run.sh detection memory start simulation source archive
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- detection start memory simulation source archive archive_simulation
for name in "$@"; do
    .venv/bin/python -m "quakefringe.bench.$name"
done
