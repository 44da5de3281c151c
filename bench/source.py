"""Time of a source estimate for two looks, in units of 4 000 bare evaluations of Okada's model, and that of
the first guess by the source network.

python -m quakefringe.bench.source
"""

from __future__ import annotations

import time

import numpy as np

from ..engine.deformation.unit_slip import unit_slip_los
from ..engine.source import estimate_source, looks_frame
from ..engine.source.observations import observe
from ..engine.source.search import random_faults
from ..engine.source_network.guess import first_guess
from ..engine.source_network.model import load_source_model
from ..engine.source_network.proposal import points_of
from ..training.scoring.source_cases import draw_case

SEED = 4
FAULTS, CELLS = 4000, 200


def measure() -> dict[str, float]:
    """Seconds of all three, and the ratio of the estimate, in one run on one simulated earthquake."""
    looks = draw_case(SEED).looks
    observed = observe(looks, looks_frame(looks), CELLS)
    faults = random_faults(observed, FAULTS, np.random.default_rng(0))
    began = time.perf_counter()
    unit_slip_los(observed.x, observed.y, observed.look, faults)
    bare = time.perf_counter() - began
    began = time.perf_counter()
    estimate_source(looks)
    whole = time.perf_counter() - began
    model = load_source_model()
    points = points_of(looks[0], looks[:1])
    began = time.perf_counter()
    first_guess(model, points)
    guess = time.perf_counter() - began
    return {"okada_s": bare, "estimate_s": whole, "ratio": whole / bare, "guess_s": guess}


def main() -> None:
    """Print the figures."""
    for name, value in measure().items():
        print(f"{name:12s} {value:8.2f}")


if __name__ == "__main__":
    main()
