"""A whole run: progress, cancellation, refusals, and the files that it leaves."""

from __future__ import annotations

import errno
import json
import os
import pickle
import threading
import time

import numpy as np
import pytest
from osgeo import gdal

from quakefringe.engine.detection import Settings, detect
from quakefringe.engine.errors import Cancelled, InputError, ModelError, OutputError
from quakefringe.engine.network import Output
from quakefringe.engine.output import transaction
from quakefringe.tests.engine.made import FringeNetwork, bowls, wrap, write

WRAPPED = Settings(quantity="wrapped")
NORTH_UP = (3e5, 80.0, 0.0, 3.2e6, 0.0, -80.0)


@pytest.fixture
def scene(tmp_path):
    """A scene with one bowl, in a folder of its own."""
    folder = tmp_path / "in"
    folder.mkdir()
    values = wrap(bowls((700, 800), [(400, 300)], (40, 40), 40)).astype(np.float32)
    return write(folder / "scene.tif", values, NORTH_UP, 32645)


@pytest.fixture
def out(tmp_path):
    """An empty folder, and the four destinations in it."""
    folder = tmp_path / "out"
    folder.mkdir()
    return folder, {
        "heatmap": str(folder / "heat.tif"),
        "boxes": str(folder / "boxes.gpkg"),
        "result": str(folder / "result.json"),
        "report": str(folder / "report.html"),
    }


def run(path, settings=WRAPPED, network=None, **options):
    return detect(path, settings, network=network or FringeNetwork(), **options)


def test_all_files_appear_and_nothing_else(scene, out):
    folder, targets = out
    run(scene, **targets)
    names = set(os.listdir(folder))
    assert names - {"heat.qml"} == {"heat.tif", "boxes.gpkg", "result.json", "report.html"}
    assert os.listdir(os.path.dirname(scene)) == ["scene.tif"]


def test_only_requested_files_are_written(scene, out):
    folder, targets = out
    run(scene, result=targets["result"])
    assert os.listdir(folder) == ["result.json"]


def test_progress_grows_to_100_per_cent(scene):
    reports = []
    run(scene, progress=lambda percent, text: reports.append((percent, text)))
    percents = [percent for percent, _ in reports]
    assert percents == sorted(percents)
    assert percents[-1] == 100
    assert len(reports) > 10
    assert sum(1 for _, text in reports if text) < 10


@pytest.mark.parametrize("after", [0, 1, 5, 40])
def test_a_cancelled_run_leaves_no_files(scene, out, after):
    folder, targets = out
    asked = []

    def cancelled():
        asked.append(1)
        return len(asked) > after

    with pytest.raises(Cancelled):
        run(scene, cancelled=cancelled, **targets)
    assert os.listdir(folder) == []


def test_a_cancelled_run_ends_after_the_current_call_of_the_network(scene):
    class Slow(FringeNetwork):
        def run(self, tiles):
            time.sleep(0.2)
            return super().run(tiles)

    network, stop = Slow(), threading.Event()
    threading.Timer(0.3, stop.set).start()
    with pytest.raises(Cancelled):
        run(scene, network=network, cancelled=stop.is_set)
    done = len(network.batches)
    assert done <= 4
    assert not [t for t in threading.enumerate() if t.name.startswith("quakefringe")]


def test_batches_shrink_for_a_slow_network(tmp_path, monkeypatch):
    from quakefringe.engine.inference import pipeline

    values = wrap(bowls((900, 900), [])).astype(np.float32)
    path = write(tmp_path / "a.tif", values, NORTH_UP, 32645)
    monkeypatch.setattr(pipeline, "MAX_BATCH_S", 1e-9)
    network = FringeNetwork()
    run(path, network=network)
    assert network.batches[-1] == 1


def test_errors_of_the_network_are_raised_and_leave_no_files(scene, out):
    class Broken(FringeNetwork):
        def run(self, tiles):
            raise ModelError("The model is broken; install it again.")

    folder, targets = out
    with pytest.raises(ModelError, match="broken"):
        run(scene, network=Broken(), **targets)
    assert os.listdir(folder) == []


def test_a_network_that_returns_nan_is_an_error(scene):
    class Nan(FringeNetwork):
        def run(self, tiles):
            output = super().run(tiles)
            output.logits[0] = np.nan
            return output

    with pytest.raises(ModelError, match="finite"):
        run(scene, network=Nan())


def test_settings_can_be_pickled():
    settings = Settings(quantity="wrapped", extent=(0, 0, 1, 1), threshold=0.6)
    assert pickle.loads(pickle.dumps(settings)) == settings


def test_a_run_in_another_thread_gives_the_same_result(scene):
    results = []
    thread = threading.Thread(target=lambda: results.append(run(scene)))
    thread.start()
    thread.join()
    assert results[0].boxes == run(scene).boxes


def test_windows_without_data_are_skipped(tmp_path):
    values = wrap(bowls((1500, 1500), [(1200, 300)], (40, 40), 40)).astype(np.float32)
    values[700:, :] = np.nan
    result = run(write(tmp_path / "a.tif", values, NORTH_UP, 32645))
    finest = result.windows[-1]
    assert 0 < finest["used"] < finest["windows"]
    assert len(result.boxes) == 1


@pytest.mark.parametrize("value", [float("nan"), 0.0, 1.5])
def test_empty_and_constant_scenes_are_refused(tmp_path, out, value):
    folder, targets = out
    path = write(tmp_path / "a.tif", np.full((400, 400), value, np.float32), NORTH_UP, 32645)
    with pytest.raises(InputError):
        run(path, **targets)
    assert os.listdir(folder) == []


def test_an_extent_without_data_is_refused(tmp_path):
    values = wrap(bowls((600, 600), [(100, 100)])).astype(np.float32)
    values[:, 300:] = np.nan
    path = write(tmp_path / "a.tif", values, NORTH_UP, 32645)
    extent = (3e5 + 350 * 80, 3.2e6 - 500 * 80, 3e5 + 590 * 80, 3.2e6 - 10 * 80)
    with pytest.raises(InputError, match="hardly any valid phase"):
        run(path, Settings(quantity="wrapped", extent=extent))


@pytest.mark.parametrize(
    "settings", [Settings(threshold=0.0), Settings(threshold=1.5), Settings(scales=0), Settings(batch=0)]
)
def test_invalid_settings_are_refused(scene, settings):
    with pytest.raises(InputError):
        run(scene, settings)


def test_the_threshold_decides_what_is_present(scene):
    class Unsure(FringeNetwork):
        def run(self, tiles):
            output = super().run(tiles)
            np.clip(output.logits, -6, 0.2, out=output.logits)
            return output

    assert run(scene, network=Unsure()).verdict == "uncertain"
    assert run(scene, Settings(quantity="wrapped", threshold=0.5), network=Unsure()).verdict == "present"


def test_other_deformation_is_a_class_of_its_own(scene):
    result = run(scene, network=FringeNetwork(other=True))
    assert (result.verdict, result.deformation, result.kind) == ("absent", "present", "other")
    assert result.label.startswith("Other deformation present (")
    assert [box.class_name for box in result.boxes] == ["other"]


def test_the_probability_depends_on_the_number_of_windows_as_the_card_says(scene):
    card = {"calibration": {"temperature": 2.0, "deformation": {"a": 1.0, "b": -1.0, "c": -0.5}}}
    plain, strict = run(scene), run(scene, network=FringeNetwork(**card))
    used = sum(scale["used"] for scale in strict.windows)
    assert strict.deformation_probability < plain.deformation_probability
    want = 1 / (1 + np.exp(-(strict.deformation_evidence - 1 - 0.5 * np.log(used))))
    assert strict.deformation_probability == pytest.approx(want, rel=1e-6)
    assert strict.boxes[0].probability <= strict.probability


def test_a_model_of_the_first_format_runs_with_its_old_verdict_and_says_so(scene):
    card = {"format": 1, "calibration": {"temperature": 2.0, "scene": {"a": 1.0, "b": -1.0, "c": -0.5}}}
    result = run(scene, network=FringeNetwork(retired_passes=("smoothed",), **card))
    used = sum(scale["used"] for scale in result.windows)
    want = 1 / (1 + np.exp(-(result.evidence - 1 - 0.5 * np.log(used))))
    assert result.probability == pytest.approx(want, rel=1e-6)
    assert result.deformation_probability == max(result.probability, result.other_probability)
    (note,) = (text for text in result.notes if "has no calibrated probability of deformation" in text)
    assert "no longer run (smoothed)" in note
    assert not any("no calibrated probability" in text for text in run(scene).notes)


def test_a_present_earthquake_gets_a_box_even_where_the_mask_is_faint(scene):
    class Faint(FringeNetwork):
        def run(self, tiles):
            output = super().run(tiles)
            output.mask[:] *= 0.4
            return output

    result = run(scene, network=Faint())
    assert result.verdict == "present"
    assert len(result.boxes) == 1
    x = (result.boxes[0].extent[0] + result.boxes[0].extent[2]) / 2
    assert x == pytest.approx(3e5 + 400 * 80, abs=60 * 80)


@pytest.mark.parametrize("mask", [1.0, 0.4])
def test_a_present_earthquake_has_an_earthquake_box_even_if_windows_favour_other_deformation(scene, mask):
    class Torn(FringeNetwork):
        def run(self, tiles):
            output = super().run(tiles)
            output.logits[:, 2] = output.logits[:, 1] + 0.5
            output.mask[:] *= mask
            return output

    card = {"calibration": {"kind": {"a": 1.0, "b": 3.0, "c": 0.0}}}
    result = run(scene, network=Torn(**card))
    assert result.verdict == "present"
    assert [box.class_name for box in result.boxes] == ["earthquake"]
    x = (result.boxes[0].extent[0] + result.boxes[0].extent[2]) / 2
    assert x == pytest.approx(3e5 + 400 * 80, abs=60 * 80)


@pytest.mark.parametrize(("card", "passes"), [({}, 2), ({"passes": ()}, 1)])
def test_the_card_decides_which_passes_windows_go_through(tmp_path, card, passes):
    values = wrap(bowls((224, 224), [(112, 112)], (30, 30), 40)).astype(np.float32)
    network = FringeNetwork(**card)
    result = run(write(tmp_path / "a.tif", values, NORTH_UP, 32645), network=network)
    assert result.verdict == "present"
    assert network.batches == [1] * passes


class TwoHeads(FringeNetwork):
    """Its first head looks where the mask is; the second one looks everywhere."""

    def run(self, tiles, heads=False):
        output = super().run(tiles)
        maps = np.stack([output.mask, np.ones_like(output.mask)], axis=1) if heads else None
        return Output(output.logits, output.attention, output.mask, maps)


def test_the_attention_of_each_head_is_a_band_of_a_geotiff_on_the_heatmaps_grid(scene, out):
    folder, targets = out
    path = str(folder / "heads.tif")
    result = run(scene, network=TwoHeads(), heads=path, heatmap=targets["heatmap"])
    raster, heat = gdal.Open(path), gdal.Open(targets["heatmap"])
    assert raster.RasterCount == 3
    assert raster.GetGeoTransform() == heat.GetGeoTransform()
    assert raster.GetRasterBand(2).GetDescription() == "attention of head 2, 0 to 1"
    assert raster.GetRasterBand(3).GetDescription() == "mask of deformed ground, 0 to 1"
    first, second, mask = raster.ReadAsArray()
    np.testing.assert_array_equal(mask, result.mask)
    np.testing.assert_array_equal(np.stack([first, second]), result.heads)
    row, column = np.unravel_index(np.nanargmax(result.heat), result.heat.shape)
    assert first[row, column] > 0.9
    assert np.nansum(second) > np.nansum(first)


class WithoutHeads(FringeNetwork):
    """A model up to 0.13."""

    has_heads = False


def test_a_model_without_heads_writes_the_mask_and_says_so(scene, out):
    folder, _ = out
    result = run(scene, network=WithoutHeads(), heads=str(folder / "heads.tif"))
    assert gdal.Open(str(folder / "heads.tif")).RasterCount == 1
    assert any("mask only" in text for text in result.warnings)


def test_head_maps_are_returned_by_the_setting_and_not_otherwise(scene):
    assert run(scene, network=TwoHeads()).heads is None
    settings = Settings(quantity="wrapped", heads=True)
    assert run(scene, settings, network=TwoHeads()).heads.shape[0] == 2


def test_the_json_describes_input_settings_and_model(scene, out):
    _, targets = out
    result = run(scene, **targets)
    with open(targets["result"], encoding="utf-8") as file:
        data = json.load(file)
    assert data["schema"] == 2
    assert data["label"] == result.label
    assert (data["deformation"], data["kind"], data["two_questions"]) == ("present", "earthquake", True)
    assert data["deformation_probability"] == pytest.approx(result.deformation_probability)
    assert sum(data["kind_probabilities"].values()) == pytest.approx(1)
    assert data["model"] == {"version": "test", "name": "fringes.onnx", "hash": "0" * 64, "recipe": ""}
    assert data["backend"] == "numpy"
    assert data["settings"]["quantity"] == "wrapped"
    assert data["input"]["quantity"] == "wrapped"
    assert data["boxes"][0]["rank"] == 1
    assert len(data["windows"]) == 2
    for scale in data["windows"]:
        assert len(scale["scores"]) == scale["used"]
        assert all(len(row) == len(data["window_scores"]) for row in scale["scores"])
    assert {"opening", "windows", "network", "boxes"} <= set(data["timings"])


def test_existing_files_survive_a_failed_run(scene, out, monkeypatch):
    folder, targets = out
    for path in targets.values():
        with open(path, "w", encoding="utf-8") as file:
            file.write("before")
    plain = transaction.write_bytes

    def full(path, data):
        if path.endswith(".json"):
            raise OutputError("disk full")
        plain(path, data)

    monkeypatch.setattr("quakefringe.engine.output.result_json.write_bytes", full)
    with pytest.raises(OutputError):
        run(scene, **targets)
    assert sorted(os.listdir(folder)) == ["boxes.gpkg", "heat.tif", "report.html", "result.json"]
    for path in targets.values():
        with open(path, encoding="utf-8") as file:
            assert file.read() == "before"


def test_a_full_disk_is_an_error_and_leaves_no_files(scene, out):
    resource = pytest.importorskip("resource")
    signal = pytest.importorskip("signal")
    folder, targets = out
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, before[1]))
    try:
        with pytest.raises(OutputError, match="free some space"):
            run(scene, **targets)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert os.listdir(folder) == []


def test_if_one_file_cannot_be_replaced_all_others_are_restored(scene, out, monkeypatch):
    folder, targets = out
    with open(targets["heatmap"], "w", encoding="utf-8") as file:
        file.write("before")
    plain = os.replace

    def held(source, target):
        if str(target).endswith("result.json"):
            raise OSError(errno.EACCES, "Permission denied", source, None, target)
        plain(source, target)

    monkeypatch.setattr(transaction.os, "replace", held)
    with pytest.raises(OutputError, match=r"result\.json"):
        run(scene, **targets)
    assert os.listdir(folder) == ["heat.tif"]
    with open(targets["heatmap"], encoding="utf-8") as file:
        assert file.read() == "before"


@pytest.mark.parametrize(
    ("targets", "words"),
    [
        ({"heatmap": "missing/heat.tif"}, "missing"),
        ({"heatmap": "heat.png"}, r"ends in \.tif"),
        ({"boxes": "boxes.shp"}, r"ends in \.gpkg"),
        ({"report": "report.pdf"}, r"ends in \.html"),
        ({"result": "result.txt"}, r"ends in \.json"),
        ({"heatmap": "a.tif", "boxes": "sub/../a.gpkg", "result": "folder.json"}, "is a folder"),
    ],
)
def test_bad_destinations_are_refused_before_the_run(scene, out, targets, words):
    folder, _ = out
    (folder / "sub").mkdir()
    (folder / "folder.json").mkdir()
    network = FringeNetwork()
    with pytest.raises(OutputError, match=words):
        run(scene, network=network, **{key: str(folder / name) for key, name in targets.items()})
    assert network.batches == []


def test_the_input_is_never_overwritten(scene):
    with pytest.raises(OutputError, match="overwrite"):
        run(scene, heatmap=scene)


def test_a_read_only_folder_is_refused(scene):
    if not os.path.isdir("/proc"):
        pytest.skip("needs a folder that nobody can write")
    with pytest.raises(OutputError, match="cannot be written"):
        run(scene, heatmap="/proc/heat.tif")


def test_amplitudes_are_analysed_with_a_warning(tmp_path):
    random = np.random.default_rng(0)
    values = random.gamma(2.0, 3000.0, (400, 400)).astype(np.float32)
    path = write(tmp_path / "scene.tif", values, NORTH_UP, 32645, unit="")
    result = detect(path, network=FringeNetwork())
    assert any("does not look like" in text for text in result.warnings)
