"""quakefringe:source: magnitude, depth and mechanism of an earthquake from interferograms."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from qgis.core import QgsProcessingContext, QgsProcessingUtils, QgsVectorLayer

from ...engine.errors import Cancelled, InputError, OutputError, QuakeFringeError
from ..i18n import tr
from .base import Algorithm, explained, stopped
from .source_parameters import HELP, LAYER_TITLES, add_advanced, add_inputs, add_results
from .vectors import show_new_fields, vector_path

READING = ("QUANTITY", "UNIT", "POSITIVE")


@contextmanager
def new_folder(path: str | None) -> Iterator[None]:
    """Make a folder where there is none; it goes again if the work in it fails."""
    made = bool(path) and not os.path.isdir(path)
    if made:
        try:
            os.makedirs(path)
        except OSError as error:
            message = tr("The folder “{folder}” cannot be written ({reason}); choose another one.")
            raise OutputError(message.format(folder=path, reason=error.strerror)) from error
    try:
        yield
    except BaseException:
        if made:
            with suppress(OSError):
                os.rmdir(path)
        raise


class SourceEstimation(Algorithm):
    """Estimates the source of an earthquake."""

    NAME = "source"
    TITLE = "Estimate the earthquake's source"
    GROUP = "Analysis"
    SUMMARY = "Estimates magnitude, depth, mechanism and size of an earthquake from interferograms."
    TAGS = ("inversion", "okada", "fault", "magnitude", "moment tensor", "focal mechanism", "beachball")
    ICON = "source"
    HELP = HELP

    def initAlgorithm(self, configuration=None):
        add_inputs(self)
        add_advanced(self)
        add_results(self)

    def checkParameterValues(self, parameters, context):
        good, message = super().checkParameterValues(parameters, context)
        if not good:
            return good, message
        try:
            self.sources(parameters, "INPUT", context)
            for name in ("CATALOGUE", "BOX"):
                vector_path(self, parameters, name, context)
        except InputError as error:
            return False, str(error)
        return True, ""

    def prepareAlgorithm(self, parameters, context, feedback):
        try:
            self._sources = self.sources(parameters, "INPUT", context)
            if not self._sources:
                raise InputError(tr("No interferogram was given; choose at least one of the earthquake."))
            self._catalogue = vector_path(self, parameters, "CATALOGUE", context)
            self._box = vector_path(self, parameters, "BOX", context)
            self._rank = self._rank_of_box(parameters, context)
        except InputError as error:
            raise explained(error) from error
        self._extent = self.parameterAsExtent(parameters, "EXTENT", context)
        self._extent_crs = self.parameterAsExtentCrs(parameters, "EXTENT", context)
        self._loaded: list[tuple[str, str]] = []
        return True

    def processAlgorithm(self, parameters, context, feedback):
        from ...engine.source_output.box_fields import write_to_box
        from ...engine.source_output.options import SourceFiles
        from ...engine.source_output.run import run_source

        targets = {
            "result": self.parameterAsFileOutput(parameters, "RESULT", context) or None,
            "page": self.parameterAsFileOutput(parameters, "REPORT", context) or None,
            "layers": self.parameterAsFileOutput(parameters, "LAYERS", context) or None,
            "quakeml": self.parameterAsFileOutput(parameters, "QUAKEML", context) or None,
            "report": self.parameterAsString(parameters, "DETECTION_REPORT", context).strip() or None,
            "maps": self.parameterAsFileOutput(parameters, "MAPS", context) or None,
        }

        def progress(percent: float, text: str) -> None:
            feedback.setProgress(percent)
            if text:
                feedback.setProgressText(text)

        try:
            options = self._options(parameters, context)
            inputs = [one.path for one in self._sources]
            with new_folder(targets["maps"]):
                done = run_source(
                    inputs,
                    options,
                    files=SourceFiles([*inputs, *filter(None, (self._catalogue, self._box))], **targets),
                    progress=progress,
                    cancelled=feedback.isCanceled,
                )
        except Cancelled as error:
            return stopped(error, feedback)
        except QuakeFringeError as error:
            raise explained(error) from error
        if self._box:
            warning = write_to_box(self._box.partition("|")[0], self._rank, done.estimate, done.run_id)
            if warning:
                feedback.pushWarning(warning)
        return self._report(done, targets, feedback)

    def _report(self, done, targets: dict, feedback) -> dict:
        """Messages for the user, and the outputs."""
        from ...engine.source_output.words import headline

        estimate = done.estimate
        for warning in done.warnings:
            feedback.pushWarning(warning)
        feedback.pushInfo(headline(estimate))
        feedback.pushInfo(estimate.verdict)
        if targets["layers"]:
            self._loaded = [
                (f"{targets['layers']}|layername={name}", title) for name, title in LAYER_TITLES.items()
            ]
        self._loaded += [(path, os.path.basename(path)[:-4].replace("_", " ")) for path in done.maps]
        first, second = estimate.planes
        outputs = {
            "RESULT": targets["result"],
            "REPORT": targets["page"],
            "LAYERS": targets["layers"],
            "QUAKEML": targets["quakeml"],
            "MAPS": targets["maps"],
        }
        return {
            **{name: path for name, path in outputs.items() if path},
            "MW": estimate.mw,
            "DEPTH_KM": estimate.depth_km,
            "STRIKE": first.strike,
            "DIP": first.dip,
            "RAKE": first.rake,
            "STRIKE_2": second.strike,
            "DIP_2": second.dip,
            "RAKE_2": second.rake,
            "LONGITUDE": estimate.longitude,
            "LATITUDE": estimate.latitude,
            "LABEL": headline(estimate),
        }

    def postProcessAlgorithm(self, context, feedback):
        project = context.project()
        if self._box and project is not None:
            show_new_fields(project, self._box.partition("|")[0])
        for path, title in self._loaded if project is not None else ():
            vector = "|layername=" in path
            hint = QgsProcessingUtils.LayerHint.Vector if vector else QgsProcessingUtils.LayerHint.Raster
            details = QgsProcessingContext.LayerDetails(title, project, "LAYERS", hint)
            details.forceName = True
            context.addLayerToLoadOnCompletion(path, details)
        return {}

    def _options(self, parameters, context):
        from ...engine.source_output.area import box_extent, to_degrees
        from ...engine.source_output.options import SourceOptions

        extent, drawn = None, self._extent
        if self._box:
            extent = box_extent(self._box.partition("|")[0], self._rank)
        elif not (drawn.isNull() or drawn.isEmpty()):
            corners = (drawn.xMinimum(), drawn.yMinimum(), drawn.xMaximum(), drawn.yMaximum())
            crs = self._extent_crs.toWkt() if self._extent_crs.isValid() else "EPSG:4326"
            extent = to_degrees(corners, crs)
        reading = {}
        for name in READING:
            value = self.parameterAsString(parameters, name, context)
            reading[name.lower()] = None if value in ("", "auto") else value
        return SourceOptions(
            extent=extent,
            heading=self._numbers(parameters, "HEADING", context) or None,
            incidence=self._numbers(parameters, "INCIDENCE", context) or None,
            wavelength=self.optional_number(parameters, "WAVELENGTH", context),
            catalogue=self._catalogue,
            time=self.parameterAsString(parameters, "TIME", context).strip() or None,
            rigidity_pa=1e9 * self.parameterAsDouble(parameters, "RIGIDITY", context),
            seed=self.parameterAsInt(parameters, "SEED", context),
            turned=self._whole_numbers(parameters, "TURN", context),
            network=self.parameterAsBoolean(parameters, "NETWORK", context),
            **reading,
        )

    def _numbers(self, parameters, name, context) -> tuple[float, ...]:
        """Numbers of a text; none where it is empty."""
        refusal = tr("{name} is no list of numbers; write numbers with spaces between.").format(name=name)
        return self.numbers(parameters, name, context, refusal)

    def _whole_numbers(self, parameters, name, context) -> tuple[int, ...]:
        """The same for numbers that count something."""
        numbers = self._numbers(parameters, name, context)
        if not all(number.is_integer() for number in numbers):
            raise InputError(
                tr("{name} is no list of whole numbers; write numbers such as 1 2.").format(name=name)
            )
        return tuple(int(number) for number in numbers)

    def _rank_of_box(self, parameters, context) -> int:
        """Number of the box: that of RANK, else the only selected feature of the layer, else 1."""
        rank = self.optional_number(parameters, "RANK", context)
        if rank is not None:
            return int(rank)
        if parameters.get("BOX") in (None, ""):
            return 1
        layer = self.parameterAsVectorLayer(parameters, "BOX", context)
        if isinstance(layer, QgsVectorLayer) and layer.fields().indexOf("rank") >= 0:
            selected = layer.selectedFeatures()
            if len(selected) == 1:
                return int(selected[0]["rank"])
        return 1
