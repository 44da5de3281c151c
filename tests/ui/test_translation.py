"""The translation: complete, with the same placeholders, and used by the window."""

import importlib.util
import json
import re
from pathlib import Path

import pytest
from qgis.core import QgsApplication

from quakefringe.ui.i18n import install_translator, remove_translator, tr
from quakefringe.ui.processing.detect import Detect

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = sorted(path.stem for path in (ROOT / "resources" / "i18n").glob("*.json"))


@pytest.fixture(scope="module")
def maker():
    spec = importlib.util.spec_from_file_location("make_translations", ROOT / "tools/make_translations.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_there_is_a_translation():
    assert "es" in LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_placeholder_survives_the_translation(language):
    stored = json.loads((ROOT / "resources" / "i18n" / f"{language}.json").read_text(encoding="utf-8"))
    wrong = {
        text: translated
        for text, translated in stored.items()
        if sorted(re.findall(r"\{\w+\}", text)) != sorted(re.findall(r"\{\w+\}", translated))
    }
    assert wrong == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_and_the_files_are_up_to_date(plugin, maker, language):
    folder = ROOT / "resources" / "i18n"
    stored = json.loads((folder / f"{language}.json").read_text(encoding="utf-8"))
    texts = maker.texts()
    assert len(texts) > 400
    assert [text for text in texts if not stored.get(text)] == [], "run tools/make_translations.py"
    written = (folder / f"quakefringe_{language}.ts").read_text(encoding="utf-8")
    assert written == maker.ts_file(language, stored)


def test_help_and_parameters_are_in_the_language_of_qgis(qgis_app, monkeypatch):
    monkeypatch.setattr(QgsApplication, "locale", lambda self: "es")
    translator = install_translator()
    try:
        algorithm = Detect()
        algorithm.initAlgorithm()
        assert algorithm.shortHelpString().startswith("<p>Detecta la deformación")
        assert algorithm.parameterDefinition("WAVELENGTH").description() == "Longitud de onda del radar (m)"
        assert "umbral" in algorithm.parameterDefinition("THRESHOLD").help()
    finally:
        remove_translator(translator)


def test_the_window_speaks_the_language_of_qgis(qgis_app, monkeypatch):
    monkeypatch.setattr(QgsApplication, "locale", lambda self: "es_MX")
    translator = install_translator()
    try:
        assert tr("Detect earthquakes") == "Detectar terremotos"
        assert tr("no such text") == "no such text"
    finally:
        remove_translator(translator)
    assert tr("Detect earthquakes") == "Detect earthquakes"
