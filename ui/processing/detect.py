"""quakefringe:detect: verdict, heatmap and boxes of one interferogram."""

from __future__ import annotations

from typing import Optional, Union

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsProcessing,
    QgsProcessingOutputBoolean,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBand,
    QgsProcessingParameterEnum,
    QgsProcessingParameterExtent,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterDestination,
    QgsProcessingParameterString,
    QgsProcessingParameterVectorDestination,
    QgsRectangle,
)

from ...engine.errors import Cancelled, InputError, QuakeFringeError
from ..feedback import CollectingFeedback
from ..messages import show_warnings
from ..presentation import Presenter, ResultGroup
from ..sources import name_of_all
from .base import Algorithm, RasterOrPath, explained

QUANTITIES = ("auto", "wrapped", "unwrapped", "displacement", "displacement_cm", "displacement_mm")
BACKENDS = ("auto", "numpy", "onnxruntime")
_Double = QgsProcessingParameterNumber.Type.Double
_Integer = QgsProcessingParameterNumber.Type.Integer


class Detect(Algorithm):
    """Detects earthquakes in an interferogram."""

    NAME = "detect"
    TITLE = "Detect earthquakes"
    GROUP = "Detection"
    SUMMARY = "Decides whether an interferogram shows an earthquake, and locates it."
    TAGS = ("phase", "fringes", "coseismic", "displacement", "transformer", "machine learning")
    HELP = """\
<p>Detects ground deformation by earthquakes in a SAR interferogram with a small Vision Transformer. It
searches windows of all scales, from about 20 km to the whole scene. QuakeFringe needs no other software.</p>
<p>The verdict is <b>present</b>, <b>absent</b> or <b>uncertain</b>, with a calibrated probability.
Other deformation (volcanoes, subsidence, landslides) is reported as its own class.</p>
<h3>Input</h3>
<p><b>Interferogram</b>: wrapped or unwrapped phase, complex values or line-of-sight displacement; a
raster layer, or the path of a product's file, folder or archive. If you set the CRS, an additional nodata
value or the band of a layer in QGIS, detection uses them. Several paths, separated by semicolons, are joined
as frames of one track and pass. <b>Band</b>: for files with several bands. <b>What the values are</b>:
<i>auto</i> decides from the product's name, tags and values (<i>displacement</i> is in metres; choose
<i>displacement_cm</i> or <i>displacement_mm</i> for other units). <b>Wavelength</b>: of the radar, in metres
(Sentinel-1: 0.0555); required for displacement of an unknown sensor. <b>Elevation model</b>: heights in
metres, in any CRS and resolution; the model takes them as an input channel, because tropospheric delay often
follows the relief. <b>Extent</b>: searches only this part of the scene, in any CRS.</p>
<h3>Advanced</h3>
<p><b>Lowest probability</b>: an earthquake is called present from this probability; empty for the model's
own threshold. <b>Number of scales</b>: searches only the N coarsest scales; empty for all. <b>Backend</b>:
<i>auto</i> uses onnxruntime if QGIS' Python has it, and numpy otherwise. <b>Lowest coherence</b>: ignores
pixels of lower coherence if the product has a coherence layer. <b>Date</b>: date or pair of a time series,
such as <i>20200101_20200113</i>; empty for the largest step. <b>Corrections</b>: corrections that the
product contains but does not apply, such as <i>ionosphere</i> or <i>solid_earth_tides</i>, separated by
commas; <i>all</i> for all of them, empty for none. <b>More frames</b>: files of the same track and pass,
which are joined to the interferogram.</p>
<h3>Results</h3>
<p><b>Heatmap</b>: GeoTIFF with values from 0 to 1 in the scene's CRS. <b>Boxes</b>: GeoPackage with
probability, size, centre, peak line-of-sight change and number of fringes. <b>Report</b>: one HTML file.
<b>Result</b>: JSON with everything. Each of them is optional. Models and scripts can use the outputs LABEL,
PROBABILITY, DETECTED and BOX_COUNT.</p>"""

    def initAlgorithm(self, configuration=None):
        self.addParameter(RasterOrPath("INPUT", "Interferogram"))
        self.addParameter(QgsProcessingParameterBand("BAND", "Band", None, "INPUT", optional=True))
        self.addParameter(
            QgsProcessingParameterEnum(
                "QUANTITY",
                "What the values are",
                list(QUANTITIES),
                defaultValue="auto",
                usesStaticStrings=True,
            )
        )
        self.addParameter(
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
        self.addParameter(RasterOrPath("DEM", "Elevation model (m)", optional=True))
        self.addParameter(QgsProcessingParameterExtent("EXTENT", "Extent to search", optional=True))
        self.add_advanced(
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
        self.add_advanced(
            QgsProcessingParameterNumber(
                "SCALES", "Number of scales (coarsest first)", _Integer, None, optional=True, minValue=1
            )
        )
        self.add_advanced(
            QgsProcessingParameterEnum(
                "BACKEND", "Inference backend", list(BACKENDS), defaultValue="auto", usesStaticStrings=True
            )
        )
        self.add_advanced(
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
        self.add_advanced(
            QgsProcessingParameterString("DATE", "Date or pair of a time series", optional=True)
        )
        self.add_advanced(
            QgsProcessingParameterString(
                "CORRECTIONS", "Corrections to apply (none, all, or names)", optional=True
            )
        )
        self.add_advanced(
            QgsProcessingParameterMultipleLayers(
                "FRAMES",
                "More frames of the same track and pass",
                QgsProcessing.SourceType.TypeFile,
                optional=True,
            )
        )
        self.addParameter(QgsProcessingParameterRasterDestination("HEATMAP", "Heatmap", optional=True))
        self.addParameter(
            QgsProcessingParameterVectorDestination(
                "BOXES", "Boxes", QgsProcessing.SourceType.TypeVectorPolygon, optional=True
            )
        )
        self.addParameter(
            QgsProcessingParameterFileDestination("REPORT", "Report", "HTML files (*.html)", optional=True)
        )
        self.addParameter(
            QgsProcessingParameterFileDestination(
                "RESULT", "Result", "JSON files (*.json)", optional=True, createByDefault=False
            )
        )
        self.addOutput(QgsProcessingOutputString("LABEL", "Verdict"))
        self.addOutput(QgsProcessingOutputNumber("PROBABILITY", "Probability of an earthquake"))
        self.addOutput(QgsProcessingOutputBoolean("DETECTED", "Earthquake present"))
        self.addOutput(QgsProcessingOutputNumber("BOX_COUNT", "Number of boxes"))

    def checkParameterValues(self, parameters, context):
        good, message = super().checkParameterValues(parameters, context)
        if not good:
            return good, message
        try:
            self.sources(parameters, "INPUT", context)
            self.sources(parameters, "FRAMES", context)
            self.source(parameters, "DEM", context)
        except InputError as error:
            return False, str(error)
        return True, ""

    def prepareAlgorithm(self, parameters, context, feedback):
        try:
            self._sources = [
                *self.sources(parameters, "INPUT", context),
                *self.sources(parameters, "FRAMES", context),
            ]
            self._source = self._sources[0]
            self._dem = self.source(parameters, "DEM", context)
        except InputError as error:
            raise explained(error) from error
        self._extent = self.parameterAsExtent(parameters, "EXTENT", context)
        self._extent_crs = self.parameterAsExtentCrs(parameters, "EXTENT", context)
        self._transforms = context.transformContext()
        self._run: Optional[ResultGroup] = None
        self._warnings: list[str] = []
        return True

    def processAlgorithm(self, parameters, context, feedback):
        from ...engine.detection import detect

        targets = {
            "heatmap": self.parameterAsOutputLayer(parameters, "HEATMAP", context) or None,
            "boxes": self.parameterAsOutputLayer(parameters, "BOXES", context) or None,
            "report": self.parameterAsFileOutput(parameters, "REPORT", context) or None,
            "result": self.parameterAsFileOutput(parameters, "RESULT", context) or None,
        }
        self._layers = {role: targets[role] for role in ("heatmap", "boxes") if targets[role]}

        def progress(percent: float, text: str) -> None:
            feedback.setProgress(percent)
            if text:
                feedback.setProgressText(text)

        try:
            settings = self._settings(parameters, context)
            result = detect(
                self._paths(), settings, **targets, progress=progress, cancelled=feedback.isCanceled
            )
        except Cancelled:
            feedback.pushInfo("Cancelled; no files were written.")
            return {}
        except QuakeFringeError as error:
            raise explained(error) from error
        self._warnings = [*(note for one in self._sources for note in one.notes), *result.warnings]
        for warning in self._warnings:
            feedback.pushWarning(warning)
        feedback.pushInfo(result.label)
        self._run = ResultGroup(
            result.run_id,
            name_of_all(self._sources),
            result.verdict,
            result.label,
            self._source.layer_id,
            targets["report"] or "",
        )
        outputs = {role.upper(): path for role, path in targets.items() if path}
        outputs.update(
            LABEL=result.label,
            PROBABILITY=float(result.probability),
            DETECTED=result.verdict == "present",
            BOX_COUNT=len(result.boxes),
        )
        return outputs

    def postProcessAlgorithm(self, context, feedback):
        if self._run is not None:
            for role, path in self._layers.items():
                if context.willLoadLayerOnCompletion(path):
                    details = context.layerToLoadOnCompletionDetails(path)
                    details.name = role.capitalize()
                    details.forceName = True
                    details.setPostProcessor(Presenter(self._run, role))
            if self._warnings and not isinstance(feedback, CollectingFeedback):
                show_warnings(self._run.scene, self._warnings)
        return {}

    def _settings(self, parameters, context):
        from ...engine.detection import Settings

        quantity = self.parameterAsString(parameters, "QUANTITY", context) or "auto"
        choice = {
            "band": self.parameterAsInt(parameters, "BAND", context) or self._source.band,
            "quantity": None if quantity == "auto" else quantity,
            "wavelength": self.optional_number(parameters, "WAVELENGTH", context),
            "date": self.parameterAsString(parameters, "DATE", context).strip() or None,
            "corrections": self.parameterAsString(parameters, "CORRECTIONS", context).strip() or None,
            "crs": self._source.crs or None,
            "nodata": self._source.nodata,
        }
        scales = self.optional_number(parameters, "SCALES", context)
        return Settings(
            **choice,
            dem=self._dem.path if self._dem else None,
            extent=self._scene_extent(choice),
            threshold=self.optional_number(parameters, "THRESHOLD", context),
            scales=None if scales is None else int(scales),
            backend=self.parameterAsString(parameters, "BACKEND", context) or "auto",
            coherence_threshold=self.optional_number(parameters, "COHERENCE", context),
        )

    def _paths(self) -> Union[str, list[str]]:
        """The path of one interferogram, or those of several frames."""
        paths = [source.path for source in self._sources]
        return paths[0] if len(paths) == 1 else paths

    def _scene_extent(self, choice: dict) -> Optional[tuple[float, float, float, float]]:
        """The chosen extent in the CRS of the interferogram; None for the whole scene."""
        box: QgsRectangle = self._extent
        if box.isNull() or box.isEmpty():
            return None
        if self._extent_crs.isValid():
            from ...engine.interferogram import open_interferogram

            scene = QgsCoordinateReferenceSystem.fromWkt(
                open_interferogram(self._paths(), **choice).grid.crs_wkt
            )
            if scene.isValid() and scene != self._extent_crs:
                transform = QgsCoordinateTransform(self._extent_crs, scene, self._transforms)
                try:
                    box = transform.transformBoundingBox(box)
                except QgsCsException as error:
                    raise InputError(
                        "The extent cannot be transformed to the CRS of the interferogram; "
                        "draw one that overlaps the scene."
                    ) from error
        return box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()
