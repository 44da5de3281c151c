"""A parameter with fixed options, given by their words or, as QGIS' own help lists them, by their numbers."""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
    QgsProperty,
)


class Choice(QgsProcessingParameterEnum):
    """One of several words.

    QGIS lists options by their numbers and then takes the words only, so its own help misleads: this class
    takes both. `word_of` gives the word.
    """

    @classmethod
    def of(cls, parameter: QgsProcessingParameterEnum) -> Choice:
        """The same parameter as a choice."""
        copy = cls(
            parameter.name(),
            parameter.description(),
            parameter.options(),
            defaultValue=parameter.defaultValue(),
            usesStaticStrings=True,
        )
        copy.setFlags(parameter.flags())
        copy.setHelp(parameter.help())
        return copy

    def checkValueIsAcceptable(self, value: Any, context: Optional[QgsProcessingContext] = None) -> bool:
        """Accept the words, their numbers from 0, and what QGIS works out later."""
        if value in (None, ""):
            optional = bool(self.flags() & QgsProcessingParameterDefinition.Flag.FlagOptional)
            return optional or self.defaultValue() is not None
        return isinstance(value, QgsProperty) or word_of(value, self.options()) in self.options()

    def clone(self) -> Choice:
        """A copy of this class; QGIS would copy only the base class."""
        return type(self).of(self)


def is_choice(parameter: Optional[QgsProcessingParameterDefinition]) -> bool:
    """Whether a parameter has fixed words to choose from."""
    return isinstance(parameter, QgsProcessingParameterEnum) and parameter.usesStaticStrings()


def word_of(value: Any, options: list[str]) -> str:
    """The word that a value stands for: the word itself, or its number from 0."""
    text = str(value).strip()
    if text not in options and text.isdecimal() and int(text) < len(options):
        return options[int(text)]
    return text
