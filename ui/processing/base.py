"""Base class and parameter types of all algorithms of the provider."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any, Optional

from qgis.core import (
    QgsApplication,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFile,
    QgsProcessingParameterRasterLayer,
    QgsProperty,
)

from ...engine.errors import Cancelled, InputError, QuakeFringeError
from ..desktop import help_url
from ..i18n import tr
from ..resources import icon
from ..sources import Source, is_connection, source_of_layer, source_of_path, split_paths
from .choice import Choice, is_choice, word_of
from .parameter_help import choices_of, parameter_help


class Algorithm(QgsProcessingAlgorithm):
    """An algorithm that class attributes describe."""

    NAME = ""
    TITLE = ""
    GROUP = ""
    SUMMARY = ""
    HELP = ""
    TAGS: tuple[str, ...] = ()
    ICON = "quakefringe"

    def createInstance(self):
        return type(self)()

    def name(self):
        return self.NAME

    def displayName(self):
        return tr(self.TITLE)

    def group(self):
        return tr(self.GROUP)

    def groupId(self):
        return self.GROUP.lower()

    def shortDescription(self):
        return tr(self.SUMMARY)

    def shortHelpString(self):
        text = tr(" ".join(self.HELP.split()))  # QGIS starts a paragraph at every line break
        # QGIS draws <b> in dark grey whatever the theme, but <strong> in the colour of the paragraph
        return text.replace("<b>", "<strong>").replace("</b>", "</strong>")

    def helpUrl(self):
        return help_url("usage")

    def icon(self):
        return icon(self.ICON)

    def tags(self):
        return ["insar", "sar", "interferogram", "earthquake", "deformation", *self.TAGS]

    def canExecute(self):
        missing = [name for name in ("numpy", "osgeo") if find_spec(name) is None]
        if missing:
            return (
                False,
                tr("QGIS' Python lacks {packages}; reinstall QGIS with its Python packages.").format(
                    packages=", ".join(missing)
                ),
            )
        return True, ""

    def addParameter(self, parameter, createOutput=True):
        """Add a parameter in QGIS' language with its tooltip, which names the choices of a script."""
        parameter.setDescription(tr(parameter.description()))
        if is_choice(parameter):
            parameter = Choice.of(parameter)
        text = parameter.help() or parameter_help(self.NAME, parameter.name())
        parameter.setHelp(" ".join(filter(None, (text, choices_of(parameter)))))
        return super().addParameter(parameter, createOutput)

    def parameterAsString(self, parameters: dict, name: str, context: QgsProcessingContext) -> str:
        """The text of a parameter; of a choice its word, also where its number was given."""
        text = super().parameterAsString(parameters, name, context)
        parameter = self.parameterDefinition(name)
        return word_of(text, parameter.options()) if is_choice(parameter) else str(text)

    def addOutput(self, definition):
        """Add an output in QGIS' language."""
        definition.setDescription(tr(definition.description()))
        return super().addOutput(definition)

    def add_advanced(self, parameter: QgsProcessingParameterDefinition) -> None:
        """Add a parameter to the folded section "Advanced Parameters" of the dialog."""
        parameter.setFlags(parameter.flags() | QgsProcessingParameterDefinition.Flag.FlagAdvanced)
        self.addParameter(parameter)

    def optional_number(self, parameters: dict, name: str, context: QgsProcessingContext) -> Optional[float]:
        """The number, or None when the parameter is empty (for which QGIS returns 0)."""
        if parameters.get(name) in (None, ""):
            return None
        return self.parameterAsDouble(parameters, name, context)

    def numbers(
        self, parameters: dict, name: str, context: QgsProcessingContext, refusal: str
    ) -> tuple[float, ...]:
        """Numbers of a text with spaces, commas or semicolons between; `refusal` is the error otherwise."""
        text = self.parameterAsString(parameters, name, context).replace(",", " ").replace(";", " ")
        try:
            return tuple(float(word) for word in text.split())
        except ValueError as error:
            raise InputError(refusal) from error

    def source(self, parameters: dict, name: str, context: QgsProcessingContext) -> Optional[Source]:
        """The raster that a parameter names, or None when it is empty. Call it on the main thread only.

        Raises
        ------
        InputError
            When the engine cannot open it.
        """
        sources = self.sources(parameters, name, context)
        return sources[0] if sources else None

    def sources(self, parameters: dict, name: str, context: QgsProcessingContext) -> list[Source]:
        """The rasters that a parameter names, as a list or with semicolons between paths.

        Raises
        ------
        InputError
            When the engine cannot open one of them.
        """
        values = split_paths(parameters.get(name))
        return [self._source_of({**parameters, name: value}, name, context) for value in values]

    def _source_of(self, parameters: dict, name: str, context: QgsProcessingContext) -> Source:
        value = parameters[name]
        text = value if isinstance(value, str) else self.parameterAsString(parameters, name, context)
        in_project = context.project() is not None and context.project().mapLayer(text) is not None
        if isinstance(value, str) and not in_project and (is_connection(value) or _names_a_file(value)):
            return source_of_path(value)
        layer = self.parameterAsLayer(parameters, name, context)
        if layer is not None:
            return source_of_layer(layer)
        return source_of_path(text)


class RasterOrPath(QgsProcessingParameterRasterLayer):
    """A raster layer, or the path of anything that the engine's readers open.

    The raster parameter of QGIS refuses folders, archives and multi-layer files without a reason.
    """

    def checkValueIsAcceptable(self, value: Any, context: Optional[QgsProcessingContext] = None) -> bool:
        """Accept any text, layer or list of them; the algorithm explains why it cannot use a value."""
        if value in (None, ""):
            return bool(self.flags() & QgsProcessingParameterDefinition.Flag.FlagOptional)
        return True

    def clone(self):
        """A copy of this class; QGIS would copy only the base class."""
        copy = type(self)(self.name(), self.description(), self.defaultValue())
        copy.setFlags(self.flags())
        copy.setHelp(self.help())
        return copy


class ProductPath(QgsProcessingParameterFile):
    """The path of a file, a folder or an archive; the parameter of QGIS accepts either files or folders."""

    def checkValueIsAcceptable(self, value: Any, context: Optional[QgsProcessingContext] = None) -> bool:
        """Accept any text and lists of it; the readers explain why they cannot open a path."""
        if isinstance(value, (list, tuple)):
            return bool(value) and all(isinstance(one, str) and one.strip() for one in value)
        return isinstance(value, QgsProperty) or bool(isinstance(value, str) and value.strip())

    def clone(self):
        """A copy of this class; QGIS would copy only the base class."""
        copy = type(self)(self.name(), self.description())
        copy.setFlags(self.flags())
        copy.setHelp(self.help())
        return copy


def explained(error: QuakeFringeError) -> QgsProcessingException:
    """The engine's message as an exception that Processing shows."""
    return QgsProcessingException(str(error))


def stopped(error: Cancelled, feedback: QgsProcessingFeedback) -> dict:
    """The outputs of a run that the user stopped: none.

    Raises
    ------
    QgsProcessingException
        In qgis_process, whose exit status would be 0 otherwise.
    """
    feedback.pushInfo(tr("Cancelled; no files were written."))
    if QgsApplication.platform() == "qgis_process":
        raise explained(error) from error
    return {}


def _names_a_file(text: str) -> bool:
    try:
        source_of_path(text)
    except QuakeFringeError:
        return False
    return True
