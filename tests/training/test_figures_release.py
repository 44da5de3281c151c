import json

import numpy as np
import pytest

from quakefringe.engine.errors import InputError
from quakefringe.training.figures import network as shown
from quakefringe.training.figures.calibration import questions_figure
from quakefringe.training.figures.forms import forms_figure, release_part
from quakefringe.training.figures.network import ShownNetwork
from quakefringe.training.figures.page import Page
from quakefringe.training.figures.style import save_png
from quakefringe.training.model.history import history_path, read_log, write_history


@pytest.fixture
def released(tmp_path):
    """A released model with the history of a training beside it."""
    run = tmp_path / "run"
    run.mkdir()
    entries = [
        {"kind": "train", "shown": 100, "loss": 1.0},
        {"kind": "note", "text": "not part of the history"},
        {"kind": "validation", "shown": 100, "scores": {}},
    ]
    text = "".join(json.dumps(entry) + "\n" for entry in entries) + '{"kind": "train", "sho'
    (run / "log.jsonl").write_text(text)
    model = tmp_path / "model-1.2.onnx"
    model.write_bytes(b"")
    assert write_history(run, model) == tmp_path / "model-1.2-history.jsonl"
    return model


def test_the_history_beside_a_model_keeps_losses_and_scores(released):
    assert [entry["kind"] for entry in read_log(history_path(released))] == ["train", "validation"]
    train, validation = ShownNetwork(model=str(released)).history()
    assert train[0]["loss"] == 1.0
    assert validation[0]["shown"] == 100


def test_a_missing_history_or_model_is_named(released, tmp_path):
    history_path(released).unlink()
    with pytest.raises(InputError, match=r"no history 'model-1\.2-history\.jsonl'; write it with export"):
        ShownNetwork(model=str(released)).history()
    (tmp_path / "empty.jsonl").write_text("")
    with pytest.raises(InputError, match="holds no losses"):
        write_history(tmp_path / "empty.jsonl", released)
    with pytest.raises(InputError, match="no model file"):
        ShownNetwork(model=str(tmp_path / "none.onnx")).check()
    with pytest.raises(InputError, match="give one of them"):
        ShownNetwork(run="a", model="b").check()


class _Network:
    """A model that gives each tile's number as the attention of its heads."""

    has_heads = True

    def run(self, tiles, heads=False):
        maps = np.ones((len(tiles), 3, 14, 14), np.float32) * tiles[:, :1, :1, :1]
        return type("Output", (), {"heads": maps if heads else None})


def test_a_released_model_shows_the_attention_of_its_heads(released, monkeypatch):
    monkeypatch.setattr(shown, "load_model", lambda path: _Network())
    tiles = np.arange(4, dtype=np.float32)[:, None, None, None] * np.ones((1, 5, 8, 8), np.float32)
    heads = ShownNetwork(model=str(released)).heads(tiles, [1, 3])
    assert heads.shape == (4, 3, 14, 14)
    assert heads[:, 0, 0, 0].tolist() == [0, 1, 0, 3]
    monkeypatch.setattr(_Network, "has_heads", False)
    assert ShownNetwork(model=str(released)).heads(tiles, [1]) is None
    assert ShownNetwork().heads(tiles, [1]) is None


TABLE = {
    "count": [5, 0, 3],
    "said": [0.1, None, 0.9],
    "seen": [0.2, None, 1.0],
    "low": [0.0, 0.0, 0.4],
    "high": [0.6, 1.0, 1.0],
    "ece": 0.08,
    "auc": None,
}
FORM = {"files": 4, "events": 2, "seconds": {"mean": 1.0, "total": 4.0}}


def forms():
    rate = {"rate": 0.5, "low": 0.2, "high": 0.8}
    change = {"rate": -0.25, "low": -0.5, "high": 0.0}
    answers = {"deformation": rate, "earthquake": {"rate": 0.4, "low": None, "high": None}}
    return {
        "native": {**FORM, **answers},
        "quarter": {**FORM, **answers, "change": {"deformation": change, "earthquake": change}},
    }


def test_empty_bins_are_left_out_of_a_reliability_diagram():
    drawing = questions_figure({"deformation": TABLE, "kind": TABLE})
    line = drawing.axes[0].lines[1]
    assert line.get_xdata().tolist() == [0.1, 0.9]
    assert drawing.axes[1].get_title() == "Earthquake, if it deforms?"


def test_a_form_is_drawn_beside_the_native_form_of_the_same_files():
    axes = forms_figure(forms()).axes[0]
    assert [text.get_text() for text in axes.get_yticklabels()] == [
        "native (4)",
        "a quarter, signal off-centre (4)",
    ]
    marks = [line for line in axes.lines if line.get_marker() == "|"]
    assert [line.get_xdata()[0] for line in marks] == [0.75]


def test_the_page_says_what_decides_about_a_release(tmp_path):
    (tmp_path / "calibration.json").write_text(
        json.dumps({"reliability": {"deformation": TABLE, "kind": TABLE}})
    )
    target = {"title": "F1 of deformation", "value": 0.9, "low": 0.8, "high": 0.95, "files": 40, "goal": 0.95}
    missed = [{"event": "Somewhere 2001", "magnitude": 6.3}]
    real = {
        "forms": forms(),
        "targets": {"f": {**target, "at_least": True, "reached": False}, "missed_large": missed},
    }
    source = type("Source", (), {"scores": {"real": real}, "pictures": tmp_path / "pictures"})
    page = Page("Scores")
    release_part(page, tmp_path, source)
    html = page.html()
    assert "Somewhere 2001 (Mw 6.3)" in html
    assert "0.900 (0.80–0.95)" in html
    assert {path.name for path in tmp_path.glob("*.png")} == {"real-questions.png", "real-forms.png"}
    assert save_png(forms_figure(forms()), tmp_path / "again.png")[:4] == b"\x89PNG"
