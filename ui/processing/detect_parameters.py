"""Parameters, outputs and help of quakefringe:detect."""

from __future__ import annotations

from qgis.core import (
    QgsProcessing,
    QgsProcessingOutputBoolean,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBand,
    QgsProcessingParameterEnum,
    QgsProcessingParameterExtent,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterDestination,
    QgsProcessingParameterString,
    QgsProcessingParameterVectorDestination,
)

from .base import Algorithm, RasterOrPath
from .vectors import VectorOrPath

QUANTITIES = ("auto", "wrapped", "unwrapped", "displacement", "displacement_cm", "displacement_mm")
UNITS = ("auto", "rad", "deg", "cycle", "m", "cm", "mm")
SIGNS = ("auto", "toward", "away")
PRODUCTS = ("auto", "plain")
BACKENDS = ("auto", "numpy", "onnxruntime")
_Double = QgsProcessingParameterNumber.Type.Double
_Integer = QgsProcessingParameterNumber.Type.Integer

HELP = """\
<p>Detects ground deformation by earthquakes in a SAR interferogram with a small Vision Transformer. It
searches windows of all scales, from about 20 km to the whole scene. QuakeFringe needs no other software.</p>
<p>The verdict answers two questions. Does the ground deform: <b>present</b>, <b>absent</b> or
<b>uncertain</b>, with a calibrated probability? If it does, is the cause an earthquake or another source
(volcano, subsidence, landslide), or can the model not tell?</p>
<h3>Input</h3>
<p><b>Interferogram</b>: wrapped or unwrapped phase, complex values or line-of-sight displacement; a
raster layer, or the path of a product's file, folder or archive. If you set the CRS, an additional nodata
value or the band of a layer in QGIS, detection uses them. Several paths, separated by semicolons, are joined
as frames of one track and pass. <b>Band</b>: for files with several bands. <b>What the values are</b>:
<i>auto</i> decides from the product's name, tags and values (<i>displacement</i> is in metres; choose
<i>displacement_cm</i> or <i>displacement_mm</i> for other units). <b>Wavelength</b>: of the radar, in metres
(Sentinel-1: 0.0555); required for displacement of an unknown sensor. <b>Elevation model</b>: heights in
metres, in any CRS and resolution; if you set the CRS of its layer in QGIS, detection uses it; empty for the
product's own, if it has one. The model takes the heights as an input channel, because tropospheric delay
often follows the relief. <b>Extent</b>: searches only this part of the scene, in any CRS.</p>
<h3>Advanced</h3>
<p><b>Lowest probability</b>: an earthquake is called present from this probability; empty for the model's
own threshold. <b>Number of scales</b>: searches only the N coarsest scales; empty for all. <b>Backend</b>:
<i>auto</i> uses onnxruntime if QGIS' Python has it, and numpy otherwise. <b>Lowest coherence</b>: ignores
pixels of lower coherence if the product has a coherence layer; 0 keeps all. <b>Unit</b> and <b>Motion with
positive values</b>: replace the unit and the sign that the file states. <b>Product</b>: <i>plain</i> reads a
plain raster, whatever product its name suggests. <b>Pixel size</b>: for rasters without a coordinate system.
<b>Dates of the two acquisitions</b>: if the file does not say them, or says them wrongly. <b>Layer</b>: of a
product with several, such as <i>frequencyB</i> or <i>VV</i>. <b>Cells of a table of points</b>: their size in
metres; empty for 100. <b>Date</b>: date or pair of a time series, such as
<i>20200101_20200113</i>; empty for the largest step. <b>Corrections</b>: corrections that the product
contains but does not apply, such as <i>ionosphere</i> or <i>solid_earth_tides</i>, separated by commas;
<i>all</i> for all of them, empty for none. <b>More frames</b>: files of the same track and pass, which are
joined to the interferogram.</p>
<h3>Earthquakes and faults nearby</h3>
<p><b>Earthquake catalogue</b>: a file (QuakeML, FDSN text, USGS GeoJSON or CSV, ISC CSV, GCMT ndk) or any
point layer with magnitudes, such as one of QQuake. Detection names the event that fits each box, with the
change that it should have caused, and reports the probability with and without the catalogue.
<b>Tolerance</b>: days before the first and after the last acquisition in which events count as well.
<b>Fields</b>: names of the layer's fields where they are unusual, such as <i>magnitude=M_best,
time=Origin</i>. <b>Faults</b>: a line layer; the nearest fault to each box is named. Neither faults nor
volcanoes change a probability.</p>
<h3>Results</h3>
<p><b>Results folder</b>: the heatmap, the boxes, the report and the result go to a new folder in this one,
named after the scene and the time; files with a name of their own go where it says.
In batch mode fill in this column: the columns of the files stay blank then. The advanced columns appear with
the button <i>Toggle advanced mode</i>.</p>
<p><b>Heatmap</b>: GeoTIFF with values from 0 to 1 in the scene's CRS. <b>Boxes</b>: GeoPackage with
probability, size, centre, peak line-of-sight change and number of fringes. <b>Report</b>: one HTML file.
<b>Result</b>: JSON with everything. <b>Maps of the heads</b>: GeoTIFF with a band for each attention head of
the network. Each of them is optional. Models and scripts can use the outputs LABEL,
PROBABILITY and DETECTED (of an earthquake), DEFORMATION (present, absent or uncertain) and
DEFORMATION_PROBABILITY, KIND (earthquake, other, unclear or none) and BOX_COUNT.</p>"""


def add_inputs(algorithm: Algorithm) -> None:
    """Parameters that every user sees."""
    algorithm.addParameter(RasterOrPath("INPUT", "Interferogram"))
    algorithm.addParameter(QgsProcessingParameterBand("BAND", "Band", None, "INPUT", optional=True))
    algorithm.addParameter(_choice("QUANTITY", "What the values are", QUANTITIES))
    algorithm.addParameter(
        QgsProcessingParameterNumber(
            "WAVELENGTH",
            "Radar wavelength (m)",
            _Double,
            None,
            optional=True,
            minValue=0.001,
            maxValue=5.0,
        )
    )
    algorithm.addParameter(RasterOrPath("DEM", "Elevation model (m)", optional=True))
    algorithm.addParameter(QgsProcessingParameterExtent("EXTENT", "Extent to search", optional=True))


def add_advanced(algorithm: Algorithm) -> None:
    """Parameters in the section "Advanced Parameters" of the dialog."""
    algorithm.add_advanced(
        QgsProcessingParameterNumber(
            "THRESHOLD",
            "Lowest probability of the verdict “present”",
            _Double,
            None,
            optional=True,
            minValue=0.01,
            maxValue=0.99,
        )
    )
    algorithm.add_advanced(
        QgsProcessingParameterNumber(
            "SCALES", "Number of scales (coarsest first)", _Integer, None, optional=True, minValue=1
        )
    )
    algorithm.add_advanced(_choice("BACKEND", "Inference backend", BACKENDS))
    algorithm.add_advanced(
        QgsProcessingParameterNumber(
            "COHERENCE",
            "Lowest coherence (0 to 1)",
            _Double,
            None,
            optional=True,
            minValue=0.0,
            maxValue=1.0,
        )
    )
    algorithm.add_advanced(_choice("UNIT", "Unit of the values", UNITS))
    algorithm.add_advanced(_choice("POSITIVE", "Motion with positive values", SIGNS))
    algorithm.add_advanced(_choice("PRODUCT", "Product", PRODUCTS))
    algorithm.add_advanced(
        QgsProcessingParameterNumber(
            "PIXEL_M", "Pixel size (m)", _Double, None, optional=True, minValue=0.1, maxValue=10_000.0
        )
    )
    algorithm.add_advanced(
        QgsProcessingParameterString("ACQUIRED", "Dates of the two acquisitions", optional=True)
    )
    algorithm.add_advanced(cell_parameter())
    algorithm.add_advanced(
        QgsProcessingParameterString("LAYER", "Layer of a product (or a part of its name)", optional=True)
    )
    algorithm.add_advanced(
        QgsProcessingParameterString("DATE", "Date or pair of a time series", optional=True)
    )
    algorithm.add_advanced(
        QgsProcessingParameterString(
            "CORRECTIONS", "Corrections to apply (none, all, or names)", optional=True
        )
    )
    algorithm.add_advanced(
        QgsProcessingParameterMultipleLayers(
            "FRAMES",
            "More frames of the same track and pass",
            QgsProcessing.SourceType.TypeFile,
            optional=True,
        )
    )


def add_surroundings(algorithm: Algorithm) -> None:
    """Parameters of the catalogue and the faults, in the advanced section."""
    points, lines = QgsProcessing.SourceType.TypeVectorPoint, QgsProcessing.SourceType.TypeVectorLine
    algorithm.add_advanced(VectorOrPath("CATALOGUE", "Earthquake catalogue", [points], None, True))
    algorithm.add_advanced(
        QgsProcessingParameterNumber(
            "CATALOGUE_TOLERANCE",
            "Tolerance of the catalogue's times (days)",
            _Double,
            1.0,
            minValue=0.0,
            maxValue=366.0,
        )
    )
    algorithm.add_advanced(
        QgsProcessingParameterString(
            "CATALOGUE_FIELDS", "Fields of the catalogue (quantity=field, …)", optional=True
        )
    )
    algorithm.add_advanced(VectorOrPath("FAULTS", "Faults", [lines], None, True))


def add_results(algorithm: Algorithm) -> None:
    """Destinations of the files, and outputs for models and scripts."""
    algorithm.addParameter(
        QgsProcessingParameterFile(
            "FOLDER",
            "Results folder (each run gets its own inside)",
            QgsProcessingParameterFile.Behavior.Folder,
            optional=True,
        )
    )
    algorithm.addParameter(QgsProcessingParameterRasterDestination("HEATMAP", "Heatmap", optional=True))
    algorithm.addParameter(
        QgsProcessingParameterVectorDestination(
            "BOXES", "Boxes", QgsProcessing.SourceType.TypeVectorPolygon, optional=True
        )
    )
    algorithm.addParameter(
        QgsProcessingParameterFileDestination("REPORT", "Report", "HTML files (*.html)", optional=True)
    )
    algorithm.addParameter(
        QgsProcessingParameterRasterDestination(
            "HEADS", "Maps of the heads", optional=True, createByDefault=False
        )
    )
    algorithm.addParameter(
        QgsProcessingParameterFileDestination(
            "RESULT", "Result", "JSON files (*.json)", optional=True, createByDefault=False
        )
    )
    algorithm.addOutput(QgsProcessingOutputString("LABEL", "Verdict"))
    algorithm.addOutput(QgsProcessingOutputNumber("PROBABILITY", "Probability of an earthquake"))
    algorithm.addOutput(QgsProcessingOutputBoolean("DETECTED", "Earthquake present"))
    algorithm.addOutput(QgsProcessingOutputString("DEFORMATION", "Deformation of the ground"))
    algorithm.addOutput(QgsProcessingOutputNumber("DEFORMATION_PROBABILITY", "Probability of deformation"))
    algorithm.addOutput(QgsProcessingOutputString("KIND", "Kind of the deformation"))
    algorithm.addOutput(QgsProcessingOutputNumber("BOX_COUNT", "Number of boxes"))


def cell_parameter() -> QgsProcessingParameterNumber:
    """The size of the cells into which a table of points is averaged."""
    return QgsProcessingParameterNumber(
        "CELL",
        "Cells of a table of points (m)",
        _Double,
        None,
        optional=True,
        minValue=1.0,
        maxValue=100_000.0,
    )


def _choice(name: str, title: str, options: tuple[str, ...]) -> QgsProcessingParameterEnum:
    """A parameter with fixed options, of which the first is the default."""
    return QgsProcessingParameterEnum(
        name, title, list(options), defaultValue=options[0], usesStaticStrings=True
    )
