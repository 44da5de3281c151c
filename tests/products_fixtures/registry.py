"""Builders of fixtures by product family, and what a reader should say of what they build."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Callable, Optional

from osgeo import gdal

from .field import ISO


@dataclass
class Case:
    """One product and what a reader should say of it."""

    name: str
    path: str
    product: str
    quantity: str
    wavelength: Optional[float]
    options: dict[str, Any] = field(default_factory=dict)
    dates: tuple[str, ...] = ISO
    tolerance: float = 2e-3
    masked: bool = True
    """Whether the product's masks take out the pixels of `low_coherence`."""
    positive: str = "away"
    needs: str = ""
    """GDAL driver without which the family cannot be read."""


Build = Callable[[Path], list[Case]]


@dataclass(frozen=True)
class Fixture:
    """How to build one family's files.

    Attributes
    ----------
    build : callable
        build(folder) -> cases; the folder does not exist yet.
    cases : tuple of str
        Names of the cases that it returns, in their order.
    phase_file : str
        Pattern of one phase file, for tests that damage it; empty for none.
    folder : str
        Folder below the family's that reads like the first case; None: no folder does.
    needs_h5py : bool
        Whether h5py writes the files.
    """

    build: Build
    cases: tuple[str, ...]
    phase_file: str = ""
    folder: Optional[str] = None
    needs_h5py: bool = False


FAMILIES: dict[str, Fixture] = {}
"""Fixtures by family; `family` adds to them."""


def family(
    name: str,
    *cases: str,
    phase_file: str = "",
    folder: Optional[str] = None,
    needs_h5py: bool = False,
) -> Callable[[Build], Build]:
    """Register a builder, with the names of the cases that it returns."""

    def register(build: Build) -> Build:
        FAMILIES[name] = Fixture(build, cases, phase_file, folder, needs_h5py)
        return build

    return register


def available() -> list[str]:
    """Families that can be built here: some need h5py."""
    with_h5py = importlib.util.find_spec("h5py") is not None
    return [name for name, fixture in FAMILIES.items() if with_h5py or not fixture.needs_h5py]


def case_ids() -> list[tuple[str, int]]:
    """Every case of every family, as (family, index), before anything is built."""
    return [(name, index) for name, fixture in FAMILIES.items() for index in range(len(fixture.cases))]


def build_all(folder: Path) -> dict[str, list[Case]]:
    """Every family that can be built, each in its own folder.

    In a process of its own: h5py brings its own HDF5 library, which cannot live beside GDAL's in QGIS.
    """
    script = Path(__file__).parents[1] / "build_products.py"
    subprocess.run([sys.executable, str(script), os.fspath(folder)], check=True)
    built = json.loads((Path(folder) / "cases.json").read_text())
    found = {name: [Case(**case) for case in cases] for name, cases in built.items()}
    for cases in found.values():
        for case in cases:
            case.dates = tuple(case.dates)
    return found


def write_cases(folder: Path) -> None:
    """Build what can be built, and write the cases to cases.json."""
    built = {name: FAMILIES[name].build(folder / name.replace(" ", "_")) for name in available()}
    for name, cases in built.items():
        if tuple(case.name for case in cases) != FAMILIES[name].cases:
            raise ValueError(f"the builder of {name} returns other cases than it names")
    listed = {name: [asdict(case) for case in cases] for name, cases in built.items()}
    (folder / "cases.json").write_text(json.dumps(listed))


def case_of(built: dict[str, list[Case]], family: str, index: int = 0) -> Case:
    """A case of a family; the test is skipped where its files cannot be made or read."""
    import pytest  # not at the top: building needs no pytest

    if family not in built:
        pytest.skip("h5py, which writes this family's fixture, is not installed")
    case = built[family][index]
    if case.needs and gdal.GetDriverByName(case.needs) is None:
        pytest.skip(f"this GDAL has no {case.needs} driver")
    return case
