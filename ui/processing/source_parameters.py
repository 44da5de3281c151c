"""Parameters, outputs and help of quakefringe:source."""

from __future__ import annotations

from qgis.core import (
    QgsProcessing,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
    QgsProcessingParameterExtent,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)

from .base import Algorithm
from .decompose import LooksParameter
from .detect_parameters import QUANTITIES, SIGNS, UNITS
from .vectors import VectorOrPath

LAYER_TITLES = {
    "points": "Points of the fit",
    "centroid_90": "Centroid, 90 %",
    "fault_plane": "Fault plane",
    "top_edge": "Upper edge of the fault",
    "centroid": "Focal mechanism",
}
"""Layers of the GeoPackage from the bottom up, and their names on the map."""
NUMBERS = (
    ("MW", "Moment magnitude"),
    ("DEPTH_KM", "Depth of the centroid (km)"),
    ("STRIKE", "Strike of the likelier plane"),
    ("DIP", "Dip of the likelier plane"),
    ("RAKE", "Rake of the likelier plane"),
    ("STRIKE_2", "Strike of the other plane"),
    ("DIP_2", "Dip of the other plane"),
    ("RAKE_2", "Rake of the other plane"),
    ("LONGITUDE", "Longitude of the centroid"),
    ("LATITUDE", "Latitude of the centroid"),
)
"""Outputs for models and scripts."""
_Double = QgsProcessingParameterNumber.Type.Double
_Integer = QgsProcessingParameterNumber.Type.Integer

HELP = """\
<p>Estimates magnitude, depth, both nodal planes, length, width, slip and stress drop of an earthquake, with
90 % intervals, from one to eight interferograms of it. It needs no epicentre and no catalogue. It also says
whether a point of pressure or a sheet of magma explains the motion as well as a fault.</p>
<h3>Input</h3>
<p><b>Interferograms</b>: unwrapped phase or displacement of any product; each is one look. Two looks from
different directions (ascending and descending) constrain the rake and the depth far better than one.
<b>Box</b>: boxes that <i>Detect earthquakes</i> wrote; the selected one, or <b>Number of the box</b>.
<b>Extent</b>: the part of the ground that moved, if there is no box. Without both the whole scenes are
used. <b>Headings</b> and <b>Incidence angles</b>: in degrees, only for files without look vectors; one number
for all looks or one for each. <b>Wavelength</b>: in metres, for phase of an unknown sensor. <b>Numbers of
interferograms whose sign is turned</b>: of those that count motion away from the satellite as positive.</p>
<p><b>Catalogue</b>: QuakeML, USGS, ISC or GCMT files, or a point layer; the estimate is set beside the
likeliest event. It does not guide the estimate. <b>Rigidity</b>: of the rock, in GPa; moment is proportional
to it. <b>Time</b>: of the earthquake, for QuakeML; otherwise that of the catalogue or the middle of the
dates. <b>Search first where the source network points</b>: a small network reads the motion and draws half
of the faults that the search begins with; the other half stays random.</p>
<h3>Results</h3>
<p><b>Page</b>: data, model and residual, beachball, distributions, and what the estimate cannot say.
<b>Layers</b>: GeoPackage with fault plane, upper edge, centroid and points. <b>Maps</b>: GeoTIFFs of data,
model and residual of each look. <b>QuakeML</b> and <b>Result</b> (JSON) for other programs.</p>"""


def add_inputs(algorithm: Algorithm) -> None:
    """Parameters that every user sees."""
    algorithm.addParameter(
        LooksParameter("INPUT", "Interferograms of one earthquake", QgsProcessing.SourceType.TypeRaster)
    )
    algorithm.addParameter(
        VectorOrPath(
            "BOX", "Boxes of a detection", [QgsProcessing.SourceType.TypeVectorPolygon], None, optional=True
        )
    )
    algorithm.addParameter(
        QgsProcessingParameterNumber(
            "RANK", "Number of the box (empty: the selected one, or 1)", _Integer, None, True, 1
        )
    )
    algorithm.addParameter(
        QgsProcessingParameterExtent("EXTENT", "Extent of the motion, without a box", optional=True)
    )
    algorithm.addParameter(
        VectorOrPath(
            "CATALOGUE",
            "Catalogue to compare with",
            [QgsProcessing.SourceType.TypeVectorPoint],
            None,
            optional=True,
        )
    )


def add_advanced(algorithm: Algorithm) -> None:
    """Parameters in the section "Advanced Parameters" of the dialog."""
    for name, title in (
        ("HEADING", "Headings in degrees (empty: the products')"),
        ("INCIDENCE", "Incidence angles in degrees (empty: the products')"),
    ):
        algorithm.add_advanced(QgsProcessingParameterString(name, title, optional=True))
    algorithm.add_advanced(
        QgsProcessingParameterNumber("WAVELENGTH", "Radar wavelength (m)", _Double, None, True, 0.007, 1.0)
    )
    for name, title, options in (
        ("QUANTITY", "What the values are", QUANTITIES),
        ("UNIT", "Unit of the values", UNITS),
        ("POSITIVE", "Motion with positive values", SIGNS),
    ):
        algorithm.add_advanced(
            QgsProcessingParameterEnum(
                name, title, list(options), defaultValue=options[0], usesStaticStrings=True
            )
        )
    algorithm.add_advanced(
        QgsProcessingParameterString(
            "TURN", "Numbers of interferograms whose sign is turned, such as 2", optional=True
        )
    )
    algorithm.add_advanced(
        QgsProcessingParameterNumber("RIGIDITY", "Rigidity (GPa)", _Double, 30.0, False, 1.0, 200.0)
    )
    algorithm.add_advanced(
        QgsProcessingParameterNumber("SEED", "Seed of the random numbers", _Integer, 0, False, 0)
    )
    algorithm.add_advanced(
        QgsProcessingParameterBoolean("NETWORK", "Search first where the source network points", False)
    )
    algorithm.add_advanced(
        QgsProcessingParameterFile(
            "DETECTION_REPORT",
            "Report of the detection that gets the chapter",
            extension="html",
            optional=True,
        )
    )
    algorithm.add_advanced(
        QgsProcessingParameterString("TIME", "Time or day of the earthquake (UTC)", optional=True)
    )


def add_results(algorithm: Algorithm) -> None:
    """Destinations of the files, and outputs for models and scripts."""
    algorithm.addParameter(
        QgsProcessingParameterFileDestination("REPORT", "Page", "HTML files (*.html)", optional=True)
    )
    algorithm.addParameter(
        QgsProcessingParameterFileDestination("LAYERS", "Layers", "GeoPackages (*.gpkg)", optional=True)
    )
    for name, title, kind in (
        ("RESULT", "Result", "JSON files (*.json)"),
        ("QUAKEML", "QuakeML", "QuakeML files (*.xml)"),
    ):
        algorithm.addParameter(
            QgsProcessingParameterFileDestination(name, title, kind, optional=True, createByDefault=False)
        )
    algorithm.addParameter(
        QgsProcessingParameterFolderDestination(
            "MAPS", "Folder for maps of data, model and residual", optional=True, createByDefault=False
        )
    )
    for name, title in NUMBERS:
        algorithm.addOutput(QgsProcessingOutputNumber(name, title))
    algorithm.addOutput(QgsProcessingOutputString("LABEL", "Estimate in words"))
