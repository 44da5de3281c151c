"""Interferogram: what every reader returns, and `open_interferogram`, which finds the reader."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Optional, Union

import numpy as np

from .errors import InputError
from .products import list_layers, open_product
from .products.choose import choose_layer, requested
from .products.corrections import choose_corrections, open_corrections, requested_corrections
from .products.join import JoinedLos, JoinedSource, Scene, join
from .products.los.los_reader import LosReader, open_los_reader
from .products.model import (
    LENGTH_UNITS,
    PHASE_UNITS,
    UNIT_SCALE,
    Correction,
    Layer,
    LayerKind,
    Quantity,
    SampleFormat,
)
from .products.names import SENTINEL1, dates_of, plausible_wavelength
from .products.plausible import check_plausible
from .products.position import with_crs
from .products.source import PhaseSource, check_values, layer_grid
from .raster.grid import Grid

__all__ = ["Grid", "Interferogram", "Quantity", "list_layers", "open_interferogram"]


@dataclass
class Interferogram:
    """One interferogram, read in windows as phase in radians, positive towards the satellite.

    Attributes
    ----------
    quantity, unit, positive
        Of the source, before it becomes phase; unit "rad", "deg", "cycle", "m", "cm", "mm", "complex" or
        "8-bit";
        positive "toward", "away" or "unknown" (then the values are left as they are).
    wavelength : float or None
        Metres; `wavelength_source` is "product", "user", "assumed" or empty when unknown.
    layer : str
        Band or layer of the product that was read.
    nodata, coherence : str
        In words: what has no data, and what coherence and masks take out.
    heading, incidence : float or None
        Degrees; heading clockwise from north.
    notes, warnings : list of str
        Every decision, and what the user should look at.
    """

    path: str
    name: str
    product: str
    quantity: Quantity
    unit: str
    positive: str
    wavelength: Optional[float]
    wavelength_source: str
    grid: Grid
    layer: str
    nodata: str
    coherence: str = ""
    dates: tuple[str, ...] = ()
    orbit_direction: str = ""
    look_side: str = ""
    heading: Optional[float] = None
    incidence: Optional[float] = None
    elevation_path: Optional[str] = None
    track: str = ""
    frame: str = ""
    corrections: tuple[str, ...] = ()
    """Names of the product's corrections that are subtracted."""
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    source: Union[PhaseSource, JoinedSource, None] = field(default=None, repr=False)
    look: Union[LosReader, JoinedLos, None] = field(default=None, repr=False)

    @property
    def fringe_m(self) -> Optional[float]:
        """One fringe (2 pi of phase) along the line of sight in metres: half the wavelength."""
        return self.wavelength / 2 if self.wavelength else None

    def read(self, col: int, row: int, width: int, height: int) -> np.ndarray:
        """Phase of a window.

        Parameters
        ----------
        col, row, width, height : int
            In pixels; what lies outside the raster is NaN.

        Returns
        -------
        ndarray, shape (height, width), float32
            Radians, positive towards the satellite, NaN where not valid; wrapped quantities in
            [-pi, pi], unwrapped phase and displacement continuous.

        Raises
        ------
        InputError
            When a block cannot be read.
        """
        if self.source is None:
            raise InputError(f"“{self.name}” was not opened from a file and cannot be read.")
        return self.source.read(col, row, width, height)

    def look_vectors(
        self, col: int, row: int, width: int, height: int, elevation: Union[float, np.ndarray] = 0.0
    ) -> Optional[np.ndarray]:
        """Unit vectors from the ground to the satellite in a window.

        Displacement (east, north, up) times this vector is line-of-sight displacement, positive towards the
        satellite. Each product's own formula stands in `products.look`.

        Parameters
        ----------
        col, row, width, height : int
            In pixels of the phase; what lies outside the raster is NaN.
        elevation : float or ndarray, shape (height, width)
            Metres above the ellipsoid. Products that tell the vectors in layers of height (NISAR, ARIA) are
            interpolated between them; without it at height 0, which is off by about 0.01 degrees a kilometre.
            All others know the ground and take no notice.

        Returns
        -------
        ndarray, shape (3, height, width), float32, or None
            East, north, up; NaN where unknown. The same vector everywhere when the product tells incidence
            and heading of the scene alone; None when it does not tell them either.

        Raises
        ------
        InputError
            When a block cannot be read.
        """
        if self.look is None:
            return None
        return self.look.read(col, row, width, height, elevation)

    def describe(self) -> dict[str, Any]:
        """What was read, as plain data for results and reports."""
        fringe = self.fringe_m
        dx, dy = self.grid.pixel_size_m
        return {
            "path": self.path,
            "name": self.name,
            "product": self.product,
            "quantity": self.quantity.value,
            "unit": self.unit,
            "positive": self.positive,
            "wavelength_m": self.wavelength,
            "wavelength_source": self.wavelength_source,
            "fringe_cm": None if fringe is None else fringe * 100,
            "layer": self.layer,
            "nodata": self.nodata,
            "coherence": self.coherence,
            "dates": list(self.dates),
            "orbit_direction": self.orbit_direction,
            "look_side": self.look_side,
            "heading": self.heading,
            "incidence": self.incidence,
            "look_vectors": "" if self.look is None else self.look.words,
            "elevation_path": self.elevation_path,
            "track": self.track,
            "frame": self.frame,
            "corrections": list(self.corrections),
            "width": self.grid.width,
            "height": self.grid.height,
            "transform": list(self.grid.transform),
            "crs_wkt": self.grid.crs_wkt,
            "pixel_size_m": [dx, dy] if self.grid.is_metric else None,
            "extent": list(self.grid.extent),
            "notes": list(self.notes),
            "warnings": list(self.warnings),
        }


def open_interferogram(
    path: Union[str, Sequence[str]],
    band: Optional[int] = None,
    quantity: Union[Quantity, str, None] = None,
    wavelength: Optional[float] = None,
    *,
    layer: Optional[str] = None,
    unit: Optional[str] = None,
    positive: Optional[str] = None,
    coherence_threshold: Optional[float] = None,
    use_masks: bool = True,
    date: Optional[str] = None,
    corrections: Union[str, Iterable[str], None] = None,
    dem: Optional[str] = None,
    crs: Optional[str] = None,
    nodata: Optional[float] = None,
) -> Interferogram:
    """Open an interferogram: a raster, or a product's file, folder or archive as delivered.

    Parameters
    ----------
    path : str or sequence of str
        File, folder, zip or tar archive, or GDAL path; several frames of one track and pass are joined.
    band : int, optional
        Band of a plain raster, from 1.
    quantity : Quantity or str, optional
        "wrapped", "unwrapped", "displacement" (or "displacement_cm", "displacement_mm"). Of a product
        with several layers it chooses the layer; of one raster it says what the values are.
    wavelength : float, optional
        Metres; overrides the product's.
    layer : str, optional
        Key of a layer, or a part of it, such as "frequencyB" or "VV"; see `list_layers`.
    unit : str, optional
        "rad", "m", "cm" or "mm"; overrides the source's.
    positive : str, optional
        "toward" or "away" (from the satellite); overrides the source's.
    coherence_threshold : float, optional
        0 to 1: pixels with less coherence are not valid; 0 keeps all. By default the product's own.
    use_masks : bool
        Whether water masks, subswath masks and connected components take pixels out.
    date : str, optional
        Of a time series or stack: a date, such as "2020-01-13", or a pair, such as "20200101_20200113". By
        default the largest step.
    corrections : str or iterable of str, optional
        Corrections that the product delivers but does not apply, to be subtracted: "none" (the default),
        "all", or names such as "ionosphere,solid_earth_tides".
    dem : str, optional
        Elevation model for corrections that depend on the elevation; by default the product's own.
    crs : str, optional
        Coordinate system of the raster, such as "EPSG:32611" or WKT; by default the file's own.
    nodata : float, optional
        A stored value that has no data, beside those that the file declares.

    Raises
    ------
    InputError
        When it is no interferogram or cannot be read; the message says what to do.
    """
    if not isinstance(path, str) and isinstance(path, Sequence):
        options = {
            "band": band,
            "quantity": quantity,
            "wavelength": wavelength,
            "layer": layer,
            "unit": unit,
            "positive": positive,
            "coherence_threshold": coherence_threshold,
            "use_masks": use_masks,
            "date": date,
            "corrections": corrections,
            "dem": dem,
            "crs": crs,
            "nodata": nodata,
        }
        return _open_frames([str(one) for one in path], options)
    wanted, told_unit = requested(quantity, unit)
    if positive not in (None, "toward", "away", "unknown"):
        raise InputError(f"The sign “{positive}” is not known; use toward or away.")
    if coherence_threshold is not None and not 0 <= coherence_threshold <= 1:
        raise InputError(f"The coherence threshold {coherence_threshold} is outside 0 to 1.")
    if wavelength is not None and plausible_wavelength(wavelength) is None:
        raise InputError(f"The wavelength {wavelength} m is outside 0.007 to 1 m; give it in metres.")
    product = open_product(str(path), band, None if wanted is None else LayerKind(wanted.value))
    chosen, taken_as = choose_layer(product, wanted, layer, date)
    notes, warnings = list(product.notes), list(product.warnings)
    if nodata is not None and nodata not in chosen.nodata:
        chosen.nodata = (*chosen.nodata, float(nodata))
        notes.append(f"{nodata:g} has no data: so chosen by the user.")
    source_unit = chosen.unit
    if told_unit:
        source_unit = told_unit
    elif taken_as is not Quantity(chosen.kind.value):
        in_phase = chosen.unit if chosen.unit in (*PHASE_UNITS, "complex", "8-bit") else "rad"
        source_unit = "m" if taken_as is Quantity.DISPLACEMENT else in_phase
    if taken_as is Quantity.DISPLACEMENT and source_unit not in LENGTH_UNITS:
        raise InputError(f"“{product.name}” is in {source_unit}; displacement needs a unit of m, cm or mm.")
    if wanted is not None or told_unit:
        notes.append(f"Read as {taken_as.value} in {source_unit}: so chosen by the user.")
    known = chosen.wavelength or product.wavelength
    length, length_source = _wavelength(known, taken_as, wavelength, warnings)
    grid = with_crs(layer_grid(product, chosen), crs, notes, warnings)
    sign = positive or chosen.positive
    if sign == "unknown":
        notes.append("The sign is not known: positive values are taken as towards the satellite.")
    source = PhaseSource.build(
        product,
        chosen,
        grid,
        taken_as,
        UNIT_SCALE.get(source_unit, 1.0),
        length,
        away=sign == "away",
        threshold=coherence_threshold,
        use_masks=use_masks,
        warnings=warnings,
    )
    check_values(source, product.name)
    warnings += check_plausible(source, product.name, source_unit)
    applied = choose_corrections(product, chosen, requested_corrections(corrections))
    elevation = None if dem == "none" else dem or product.elevation_path
    source.corrections = open_corrections(applied, grid, elevation, warnings)
    if chosen.corrections:
        notes.append(_correction_note(chosen, applied))
    look = open_los_reader(product, grid, warnings)
    return Interferogram(
        path=str(path),
        name=product.name,
        product=product.family,
        quantity=taken_as,
        unit=source_unit,
        positive=sign,
        wavelength=length,
        wavelength_source=length_source,
        grid=grid,
        layer=chosen.title or chosen.key,
        nodata=_nodata_words(chosen),
        coherence=source.masks_in_words,
        dates=_dates(chosen, product.dates),
        orbit_direction=product.orbit_direction,
        look_side=product.look_side,
        heading=product.heading,
        incidence=product.incidence,
        elevation_path=product.elevation_path,
        track=product.track,
        frame=product.frame,
        corrections=tuple(one.name for one in applied),
        notes=notes,
        warnings=warnings,
        source=source,
        look=look,
    )


def _open_frames(paths: list[str], options: dict[str, Any]) -> Interferogram:
    """Several frames as one interferogram; one path alone is opened as it is."""
    if not paths:
        raise InputError("No interferogram was given; choose a file, a folder or a zip archive.")
    frames = [open_interferogram(path, **options) for path in dict.fromkeys(paths)]
    if len(frames) == 1:
        return frames[0]
    source, look = join([_scene(frame) for frame in frames])
    first = frames[0]
    names = ", ".join(one.name for one in frames)
    return replace(
        first,
        path="; ".join(one.path for one in frames),
        name=f"{first.name} and {len(frames) - 1} more",
        grid=source.grid,
        coherence=source.masks_in_words,
        frame=" ".join(filter(None, (one.frame for one in frames))),
        notes=[f"{len(frames)} frames are joined: {names}.", *_unique(frames, "notes"), *source.notes],
        warnings=_unique(frames, "warnings"),
        source=source,
        look=look,
    )


def _scene(frame: Interferogram) -> Scene:
    if frame.source is None:
        raise InputError(f"“{frame.name}” was not opened from a file and cannot be read.")
    return Scene(
        frame.name,
        frame.product,
        frame.quantity,
        frame.wavelength,
        frame.grid,
        frame.dates,
        frame.orbit_direction,
        frame.track,
        frame.source,
        frame.look,
    )


def _unique(frames: list[Interferogram], what: str) -> list[str]:
    """Notes or warnings of several frames, each once."""
    return list(dict.fromkeys(text for frame in frames for text in getattr(frame, what)))


def _dates(layer: Layer, of_product: tuple[str, ...]) -> tuple[str, ...]:
    """Dates of the layer that is read, else of the product."""
    return tuple(sorted(dates_of(layer.date.replace("_", " ")))) or of_product


def _correction_note(layer: Layer, applied: tuple[Correction, ...]) -> str:
    names = [f"{one.name} ({one.origin})" for one in applied]
    left = [one.name for one in layer.corrections if one not in applied]
    text = f"Corrections subtracted: {', '.join(names) or 'none'}."
    return f"{text} Delivered but not applied: {', '.join(left)}." if left else text


def _wavelength(
    known: Optional[float], quantity: Quantity, told: Optional[float], warnings: list[str]
) -> tuple[Optional[float], str]:
    if told is not None:
        return float(told), "user"
    if known:
        return known, "product"
    if quantity is Quantity.DISPLACEMENT:
        warnings.append(
            f"The wavelength is not known: {SENTINEL1} m (Sentinel-1) is assumed to turn metres into fringes."
        )
        return SENTINEL1, "assumed"
    return None, ""


def _nodata_words(layer: Layer) -> str:
    words = ["NaN"] if layer.sample_format in (SampleFormat.REAL, SampleFormat.COMPLEX) else []
    words += [f"{value:g}" for value in layer.nodata]
    words += [f"areas of grey level {level}" for level in layer.flat_levels]
    if layer.use_gdal_mask:
        words.append("the raster's own mask")
    return " and ".join(words) or "none"
