"""GDAL closes a dataset with the last reference to it, and from 3.8 on what hangs on it as well."""

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


def _taken_from_nameless(source):
    """Lines where a part is taken from what a call has just returned."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and node.attr in PARTS and isinstance(node.value, ast.Call)
    ]


def test_the_rule_sees_what_it_is_to_see():
    assert _taken_from_nameless("kind = gdal.Open(path).GetRasterBand(1).DataType") == [1]
    assert _taken_from_nameless("held = gdal.Open(path)\nkind = held.GetRasterBand(1).DataType") == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_no_part_is_taken_from_a_dataset_without_a_name(path):
    assert _taken_from_nameless(path.read_text(encoding="utf-8")) == []
