import csv
import json
from types import SimpleNamespace

import numpy as np
import pytest

from quakefringe.engine.errors import InputError
from quakefringe.engine.inference.calibration import verdict as engine_verdict
from quakefringe.engine.network import ModelCard
from quakefringe.engine.raster.grid import Grid
from quakefringe.engine.results import Box, Result
from quakefringe.tests.training.fake_scores import fake_folder, fake_row, fake_rows
from quakefringe.training.__main__ import main
from quakefringe.training.real.catalogue import REQUIRED_COLUMNS
from quakefringe.training.scoring import (
    calibrate,
    evaluate,
    logistic,
    metrics,
    real_scores,
    scene_fit,
    thresholds,
)
from quakefringe.training.scoring.calibration_report import card_reliability, read_reliability
from quakefringe.training.scoring.costs import Costs
from quakefringe.training.scoring.metrics import rounded
from quakefringe.training.scoring.real_summary import alarms, boxes, by_event, summarise
from quakefringe.training.scoring.score_folder import read_rows, read_windows, write_rows

GRID = Grid(
    10,
    10,
    (0.0, 0.1, 0.0, 1.0, 0.0, -0.1),
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",'
    '6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]',
)


def box(extent, name="earthquake"):
    return Box(1, 0.9, name, extent, 1, 1, 1, 0, 0, 1, 1, 100.0)


def a_result(probability=0.9, boxes=(), verdict=None):
    """A result as `detect` gives it."""
    heat = np.zeros((10, 10), np.float32)
    heat[2, 3] = 0.9
    return Result(
        run_id="r",
        label="",
        verdict=verdict or ("present" if probability >= 0.7 else "absent"),
        probability=probability,
        other_probability=0.1,
        evidence=2.0,
        other_evidence=-2.0,
        deformation="present",
        deformation_probability=0.95,
        deformation_evidence=3.1,
        kind="earthquake",
        boxes=list(boxes),
        heat=heat,
        grid=GRID,
        input={},
        settings={},
        model={},
        thresholds={},
        backend="numpy",
        windows=[{"scores": [[0, 0, 1.0, 0.9, 0.05, -1.0, 2.0, -1.0]]}],
        timings={},
        started="",
        plugin_version="0",
    )


@pytest.fixture
def data_folder(tmp_path):
    """Two earthquakes, a quiet scene and quiet crops, as empty files with a catalogue."""
    folder = tmp_path / "real"
    rows = [
        ("scenes/a.tif", "First", "earthquake", "wrapped phase", "rad", "toward", "0.3,0.7,0.4,0.8"),
        ("scenes/b.tif", "Second", "earthquake", "wrapped phase", "rad", "toward", "0.3,0.7,0.4,0.8"),
        ("scenes/c.tif", "Still", "quiet", "wrapped phase", "rad", "toward", ""),
        *[
            (f"crops/quiet/v{i}_012a_1.png", f"v{i}", "quiet", "wrapped phase", "8-bit", "unknown", "")
            for i in range(6)
        ],
    ]
    for name, *_ in rows:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")
    with (folder / "catalogue.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow((*REQUIRED_COLUMNS[:6], "wavelength_m", "box"))
        writer.writerows([(*row[:6], "0.056", row[6]) for row in rows])
    return folder


@pytest.fixture
def fake_engine(monkeypatch):
    """The engine detects the earthquakes; a model named "blind" detects nothing."""
    calls = []

    def detect(path, settings, *, network, **_):
        calls.append((path.rsplit("/", 1)[1], network.name))
        quake = path.endswith(("a.tif", "b.tif")) and network.name != "blind"
        return a_result(0.9 if quake else 0.1, [box((0.3, 0.7, 0.4, 0.8))] if quake else [])

    def open_model(source, backend="auto"):
        network = SimpleNamespace(name=str(source), card=ModelCard("0"), hash=str(source), backend="numpy")
        return evaluate.ScoredModel(network, str(source), None)

    monkeypatch.setattr(real_scores.detection, "detect", detect)
    monkeypatch.setattr(real_scores, "_pictures", lambda scene, result: {"phase": np.zeros((2, 2))})
    monkeypatch.setattr(evaluate, "open_model", open_model)
    return calls


def test_every_file_goes_through_the_engine(data_folder, fake_engine, tmp_path):
    out = tmp_path / "out"
    got = evaluate.run("sharp", real=str(data_folder), out=str(out))
    assert len(fake_engine) == 9
    assert got["real"]["sets"]["all"]["f1"] == 1.0
    assert got["real"]["boxes"]["iou"] == pytest.approx(1.0)
    rows = read_rows(out)
    assert [row["verdict"] for row in rows[:3]] == ["present", "present", "absent"]
    assert rows[0]["centre_km"] == pytest.approx(0.0, abs=1e-6)
    assert rows[0]["pointing"] is True
    assert [len(one) for one in read_windows(out)] == [1] * 9
    pictures = sorted(path.name for path in (out / "pictures").iterdir())
    assert pictures == ["scenes-a.npz", "scenes-b.npz", "scenes-c.npz"]
    assert json.loads((out / "scores.json").read_text())["real"]["files"] == 9


def test_each_model_of_the_folds_is_scored_only_on_groups_held_out_of_it(data_folder, fake_engine, tmp_path):
    folds = tmp_path / "folds.json"
    entries = [{"model": "sharp", "groups": ["First"]}, {"model": "blind", "groups": ["Second", "Still"]}]
    folds.write_text(json.dumps(entries))
    out = tmp_path / "out"
    got = evaluate.run(real=str(data_folder), folds=str(folds), out=str(out))
    assert fake_engine == [("a.tif", "sharp"), ("b.tif", "blind"), ("c.tif", "blind")]
    assert got["real"]["sets"]["all"]["recall"] == 0.5
    assert got["real"]["left_out"] == 6


def test_two_calls_into_one_folder_keep_the_scores_of_both(data_folder, fake_engine, tmp_path, monkeypatch):
    out = tmp_path / "out"

    def meanwhile(*_, **__):
        evaluate.run("sharp", real=str(data_folder), groups=["First"], out=str(out))
        return {"sets": {}, "hard": {}}

    monkeypatch.setattr(evaluate, "score_simulated", meanwhile)
    evaluate.run("sharp", simulated=8, out=str(out))
    scores = json.loads((out / "scores.json").read_text())
    assert scores["real"]["files"] == 1
    assert scores["simulated"] == {"sets": {}, "hard": {}}


def test_groups_and_crops_limit_the_files(data_folder, fake_engine, tmp_path):
    evaluate.run("m", real=str(data_folder), groups=["First", "Still"], out=str(tmp_path / "a"))
    assert [name for name, _ in fake_engine] == ["a.tif", "c.tif"]
    fake_engine.clear()
    evaluate.run("m", real=str(data_folder), crops=2, out=str(tmp_path / "b"))
    assert len([name for name, _ in fake_engine if name.endswith(".png")]) == 2


def test_a_file_that_the_engine_refuses_counts_as_absent(data_folder, fake_engine, tmp_path, monkeypatch):
    def refuse(path, settings, **_):
        raise InputError("Nothing in it.")

    monkeypatch.setattr(real_scores.detection, "detect", refuse)
    got = evaluate.run("m", real=str(data_folder), groups=["First", "Still"], out=str(tmp_path / "a"))
    assert got["real"]["refused"]["scenes/a.tif"] == "Nothing in it."
    assert got["real"]["missed"] == ["scenes/a.tif"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--model", "none.onnx", "--simulated", "8"], "no model 'none.onnx'"),
        (["--simulated", "8"], "no model to score"),
        (["--model", "none.onnx"], "nothing to score on"),
        (["--model", "m", "--simulated", "-1"], "0 or more"),
        (["--model", "m", "--real", "nowhere"], "no catalogue.csv in 'nowhere'"),
        (["--folds", "f.json", "--simulated", "8"], "--folds is for real"),
    ],
)
def test_bad_input_is_one_sentence(arguments, words, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["evaluate", *arguments]) == 2
    assert words in capsys.readouterr().err.splitlines()[-1]


def test_missing_files_and_unknown_groups_are_named(data_folder, fake_engine, tmp_path):
    with pytest.raises(InputError, match="group 'Frist'; similar names are First"):
        evaluate.run("m", real=str(data_folder), groups=["Frist"], out=str(tmp_path / "o"))
    (data_folder / "scenes" / "b.tif").unlink()
    with pytest.raises(InputError, match=r"1 files of the catalogue are missing, scenes/b\.tif"):
        evaluate.run("m", real=str(data_folder), out=str(tmp_path / "o"))


def test_boxes_and_heatmap_are_compared_with_the_catalogue():
    got = real_scores.compare(
        a_result(boxes=[box((5, 5, 6, 6)), box((0.3, 0.7, 0.4, 0.75)), box((0.3, 0.7, 0.4, 0.8), "other")]),
        (0.3, 0.7, 0.4, 0.8),
    )
    assert got["iou"] == pytest.approx(0.5)
    assert got["iou_first"] == 0.0
    assert got["centre_km"] == pytest.approx(0.025 * 110.6, rel=0.01)
    assert got["pointing"] is True
    assert real_scores.compare(a_result(), (5.0, 5.0, 6.0, 6.0))["pointing"] is False


def test_postseismic_scenes_are_reported_separately():
    rows, _ = fake_rows()
    with_them = summarise(rows, draws=20)
    without = summarise([row for row in rows if row["label"] != "postseismic"], draws=20)
    assert rounded(with_them["sets"]) == rounded(without["sets"])
    assert with_them["alarms"]["postseismic"]["present"]["hits"] == 1
    assert with_them["confusion"]["postseismic"]["present"] == 1


def test_held_out_crops_are_reported_separately():
    rows = [fake_row(f"crops/quiet/{i}.png", f"v{i}", "quiet", 0.9 if i else 0.1, fold=i) for i in range(4)]
    got = alarms(rows, quiet_fold=0)
    assert got["quiet_crops"]["present"]["rate"] == 0.75
    assert got["quiet_crops_held_out"]["present"] == {
        **got["quiet_crops_held_out"]["present"],
        "hits": 0,
        "count": 1,
    }
    assert got["quiet_crops_trained_on"]["present"]["hits"] == 3


def test_a_scene_without_a_box_counts_with_zero_iou():
    drawn = fake_row(
        "scenes/a.tif", "A", "earthquake", 0.9, iou=0.8, iou_first=0.8, centre_km=20.0, centre_share=0.05
    )
    missed = fake_row("scenes/b.tif", "B", "earthquake", 0.1, iou=0.0, iou_first=0.0)
    got = boxes([drawn, missed])
    assert got["iou"] == pytest.approx(0.4)
    assert got["drawn"] == 1
    assert got["centre_right"]["hits"] == 1  # 20 km, but within a tenth of the box
    assert [one["found"] for one in by_event([drawn, missed])] == [1, 0]


def test_rows_are_read_as_they_were_written(tmp_path):
    rows, windows = fake_rows()
    write_rows(tmp_path, rows, windows)
    back = read_rows(tmp_path)
    for before, after in zip(rows, back):
        assert after["probability"] == pytest.approx(before["probability"], rel=1e-5)
        assert {k: after[k] for k in ("crop", "fold", "label", "magnitude", "pointing")} == {
            k: before[k] for k in ("crop", "fold", "label", "magnitude", "pointing")
        }
    assert len(read_windows(tmp_path)) == len(rows)


def test_the_temperature_of_overconfident_logits_is_recovered():
    random = np.random.default_rng(0)
    true = random.normal(0, 2, (4000, 3))
    p = np.exp(true) / np.exp(true).sum(axis=1, keepdims=True)
    label = np.array([random.choice(3, p=one) for one in p])
    assert calibrate.fit_temperature(true * 2.5, label) == pytest.approx(2.5, rel=0.1)


def test_more_windows_never_make_an_earthquake_more_probable():
    random = np.random.default_rng(1)
    truth = np.arange(200) % 2 == 0
    count = np.where(truth, 3.0, 0.0)  # positives have many windows, as scenes have and crops have not
    x = np.stack([random.normal(0, 1, 200) + 2 * truth, np.ones(200), count], axis=1)
    a, _, c = logistic.fit_logistic(x, truth, np.arange(200).astype(str), prior=0.3)
    assert a > 0
    assert c <= 0


def test_calibration_is_written_and_read_by_export(tmp_path):
    folder = fake_folder(tmp_path / "scores")
    assert main(["calibrate", "--scores", str(folder), "--out", str(tmp_path / "c.json")]) == 0
    got = calibrate.read_calibration(tmp_path / "c.json")
    assert set(got["calibration"]) == {"temperature", "deformation", "kind"}
    assert 0 < got["thresholds"]["absent"] < got["thresholds"]["present"] < 1
    rates = json.loads((tmp_path / "c.json").read_text())["rates"]
    assert rates["quiet"]["present"]["rate"] <= 0.01
    (tmp_path / "bad.json").write_text("{}")
    with pytest.raises(InputError, match="is not a calibration"):
        calibrate.read_calibration(tmp_path / "bad.json")


def test_an_applied_calibration_updates_every_probability_and_verdict(tmp_path):
    folder = fake_folder(tmp_path / "scores")
    before = read_rows(folder)
    result = calibrate.run(str(folder), apply=True)
    present, absent = result["thresholds"]["present"], result["thresholds"]["absent"]
    after = read_rows(folder)
    assert [row["file"] for row in after] == [row["file"] for row in before]
    assert [row["probability"] for row in after] != [row["probability"] for row in before]
    assert {row["verdict"] for row in after} <= {"present", "uncertain", "absent"}
    surest = max(after, key=lambda row: row["probability"])
    calmest = min(after, key=lambda row: row["probability"])
    assert (surest["verdict"], calmest["verdict"]) == ("present", "absent")
    quakes = [row for row in after if row["label"] == "earthquake"]
    share = sum(row["verdict"] == "present" for row in quakes) / len(quakes)
    scores = json.loads((folder / "scores.json").read_text())["real"]
    assert scores["sets"]["all"]["recall"] == pytest.approx(share, abs=1e-4)
    assert scores["thresholds"] == result["thresholds"]
    assert (present, absent) == (scores["thresholds"]["present"], scores["thresholds"]["absent"])
    again = calibrate.run(str(folder), apply=True)
    assert again["thresholds"] == result["thresholds"]


def test_both_questions_are_calibrated_apart():
    random = np.random.default_rng(3)
    rows, windows = [], []
    for index in range(90):
        label = ("quiet", "earthquake", "volcano")[index % 3]
        centre = {"quiet": (3, 0, 0), "earthquake": (0, 3, 0), "volcano": (0, 0, 3)}[label]
        rows.append(fake_row(f"scenes/{index}.tif", f"g{index}", label, 0.5))
        windows.append(random.normal(centre, 1.0, (4, 3)).astype(np.float32))
    moves, share = scene_fit.fit_scenes(rows, windows).left_out()
    label = np.array([row["label"] for row in rows])
    assert moves[label != "quiet"].min() > moves[label == "quiet"].max() - 0.3
    assert moves[label == "volcano"].mean() > 0.8
    assert share[label == "volcano"].mean() < 0.3
    assert share[label == "earthquake"].mean() > 0.7


def two_forms(shift, seed=5):
    """Files of both forms; `shift` is added to the evidence of deformation in unwrapped ones."""
    random = np.random.default_rng(seed)
    rows, windows = [], []
    for index in range(160):
        label, unwrapped = ("quiet", "earthquake", "quiet", "volcano")[index % 4], index % 8 >= 4
        centre = np.array({"quiet": (1.5, 0, 0), "earthquake": (-1.5, 2, 0), "volcano": (-1.5, 0, 2)}[label])
        rows.append(fake_row(f"s/{index}.tif", f"g{index // 2}", label, 0.5, unwrapped=unwrapped))
        logits = random.normal(centre, 1.0, (1, 3))
        logits[:, 0] -= shift * unwrapped
        windows.append(logits.astype(np.float32))
    return rows, windows


def test_forms_get_coefficients_of_their_own_where_they_differ():
    apart = scene_fit.fit_scenes(*two_forms(shift=5.0)).card()
    assert apart["unwrapped"]["deformation"]["b"] < apart["wrapped"]["deformation"]["b"] - 1
    assert set(apart["unwrapped"]) == {"deformation"}  # the kinds do not differ
    alike = scene_fit.fit_scenes(*two_forms(shift=0.0))
    assert set(alike.card()) == {"deformation", "kind"}
    assert alike.by_form["deformation"]["adopted"] is False
    assert set(scene_fit.fit_scenes(*two_forms(5.0), by_form="never").card()) == {"deformation", "kind"}


def test_forms_of_a_scene_do_not_count_more_than_their_event():
    rows, windows = two_forms(shift=0.0)
    once = scene_fit.fit_scenes(rows, windows, by_form="never").coefficients
    chosen = [index for index, row in enumerate(rows) if row["group"] == "g0"] * 6
    more = ([*rows, *(rows[i] for i in chosen)], [*windows, *(windows[i] for i in chosen)])
    again = scene_fit.fit_scenes(*more, by_form="never").coefficients
    for key, values in once.items():
        assert again[key] == pytest.approx(values, abs=1e-3)


def test_a_calibration_reports_reliability_of_both_questions_and_exports_it(tmp_path):
    folder = fake_folder(tmp_path / "scores")
    result = calibrate.run(str(folder), deformation_costs=(1, 4, 0.5), prior=0.2)
    assert result["thresholds"]["deformation_present"] == 0.5
    assert result["thresholds"]["deformation_absent"] == 0.125
    never_called = 0.2 * 1.5
    assert 0 < result["expected_costs"]["earthquake"] < never_called
    table = result["reliability"]["deformation"]
    assert sum(table["count"]) == sum(row["label"] != "postseismic" for row in read_rows(folder))
    assert sum(table["weight"]) == pytest.approx(1.0)
    assert result["reliability"]["kind"]["prior"] == pytest.approx(0.4)
    card = card_reliability(read_reliability(folder / "calibration.json"))
    first = card["real, left out: reliability of deformation"]["0.0 to 0.1"]
    assert first.endswith(f"{table['count'][0]} files")


def test_weights_of_a_reliability_diagram_move_its_means():
    p, truth = np.array([0.11, 0.19, 0.15]), np.array([True, False, False])
    table = metrics.reliability(p, truth, 10, np.array([2.0, 1.0, 1.0]))
    assert table["seen"][1] == pytest.approx(0.5)
    assert table["said"][1] == pytest.approx(0.14)
    assert table["count"][1] == 3


def test_costs_give_the_thresholds():
    assert Costs(1.0, 1.5, 0.3).thresholds() == pytest.approx((0.7, 0.2))
    assert Costs(1.0, 3.0, 10.0).thresholds() == pytest.approx((0.25, 0.25))  # "uncertain" never pays
    with pytest.raises(InputError, match="--deformation-costs takes three numbers above 0"):
        Costs.from_numbers((1, 0, 1), "--deformation-costs")


def test_the_expected_cost_of_verdicts_weights_files():
    truth = np.array([True, True, False, False])
    verdicts = ["present", "absent", "uncertain", "present"]
    cost = Costs(1.0, 2.0, 0.25).expected(verdicts, truth, np.array([0.1, 0.2, 0.3, 0.4]))
    assert cost == pytest.approx(0.2 * 2.0 + 0.3 * 0.25 + 0.4 * 1.0)


def test_thresholds_satisfy_their_limits():
    rows = [fake_row(f"crops/quiet/{i}.png", f"v{i}", "quiet", 0.1) for i in range(100)]
    rows += [fake_row("scenes/s.tif", "S", "quiet", 0.1), fake_row("scenes/q.tif", "Q", "earthquake", 0.9)]
    p = np.concatenate([np.linspace(0, 0.8, 100), [0.82, 0.28]])
    got = thresholds.choose_thresholds(rows, p, {"quiet": 0.05}, misses=0.0)
    assert got["present"] == pytest.approx(0.83)  # the whole quiet scene decides
    assert got["absent"] == pytest.approx(0.27)


def test_the_lowest_threshold_within_the_limits_is_chosen():
    rows = [fake_row(f"crops/quiet/{i}.png", f"v{i}", "quiet", 0.1) for i in range(100)]
    rows += [fake_row(f"crops/volcano/{i}.png", f"w{i}", "volcano", 0.1) for i in range(20)]
    rows += [fake_row(f"scenes/q{i}.tif", "Q", "earthquake", 0.9) for i in range(3)]
    rows += [fake_row("scenes/after.tif", "Q", "postseismic", 0.9)]
    p = np.concatenate([np.full(96, 0.1), [0.6, 0.65, 0.7, 0.75], np.full(18, 0.2), [0.8, 0.86], [0.9] * 4])
    limited = [({"quiet": 0.02}, 0.66), ({"volcano": 0.05}, 0.81), ({"all": 0.03}, 0.71)]
    limited += [({"quiet": 0.02, "all": 0.01}, 0.81), ({"volcano": 0.0, "all": 0.03}, 0.87), ({}, 0.5)]
    for limits, expected in limited:
        present = thresholds.choose_thresholds(rows, p, limits, misses=0.0)["present"]
        assert present == pytest.approx(expected), limits


def test_a_verdict_uses_thresholds_determined_without_the_files_group():
    rows = [fake_row(f"crops/quiet/{i}.png", f"v{i}", "quiet", 0.1) for i in range(98)]
    rows += [fake_row(f"crops/quiet/loud-{i}.png", "loud", "quiet", 0.9) for i in range(2)]
    rows += [fake_row("scenes/q.tif", "Q", "earthquake", 0.8)]
    p = np.array([0.1] * 98 + [0.9] * 2 + [0.8])
    without = {row["group"]: p for row in rows}
    chosen = thresholds.left_out_thresholds(rows, without, {"quiet": 0.01}, misses=0.0)
    verdicts = [
        engine_verdict(float(value), bounds["present"], bounds["absent"]) for value, bounds in zip(p, chosen)
    ]
    assert verdicts[98:100] == ["present"] * 2  # without this volcano no quiet file is as high
    assert verdicts[100] == "uncertain"  # with it, at most one quiet file in a hundred may be present
    assert set(verdicts[:98]) == {"absent"}
    assert thresholds.rates_at(rows, verdicts, 0.3)["quiet"]["present"]["rate"] == pytest.approx(0.02)


def test_rates_in_use_are_weighted_to_a_users_fraction_of_earthquakes():
    rows = [fake_row(f"crops/quiet/{i}.png", f"v{i}", "quiet", 0.1) for i in range(90)]
    rows += [fake_row(f"scenes/q{i}.tif", "Q", "earthquake", 0.9) for i in range(10)]
    rows += [fake_row("scenes/after.tif", "Q", "postseismic", 0.9)]
    verdicts = ["present"] * 9 + ["absent"] * 81 + ["present"] * 8 + ["uncertain"] * 2 + ["present"]
    rates = thresholds.rates_at(rows, verdicts, 0.5)
    assert rates["all"]["precision"] == pytest.approx(8 / 17)
    assert rates["in use"]["precision"] == pytest.approx(0.8 / 0.9)
    assert rates["in use"]["accuracy"] == pytest.approx(0.85)
    for name in ("recall", "false_alarms"):
        assert rates["in use"][name] == pytest.approx(rates["all"][name])


def test_calibration_without_scores_or_with_impossible_fractions_is_refused(tmp_path, capsys):
    assert main(["calibrate", "--scores", str(tmp_path)]) == 2
    folder = fake_folder(tmp_path / "s", simulated=False)
    assert main(["calibrate", "--scores", str(folder), "--prior", "1.5"]) == 2
    assert main(["calibrate", "--scores", str(folder), "--misses", "2"]) == 2
    messages = capsys.readouterr().err
    assert "There are no scores" in messages
    assert "--prior 1.5" in messages
    assert "--misses 2.0" in messages
