"""From a path and the user's options to an open interferogram."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Optional, Union

from ..errors import InputError
from ..products import open_product
from ..products.choose import choose_layer, requested
from ..products.containers.point_grid import MAX_CELL_M, MIN_CELL_M
from ..products.corrections import choose_corrections, open_corrections, requested_corrections
from ..products.guess import GUESSED_UNIT
from ..products.los.los_reader import open_los_reader
from ..products.model import (
    LENGTH_UNITS,
    PHASE_UNITS,
    UNIT_SCALE,
    Correction,
    Layer,
    LayerKind,
    Product,
    Quantity,
    SampleFormat,
)
from ..products.names import SENTINEL1, dates_of, plausible_wavelength
from ..products.plausible import check_plausible
from ..products.position import with_crs
from ..products.series import LARGEST_STEP
from ..products.source import PhaseSource, check_values, layer_grid
from ..raster.grid import Grid
from .by_user import MAX_PIXEL_M, MIN_PIXEL_M, check_acquired, with_pixel_size
from .scene import Interferogram


@dataclass(frozen=True)
class OpenOptions:
    """What the user says about an interferogram; see `open_interferogram`."""

    band: Optional[int] = None
    quantity: Union[Quantity, str, None] = None
    wavelength: Optional[float] = None
    layer: Optional[str] = None
    unit: Optional[str] = None
    positive: Optional[str] = None
    coherence_threshold: Optional[float] = None
    use_masks: bool = True
    date: Optional[str] = None
    corrections: Union[str, Iterable[str], None] = None
    dem: Optional[str] = None
    dem_crs: Optional[str] = None
    crs: Optional[str] = None
    nodata: Optional[float] = None
    cell: Optional[float] = None
    product: Optional[str] = None
    pixel_m: Optional[float] = None
    acquired: Optional[tuple[str, ...]] = None

    def check(self) -> None:
        """Refuse values that cannot be right.

        Raises
        ------
        InputError
        """
        if self.positive not in (None, "toward", "away", "unknown"):
            raise InputError(f"The sign “{self.positive}” is not known; use toward or away.")
        threshold = self.coherence_threshold
        if threshold is not None and not 0 <= threshold <= 1:
            raise InputError(f"The coherence threshold {threshold} is outside 0 to 1.")
        if self.cell is not None and not MIN_CELL_M <= self.cell <= MAX_CELL_M:
            raise InputError(
                f"The size of the cells, {self.cell:g} m, is outside {MIN_CELL_M:g} to {MAX_CELL_M:g} m."
            )
        if self.wavelength is not None and plausible_wavelength(self.wavelength) is None:
            raise InputError(
                f"The wavelength {self.wavelength} m is outside 0.007 to 1 m; give it in metres."
            )
        if self.product not in (None, "plain"):
            raise InputError(f"The product “{self.product}” is not a choice; give “plain” or leave it out.")
        if self.pixel_m is not None and not MIN_PIXEL_M <= self.pixel_m <= MAX_PIXEL_M:
            raise InputError(
                f"The pixel size {self.pixel_m:g} m is outside {MIN_PIXEL_M:g} to {MAX_PIXEL_M:g} m; "
                "give it in metres."
            )
        if self.acquired is not None:
            check_acquired(self.acquired)


@dataclass
class _Reading:
    """How the layer that was chosen is read."""

    product: Product
    layer: Layer
    quantity: Quantity
    unit: str
    positive: str
    wavelength: Optional[float]
    wavelength_source: str
    notes: list[str]
    warnings: list[str]


def open_one(path: str, options: OpenOptions) -> Interferogram:
    """Open one file, folder or archive; see `open_interferogram`."""
    reading = _choose(path, options)
    product, layer, notes, warnings = reading.product, reading.layer, reading.notes, reading.warnings
    grid = with_crs(layer_grid(product, layer), options.crs, notes, warnings)
    if options.pixel_m is not None:
        grid = with_pixel_size(grid, options.pixel_m, notes, warnings)
    source = _source(reading, grid, options)
    applied = choose_corrections(product, layer, requested_corrections(options.corrections))
    elevation = None if options.dem == "none" else options.dem or product.elevation_path
    dem_crs = options.dem_crs if options.dem else None
    source.corrections = open_corrections(applied, grid, elevation, dem_crs, warnings)
    if layer.corrections:
        notes.append(_correction_note(layer, applied))
    return Interferogram(
        path=path,
        name=product.name,
        product=product.family,
        quantity=reading.quantity,
        unit=reading.unit,
        positive=reading.positive,
        wavelength=reading.wavelength,
        wavelength_source=reading.wavelength_source,
        grid=grid,
        layer=layer.title or layer.key,
        nodata=_nodata_description(layer),
        coherence=source.masks_in_words,
        dates=tuple(sorted(options.acquired or ())) or _dates(layer, product.dates),
        orbit_direction=product.orbit_direction,
        look_side=product.look_side,
        heading=product.heading,
        incidence=product.incidence,
        elevation_path=product.elevation_path,
        choices=tuple(one.key for one in product.layers if one.kind.quantity is not None),
        track=product.track,
        frame=product.frame,
        pass_time=product.pass_time,
        corrections=tuple(one.name for one in applied),
        notes=notes,
        warnings=warnings,
        source=source,
        look=open_los_reader(product, grid, warnings),
    )


def _choose(path: str, options: OpenOptions) -> _Reading:
    """The product's layer to read, with its quantity, unit, sign and wavelength."""
    wanted, unit_by_user = requested(options.quantity, options.unit)
    if unit_by_user in LENGTH_UNITS:
        if wanted not in (None, Quantity.DISPLACEMENT):
            raise InputError(
                f"{unit_by_user} is a unit of length, and {wanted.value} phase is not measured in it; "
                "choose displacement, or rad, deg or cycle as the unit."
            )
        wanted = Quantity.DISPLACEMENT
    kind = None if wanted is None else LayerKind(wanted.value)
    as_plain = options.product == "plain"
    product = open_product(
        path, options.band, kind, options.layer or "", cell_m=options.cell, as_plain=as_plain
    )
    layer, quantity = choose_layer(product, wanted, options.layer, options.date)
    notes, warnings = list(product.notes), list(product.warnings)
    if options.nodata is not None and options.nodata not in layer.nodata:
        layer.nodata = (*layer.nodata, float(options.nodata))
        notes.append(f"{options.nodata:g} has no data: so chosen by the user.")
    unit = unit_by_user or _unit(layer, quantity)
    if unit_by_user:
        warnings = [text for text in warnings if not text.startswith(GUESSED_UNIT)]
    if quantity is Quantity.DISPLACEMENT and unit not in LENGTH_UNITS:
        raise InputError(f"“{product.name}” is in {unit}; displacement needs a unit of m, cm or mm.")
    if options.date:
        notes = [text for text in notes if LARGEST_STEP not in text]
        notes.append(f"Read of the time series: {layer.date.replace('_', ' to ')}, as chosen by the user.")
    if wanted is not None or unit_by_user:
        notes.append(f"Read as {quantity.value} in {unit}: so chosen by the user.")
    known = layer.wavelength or product.wavelength
    wavelength, wavelength_source = _wavelength(known, quantity, options.wavelength, warnings)
    positive = options.positive or layer.positive
    if positive == "unknown":
        notes.append("The sign is not known: positive values are taken as towards the satellite.")
    return _Reading(product, layer, quantity, unit, positive, wavelength, wavelength_source, notes, warnings)


def _unit(layer: Layer, quantity: Quantity) -> str:
    """The layer's unit, or the usual one of the quantity that the user takes it for."""
    if quantity is Quantity(layer.kind.value):
        return layer.unit
    if quantity is Quantity.DISPLACEMENT:
        return "m"
    return layer.unit if layer.unit in (*PHASE_UNITS, "complex", "8-bit") else "rad"


def _source(reading: _Reading, grid: Grid, options: OpenOptions) -> PhaseSource:
    """The reader of the layer's windows, with its values checked."""
    source = PhaseSource.build(
        reading.product,
        reading.layer,
        grid,
        reading.quantity,
        UNIT_SCALE.get(reading.unit, 1.0),
        reading.wavelength,
        away=reading.positive == "away",
        threshold=options.coherence_threshold,
        use_masks=options.use_masks,
        warnings=reading.warnings,
    )
    check_values(source, reading.product.name)
    suspicious = any("does not look like phase" in text for text in reading.warnings)
    reading.warnings += check_plausible(source, reading.product.name, reading.unit, suspicious=suspicious)
    return source


def _dates(layer: Layer, of_product: tuple[str, ...]) -> tuple[str, ...]:
    """Dates of the layer that is read, else of the product."""
    return tuple(sorted(dates_of(layer.date.replace("_", " ")))) or of_product


def _correction_note(layer: Layer, applied: tuple[Correction, ...]) -> str:
    names = [f"{one.name} ({one.origin})" for one in applied]
    left = [one.name for one in layer.corrections if one not in applied]
    text = f"Corrections subtracted: {', '.join(names) or 'none'}."
    return f"{text} Delivered but not applied: {', '.join(left)}." if left else text


def _wavelength(
    known: Optional[float], quantity: Quantity, chosen: Optional[float], warnings: list[str]
) -> tuple[Optional[float], str]:
    if chosen is not None:
        return float(chosen), "user"
    if known:
        return known, "product"
    if quantity is Quantity.DISPLACEMENT:
        warnings.append(
            f"The wavelength is not known: {SENTINEL1} m (Sentinel-1) is assumed to turn metres into fringes."
        )
        return SENTINEL1, "assumed"
    return None, ""


def _nodata_description(layer: Layer) -> str:
    parts = ["NaN"] if layer.sample_format in (SampleFormat.REAL, SampleFormat.COMPLEX) else []
    parts += [f"{value:g}" for value in layer.nodata]
    parts += [f"areas of grey level {level}" for level in layer.flat_levels]
    if layer.use_gdal_mask:
        parts.append("the raster's own mask")
    return " and ".join(parts) or "none"
