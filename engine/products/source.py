"""From a layer and its masks to windows of phase."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Optional

import numpy as np
from osgeo import gdal

from ..errors import InputError
from ..raster.grid import Grid
from .containers.gdalio import Band, BandReader, quiet, short_name
from .containers.georeference import grid_of
from .corrections import CorrectionReader
from .decode import FLAT_AREA_HALO_PIXELS, flat_areas, phase_factor, to_phase, wrap
from .masks import mask_description, valid_by
from .model import Layer, Mask, Product, Quantity, SampleFormat
from .packing import NO_PACKING, packing_of, unpack
from .values import check_ends, sample

MIN_SIDE_PIXELS = 16
"""Pixels along one side: one patch of the network."""


@dataclass
class PhaseSource:
    """Reads windows of one layer with its masks, north up; can be pickled, opens files again where needed."""

    layer: Layer
    grid: Grid
    quantity: Quantity
    unit_scale: float
    wavelength: Optional[float]
    away: bool
    masks: tuple[Mask, ...]
    reader: BandReader
    mask_readers: list[BandReader] = field(default_factory=list)
    earlier: Optional[BandReader] = None
    """The earlier date of a time series, which is subtracted."""
    imaginary: Optional[BandReader] = None
    corrections: Optional[CorrectionReader] = None

    @classmethod
    def build(
        cls,
        product: Product,
        layer: Layer,
        grid: Grid,
        quantity: Quantity,
        unit_scale: float,
        wavelength: Optional[float],
        *,
        away: bool,
        threshold: Optional[float],
        use_masks: bool,
        warnings: list[str],
    ) -> PhaseSource:
        """Check blocks and masks, and put it all together."""
        stored = _stored_grid(product, layer)
        reader = BandReader(layer.band, stored.is_south_up)
        reader.check_blocks()
        unpack(layer, reader.raster_band)
        earlier, imaginary = (_second_reader(band, reader) for band in (layer.minus, layer.imaginary))
        if layer.sample_format is SampleFormat.REAL and gdal.DataTypeIsComplex(reader.raster_band.DataType):
            raise InputError(
                f"“{product.name}” holds complex numbers where {product.family} has real ones; "
                "give it a plain name to have its phase read, or fetch it again."
            )
        cut = product.coherence_threshold if threshold is None else threshold
        kept, readers = [], []
        for mask in layer.masks:
            if mask.rule.has_threshold:
                if cut <= 0:
                    continue
            elif not use_masks:
                continue
            try:
                mask_reader = BandReader(mask.band, _mask_is_south_up(mask, stored))
                mask_reader.check_blocks()
                shape = mask_reader.shape
                check_ends(mask_reader)
            except InputError as error:
                warnings.append(f"The {mask.rule.name} layer is left out: {error}")
                continue
            if shape != (grid.height, grid.width):
                warnings.append(
                    f"The {mask.rule.name} layer is left out: it has {shape[1]} × {shape[0]} pixels, "
                    f"the phase {grid.width} × {grid.height}."
                )
                continue
            kept.append(replace(mask, threshold=cut))
            readers.append(mask_reader)
        masks = tuple(kept)
        source = cls(layer, grid, quantity, unit_scale, wavelength, away, masks, reader, readers)
        source.earlier, source.imaginary = earlier, imaginary
        return source

    @property
    def masks_in_words(self) -> str:
        """What the masks take out, for the report."""
        return "; ".join(mask_description(mask) for mask in self.masks)

    def read(self, col: int, row: int, width: int, height: int) -> np.ndarray:
        """Phase of a window, float32 (height, width); NaN outside the raster."""
        out = np.full((max(height, 0), max(width, 0)), np.nan, dtype=np.float32)
        left, top = max(col, 0), max(row, 0)
        right, bottom = min(col + width, self.grid.width), min(row + height, self.grid.height)
        if right > left and bottom > top:
            inside = self._read_inside(left, top, right - left, bottom - top)
            out[top - row : bottom - row, left - col : right - col] = inside
        return out

    def raw(self, col: int, row: int, width: int, height: int) -> np.ndarray:
        """The layer's numbers as stored; complex where real and imaginary part are two layers."""
        values = self.reader.read(col, row, width, height)
        if self.imaginary is not None:
            return (values + 1j * self.imaginary.read(col, row, width, height)).astype(np.complex64)
        return values

    def decode(self, raw: np.ndarray) -> np.ndarray:
        """Phase from the layer's numbers alone, without masks."""
        phase = to_phase(self.layer, raw, self.quantity, self.unit_scale, self.wavelength, self.away)
        if self.layer.flat_levels:
            phase[flat_areas(raw, self.layer.flat_levels)] = np.nan
        return phase

    def _read_inside(self, col: int, row: int, width: int, height: int) -> np.ndarray:
        halo = FLAT_AREA_HALO_PIXELS if self.layer.flat_levels else 0
        x0, y0 = max(col - halo, 0), max(row - halo, 0)
        x1, y1 = min(col + width + halo, self.grid.width), min(row + height + halo, self.grid.height)
        raw = self.raw(x0, y0, x1 - x0, y1 - y0)
        phase = self.decode(raw)[row - y0 : row - y0 + height, col - x0 : col - x0 + width]
        if self.layer.use_gdal_mask:
            phase[~self.reader.read_mask(col, row, width, height)] = np.nan
        for mask, reader in zip(self.masks, self.mask_readers):
            phase[~valid_by(mask, _unpacked(mask, reader, reader.read(col, row, width, height)))] = np.nan
        if self.earlier is not None:
            # 0 means no data in the later date only: the first date of a series is 0 everywhere
            layer = replace(self.layer, nodata=())
            before = self.earlier.read(col, row, width, height)
            phase -= to_phase(layer, before, self.quantity, self.unit_scale, self.wavelength, self.away)
        if self.corrections is not None:
            phase -= self.corrections.read(col, row, width, height, self._factor)
        if self.quantity is Quantity.WRAPPED and (self.corrections or self.earlier):
            phase = wrap(phase)
        return phase

    @property
    def _factor(self) -> float:
        """Phase in rad, positive towards the satellite, for one unit of the source."""
        return phase_factor(self.quantity, self.unit_scale, self.wavelength, self.away)


def _unpacked(mask: Mask, reader: BandReader, values: np.ndarray) -> np.ndarray:
    """Coherence that is stored in packed numbers, as it is meant; other masks are as stored."""
    packing = packing_of(reader.raster_band) if mask.rule.has_threshold else NO_PACKING
    return values if packing == NO_PACKING else values * packing[0] + packing[1]


def _second_reader(band: Optional[Band], first: BandReader) -> Optional[BandReader]:
    """A reader of a second layer, which must have the size of the first."""
    if band is None:
        return None
    reader = BandReader(band, first.south_up)
    reader.check_blocks()
    if reader.shape != first.shape:
        raise InputError(
            f"“{short_name(band.uri)}” and “{short_name(first.band.uri)}” differ in size; fetch both again."
        )
    return reader


def layer_grid(product: Product, layer: Layer) -> Grid:
    """The layer's grid, checked and north up, whatever the order of the stored rows.

    Raises
    ------
    InputError
        For rotated or tiny rasters.
    """
    grid = _stored_grid(product, layer).north_up()
    if min(grid.width, grid.height) < MIN_SIDE_PIXELS:
        raise InputError(
            f"“{product.name}” has {grid.width} × {grid.height} pixels, less than one patch of "
            f"{MIN_SIDE_PIXELS} × {MIN_SIDE_PIXELS}; give a larger raster."
        )
    return grid


def _stored_grid(product: Product, layer: Layer) -> Grid:
    """The layer's grid with the rows as they are stored."""
    return layer.grid or grid_of(BandReader(layer.band).dataset, product.name)[0]


def _mask_is_south_up(mask: Mask, phase: Grid) -> bool:
    """Whether a mask's rows are stored from south to north: as its file says, else as those of the phase."""
    with quiet():
        transform = BandReader(mask.band).dataset.GetGeoTransform(can_return_null=True)
    if transform is None or tuple(transform) == (0, 1, 0, 0, 0, 1):
        return phase.is_south_up
    return bool(transform[5] > 0)


def check_values(source: PhaseSource, name: str) -> None:
    """Refuse rasters without a single useful value.

    Raises
    ------
    InputError
        When nothing is valid, or every value is the same.
    """

    def decode(raw: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        phase = source.decode(raw)
        return np.where(np.isfinite(raw), np.abs(raw), np.nan), np.isfinite(phase)

    stats = sample(source.reader, decode)
    if stats.count == 0:
        what = "is zero" if stats.zero_share > 0.5 else "has no data"
        raise InputError(f"“{name}” {what} everywhere: there is nothing to read; check the file.")
    if stats.constant:
        raise InputError(f"“{name}” is one constant value: there is nothing to read; check the file.")
