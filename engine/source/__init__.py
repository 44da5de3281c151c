"""An earthquake's own characteristics from interferograms: `estimate_source`."""

from .estimate import PROPOSAL_COLUMNS, Proposal, estimate_source
from .frame import LocalFrame
from .look import Look, LookRaster, looks_frame
from .prediction import displacement, predict_grid, predict_los, predict_raster
from .results import Draws, Fault, LookFit, NodalPlane, Rival, SourceEstimate
from .scenes import looks_from_scenes
from .settings import SourceSettings

__all__ = [
    "PROPOSAL_COLUMNS",
    "Draws",
    "Fault",
    "LocalFrame",
    "Look",
    "LookFit",
    "LookRaster",
    "NodalPlane",
    "Proposal",
    "Rival",
    "SourceEstimate",
    "SourceSettings",
    "displacement",
    "estimate_source",
    "looks_frame",
    "looks_from_scenes",
    "predict_grid",
    "predict_los",
    "predict_raster",
]
