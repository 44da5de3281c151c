"""The result of a source estimate in the box of the detection that it started from."""

from __future__ import annotations

import logging
from typing import Any, Optional

from osgeo import gdal, ogr

from ..output.map_layers import LAYER
from ..products.containers.gdalio import quiet, short_name
from ..source.results import SourceEstimate

logger = logging.getLogger(__name__)

FIELDS = (
    ("source_kind", ogr.OFTString),
    ("source_delta_bic", ogr.OFTReal),
    ("source_mw", ogr.OFTReal),
    ("source_run_id", ogr.OFTString),
)
"""Fields that a box gets beside the network's `class`; the detection does not write them."""


def write_to_box(path: str, rank: int, estimate: SourceEstimate, run_id: str) -> Optional[str]:
    """Set the kind of source and its ΔBIC beside the network's class of a box.

    The estimate is complete without it, so a file that cannot be changed gives a warning and not an error.
    SQLite keeps the file as it was when writing fails.

    Parameters
    ----------
    path : str
        GeoPackage with the boxes of a detection.
    rank : int
    estimate : SourceEstimate
    run_id : str
        Of the estimate.

    Returns
    -------
    str or None
        A sentence for the user where the box could not be changed.
    """
    with quiet():
        try:
            _write(path, rank, _values(estimate, run_id))
        except RuntimeError as error:
            logger.info("No result in box %d of %s: %s", rank, path, error)
            return (
                f"The result was not set beside box {rank}, because “{short_name(path)}” cannot be written; "
                "the estimate itself is complete."
            )
    return None


def _values(estimate: SourceEstimate, run_id: str) -> dict[str, Any]:
    nearest = min((rival.delta_bic for rival in estimate.rivals), default=None)
    values = (estimate.kind, nearest, estimate.mw, run_id)
    return {name: value for (name, _), value in zip(FIELDS, values)}


def _write(path: str, rank: int, values: dict[str, Any]) -> None:
    """Change one box in one transaction; raises RuntimeError where that fails."""
    package = gdal.OpenEx(path, gdal.OF_VECTOR | gdal.OF_UPDATE)
    layer = package.GetLayerByName(LAYER) if package is not None else None
    if layer is None:
        raise RuntimeError("no boxes")
    _checked(package.StartTransaction())
    known = {field.GetName() for field in layer.schema}
    for name, kind in FIELDS:
        if name not in known:
            _checked(layer.CreateField(ogr.FieldDefn(name, kind)))
    layer.SetAttributeFilter(f"rank = {int(rank)}")
    for feature in layer:
        for name, value in values.items():
            if value is None:
                feature.SetFieldNull(name)
            else:
                feature.SetField(name, value)
        _checked(layer.SetFeature(feature))
    _checked(package.CommitTransaction())


def _checked(code: Optional[int]) -> None:
    """Old versions of GDAL return a code where new ones raise."""
    if code:
        raise RuntimeError(gdal.GetLastErrorMsg())
