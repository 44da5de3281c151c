"""Expected results of the released model on the bundled samples."""

from __future__ import annotations

from pathlib import Path

SAMPLE = Path(__file__).resolve().parents[1] / "resources" / "sample"
EARTHQUAKE = SAMPLE / "20150417_20150429.geo.diff_pha.tif"
QUIET = SAMPLE / "quiet" / "20150405_20150417.geo.diff_pha.tif"

TRUTH = (84.812, 27.340, 86.008, 28.342)
"""West, south, east and north (degrees) of the ground whose line-of-sight displacement exceeds a fifth of the
peak. `tests/training/test_sample.py` computes it from the fault plane."""
MIN_BOX_IOU = 0.75
