import re

import numpy as np
import pytest

from quakefringe.tests.training.fake_scores import fake_folder, fake_tiles
from quakefringe.training.__main__ import main
from quakefringe.training.data.packing import unpack
from quakefringe.training.figures.page import Page, number_text, percent, with_interval
from quakefringe.training.figures.pictures import pick_samples, tile_phase
from quakefringe.training.scoring.score_folder import write_scores


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """The page of two models, drawn once."""
    folder = tmp_path_factory.mktemp("figures")
    one, two = fake_folder(folder / "one", simulated=False, skill=0.5), fake_folder(folder / "two", seed=3)
    out = folder / "out"
    names = ["--names", "zero-shot", "fine-tuned"]
    assert main(["figures", "--scores", str(one), str(two), *names, "--out", str(out)]) == 0
    return out


def test_one_command_draws_the_page_and_its_figures(drawn):
    drawings = {path.stem for path in drawn.glob("*.png")}
    assert {"confusion", "roc", "reliability", "hard", "detectability", "localisation", "samples"} <= drawings
    assert {"real-alarms", "real-confusion", "real-roc", "real-reliability", "real-scenes-1"} <= drawings
    assert all(path.read_bytes()[:4] == b"\x89PNG" for path in drawn.glob("*.png"))


def test_the_page_is_self_contained(drawn):
    html = (drawn / "index.html").read_text(encoding="utf-8")
    assert html.count("data:image/png;base64,") == len(list(drawn.glob("*.png")))
    assert not re.search(r'(src|href)="(?!data:)', html)
    assert "zero-shot" in html
    assert "fine-tuned" in html
    assert html.count('<td class="text">event0_0</td>') == 2  # each model's row of the scene


def test_missing_scores_are_reported_with_advice(tmp_path, capsys):
    out = ["--out", str(tmp_path / "out")]
    assert main(["figures", "--scores", str(tmp_path), *out]) == 2
    write_scores(tmp_path, {"model": {}})
    assert main(["figures", "--scores", str(tmp_path), *out]) == 2
    folder = fake_folder(tmp_path / "s", simulated=False)
    assert main(["figures", "--scores", str(folder), "--names", "a", "b", *out]) == 2
    assert main(["figures", "--scores", str(folder), "--run", str(tmp_path / "none"), *out]) == 2
    messages = capsys.readouterr().err
    for words in ("run evaluate", "are empty", "one name for each", "is no run folder"):
        assert words in messages


def test_text_is_escaped_in_the_page():
    page = Page("<b>")
    page.text("a < b")
    page.table(["<i>"], [["<script>", 1.23456, None]])
    html = page.html()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "1.235" in html


def test_numbers_are_formatted_for_readers():
    assert number_text(None) == "—"
    assert number_text(True) == "yes"
    assert percent(0.1234) == "12.3 %"
    assert with_interval(0.9, (0.8, 0.95)) == "0.900 (0.80–0.95)"


def test_the_phase_of_a_tile_is_recovered():
    tiles = unpack(fake_tiles(2))["input"]
    wrapped, unwrapped = tile_phase(tiles[0]), tile_phase(tiles[1])
    assert np.abs(wrapped).max() < 3.15
    assert unwrapped.max() > 15
    blank = tiles[0].copy()
    blank[4] = 0
    assert np.isnan(tile_phase(blank)).all()


def test_samples_show_every_class():
    label = np.array([0] * 10 + [1] * 10 + [2] * 10)
    picked = pick_samples({"label": label, "weight": np.ones(30)}, 30, 8)
    assert len(picked) == len(set(picked)) == 8
    assert [int((label[picked] == c).sum()) for c in (0, 1, 2)] == [2, 4, 2]
