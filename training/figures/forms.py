"""The part of the real chapter on what decides about a release: targets, calibration, forms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from ..scoring.calibration_report import read_reliability
from ..scoring.form_scenes import TITLES
from .calibration import questions_figure
from .page import Page, number_text
from .style import BLUE, GREY, ORANGE, figure, save_png

ANSWERS = (("deformation", "deformation present", BLUE), ("earthquake", "called an earthquake", ORANGE))


def release_part(page: Page, target: Path, source: Any) -> None:
    """Add targets, reliability of both questions and scores by form, as far as a folder has them.

    Parameters
    ----------
    page : Page
    target : Path
        Folder for the PNG files.
    source : build.Source
    """
    real = source.scores["real"]
    if real.get("targets"):
        _targets_table(page, real["targets"])
    calibration = source.pictures.parent / "calibration.json"
    if calibration.is_file():
        tables = read_reliability(calibration)
        if tables:
            page.picture(
                save_png(questions_figure(tables), target / "real-questions.png"),
                "Reliability of both questions on native files, each by a calibration without its event or "
                "volcano. Every event has the same weight; bars are 95 % intervals of as many files.",
            )
    if real.get("forms"):
        page.section("Forms in which a user could have the earthquake scenes")
        page.picture(
            save_png(forms_figure(real["forms"]), target / "real-forms.png"),
            "Files whose deformation is present, and that are called earthquakes, by form; grey: native form "
            "of the same files. Intervals (95 %) draw whole events.",
        )


def _targets_table(page: Page, targets: dict[str, Any]) -> None:
    page.section("What decides about a release")
    rows, short = [], []
    for name, score in targets.items():
        if name != "missed_large":
            sign = "≥" if score["at_least"] else "≤"
            bounds = "" if score["low"] is None else f" ({score['low']:.2f}–{score['high']:.2f})"
            goal = f"{sign} {score['goal']:.2f}"
            value = number_text(score["value"]) + bounds
            rows.append([score["title"], score["files"], value, goal, "yes" if score["reached"] else "no"])
            short.append(not score["reached"])
    page.table(["score", "files", "value (95 %)", "goal", "reached"], rows, short)
    missed = targets.get("missed_large", [])
    names = "; ".join(f"{one['event']} (Mw {one['magnitude']:g})" for one in missed) or "none"
    page.text(f"Earthquakes of Mw ≥ 6 with visible fringes that are missed as deformation: {names}.")


def forms_figure(forms: dict[str, Any]) -> Figure:
    """Rates by form with their intervals, and the native rate of the same files."""
    drawing = figure(8.6, 0.42 * len(forms) + 1.1)
    for number, (axes, (name, title, colour)) in enumerate(
        zip(drawing.subplots(1, len(ANSWERS), sharey=True), ANSWERS)
    ):
        for line, score in enumerate(forms.values()):
            rate, change = score[name], score.get("change", {}).get(name)
            if rate["low"] is not None:
                axes.plot([rate["low"], rate["high"]], [line, line], color=colour, linewidth=1.2)
            axes.plot(rate["rate"], line, "o", color=colour, markersize=5)
            if change is not None:
                axes.plot(rate["rate"] - change["rate"], line, "|", color=GREY, markersize=11)
        axes.set(title=title, xlim=(0, 1.02), xlabel="fraction of files")
        if number == 0:
            labels = [f"{TITLES[form]} ({score['files']})" for form, score in forms.items()]
            axes.set_yticks(np.arange(len(forms)), labels)
            axes.invert_yaxis()
    return drawing
