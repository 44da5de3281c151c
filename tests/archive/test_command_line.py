"""The command line: files that all scenes share are checked before the run, and options make sense."""

import os
import sys
from pathlib import Path

import pytest

pytest.importorskip("distributed")
pytest.importorskip("pyarrow")
from quakefringe.archive.__main__ import main
from quakefringe.archive.parser import parser
from quakefringe.archive.shared_files import with_absolute_paths
from quakefringe.engine.settings import Settings

sys.path.insert(0, str(Path(__file__).parent))
from scenes import write_scene


@pytest.fixture
def arguments(tmp_path):
    scene = write_scene(tmp_path / "a b ü.tif")
    return ["run", scene, "--out", str(tmp_path / "out")]


@pytest.mark.parametrize("option", ["--catalogue", "--faults", "--dem"])
@pytest.mark.parametrize("name", ["missing.csv", "damaged.csv"])
def test_a_shared_file_that_cannot_be_read_ends_the_run_before_it_starts(
    arguments, tmp_path, capsys, option, name
):
    (tmp_path / "damaged.csv").write_bytes(b"\x00\x01 no table")
    assert main([*arguments, option, str(tmp_path / name)]) == 2
    assert name in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--time-limit", "0"], "--time-limit"),
        (["--workers", "0"], "worker"),
        (["--max-scenes", "0"], "--max-scenes"),
        (["--since", "yesterday"], "--since"),
        (["--threshold", "2"], "threshold"),
    ],
)
def test_a_senseless_option_gives_one_sentence(arguments, capsys, options, word):
    assert main([*arguments, *options]) == 2
    assert word in capsys.readouterr().err


def test_workers_get_absolute_paths(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("dem.tif").touch()
    settings = with_absolute_paths(Settings(dem="dem.tif", catalogue="gone.csv", model=None))
    assert settings.dem == os.path.join(os.getcwd(), "dem.tif")
    assert settings.catalogue == "gone.csv"
    assert with_absolute_paths(Settings(dem="none")).dem == "none"


def test_the_options_of_one_scene_are_not_offered(capsys):
    for option in ("--extent", "--acquired", "--heads", "--report"):
        with pytest.raises(SystemExit):
            parser().parse_args(["run", "source", "--out", "out", option, "1", "2", "3", "4"])
    given = parser().parse_args(["run", "source", "--out", "out", "--catalogue", "c.csv", "--dem", "d.tif"])
    assert (given.catalogue, given.dem, given.thumbnails) == ("c.csv", "d.tif", "notable")
