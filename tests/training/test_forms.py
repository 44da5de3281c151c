import json
import math
import shutil
from dataclasses import replace

import numpy as np
import pytest

from quakefringe.engine import detection
from quakefringe.engine.errors import InputError
from quakefringe.engine.numerics.phase import wrap
from quakefringe.tests.training.fake_scores import fake_row
from quakefringe.tests.training.real_catalogue import write_catalogue
from quakefringe.training.real.catalogue import read_catalogue
from quakefringe.training.scoring import form_scenes, scene_runs
from quakefringe.training.scoring.form_scenes import FORMS, read_phase, write_form
from quakefringe.training.scoring.form_scores import form_table
from quakefringe.training.scoring.quiet_delay import over_scene
from quakefringe.training.scoring.scene_runs import SceneTask, run_tasks
from quakefringe.training.scoring.tables import tables_page
from quakefringe.training.scoring.targets import missed_large, target_scores


@pytest.fixture(scope="module")
def scenes(tmp_path_factory):
    """The scenes of a small catalogue, by file name."""
    folder = write_catalogue(tmp_path_factory.mktemp("real"))
    return {scene.file: scene for scene in read_catalogue(folder)}


@pytest.fixture(scope="module")
def crop(tmp_path_factory):
    """A quiet crop: a slope of one fringe from left to right, its lower right corner masked."""
    from skimage.io import imsave

    phase = wrap(np.linspace(-1, 2 * math.pi - 1, 227)[None, :].repeat(227, axis=0))
    gray = np.rint((phase + math.pi) * 255 / (2 * math.pi)).astype(np.uint8)
    gray[-20:, -20:] = 127
    path = tmp_path_factory.mktemp("crops") / "calm.png"
    imsave(path, gray, check_contrast=False)
    return path


def read(scene):
    """A form as the engine reads it."""
    interferogram = detection.open_with(str(scene.path), scene.settings)
    return interferogram, interferogram.read(0, 0, interferogram.grid.width, interferogram.grid.height)


def form(scene, name, folder, crops=()):
    made = write_form(scene, name, crops, folder)
    return made, *read(made)


def test_wrapping_keeps_the_phase_up_to_whole_cycles(scenes, tmp_path):
    native = read_phase(scenes["two.tif"])
    _, interferogram, values = form(scenes["two.tif"], "wrapped", tmp_path)
    assert interferogram.quantity.value == "wrapped"
    assert interferogram.wavelength == pytest.approx(native.wavelength)
    assert np.abs(wrap(values - native.values)).max() < 1e-3
    assert np.abs(values).max() <= math.pi + 1e-5


def test_at_c_band_an_l_band_scene_has_more_fringes(scenes, tmp_path):
    scene = replace(scenes["one.tif"], settings=replace(scenes["one.tif"].settings, wavelength=0.2362))
    native = read_phase(scene)
    _, interferogram, values = form(scene, "wrapped_c", tmp_path)
    assert interferogram.wavelength == pytest.approx(form_scenes.C_BAND_M)
    expected = native.values * (0.2362 / form_scenes.C_BAND_M)
    assert np.abs(wrap(values - expected)).max() < 1e-2
    assert write_form(scenes["one.tif"], "wrapped_c", (), tmp_path) is None  # is C band already


def test_displacement_and_its_unwrapped_phase_are_the_same_to_the_engine(scenes, tmp_path):
    _, interferogram, values = form(scenes["two.tif"], "unwrapped", tmp_path)
    assert interferogram.unit == "rad"
    assert np.allclose(values, read_phase(scenes["two.tif"]).values, atol=1e-3)


def test_multilooking_averages_blocks_and_keeps_the_ground(scenes, tmp_path):
    native = read_phase(scenes["one.tif"])
    made, interferogram, values = form(scenes["one.tif"], "multilooked", tmp_path)
    assert values.shape == (60, 60)
    assert values[3, 5] == pytest.approx(native.values[6:8, 10:12].mean(), abs=1e-3)
    assert interferogram.grid.extent == pytest.approx(native.grid.extent)
    assert made.box == scenes["one.tif"].box


def test_multilooked_wrapped_phase_is_a_mean_of_vectors():
    values = np.array([[3.1, -3.1], [3.1, -3.1]], np.float32)
    grid = form_scenes.Grid(2, 2, (0.0, 1.0, 0.0, 2.0, 0.0, -1.0))
    phase = form_scenes.FormPhase(values, grid, True, None, False, False, None)
    assert abs(form_scenes._multilooked(phase).values[0, 0]) == pytest.approx(math.pi, abs=1e-5)
    half = replace(phase, values=np.array([[1.0, np.nan], [np.nan, np.nan]], np.float32))
    assert np.isnan(form_scenes._multilooked(half).values[0, 0])


def test_a_quarter_holds_the_signal_off_its_centre(scenes, tmp_path):
    scene = scenes["one.tif"]
    made, interferogram, values = form(scene, "quarter", tmp_path)
    assert values.shape == (60, 60)
    row, col = np.unravel_index(np.nanargmax(np.abs(values)), values.shape)
    for place in (row, col):
        assert place / 60 == pytest.approx(0.3, abs=0.05) or place / 60 == pytest.approx(0.7, abs=0.05)
    x, y = interferogram.grid.xy(col + 0.5, row + 0.5)
    assert made.box[0] < x < made.box[2]
    assert made.box[1] < y < made.box[3]
    assert write_form(replace(scene, box=None), "quarter", (), tmp_path) is None


def test_the_delay_of_a_quiet_crop_is_added_once_over_the_scene(scenes, crop, tmp_path):
    native = read_phase(scenes["one.tif"])
    _, _, values = form(scenes["one.tif"], "over_quiet", tmp_path, (crop,))
    delay = (values - native.values) * native.wavelength / form_scenes.C_BAND_M
    assert np.isfinite(delay).all()
    assert delay[60, -1] - delay[60, 0] == pytest.approx(2 * math.pi, rel=0.05)
    assert write_form(scenes["one.tif"], "over_quiet", (), tmp_path) is None


def test_masked_pixels_of_a_crop_take_their_neighbours_delay(crop):
    delay = over_scene(crop, (227, 227))
    assert delay[-1, -1] == pytest.approx(delay[-21, -1], abs=0.8)  # 20 pixels away


class _Engine:
    """Stands for a model; records what it was asked to score."""

    def __init__(self):
        self.asked = []

    def __call__(self, task):
        self.asked.append((task.form, task.scene.file))
        if task.form == "wrapped_c":
            return None
        row = fake_row(task.scene.file, task.scene.group, task.scene.label, 0.9, form=task.form)
        return row, np.ones((2, 3), np.float32)


def test_a_resumed_run_scores_only_what_is_left(scenes, tmp_path, monkeypatch):
    engine = _Engine()
    monkeypatch.setattr(scene_runs._Worker, "score", lambda self, task: engine(task))
    tasks = [SceneTask(scenes["one.tif"], "m", name) for name in ("native", "wrapped", "wrapped_c")]
    run_tasks(tasks[:2], tmp_path, tmp_path / "p")
    with (tmp_path / scene_runs.JOURNAL).open("a") as file:
        file.write('{"key": "cut o')
    outcomes = run_tasks(tasks, tmp_path, tmp_path / "p", resume=True)
    assert [name for name, _ in engine.asked] == ["native", "wrapped", "wrapped_c"]
    assert [outcome and outcome[0]["form"] for outcome in outcomes] == ["native", "wrapped", None]
    assert outcomes[0][1].shape == (2, 3)
    run_tasks(tasks[:1], tmp_path, tmp_path / "p")  # without resume it begins anew
    assert len(engine.asked) == 4


def test_a_retrained_model_is_scored_again(scenes, tmp_path, monkeypatch):
    engine = _Engine()
    monkeypatch.setattr(scene_runs._Worker, "score", lambda self, task: engine(task))
    model = tmp_path / "model.onnx"
    model.write_bytes(b"one")
    tasks = [SceneTask(scenes["one.tif"], str(model))]
    run_tasks(tasks, tmp_path, tmp_path / "p")
    shutil.copystat(__file__, model)
    run_tasks(tasks, tmp_path, tmp_path / "p", resume=True)
    assert len(engine.asked) == 2


def rows_of_events(deformation, form="native"):
    """Rows of events with two files each; `deformation` holds the answers of each event's files."""
    return [
        fake_row(
            f"scenes/{event}_{number}.tif",
            f"Event {event}",
            "earthquake",
            0.9 if answer == "present" else 0.2,
            form=form,
            magnitude=6.5,
            deformation=answer,
            deformation_probability=0.95 if answer == "present" else 0.3,
        )
        for event, answers in enumerate(deformation)
        for number, answer in enumerate(answers)
    ]


def quiet_rows(count=10):
    return [
        fake_row(f"c/{i}.png", f"v{i}", "quiet", 0.1, deformation="absent", deformation_probability=0.05)
        for i in range(count)
    ]


def test_a_form_is_compared_with_the_native_form_of_the_same_files():
    native = rows_of_events([["present", "present"], ["present", "absent"], ["absent", "absent"]])
    coarse = rows_of_events([["present", "absent"]], "multilooked")
    table = form_table([*native, *quiet_rows()], coarse)
    assert table["native"]["deformation"]["rate"] == pytest.approx(0.5)
    assert table["multilooked"]["change"]["deformation"]["rate"] == pytest.approx(-0.5)
    assert table["native"]["area"]["rate"] == pytest.approx(1.0)
    assert (table["multilooked"]["files"], table["multilooked"]["events"]) == (2, 1)


def test_an_interval_over_events_is_wider_than_one_over_files():
    answers = [["present"] * 8, ["absent"] * 8, ["present"] * 8, ["absent"] * 8]
    table = form_table(rows_of_events(answers), [])
    low, high = (table["native"]["deformation"][end] for end in ("low", "high"))
    assert (low, high) == (0.0, 1.0)  # four events, not thirty-two files


def test_targets_count_files_and_name_missed_events():
    rows = rows_of_events([["present", "present"], ["absent", "uncertain"]]) + quiet_rows()
    rows[-1]["deformation"] = "present"
    got = target_scores(rows)
    assert got["deformation_f1"]["value"] == pytest.approx(2 * 2 / (3 + 4))
    assert got["quiet_deformed"]["value"] == pytest.approx(0.1)
    assert got["quiet_deformed"]["reached"] is False
    assert got["uncertain_deformed"]["value"] == pytest.approx(0.25)
    assert [one["event"] for one in got["missed_large"]] == ["Event 1"]
    assert "volcano_earthquake" not in got
    for row in rows:
        row["quality"] = "poor, aliased"
    assert missed_large(rows) == []


def test_tables_are_markdown_with_every_form():
    native = rows_of_events([["present", "present"], ["present", "absent"]])
    real = {
        "targets": target_scores([*native, *quiet_rows()]),
        "forms": form_table([*native, *quiet_rows()], [dict(row, form="quarter") for row in native]),
    }
    page = tables_page(real)
    assert "| a quarter, signal off-centre | 4 | 2 | 0.750" in page
    assert "| F1 of deformation | 14 (12) |" in page
    widths = {line.count("|") for line in page.splitlines() if line.startswith("| ") and "quarter" in line}
    assert widths == {11}


def test_unknown_forms_are_refused_with_the_known_ones():
    from quakefringe.training.scoring.evaluate import run

    with pytest.raises(InputError, match="--forms sideways is unknown; choose of wrapped, "):
        run("m.onnx", real="folder", forms=("sideways",))
    with pytest.raises(InputError, match="--forms are made of real"):
        run("m.onnx", simulated=4, forms=("quarter",))


def test_every_form_can_be_stored_in_the_journal():
    row = fake_row("a.tif", "A", "earthquake", 0.9, pointing=np.bool_(True), iou=np.float32(0.5))
    assert len({one.name for one in FORMS}) == len(FORMS)
    entry = json.loads(scene_runs._line("k", (row, np.ones((1, 3), np.float32))))
    assert (entry["row"]["pointing"], entry["row"]["iou"]) == (True, 0.5)
