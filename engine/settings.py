"""How to detect: one plain object that travels to any process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from .errors import InputError


@dataclass(frozen=True)
class Settings:
    """How to detect. Plain data: it can be pickled and run in any process.

    Attributes
    ----------
    band : int, optional
        Band of a plain raster, from 1.
    quantity : str, optional
        "wrapped", "unwrapped", "displacement"; None: worked out.
    wavelength : float, optional
        Metres; None: the product's.
    dem : str, optional
        Elevation model in any CRS; None: the one beside the phase, if any; "none": none.
    extent : tuple of float, optional
        (xmin, ymin, xmax, ymax) in the raster's CRS: scan this part only.
    threshold : float, optional
        Probability from which an earthquake is called present; None: the model's.
    scales : int, optional
        Use only the N coarsest scales; None: all.
    backend : str
        "auto", "numpy" or "onnxruntime".
    model : str, optional
        Model file; None: the one that comes with the plugin.
    heads : bool
        Also blend the attention of each head of the network over the scene.
    batch : int
        Windows in one call of the network.
    coherence_threshold : float, optional
        Pixels of less coherence are not valid; None: the product's own rule.
    layer : str, optional
        Layer of a product with several.
    unit, positive : str, optional
        Override the source's unit ("rad", "m", "cm", "mm") and sign ("toward", "away").
    date : str, optional
        Date or pair of a time series; None: the largest step.
    corrections : str, optional
        Corrections of the product to subtract: "none", "all", or names with commas between; None: none.
    crs : str, optional
        Coordinate system of the raster ("EPSG:n" or WKT); None: the file's own.
    dem_crs : str, optional
        Coordinate system of the elevation model ("EPSG:n" or WKT); None: the file's own.
    nodata : float, optional
        A stored value that has no data, beside those that the file declares.
    cell : float, optional
        Size in metres of the cells of a table of points; None: 100.
    product : str, optional
        "plain": read a plain raster, whatever product its name suggests.
    pixel_m : float, optional
        Width of a pixel in metres, for rasters without a coordinate system.
    acquired : tuple of str, optional
        ISO dates of the two acquisitions; None: the product's.
    catalogue : str, optional
        Earthquake catalogue whose events are matched with the boxes.
    catalogue_tolerance : float
        Days before the first and after the last acquisition in which events count as well.
    catalogue_fields : str, optional
        Field names of a table or point layer by quantity: "magnitude=M_best, time=Origin"; None: by their
        names.
    faults : str, optional
        Line layer of faults; the nearest one to each box is named.
    """

    band: Optional[int] = None
    quantity: Optional[str] = None
    wavelength: Optional[float] = None
    dem: Optional[str] = None
    extent: Optional[tuple[float, float, float, float]] = None
    threshold: Optional[float] = None
    scales: Optional[int] = None
    backend: str = "auto"
    model: Optional[str] = None
    heads: bool = False
    batch: int = 8
    coherence_threshold: Optional[float] = None
    layer: Optional[str] = None
    unit: Optional[str] = None
    positive: Optional[str] = None
    date: Optional[str] = None
    corrections: Optional[str] = None
    crs: Optional[str] = None
    dem_crs: Optional[str] = None
    nodata: Optional[float] = None
    cell: Optional[float] = None
    product: Optional[str] = None
    pixel_m: Optional[float] = None
    acquired: Optional[tuple[str, ...]] = None
    catalogue: Optional[str] = None
    catalogue_tolerance: float = 1.0
    catalogue_fields: Optional[str] = None
    faults: Optional[str] = None

    def check(self) -> None:
        """Validate the settings.

        Raises
        ------
        InputError
        """
        if self.threshold is not None and not 0 < self.threshold < 1:
            raise InputError(
                f"The threshold {self.threshold} is not between 0 and 1; give a probability such as 0.7."
            )
        if self.scales is not None and self.scales < 1:
            raise InputError("At least one scale is needed; leave SCALES empty for all.")
        if self.batch < 1:
            raise InputError("A batch holds at least one window; leave it at its default.")
        if not 0 <= self.catalogue_tolerance <= 366:
            raise InputError("The catalogue's tolerance is outside 0 to 366 days; give a few days.")


DEFAULTS = Settings()
"""Everything worked out from the input."""
