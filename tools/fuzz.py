"""Runs the engine on damaged files: each must give a result or an error of one clear sentence.

    python tools/fuzz.py --count 500 --seed 1
    python tools/fuzz.py --only 1:137        # repeat one case, with its traceback

Every case runs in its own process, so that crashes and endless loops are reported with their case.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import traceback
from collections import Counter
from pathlib import Path

import numpy as np
from osgeo import gdal, osr

from quakefringe.engine.errors import QuakeFringeError
from quakefringe.engine.interferogram import Quantity, open_interferogram
from quakefringe.engine.network import load_model
from quakefringe.engine.report.pictures import overview

ROOT = Path(__file__).resolve().parent.parent
TIME_LIMIT_S = 30
NAMES = (
    "scene.tif",
    "20230101_20230113.geo.diff_pha.tif",
    "20230101_20230113.geo.unw.tif",
    "S1AA_20200101T000000_20200113T000000_VVP012_INT80_G_ueF_1234_unw_phase.tif",
    "los_displacement_m.tif",
)


def raster(path: Path, random: np.random.Generator) -> None:
    """Write a small raster with random type, bands, nodata, CRS, layout and values."""
    width, height = (int(size) for size in random.integers(1, 400, 2))
    kind = random.choice(
        [gdal.GDT_Byte, gdal.GDT_Int16, gdal.GDT_Float32, gdal.GDT_Float64, gdal.GDT_CFloat32]
    )
    bands = int(random.choice([1, 1, 1, 2, 3, 4]))
    options = [
        str(option) for option in random.choice(["TILED=YES", "COMPRESS=DEFLATE", "SPARSE_OK=TRUE"], 2)
    ]
    driver = gdal.GetDriverByName("GTiff")
    target = driver.Create(str(path), width, height, bands, int(kind), options)
    if random.random() < 0.8:
        step = float(10.0 ** random.uniform(-6, 3))
        rotation = step / 3 if random.random() < 0.1 else 0.0
        target.SetGeoTransform(
            (
                float(random.uniform(-200, 200)),
                step,
                rotation,
                float(random.uniform(-95, 95)),
                rotation,
                step * float(random.choice([-1, 1])),
            )
        )
    if random.random() < 0.7:
        system = osr.SpatialReference()
        system.ImportFromEPSG(int(random.choice([4326, 32645, 3857, 3413])))
        target.SetProjection(system.ExportToWkt())
    spread = float(10.0 ** random.uniform(-3, 6))
    for number in range(1, bands + 1):
        values = random.normal(0, spread, (height, width))
        kind_of_values = random.random()
        if kind_of_values < 0.15:
            values[:] = random.choice([0, 1, np.nan, np.inf])
        elif kind_of_values < 0.6:
            values = np.angle(np.exp(1j * values))
        values[random.random((height, width)) < random.choice([0, 0.5, 0.99])] = random.choice(
            [np.nan, 0, np.inf]
        )
        with np.errstate(all="ignore"):
            target.GetRasterBand(number).WriteArray(
                np.nan_to_num(values) if kind < gdal.GDT_Float32 else values
            )
        if random.random() < 0.3:
            target.GetRasterBand(number).SetNoDataValue(float(random.choice([0, -9999, np.nan])))
    target = None


def damage(path: Path, random: np.random.Generator, head: int) -> None:
    """Truncate the file, or change some of its bytes, mostly among the first `head`."""
    data = bytearray(path.read_bytes())
    if random.random() < 0.3:
        del data[int(random.integers(0, len(data))) :]
    else:
        for _ in range(int(random.integers(1, 20))):
            end = min(len(data), head) if random.random() < 0.7 else len(data)
            data[int(random.integers(0, end))] = int(random.integers(0, 256))
    path.write_bytes(bytes(data))


def try_raster(folder: Path, random: np.random.Generator) -> None:
    path = folder / str(random.choice(NAMES))
    raster(path, random)
    if random.random() < 0.6:
        damage(path, random, 600)
    interferogram = open_interferogram(str(path))
    interferogram.describe()
    phase = overview(interferogram, interferogram.quantity is Quantity.WRAPPED, longest=100)
    if np.isinf(phase).any():
        raise ValueError("the phase contains infinite values")


def try_model(folder: Path, random: np.random.Generator) -> None:
    models = sorted((ROOT / "resources" / "models").glob("*.onnx"))
    if not models:
        return
    path = folder / "model.onnx"
    path.write_bytes(models[-1].read_bytes())
    damage(path, random, 4000)
    network = load_model(str(path), backend="numpy")
    network.run(np.zeros((1, 5, 224, 224), np.float32))


def case(seed: int, number: int) -> str:
    """Run one case in this process: "result", or the type of the error."""
    random = np.random.default_rng((seed, number))
    # other plugins may have enabled GDAL exceptions for the whole Python of QGIS
    (gdal.UseExceptions if number % 2 else gdal.DontUseExceptions)()
    with tempfile.TemporaryDirectory() as folder:
        try:
            (try_model if number % 5 == 4 else try_raster)(Path(folder), random)
        except QuakeFringeError as error:
            text = str(error)
            if not text.strip() or "\n" in text.strip() or len(text) > 500:
                raise ValueError(f"not one clear sentence: {text!r}") from error
            return type(error).__name__
    return "result"


def run_separately(seed: int, number: int) -> str:
    """Run one case in a process of its own; the outcome as text."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        signal.alarm(TIME_LIMIT_S)
        try:
            text = case(seed, number)
        except BaseException as error:
            text = f"FAULT {type(error).__name__}: {error} ({traceback.extract_tb(error.__traceback__)[-1]})"
        os.write(writing, text[:2000].encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        text = pipe.read().decode()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return f"FAULT process ended by signal {os.WTERMSIG(status)}"
    return text


def main() -> int:
    """Command line; the exit status is 1 when a case failed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=500, help="number of cases")
    parser.add_argument("--seed", type=int, default=1, help="seed of the random damage")
    parser.add_argument("--only", help="repeat one case, given as SEED:NUMBER")
    arguments = parser.parse_args()
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    if arguments.only:
        seed, number = (int(part) for part in arguments.only.split(":"))
        print(case(seed, number))
        return 0
    outcomes: Counter[str] = Counter()
    for number in range(arguments.count):
        outcome = run_separately(arguments.seed, number)
        if outcome.startswith("FAULT"):
            print(f"{arguments.seed}:{number} {outcome[6:]}", flush=True)
            outcome = "FAULT"
        outcomes[outcome] += 1
    print(
        f"{arguments.count} cases, seed {arguments.seed}: "
        + ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common())
    )
    return 1 if outcomes["FAULT"] else 0


if __name__ == "__main__":
    sys.exit(main())
