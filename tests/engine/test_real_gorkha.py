"""Decomposition and hazard of the real ALOS-2 scenes of Gorkha 2015, where they are present."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from quakefringe.engine.decomposition import LookChoice, decompose
from quakefringe.engine.hazard import HazardSettings, assess

SCENES = Path(__file__).resolve().parents[3] / "shared" / "data" / "real" / "scenes"
LOOKS = (("gorkha2015_alos2_d048_los.tif", -168.0, 39.0), ("gorkha2015_alos2_asc_los.tif", -12.0, 39.0))
"""Scene, and the heading and incidence of ALOS-2 in degrees: the gridded scenes hold no look vectors."""

pytestmark = pytest.mark.skipif(
    not all((SCENES / name).is_file() for name, _, _ in LOOKS), reason="the real scenes are not present"
)


def test_the_real_looks_show_the_published_uplift(tmp_path):
    options = {"quantity": "displacement", "unit": "m", "positive": "toward", "wavelength": 0.2424525}
    looks = [LookChoice(str(SCENES / name), *angles, options=options) for name, *angles in LOOKS]
    result = decompose(looks, folder=str(tmp_path))
    up = result.statistics()["up"]
    assert 0.8 < up["highest_m"] < 2.2
    assert np.isfinite(result.components.up_sigma).any()
    page = tmp_path / "hazard.html"
    hazard = assess(HazardSettings(str(tmp_path), levels_m=(0.25, 0.5)), page=str(page))
    areas = hazard.theme("zones").classes.areas_km2()
    assert sum(areas[2:]) > 1000
    assert page.stat().st_size > 10_000
