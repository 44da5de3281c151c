"""Files that are replaced as a whole, or not at all."""

from __future__ import annotations

import os

import pytest

from quakefringe.engine.errors import OutputError
from quakefringe.engine.output.atomic import replacing


@pytest.fixture
def target(tmp_path):
    path = tmp_path / "scores.json"
    path.write_text("old", encoding="utf-8")
    return path


def test_the_file_keeps_its_old_content_until_the_block_ends(target):
    with replacing(target) as temporary:
        temporary.write_text("new", encoding="utf-8")
        assert target.read_text(encoding="utf-8") == "old"
    assert target.read_text(encoding="utf-8") == "new"
    assert os.listdir(target.parent) == ["scores.json"]


def write_and_fail(path, error, **options):
    with replacing(path, **options) as temporary:
        temporary.write_text("half", encoding="utf-8")
        raise error


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ValueError("bad"), OSError(28, "No space left")])
def test_a_failed_block_keeps_the_old_file_and_leaves_no_temporary_one(target, error):
    with pytest.raises((type(error), OutputError)):
        write_and_fail(target, error)
    assert target.read_text(encoding="utf-8") == "old"
    assert os.listdir(target.parent) == ["scores.json"]


def test_a_full_disk_is_reported_with_the_advice(target):
    message = r"scores\.json could not be written \(No space left\); try again\."
    with pytest.raises(OutputError, match=message):
        write_and_fail(target, OSError(28, "No space left"), advice="try again")


def test_other_errors_can_stand_for_a_full_disk(target):
    with pytest.raises(OutputError, match="PytorchStreamWriter failed"):
        write_and_fail(target, RuntimeError("PytorchStreamWriter failed"), errors=(OSError, RuntimeError))
