"""quakefringe:hazard: what an earthquake did to the ground, and who lives there."""

from __future__ import annotations

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
    QgsProcessingParameterField,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
    QgsProcessingParameterVectorLayer,
    QgsProcessingUtils,
)

from ...engine.errors import Cancelled, InputError, QuakeFringeError
from ..i18n import tr
from .base import Algorithm, RasterOrPath, explained, stopped

FAULT = (
    ("LONGITUDE", "Fault: longitude of its centre (°)"),
    ("LATITUDE", "Fault: latitude of its centre (°)"),
    ("DEPTH", "Fault: depth of its centre (km)"),
    ("STRIKE", "Fault: strike (°)"),
    ("DIP", "Fault: dip (°)"),
    ("LENGTH", "Fault: length (km)"),
    ("WIDTH", "Fault: width (km)"),
)
THEMES = ("intensity", "strain", "tilt", "zones", "fault", "places")
"""Layers of the GeoPackage, from the lowest to the topmost."""
SHOWN = ("zones", "fault", "places")
"""Layers that are loaded; the others are in the file."""


class Hazard(Algorithm):
    """Writes the hazard page, its layers and its figures."""

    NAME = "hazard"
    TITLE = "Hazard page"
    GROUP = "Analysis"
    SUMMARY = "Zones of uplift and subsidence, tilt, shaking, and the people and buildings in them."
    TAGS = ("population", "exposure", "intensity", "shaking", "buildings", "roads", "fault", "report")
    HELP = """\
<p>Describes what an earthquake did to the ground, and who lives there: zones of uplift and subsidence with
areas, tilt and strain with the levels at which buildings suffer, the fault and its distance to every place,
shaking as a modelled intensity, and people, settlements, buildings and roads in each of them.</p>
<p><b>Displacement</b>: vertical displacement in metres, as <i>Decompose looks into up and east</i> writes it,
or that folder; or one interferogram with <b>One look</b>. <b>Source estimate</b>: the JSON of the estimate;
or the fault in numbers under Advanced Parameters. Every other input is optional. The intensity is a model,
not a measurement.</p>"""

    def initAlgorithm(self, configuration=None):
        self.addParameter(RasterOrPath("INPUT", "Displacement up (m), or the folder of a decomposition"))
        self.addParameter(
            QgsProcessingParameterBoolean("ONE_LOOK", "One look: line of sight only", defaultValue=False)
        )
        self.addParameter(
            QgsProcessingParameterFile("SOURCE", "Source estimate (JSON)", extension="json", optional=True)
        )
        population = RasterOrPath("POPULATION", "Population raster")
        population.setFlags(population.flags() | population.Flag.FlagOptional)
        self.addParameter(population)
        any_vector = [QgsProcessing.SourceType.TypeVectorAnyGeometry]
        for name, text in (("SETTLEMENTS", "Settlements"), ("BUILDINGS", "Buildings"), ("ROADS", "Roads")):
            self.addParameter(QgsProcessingParameterVectorLayer(name, text, any_vector, optional=True))
        self._add_advanced_parameters()
        for name, text, kind in (
            ("PAGE", "Hazard page", "HTML files (*.html)"),
            ("LAYERS", "Layers", "GeoPackage files (*.gpkg)"),
            ("RESULT", "Result", "JSON files (*.json)"),
        ):
            self.addParameter(QgsProcessingParameterFileDestination(name, text, kind, optional=True))
        self.addOutput(QgsProcessingOutputNumber("UPLIFT_KM2", "Area of uplift (km²)"))
        self.addOutput(QgsProcessingOutputNumber("SUBSIDENCE_KM2", "Area of subsidence (km²)"))

    def _add_advanced_parameters(self):
        double = QgsProcessingParameterNumber.Type.Double
        for name, text in (("EAST", "Displacement east (m)"), ("NORTH", "Displacement north (m)")):
            raster = RasterOrPath(name, text)
            raster.setFlags(raster.flags() | raster.Flag.FlagOptional)
            self.add_advanced(raster)
        self.add_advanced(
            QgsProcessingParameterString("LEVELS", "Levels of the zones (m, empty: chosen)", optional=True)
        )
        self.add_advanced(
            QgsProcessingParameterEnum(
                "POPULATION_UNIT", "Population is a", ["count", "density"], False, "count", False, True
            )
        )
        self.add_advanced(
            QgsProcessingParameterField(
                "NAME_FIELD", "Field with the names", None, "SETTLEMENTS", optional=True
            )
        )
        for name, text in (("MW", "Moment magnitude of the fault"), *FAULT, ("RAKE", "Fault: rake (°)")):
            self.add_advanced(QgsProcessingParameterNumber(name, text, double, None, True))

    def prepareAlgorithm(self, parameters, context, feedback):
        def raster(name):
            value = parameters.get(name)
            if value in (None, ""):
                return None
            layer = self.parameterAsRasterLayer(parameters, name, context)
            return layer.source() if layer is not None else str(value)

        def vector(name):
            layer = self.parameterAsVectorLayer(parameters, name, context)
            return None if layer is None else layer.source()

        self._inputs = {
            "displacement": raster("INPUT"),
            "east": raster("EAST"),
            "north": raster("NORTH"),
            "population": raster("POPULATION"),
            **{name.lower(): vector(name) for name in ("SETTLEMENTS", "BUILDINGS", "ROADS")},
        }
        self._package = ""
        return True

    def processAlgorithm(self, parameters, context, feedback):
        from ...engine.hazard import assess

        targets = {
            name: self.parameterAsFileOutput(parameters, parameter, context) or None
            for name, parameter in (("page", "PAGE"), ("package", "LAYERS"), ("result", "RESULT"))
        }

        def progress(percent: float, text: str) -> None:
            feedback.setProgress(percent)
            if text:
                feedback.setProgressText(text)

        try:
            settings = self._settings(parameters, context)
            result = assess(settings, **targets, progress=progress, cancelled=feedback.isCanceled)
        except Cancelled as error:
            return stopped(error, feedback)
        except QuakeFringeError as error:
            raise explained(error) from error
        for warning in result.warnings:
            feedback.pushWarning(warning)
        self._package = targets["package"] or ""
        self._present = [theme.key for theme in result.themes]
        self._present += ["fault"] * bool(result.faults) + ["places"] * bool(result.places)
        areas = result.theme("zones").classes.areas_km2()
        half = len(areas) // 2
        names = {"page": "PAGE", "package": "LAYERS", "result": "RESULT"}
        outputs = {names[name]: path for name, path in targets.items() if path}
        return {**outputs, "UPLIFT_KM2": sum(areas[half:]), "SUBSIDENCE_KM2": sum(areas[:half])}

    def postProcessAlgorithm(self, context, feedback):
        project = context.project()
        if project is None or not self._package:
            return {}
        for name in THEMES:
            if name in self._present and name in SHOWN:
                details = QgsProcessingContext.LayerDetails(
                    f"Hazard: {name}", project, name, QgsProcessingUtils.LayerHint.Vector
                )
                details.forceName = True
                context.addLayerToLoadOnCompletion(f"{self._package}|layername={name}", details)
        return {}

    def _settings(self, parameters, context):
        from ...engine.decomposition.fault_plane import FaultPlane
        from ...engine.hazard import HazardSettings

        numbers = [self.optional_number(parameters, name, context) for name, _ in FAULT]
        fault = None
        if any(number is not None for number in numbers):
            missing = [name for (name, _), number in zip(FAULT, numbers) if number is None]
            if missing:
                raise InputError(
                    tr("The fault is incomplete: give {names} too.").format(names=", ".join(missing))
                )
            longitude, latitude, *shape = numbers
            depth, strike, dip, length, width = shape
            rake = self.optional_number(parameters, "RAKE", context)
            rake = 90.0 if rake is None else rake
            fault = FaultPlane(longitude, latitude, depth, strike, dip, length, width, rake)
        refusal = tr("LEVELS is not a list of numbers; write metres with spaces between.")
        levels = self.numbers(parameters, "LEVELS", context, refusal)
        return HazardSettings(
            **self._inputs,
            one_look=self.parameterAsBool(parameters, "ONE_LOOK", context),
            levels_m=levels,
            source=self.parameterAsString(parameters, "SOURCE", context).strip() or None,
            fault=fault,
            mw=self.optional_number(parameters, "MW", context),
            population_unit=self.parameterAsString(parameters, "POPULATION_UNIT", context) or "count",
            name_field=self.parameterAsString(parameters, "NAME_FIELD", context).strip() or None,
        )
