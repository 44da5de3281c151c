import csv
import json
import os
from pathlib import Path

import pytest

from quakefringe.engine.errors import InputError
from quakefringe.training.real.catalogue import REQUIRED_COLUMNS, Fold, read_catalogue, read_folds

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("QUAKEFRINGE_REAL_DATA", ROOT.parent / "shared" / "data" / "real"))

ROWS = [
    (
        "scenes/a.tif",
        "Herat Afghanistan 2023, shocks",
        "earthquake",
        "LOS displacement",
        "m",
        "toward",
        "1,2,3,4",
    ),
    (
        "scenes/b.tif",
        "Herat Afghanistan 2023 postseismic",
        "postseismic",
        "LOS displacement",
        "m",
        "toward",
        "",
    ),
    ("scenes/c.tif", "Dinar Turkey 1995", "earthquake", "wrapped phase", "rad", "away", "1,2,3,4"),
    ("crops/quiet/wolf_128d_1_2.png", "wolf", "quiet", "wrapped phase", "8-bit gray", "unknown", ""),
    ("crops/quiet/alayta_079d_1_2.png", "alayta", "quiet", "wrapped phase", "8-bit gray", "unknown", ""),
]


def write(folder, rows=ROWS, columns=(*REQUIRED_COLUMNS, "mw")):
    with (folder / "catalogue.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for name, event, label, quantity, unit, positive, box in rows:
            writer.writerow([name, event, label, quantity, unit, positive, "0.056", box, "6.4+7.1"])
    return folder


def test_rows_give_the_settings_of_their_file(tmp_path):
    quake, after, dinar, crop, _ = read_catalogue(write(tmp_path))
    assert quake.settings.quantity == "displacement"
    assert (quake.settings.unit, quake.settings.positive, quake.settings.wavelength) == ("m", "toward", 0.056)
    assert quake.box == (1.0, 2.0, 3.0, 4.0)
    assert quake.magnitude == 7.1
    assert quake.group == after.group == "Herat"
    assert not after.counts
    assert dinar.group == "Dinar Turkey 1995"
    assert crop.crop
    assert crop.volcano == "wolf"
    assert crop.settings.unit is None
    assert crop.settings.positive is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({2: "meteorite"}, "line 2: 'meteorite' is unknown"),
        ({3: "tilt"}, "line 2: 'tilt' is unknown"),
        ({6: "1,2,3"}, "invalid"),
        ({6: "4,2,3,5"}, "invalid"),
        ({6: "a,b,c,d"}, "invalid"),
    ],
)
def test_an_invalid_row_is_named(tmp_path, change, words):
    row = list(ROWS[0])
    for place, value in change.items():
        row[place] = value
    with pytest.raises(InputError, match=words):
        read_catalogue(write(tmp_path, [tuple(row)]))


def test_a_missing_catalogue_or_column_is_reported(tmp_path):
    with pytest.raises(InputError, match=r"no catalogue\.csv"):
        read_catalogue(tmp_path / "nothing")
    (tmp_path / "catalogue.csv").write_text("file,event\na,b\n")
    with pytest.raises(InputError, match="column 'label'"):
        read_catalogue(tmp_path)


def test_folds_hold_out_events_and_volcanoes(tmp_path):
    scenes = read_catalogue(write(tmp_path))
    path = tmp_path / "folds.json"
    (tmp_path / "one.onnx").write_bytes(b"")
    crop = next(scene for scene in scenes if scene.group == "wolf")
    entries = [
        {"model": "one.onnx", "groups": ["Herat"]},
        {"model": "two.onnx", "groups": ["Dinar Turkey 1995"], "quiet_fold": crop.fold(5)},
    ]
    path.write_text(json.dumps(entries))
    one, two = read_folds(path, scenes)
    assert one.model == str(tmp_path / "one.onnx")
    assert two.model == "two.onnx"
    assert [one.holds_out(scene) for scene in scenes] == [True, True, False, False, False]
    assert two.holds_out(crop)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not a list of folds"),
        ('[{"groups": ["Herat"]}]', "not a list of folds"),
        ('[{"model": "a", "groups": "Herat"}]', "not a list of folds"),
        (
            '[{"model": "a", "groups": ["Heart"]}]',
            "No scene belongs to the group 'Heart'; similar names are Herat",
        ),
        ('[{"model": "a", "groups": ["Herat"]}, {"model": "b", "groups": ["Herat"]}]', "out of two models"),
    ],
)
def test_invalid_folds_are_refused(tmp_path, text, words):
    scenes = read_catalogue(write(tmp_path))
    (tmp_path / "folds.json").write_text(text)
    with pytest.raises(InputError, match=words):
        read_folds(tmp_path / "folds.json", scenes)


@pytest.mark.skipif(
    not (DATA / "catalogue.csv").is_file(), reason="the folder of real interferograms is absent"
)
def test_the_real_catalogue_keeps_its_groups_together():
    scenes = read_catalogue(DATA)
    quakes = {scene.group for scene in scenes if scene.is_earthquake}
    assert len(quakes) == 37  # 11, and 26 of the catalogue in the folder "more"
    assert all(scene.box for scene in scenes if scene.is_earthquake and not scene.file.startswith("more"))
    assert {scene.group for scene in scenes if scene.label == "postseismic"} <= quakes
    by_group = {}
    for scene in scenes:
        if scene.crop:
            by_group.setdefault(scene.group, set()).add(scene.fold(5))
    assert all(len(folds) == 1 for folds in by_group.values())
    assert not Fold("any").holds_out(scenes[0])
