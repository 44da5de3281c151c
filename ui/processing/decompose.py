"""quakefringe:decompose: up and east displacement from two or more looks."""

from __future__ import annotations

import math
import os

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingOutputFile,
    QgsProcessingOutputRasterLayer,
    QgsProcessingOutputString,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFile,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
    QgsProcessingUtils,
)

from ...engine.errors import Cancelled, InputError, OutputError, QuakeFringeError
from ..i18n import tr
from .base import Algorithm, explained, stopped

RAMPS = ("auto", "plane", "offset", "none")
NORTH = ("auto", "zero", "solve")
LAYERS = ("up", "east", "north", "up_sigma", "east_sigma", "north_sigma")


class LooksParameter(QgsProcessingParameterMultipleLayers):
    """Several raster layers, or paths of anything that the engine's readers open."""

    def checkValueIsAcceptable(self, value, context=None):
        """Accept any list or text; the engine explains why it cannot use a value."""
        return bool(value)

    def clone(self):
        """A copy of this class; QGIS would copy only the base class."""
        copy = type(self)(self.name(), self.description(), QgsProcessing.SourceType.TypeRaster)
        copy.setFlags(self.flags())
        copy.setHelp(self.help())
        return copy


class Decompose(Algorithm):
    """Decomposes line-of-sight displacement into up and east."""

    NAME = "decompose"
    TITLE = "Decompose looks into up and east"
    GROUP = "Analysis"
    SUMMARY = "Combines ascending and descending interferograms into vertical and east displacement."
    TAGS = ("ascending", "descending", "vertical", "horizontal", "displacement", "uncertainty")
    HELP = """\
<p>Combines two or more interferograms of one event, from different directions, into vertical and east
displacement with their uncertainty. Radar satellites hardly see motion to the north: with two looks, north is
fixed to zero, and the uncertainty contains what that neglects. With three looks north is solved where they
resolve it.</p>
<p><b>Looks</b>: unwrapped phase or displacement of any product; wrapped phase is unwrapped first, with a
warning. <b>Headings</b> and <b>Incidence angles</b>: only for files without look vectors, one number a look,
with spaces between; <i>nan</i> keeps the product's. <b>Source estimate</b>: its north motion is taken instead
of zero.</p>"""

    def initAlgorithm(self, configuration=None):
        self.addParameter(LooksParameter("INPUT", "Looks of one event", QgsProcessing.SourceType.TypeRaster))
        for name, text in (
            ("HEADING", "Headings in degrees, one a look (empty: the products')"),
            ("INCIDENCE", "Incidence angles in degrees, one a look (empty: the products')"),
        ):
            self.addParameter(QgsProcessingParameterString(name, text, optional=True))
        for parameter in self._advanced():
            self.add_advanced(parameter)
        self.addParameter(QgsProcessingParameterFolderDestination("FOLDER", "Folder for the layers"))
        for layer in LAYERS:
            title = layer.replace("_sigma", ", standard deviation").capitalize()
            self.addOutput(QgsProcessingOutputRasterLayer(layer.upper(), title))
        self.addOutput(QgsProcessingOutputFile("RESULT", "Result (JSON)"))
        self.addOutput(QgsProcessingOutputString("NORTH_IS", "How north was treated"))

    def _advanced(self):
        double = QgsProcessingParameterNumber.Type.Double
        return (
            QgsProcessingParameterNumber(
                "WAVELENGTH", "Radar wavelength (m)", double, None, True, 0.007, 1.0
            ),
            QgsProcessingParameterNumber("PIXEL", "Pixel size (m)", double, None, True, 0.1),
            QgsProcessingParameterEnum(
                "RAMP", "Ramp to take out of each look", list(RAMPS), False, "auto", False, True
            ),
            QgsProcessingParameterEnum(
                "NORTH_MOTION", "Motion to the north", list(NORTH), False, "auto", False, True
            ),
            QgsProcessingParameterNumber(
                "NORTH_SIGMA", "Size of neglected north motion (m)", double, None, True, 0.0
            ),
            QgsProcessingParameterString("EVENT_DATE", "Date of the event", optional=True),
            QgsProcessingParameterFile("SOURCE", "Source estimate (JSON)", extension="json", optional=True),
        )

    def prepareAlgorithm(self, parameters, context, feedback):
        try:
            self._sources = self.sources(parameters, "INPUT", context)
        except InputError as error:
            raise explained(error) from error
        self._layers: list[tuple[str, str]] = []
        return True

    def processAlgorithm(self, parameters, context, feedback):
        from ...engine.decomposition import decompose

        folder = self.parameterAsFileOutput(parameters, "FOLDER", context)

        def progress(percent: float, text: str) -> None:
            feedback.setProgress(percent)
            if text:
                feedback.setProgressText(text)

        try:
            looks, settings = self._looks(parameters, context), self._settings(parameters, context)
            os.makedirs(folder, exist_ok=True)
            result = decompose(
                looks, settings, folder=folder, progress=progress, cancelled=feedback.isCanceled
            )
        except Cancelled as error:
            return stopped(error, feedback)
        except QuakeFringeError as error:
            raise explained(error) from error
        except OSError as error:
            message = tr("The folder “{folder}” cannot be written ({reason}); choose another one.").format(
                folder=folder, reason=error.strerror
            )
            raise explained(OutputError(message)) from error
        for warning in result.warnings:
            feedback.pushWarning(warning)
        for note in result.notes:
            feedback.pushInfo(note)
        outputs = {name.upper(): os.path.join(folder, f"{name}.tif") for name in result.layers()}
        self._layers = [(name, outputs[name.upper()]) for name in ("east", "up")]
        return {
            "FOLDER": folder,
            "RESULT": os.path.join(folder, "decomposition.json"),
            "NORTH_IS": result.north,
            **outputs,
        }

    def postProcessAlgorithm(self, context, feedback):
        project = context.project()
        for name, path in self._layers if project is not None else ():
            details = QgsProcessingContext.LayerDetails(
                f"Displacement {name} (m)", project, name.upper(), QgsProcessingUtils.LayerHint.Raster
            )
            details.forceName = True
            context.addLayerToLoadOnCompletion(path, details)
        return {}

    def _looks(self, parameters, context):
        from ...engine.decomposition import LookChoice

        angles = [self._angles(parameters, name, context) for name in ("HEADING", "INCIDENCE")]
        wavelength = self.optional_number(parameters, "WAVELENGTH", context)
        out = []
        for source, heading, incidence in zip(self._sources, *angles):
            options = {"band": source.band, "crs": source.crs or None, "nodata": source.nodata}
            options["wavelength"] = wavelength
            chosen = {name: value for name, value in options.items() if value is not None}
            out.append(LookChoice(source.path, heading, incidence, False, chosen))
        return out

    def _angles(self, parameters, name, context):
        """One angle for each look; None for the product's."""
        count = len(self._sources)
        refusal = tr("{name} is not a list of numbers; write degrees with spaces between.").format(name=name)
        values = self.numbers(parameters, name, context, refusal) or (float("nan"),) * count
        if len(values) != count:
            raise InputError(
                tr("{name} holds {given} numbers for {count} looks; give one a look.").format(
                    name=name, given=len(values), count=count
                )
            )
        return [None if math.isnan(value) else value for value in values]

    def _settings(self, parameters, context):
        from ...engine.decomposition import DecompositionSettings

        return DecompositionSettings(
            pixel_m=self.optional_number(parameters, "PIXEL", context),
            ramp=self.parameterAsString(parameters, "RAMP", context) or "auto",
            north=self.parameterAsString(parameters, "NORTH_MOTION", context) or "auto",
            north_sigma_m=self.optional_number(parameters, "NORTH_SIGMA", context),
            event_date=self.parameterAsString(parameters, "EVENT_DATE", context).strip() or None,
            source=self.parameterAsString(parameters, "SOURCE", context).strip() or None,
        )
