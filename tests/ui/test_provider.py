"""The provider and its algorithms in QGIS."""

import configparser
from pathlib import Path

import pytest
from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingParameterDefinition

from quakefringe.plugin import QuakeFringePlugin

ROOT = Path(__file__).resolve().parents[2]
TUNING_PARAMETERS = [
    "THRESHOLD",
    "SCALES",
    "BACKEND",
    "COHERENCE",
    "UNIT",
    "POSITIVE",
    "PRODUCT",
    "PIXEL_M",
    "ACQUIRED",
    "CELL",
    "LAYER",
    "DATE",
    "CORRECTIONS",
    "FRAMES",
    "CATALOGUE",
    "CATALOGUE_TOLERANCE",
    "CATALOGUE_FIELDS",
    "FAULTS",
]
DETECT_PARAMETERS = [
    *("INPUT", "BAND", "QUANTITY", "WAVELENGTH", "DEM", "EXTENT"),
    *TUNING_PARAMETERS,
    *("FOLDER", "HEATMAP", "BOXES", "REPORT", "HEADS", "RESULT"),
]


def algorithm(name):
    return QgsApplication.processingRegistry().algorithmById(f"quakefringe:{name}")


def test_the_algorithms_are_registered(plugin):
    provider = QgsApplication.processingRegistry().providerById("quakefringe")
    names = {a.name() for a in provider.algorithms()}
    assert names >= {"detect", "open", "decompose", "hazard", "diagnose"}


@pytest.mark.parametrize("name", ["detect", "open", "source", "decompose", "hazard", "diagnose"])
def test_every_algorithm_has_help(plugin, name):
    described = algorithm(name)
    assert described.displayName()
    assert described.group() and described.groupId()
    assert described.shortDescription().endswith(".")
    assert len(described.shortHelpString()) > 100
    assert "<b>" not in described.shortHelpString(), "QGIS draws it in dark grey on a dark theme"
    assert described.helpUrl().startswith("https://")
    assert not described.icon().isNull()
    assert "insar" in described.tags()
    assert described.canExecute() == (True, "")


def test_detect_has_its_documented_parameters_and_outputs(plugin):
    described = algorithm("detect")
    assert [p.name() for p in described.parameterDefinitions()] == DETECT_PARAMETERS
    two_questions = {"DEFORMATION", "DEFORMATION_PROBABILITY", "KIND"}
    typed = {"LABEL", "PROBABILITY", "DETECTED", "BOX_COUNT"} | two_questions
    assert {"HEATMAP", "BOXES", "REPORT", "RESULT"} | typed <= {
        o.name() for o in described.outputDefinitions()
    }
    types = {o.name(): o.type() for o in described.outputDefinitions()}
    assert (types["LABEL"], types["PROBABILITY"], types["DETECTED"]) == (
        "outputString",
        "outputNumber",
        "outputBoolean",
    )


@pytest.mark.parametrize("name", ["detect", "open", "source", "decompose", "hazard", "diagnose"])
def test_every_parameter_has_a_tooltip(plugin, name):
    found = [p for p in algorithm(name).parameterDefinitions() if not p.help().partition("Choices (")[0]]
    assert [p.name() for p in found] == []


@pytest.mark.parametrize(
    ("name", "parameter", "words"),
    [
        ("detect", "QUANTITY", ["auto", "wrapped", "unwrapped", "displacement"]),
        ("detect", "UNIT", ["rad", "cm"]),
        ("source", "POSITIVE", ["toward", "away"]),
    ],
)
def test_the_help_of_a_choice_names_its_words(plugin, name, parameter, words):
    text = algorithm(name).parameterDefinition(parameter).help()
    choices = text.partition("number from 0): ")[2].rstrip(".").split(", ")
    assert set(words) <= set(choices)


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("unwrapped", "unwrapped"),
        (2, "unwrapped"),
        ("2", "unwrapped"),
        ("9", None),
        ("phase", None),
        (-1, None),
    ],
)
def test_a_choice_takes_its_words_and_their_numbers(plugin, value, word):
    described = algorithm("detect").create()
    context = QgsProcessingContext()
    parameter = described.parameterDefinition("QUANTITY")
    assert parameter.checkValueIsAcceptable(value, context) is (word is not None)
    if word:
        assert described.parameterAsString({"QUANTITY": value}, "QUANTITY", context) == word


def test_every_choice_of_every_algorithm_is_named(plugin):
    choices = [
        parameter
        for one in QgsApplication.processingRegistry().providerById("quakefringe").algorithms()
        for parameter in one.parameterDefinitions()
        if parameter.type() == "enum"
    ]
    assert choices
    assert [p.name() for p in choices if not all(word in p.help() for word in p.options())] == []


def test_only_the_interferogram_is_required_of_detect(plugin):
    optional = QgsProcessingParameterDefinition.Flag.FlagOptional
    required = [
        p.name()
        for p in algorithm("detect").parameterDefinitions()
        if not p.flags() & optional and p.defaultValue() is None
    ]
    assert required == ["INPUT"]


def test_tuning_parameters_are_advanced(plugin):
    advanced = QgsProcessingParameterDefinition.Flag.FlagAdvanced
    names = [p.name() for p in algorithm("detect").parameterDefinitions() if p.flags() & advanced]
    assert names == TUNING_PARAMETERS


def test_starting_processing_twice_leaves_one_working_provider(plugin):
    before = plugin.provider
    plugin.initProcessing()
    assert plugin.provider is before
    assert QgsApplication.processingRegistry().providerById("quakefringe").algorithms()
    assert algorithm("detect").create() is not None


def test_processing_starts_without_a_window(plugin):
    """qgis_process passes no interface."""
    QgsApplication.processingRegistry().removeProvider(plugin.provider)
    assert algorithm("detect") is None
    other = QuakeFringePlugin(None)
    other.initProcessing()
    assert algorithm("detect") is not None
    other.unload()
    assert algorithm("detect") is None
    plugin.initProcessing()
    assert algorithm("detect") is not None


def test_metadata_has_the_fields_that_the_plugin_site_requires():
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(ROOT / "metadata.txt", encoding="utf-8")
    general = parser["general"]
    for key in (
        "name",
        "description",
        "version",
        "author",
        "email",
        "about",
        "tracker",
        "repository",
        "homepage",
    ):
        assert general[key].strip()
    assert (general["qgisMinimumVersion"], general["qgisMaximumVersion"]) == ("3.22", "4.99")
    assert general["hasProcessingProvider"] == "yes"
    assert (ROOT / general["icon"]).is_file()
    from quakefringe import __version__

    assert general["version"] == __version__
