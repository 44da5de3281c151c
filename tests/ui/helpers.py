"""Small scenes, waiting for QGIS, and a stand-in for the engine's detection."""

from __future__ import annotations

import threading
import time
import uuid
from pathlib import Path

import numpy as np
from osgeo import gdal, osr
from qgis.core import QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QCoreApplication

from quakefringe.engine.errors import Cancelled
from quakefringe.engine.output.map_layers import write_boxes, write_heads, write_heatmap
from quakefringe.engine.output.result_json import write_json
from quakefringe.engine.raster.grid import Grid
from quakefringe.engine.results import Box, Result

gdal.UseExceptions()
SIZE = 96


def write_raster(path: Path, values: np.ndarray, *, epsg: int = 4326, nodata=None, unit: str = "") -> str:
    """A GeoTIFF with pixels of 0.001 degrees, or of 100 m in a projected CRS."""
    step = 0.001 if epsg == 4326 else 100.0
    x0, y0 = (85.0, 28.0) if epsg == 4326 else (300_000.0, 3_100_000.0)
    kind = (
        gdal.GDT_Byte
        if values.dtype == np.uint8
        else gdal.GDT_CFloat32
        if values.dtype.kind == "c"
        else gdal.GDT_Float32
    )
    bands = values if values.ndim == 3 else values[None]
    raster = gdal.GetDriverByName("GTiff").Create(str(path), bands.shape[2], bands.shape[1], len(bands), kind)
    raster.SetGeoTransform((x0, step, 0, y0, 0, -step))
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(epsg)
    raster.SetProjection(srs.ExportToWkt())
    for i, band in enumerate(bands, 1):
        raster.GetRasterBand(i).WriteArray(band)
        if unit:
            raster.GetRasterBand(i).SetUnitType(unit)
        if nodata is not None:
            raster.GetRasterBand(i).SetNoDataValue(nodata)
    raster.FlushCache()
    return str(path)


def bowl(size: int = SIZE, fringes: float = 6.0) -> np.ndarray:
    """Unwrapped phase (float32, rad) with a Gaussian bump of `fringes` fringes in the centre."""
    y, x = np.mgrid[:size, :size] - size / 2
    return (2 * np.pi * fringes * np.exp(-(x**2 + y**2) / (size / 5) ** 2)).astype(np.float32)


def wrap(phase: np.ndarray) -> np.ndarray:
    """Phase wrapped to -pi..pi."""
    return np.angle(np.exp(1j * phase)).astype(np.float32)


def activate(toolbar, qgis_iface, path: str, name: str = "Gorkha") -> QgsRasterLayer:
    """Load a raster and make it active, as a click in the Layers panel does."""
    layer = QgsRasterLayer(path, name)
    assert layer.isValid()
    QgsProject.instance().addMapLayer(layer)
    qgis_iface.setActiveLayer(layer)
    toolbar.refresh(layer)
    return layer


def wait_for(condition, seconds: float = 30.0) -> None:
    """Process events until the condition is true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"the condition was still false after {seconds} s"
        QCoreApplication.processEvents()
        time.sleep(0.005)


class FakeDetect:
    """Stand-in for `detect` with a known result; a run waits until `gate` is set."""

    def __init__(self):
        self.calls: list[tuple[str, object, dict]] = []
        self.threads: list[int] = []
        self.verdict, self.probability = "present", 0.97
        self.warnings: list[str] = []
        self.error = None
        self.gate = threading.Event()
        self.gate.set()
        self.started = threading.Event()

    def __call__(self, path, settings, *, progress=None, cancelled=None, **targets):
        self.calls.append((path, settings, targets))
        self.threads.append(threading.get_ident())
        self.started.set()
        while not self.gate.wait(0.01):
            if cancelled():
                raise Cancelled("Cancelled.")
        if self.error:
            raise self.error
        for percent in (0.0, 50.0, 100.0):
            progress(percent, "Searching" if percent == 0 else "")
        result = self.result(path)
        if targets.get("heatmap"):
            write_heatmap(result.heat, result.grid, targets["heatmap"])
        if targets.get("boxes"):
            write_boxes(result, targets["boxes"])
        if targets.get("heads"):
            write_heads([result.heat, result.heat**2], result.heat, result.grid, targets["heads"])
        if targets.get("report"):
            Path(targets["report"]).write_text("<html></html>", encoding="utf-8")
        if targets.get("result"):
            write_json(result, targets["result"])
        return result

    def result(self, path: str) -> Result:
        """The known result, on the grid of the file."""
        raster = gdal.Open(path)
        grid = Grid(raster.RasterXSize, raster.RasterYSize, raster.GetGeoTransform(), raster.GetProjection())
        x, y = grid.xy(grid.width * 0.3, grid.height * 0.7)
        x1, y1 = grid.xy(grid.width * 0.7, grid.height * 0.3)
        box = Box(1, 0.97, "earthquake", (x, y, x1, y1), 4.0, 4.0, 12.0, 85.05, 27.95, 16.6, 6.0, 43.0)
        heat = (bowl(max(grid.width, grid.height), 1.0) / (2 * np.pi))[: grid.height, : grid.width]
        return Result(
            run_id=uuid.uuid4().hex,
            label=f"Earthquake {self.verdict} ({100 * self.probability:.0f} %)",
            verdict=self.verdict,
            probability=self.probability,
            other_probability=0.01,
            evidence=3.0,
            other_evidence=-3.0,
            deformation=self.verdict,
            deformation_probability=min(1.0, self.probability + 0.01),
            deformation_evidence=3.0,
            kind={"present": "earthquake", "absent": "none"}.get(self.verdict, "unclear"),
            boxes=[box] if self.verdict == "present" else [],
            heat=heat,
            grid=grid,
            input={"path": path, "crs_wkt": grid.crs_wkt, "wavelength_m": 0.0555},
            settings={},
            model={"version": "test"},
            thresholds={},
            backend="numpy",
            windows=[],
            timings={},
            started="2015-04-29T00:00:00Z",
            plugin_version="0.1.0",
            warnings=list(self.warnings),
        )
