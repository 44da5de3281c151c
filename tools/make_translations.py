"""Collect every text of the window into ``resources/i18n/*.ts``, and compile the ``.qm`` files.

    .venv/bin/python tools/make_translations.py            write resources/i18n/quakefringe_<language>.ts, .qm
    .venv/bin/python tools/make_translations.py --check    fail if a text is missing or not translated

The texts are the literals in calls of ``tr``, and what the algorithms say: titles, groups, summaries, help, and
the names of their parameters and outputs, for which QGIS is needed. The
translations stand in ``resources/i18n/<language>.json``, text by text, so that a change is easy to review.
``.qm`` files are compiled by Qt's ``lrelease``.
"""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "resources" / "i18n"
CONTEXT = "QuakeFringe"


def texts() -> list[str]:
    """Every text of ``ui/``, sorted."""
    found: set[str] = set()
    for path in sorted((ROOT / "ui").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "tr" and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    found.add(first.value)
    return sorted(found | algorithm_texts())


def algorithm_texts() -> set[str]:
    """What the algorithms of the provider say."""
    from qgis.core import QgsApplication

    application = QgsApplication.instance() or QgsApplication([], False)
    from quakefringe.ui.processing.provider import Provider

    provider = Provider()
    provider.refreshAlgorithms()
    found: set[str] = set()
    for algorithm in provider.algorithms():
        found |= {algorithm.TITLE, algorithm.GROUP, algorithm.SUMMARY, " ".join(algorithm.HELP.split())}
        found |= {one.description() for one in algorithm.parameterDefinitions()}
        found |= {one.description() for one in algorithm.outputDefinitions()}
    del application
    return {text for text in found if text}


def ts_file(language: str, translations: dict[str, str]) -> str:
    """The Qt translation file of a language."""
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        "<!DOCTYPE TS>",
        f'<TS version="2.1" language="{language}" sourcelanguage="en">',
        f"<context><name>{CONTEXT}</name>",
    ]
    for text in texts():
        translated = translations.get(text, "")
        kind = "" if translated else ' type="unfinished"'
        lines.append(
            f"<message><source>{escape(text)}</source>"
            f"<translation{kind}>{escape(translated)}</translation></message>"
        )
    return "\n".join([*lines, "</context>", "</TS>", ""])


def main(arguments: list[str]) -> int:
    """Write or check all languages."""
    problems = []
    for path in sorted(FOLDER.glob("*.json")):
        language = path.stem
        translations = json.loads(path.read_text(encoding="utf-8"))
        problems += [f"{language}: not translated: {text}" for text in texts() if not translations.get(text)]
        target = FOLDER / f"quakefringe_{language}.ts"
        content = ts_file(language, translations)
        if "--check" in arguments:
            if not target.is_file() or target.read_text(encoding="utf-8") != content:
                problems.append(f"{target.name} is out of date; run tools/make_translations.py")
            continue
        target.write_text(content, encoding="utf-8")
        lrelease = shutil.which("lrelease")
        if lrelease is None:
            problems.append("lrelease is missing, so the .qm files were not compiled; install Qt's tools")
        else:
            subprocess.run([lrelease, "-silent", str(target)], check=True)
    print("\n".join(problems) or "All texts are translated.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
