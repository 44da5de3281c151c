"""The released model on the bundled samples: one earthquake found in the right place, quiet ground absent."""

from __future__ import annotations

import numpy as np
import pytest

from quakefringe.engine.boxes.rectangles import iou
from quakefringe.engine.detection import detect
from quakefringe.engine.settings import Settings
from quakefringe.tests.golden import EARTHQUAKE, MIN_BOX_IOU, QUIET, TRUTH


@pytest.fixture(params=["numpy", "onnxruntime"])
def settings(request):
    if request.param == "onnxruntime":
        pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
    return Settings(backend=request.param)


def test_the_bundled_earthquake_is_present_in_one_box_in_the_right_place(settings):
    result = detect(str(EARTHQUAKE), settings)
    assert result.backend == settings.backend
    assert result.verdict == "present"
    assert [box.class_name for box in result.boxes] == ["earthquake"]
    assert iou(np.array(result.boxes[0].extent), np.array([TRUTH]))[0] >= MIN_BOX_IOU


def test_the_bundled_quiet_sample_is_absent(settings):
    result = detect(str(QUIET), settings)
    assert result.verdict == "absent"
    assert result.boxes == []
