"""SNAP's GeoTIFF of an interferogram: bands for the real part, the imaginary part and often the coherence.

SNAP writes its band names as XML into the private TIFF tag 65000 (SNAP's GeoTIFF writer), where GDAL does not
show them. Copies that GDAL has written have lost the tag: then two real bands with a common speckle and a
coherent angle are taken for real and imaginary part, with a warning. The sign is SNAP's: reference times
conjugate secondary, positive away when the reference is older; without dates in the band names it is not
known.
"""

from __future__ import annotations

import re
from typing import Optional

import numpy as np
from osgeo import gdal

from ..errors import InputError
from .containers.gdalio import Band, BandReader, open_dataset, read_bytes
from .family import ProductKey
from .location import ProductLocation
from .los.los_geometry import sign_by_dates
from .masks import COHERENCE
from .model import Layer, LayerKind, Mask, Product, SampleFormat
from .names import sensor_of
from .snap import NAME as SNAP
from .snap import dates_of_band

NAME = f"{SNAP} GeoTIFF"
_TAG_BYTES = 2**18
_WINDOW_PIXELS, _WINDOWS_ACROSS = 64, 4
_MIN_NEGATIVE_SHARE = 0.005
_MIN_COHERENT = 0.5
"""Length of the mean phasor between neighbours from which the angle of two bands is coherent."""
_MIN_SPECKLE = 0.08
"""Median step between neighbours of the logarithm of the amplitude: lower in smooth fields."""


def find(location: ProductLocation) -> list[ProductKey]:
    """The named GeoTIFF when its band names or its values show a real and an imaginary part."""
    if not location.named.lower().endswith((".tif", ".tiff")) or location.subdataset:
        return []
    path = location.path(location.named)
    try:
        names = _band_names(path)
        if any(name.lower().startswith("i_") for name in names):
            return [ProductKey(location.named, "named")]
        return [ProductKey(location.named, "values")] if not names and _looks_complex(path) else []
    except InputError:
        return []


def recognise(location: ProductLocation) -> bool:
    """Never: map programs load GeoTIFFs well."""
    return False


def describe(location: ProductLocation, key: ProductKey) -> Product:
    """Wrapped phase from the first two bands, and the coherence."""
    path = location.path(key.path)
    product = Product(NAME, location.title, path, [], coherence_threshold=0.3)
    names = _band_names(path)
    real, imaginary, coherence = _bands(names, open_dataset(path).RasterCount)
    dates = dates_of_band(names[real - 1]) if names else ()
    layer = Layer("wrapped", LayerKind.WRAPPED, Band(path, real), "complex", "unknown")
    layer.sample_format, layer.imaginary, layer.nodata = SampleFormat.COMPLEX, Band(path, imaginary), (0.0,)
    layer.title = f"angle of the bands {real} and {imaginary}"
    if len(dates) == 2:
        layer.positive = sign_by_dates("away", *dates)
        product.dates = tuple(sorted(dates))
    if coherence:
        layer.masks = (Mask(Band(path, coherence), COHERENCE),)
        product.layers.append(Layer("coherence", LayerKind.COHERENCE, Band(path, coherence)))
    product.layers.append(layer)
    product.default = "wrapped"
    sensor = sensor_of(f"{location.title} {' '.join(names)}")
    if sensor:
        product.wavelength = sensor[1]
        product.notes.append(f"Wavelength {sensor[1]:g} m: {sensor[0]} by the name.")
    if key.variant == "values":
        product.warnings.append(
            f"The bands {real} and {imaginary} look like real and imaginary part of an interferogram: their "
            "angle is read as wrapped phase. Choose a band if that is wrong."
        )
    return product


def _band_names(path: str) -> list[str]:
    """Names of the bands in SNAP's tag, by their index; empty without the tag."""
    data = read_bytes(path, _TAG_BYTES)
    start = data.find(b"<Dimap_Document")
    if start < 0:
        return []
    text = data[start:].decode("utf-8", errors="replace")
    infos = re.findall(r"<Spectral_Band_Info>(.*?)</Spectral_Band_Info>", text, re.DOTALL)
    indexed = []
    for info in infos:
        index = re.search(r"<BAND_INDEX>\s*(\d+)\s*<", info)
        name = re.search(r"<BAND_NAME>\s*([^<]+?)\s*<", info)
        if index and name and "<VIRTUAL_BAND>true" not in info.replace(" ", ""):
            indexed.append((int(index.group(1)), name.group(1)))
    return [name for _, name in sorted(indexed)]


def _bands(names: list[str], count: int) -> tuple[int, int, int]:
    """Real, imaginary and coherence band, from 1; 0: there is none."""
    lower = [name.lower() for name in names]
    real = next((i for i, name in enumerate(lower, 1) if name.startswith("i_")), 1)
    imaginary = next((i for i, name in enumerate(lower, 1) if name.startswith("q_")), 2)
    coherence = next((i for i, name in enumerate(lower, 1) if name.startswith("coh")), 0)
    if not names and count == 3:
        coherence = 3
    if max(real, imaginary, coherence) > count:
        raise InputError(
            f"The file names {max(real, imaginary, coherence)} bands but has {count}; fetch it again."
        )
    return real, imaginary, coherence


def _looks_complex(path: str) -> bool:
    """Whether the first two of two or three real bands are real and imaginary part, by their values."""
    dataset = open_dataset(path)
    if dataset.RasterCount not in (2, 3):
        return False
    if any(dataset.GetRasterBand(i).DataType != gdal.GDT_Float32 for i in range(1, dataset.RasterCount + 1)):
        return False
    del dataset
    pairs = _sample(path, 2)
    if pairs is None:
        return False
    values = pairs[0] + 1j * pairs[1]
    valid = np.isfinite(values) & (values != 0)
    if valid.mean() < 0.05 or min((part[valid] < 0).mean() for part in pairs) < _MIN_NEGATIVE_SHARE:
        return False
    third = _sample(path, 3)
    if third is not None:
        known = third[0][np.isfinite(third[0])]
        if known.size and not (known.min() >= 0 and known.max() <= 1.001):
            return False
    both = valid[..., 1:] & valid[..., :-1]
    steps = (values[..., 1:] * values[..., :-1].conj())[both]
    steps = steps[np.abs(steps) > 0]
    if steps.size < 100:
        return False
    with np.errstate(divide="ignore", invalid="ignore"):
        amplitude = np.log(np.abs(values))
        speckle = np.median(np.abs(np.diff(amplitude, axis=-1))[both])
    coherent = abs(np.mean(steps / np.abs(steps)))
    return bool(coherent > _MIN_COHERENT and speckle > _MIN_SPECKLE)


def _sample(path: str, count: int) -> Optional[list[np.ndarray]]:
    """Windows of the first two bands (count 2) or of the third one (count 3); None where it is missing."""
    indexes = (1, 2) if count == 2 else (3,)
    out = []
    for index in indexes:
        reader = BandReader(Band(path, index))
        if index > reader.dataset.RasterCount:
            return None
        height, width = reader.shape
        w, h = min(_WINDOW_PIXELS, width), min(_WINDOW_PIXELS, height)
        rows = np.linspace(0, height - h, _WINDOWS_ACROSS).astype(int)
        cols = np.linspace(0, width - w, _WINDOWS_ACROSS).astype(int)
        out.append(
            np.stack([reader.read(int(c), int(r), w, h) for r in rows for c in cols]).astype(np.float64)
        )
    return out
