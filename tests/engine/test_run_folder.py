"""The folder that keeps one run, and what its result says."""

from datetime import datetime

import pytest

from quakefringe.engine.errors import InputError, OutputError
from quakefringe.engine.output.run_folder import create_run_folder, is_writable, read_summary, safe_name

NOON = datetime(2015, 4, 25, 12, 0, 0)


def test_two_runs_of_one_second_have_two_folders(tmp_path):
    first, second = (create_run_folder(str(tmp_path / "runs"), "Gorkha", NOON) for _ in range(2))
    assert first.path.endswith("Gorkha_20150425T120000")
    assert second.path.endswith("Gorkha_20150425T120000-2")


def test_an_empty_folder_goes_and_a_full_one_stays(tmp_path):
    empty = create_run_folder(str(tmp_path / "a"), "x", NOON)
    full = create_run_folder(str(tmp_path / "b"), "x", NOON)
    (tmp_path / "b" / "x_20150425T120000" / "result.json").write_text("{}")
    empty.discard()
    full.discard()
    assert not (tmp_path / "a").exists()
    assert (tmp_path / "b" / "x_20150425T120000" / "result.json").exists()


def test_names_suit_every_file_system():
    assert safe_name('a/b\\c:d*?"<>|') == "a_b_c_d"
    assert safe_name("../..") == "scene"
    assert len(safe_name("x" * 500)) == 60


def test_a_file_in_the_way_gives_one_sentence(tmp_path):
    (tmp_path / "runs").write_text("")
    with pytest.raises(OutputError, match="choose another folder"):
        create_run_folder(str(tmp_path / "runs"), "x")
    assert is_writable(str(tmp_path / "new" / "deep"))


@pytest.mark.parametrize("text", ["", "[]", '{"label": 3}', "{"])
def test_what_is_no_result_is_refused(tmp_path, text):
    path = tmp_path / "result.json"
    path.write_text(text)
    with pytest.raises(InputError, match="result"):
        read_summary(str(path))


def test_a_result_of_the_first_schema_is_read(tmp_path):
    path = tmp_path / "result.json"
    path.write_text(
        '{"label": "Uncertain (45 %)", "verdict": "uncertain", "probability": 0.45, "boxes": [{}]}'
    )
    summary = read_summary(str(path))
    assert (summary.probability, summary.deformation, len(summary.boxes)) == (0.45, "", 1)
