"""quakefringe:detect: verdict, heatmap and boxes of one interferogram."""

from __future__ import annotations

from typing import Optional, Union

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsRectangle,
)

from ...engine.errors import Cancelled, InputError, QuakeFringeError
from ..feedback import CollectingFeedback
from ..i18n import tr
from ..messages import show_warnings
from ..presentation import Presenter, ResultGroup
from ..sources import as_elevation_model, name_of_all
from .base import Algorithm, explained, stopped
from .detect_parameters import HELP, add_advanced, add_inputs, add_results, add_surroundings
from .result_folder import discard, into_folder, new_run_folder
from .vectors import file_or_layer, vector_path

RASTERS = ("HEATMAP", "BOXES", "HEADS")
"""Outputs that QGIS can load."""
LAYERS = ("heatmap", "boxes", "heads")
"""Results that QGIS may load as layers."""


class Detect(Algorithm):
    """Detects earthquakes in an interferogram."""

    NAME = "detect"
    TITLE = "Detect earthquakes"
    GROUP = "Detection"
    SUMMARY = "Decides whether an interferogram shows an earthquake, and locates it."
    TAGS = ("phase", "fringes", "coseismic", "displacement", "transformer", "machine learning")
    HELP = HELP

    def initAlgorithm(self, configuration=None):
        add_inputs(self)
        add_advanced(self)
        add_surroundings(self)
        add_results(self)

    def checkParameterValues(self, parameters, context):
        good, message = super().checkParameterValues(parameters, context)
        if not good:
            return good, message
        try:
            self.sources(parameters, "INPUT", context)
            self.sources(parameters, "FRAMES", context)
            self.source(parameters, "DEM", context)
            file_or_layer(self, parameters, "CATALOGUE", context)
            file_or_layer(self, parameters, "FAULTS", context)
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
            self._dem = as_elevation_model(self.source(parameters, "DEM", context))
            self._catalogue = vector_path(self, parameters, "CATALOGUE", context)
            self._faults = vector_path(self, parameters, "FAULTS", context)
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

        folder = self._new_folder(parameters, context)
        if folder is not None:
            parameters = into_folder(parameters, folder)
        targets = self._targets(parameters, context)
        self._layers = {role: targets[role] for role in LAYERS if targets[role]}

        def progress(percent: float, text: str) -> None:
            feedback.setProgress(percent)
            if text:
                feedback.setProgressText(text)

        try:
            settings = self._settings(parameters, context)
            result = detect(
                self._paths(), settings, **targets, progress=progress, cancelled=feedback.isCanceled
            )
        except Cancelled as error:
            discard(folder)
            return stopped(error, feedback)
        except QuakeFringeError as error:
            discard(folder)
            raise explained(error) from error
        self._warnings = [*(note for one in self._sources for note in one.notes), *result.warnings]
        for warning in self._warnings:
            feedback.pushWarning(warning)
        feedback.pushInfo(result.label)
        for sentence in (result.catalogue or {}).get("sentences", ()):
            feedback.pushInfo(sentence)
        self._run = ResultGroup(
            result.run_id,
            name_of_all(self._sources),
            result.outcome,
            result.label,
            self._source.layer_id,
            targets["report"] or "",
        )
        outputs = {role.upper(): path for role, path in targets.items() if path}
        outputs.update(
            LABEL=result.label,
            PROBABILITY=float(result.probability),
            DETECTED=result.verdict == "present",
            DEFORMATION=result.deformation,
            DEFORMATION_PROBABILITY=float(result.deformation_probability),
            KIND=result.kind,
            BOX_COUNT=len(result.boxes),
        )
        return outputs

    def postProcessAlgorithm(self, context, feedback):
        if self._run is not None:
            for role, path in self._layers.items():
                if context.willLoadLayerOnCompletion(path):
                    details = context.layerToLoadOnCompletionDetails(path)
                    details.name = _layer_name(role)
                    details.forceName = True
                    details.setPostProcessor(Presenter(self._run, role))
            if self._warnings and not isinstance(feedback, CollectingFeedback):
                show_warnings(self._run.scene, self._warnings)
        return {}

    def _new_folder(self, parameters, context):
        """The folder that the run gets; None when the user names each file."""
        chosen = self.parameterAsString(parameters, "FOLDER", context).strip()
        try:
            return new_run_folder(chosen, self._source.name)
        except QuakeFringeError as error:
            raise explained(error) from error

    def _targets(self, parameters, context) -> dict[str, Optional[str]]:
        """The files to write, by their name in the engine."""
        rasters = {name: self.parameterAsOutputLayer(parameters, name, context) for name in RASTERS}
        return {
            "heatmap": rasters["HEATMAP"] or None,
            "boxes": rasters["BOXES"] or None,
            "heads": rasters["HEADS"] or None,
            "report": self.parameterAsFileOutput(parameters, "REPORT", context) or None,
            "result": self.parameterAsFileOutput(parameters, "RESULT", context) or None,
        }

    def _settings(self, parameters, context):
        from ...engine.detection import Settings

        choice = {
            "band": self.parameterAsInt(parameters, "BAND", context) or self._source.band,
            "quantity": self._chosen(parameters, "QUANTITY", context),
            "unit": self._chosen(parameters, "UNIT", context),
            "positive": self._chosen(parameters, "POSITIVE", context),
            "layer": self.parameterAsString(parameters, "LAYER", context).strip() or None,
            "wavelength": self.optional_number(parameters, "WAVELENGTH", context),
            "date": self.parameterAsString(parameters, "DATE", context).strip() or None,
            "corrections": self.parameterAsString(parameters, "CORRECTIONS", context).strip() or None,
            "crs": self._source.crs or None,
            "dem": self._dem.path if self._dem else None,
            "dem_crs": (self._dem.crs or None) if self._dem else None,
            "nodata": self._source.nodata,
            "product": self._chosen(parameters, "PRODUCT", context),
            "pixel_m": self.optional_number(parameters, "PIXEL_M", context),
            "acquired": self._acquired(parameters, context),
            "cell": self.optional_number(parameters, "CELL", context),
        }
        scales = self.optional_number(parameters, "SCALES", context)
        return Settings(
            **choice,
            extent=self._scene_extent(choice),
            threshold=self.optional_number(parameters, "THRESHOLD", context),
            scales=None if scales is None else int(scales),
            backend=self.parameterAsString(parameters, "BACKEND", context) or "auto",
            coherence_threshold=self.optional_number(parameters, "COHERENCE", context),
            catalogue=self._catalogue,
            catalogue_tolerance=self.parameterAsDouble(parameters, "CATALOGUE_TOLERANCE", context),
            catalogue_fields=self.parameterAsString(parameters, "CATALOGUE_FIELDS", context).strip() or None,
            faults=self._faults,
        )

    def _acquired(self, parameters, context) -> Optional[tuple[str, ...]]:
        """The two dates that the user gave."""
        text = self.parameterAsString(parameters, "ACQUIRED", context)
        return tuple(text.replace(",", " ").replace(";", " ").split()) or None

    def _chosen(self, parameters, name, context) -> Optional[str]:
        """The option that the user chose; None for “auto”."""
        option = self.parameterAsString(parameters, name, context)
        return None if option in ("", "auto") else option

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
                        tr(
                            "The extent cannot be transformed to the CRS of the interferogram; draw one that "
                            "overlaps the scene."
                        )
                    ) from error
        return box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()


def _layer_name(role: str) -> str:
    """Name of a result on the map."""
    return {"heatmap": tr("Heatmap"), "boxes": tr("Boxes"), "heads": tr("Heads")}[role]
