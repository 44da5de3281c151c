"""Time of a source estimate for two looks, in units of 4 000 bare evaluations of Okada's model.

python -m quakefringe.bench.source
"""

from __future__ import annotations

import time

import numpy as np

from ..engine.deformation.unit_slip import unit_slip_los
from ..engine.source import estimate_source, looks_frame
from ..engine.source.observations import observe
from ..engine.source.search import random_faults
from ..training.scoring.source_cases import draw_case

SEED = 4
FAULTS, CELLS = 4000, 200


def measure() -> dict[str, float]:
    """Seconds of both and their ratio, in one run on one simulated earthquake."""
    looks = draw_case(SEED).looks
    observed = observe(looks, looks_frame(looks), CELLS)
    faults = random_faults(observed, FAULTS, np.random.default_rng(0))
    began = time.perf_counter()
    unit_slip_los(observed.x, observed.y, observed.look, faults)
    bare = time.perf_counter() - began
    began = time.perf_counter()
    estimate_source(looks)
    whole = time.perf_counter() - began
    return {"okada_s": bare, "estimate_s": whole, "ratio": whole / bare}


def main() -> None:
    """Print the figures."""
    for name, value in measure().items():
        print(f"{name:12s} {value:8.2f}")


if __name__ == "__main__":
    main()
