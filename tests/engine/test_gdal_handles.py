"""GDAL closes a dataset with the last reference to it; from GDAL 3.8 on, its bands and layers die with it."""

import ast
from pathlib import Path

import pytest

from quakefringe import engine

PARTS = {"GetRasterBand", "GetLayer", "GetLayerByName", "GetRootGroup", "GetMaskBand", "GetSpatialRef"}
SOURCES = sorted(
    path
    for folder in ("engine", "ui")
    for path in (Path(engine.__file__).parent.parent / folder).rglob("*.py")
)


def _parts_of_unnamed(source):
    """Lines that take a part of a dataset directly from the call that returns the dataset."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and node.attr in PARTS and isinstance(node.value, ast.Call)
    ]


def test_the_check_finds_parts_of_unnamed_datasets():
    assert _parts_of_unnamed("kind = gdal.Open(path).GetRasterBand(1).DataType") == [1]
    assert _parts_of_unnamed("held = gdal.Open(path)\nkind = held.GetRasterBand(1).DataType") == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_datasets_have_a_name_before_their_parts_are_taken(path):
    assert _parts_of_unnamed(path.read_text(encoding="utf-8")) == []
