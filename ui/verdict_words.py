"""A result in words, in the language of the window."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional

from ..engine.output.run_folder import RunSummary
from ..engine.percent import percent as whole
from .i18n import tr

EARTHQUAKE, OTHER = "earthquake", "other"


def percent(probability: Optional[float], limits: tuple[float, float] = (0.0, 1.0)) -> str:
    """A probability as "97 %"; `limits` are the thresholds of its verdict, which rounding does not cross."""
    return "–" if probability is None else whole(probability, *limits)


def headline(summary: RunSummary) -> str:
    """The verdict in a few words, without numbers."""
    state = summary.deformation or summary.verdict
    if state == "absent":
        return tr("No deformation found") if summary.deformation else tr("No earthquake found")
    if state == "uncertain":
        return tr("Uncertain")
    if not summary.deformation or summary.kind == EARTHQUAKE:
        return tr("Earthquake present")
    if summary.kind == OTHER:
        return tr("Other deformation present")
    return tr("Deformation present, cause uncertain")


def main_probability(summary: RunSummary) -> Optional[float]:
    """The probability that belongs to the headline."""
    if summary.deformation and summary.kind != EARTHQUAKE:
        return summary.deformation_probability
    return summary.probability


def main_percent(summary: RunSummary) -> str:
    """That probability in words, rounded as the label on the map."""
    question = "deformation_" if summary.deformation and summary.kind != EARTHQUAKE else ""
    return percent(main_probability(summary), _limits(summary, question))


def _limits(summary: RunSummary, question: str) -> tuple[float, float]:
    """Thresholds "absent" and "present" of a question; none for results of older versions."""
    found = (summary.thresholds.get(f"{question}absent"), summary.thresholds.get(f"{question}present"))
    usable = all(isinstance(value, (int, float)) for value in found)
    return (float(found[0]), float(found[1])) if usable else (0.0, 1.0)


def state_of(summary: RunSummary) -> str:
    """The colour of the verdict: "present", "absent" or "uncertain"."""
    state = summary.deformation or summary.verdict
    return state if state in ("present", "absent") else "uncertain"


def probabilities(summary: RunSummary) -> list[tuple[str, str]]:
    """Every probability of the scene with what it is the probability of."""
    rows = []
    if summary.deformation_probability is not None:
        number = percent(summary.deformation_probability, _limits(summary, "deformation_"))
        rows.append((number, tr("that the ground deformed")))
    rows.append(
        (percent(summary.probability, _limits(summary, "")), tr("that the scene shows an earthquake"))
    )
    if summary.other_probability is not None:
        rows.append((percent(summary.other_probability), tr("that it shows other deformation")))
    return rows


def count_of_boxes(summary: RunSummary) -> str:
    """The number of boxes of each kind, such as "2 boxes of an earthquake, 1 of other deformation"."""
    earthquakes = sum(box.get("class_name") == EARTHQUAKE for box in summary.boxes)
    others = len(summary.boxes) - earthquakes
    parts = []
    if earthquakes:
        text = tr("1 box of an earthquake") if earthquakes == 1 else tr("{count} boxes of an earthquake")
        parts.append(text.format(count=earthquakes))
    if others:
        text = tr("1 box of other deformation") if others == 1 else tr("{count} boxes of other deformation")
        parts.append(text.format(count=others))
    return ", ".join(parts) or tr("no boxes")


def message_of(summary: RunSummary) -> str:
    """The result in one line, for the message bar."""
    text = f"{headline(summary)} ({main_percent(summary)})"
    return f"{text}, {count_of_boxes(summary)}." if summary.boxes else f"{text}."


def kind_name(class_name: str) -> str:
    """The class of a box in words."""
    return tr("Earthquake") if class_name == EARTHQUAKE else tr("Other deformation")


def box_title(box: Mapping[str, Any]) -> str:
    """First line of a box: rank, kind and probability."""
    return f"{box.get('rank', '')}  {kind_name(box.get('class_name', ''))}  {percent(box.get('probability'))}"


def box_figures(box: Mapping[str, Any]) -> str:
    """Further lines of a box: what was measured in it, and its size."""
    parts, size = [], ""
    if box.get("peak_los_cm") is not None:
        parts.append(tr("peak {cm} cm").format(cm=f"{box['peak_los_cm']:+.1f}"))
    if box.get("fringes") is not None:
        parts.append(tr("{count} fringes").format(count=f"{box['fringes']:.1f}"))
    if box.get("width_km") and box.get("height_km"):
        size = f"{box['width_km']:.0f} × {box['height_km']:.0f} km"
    return "\n".join(filter(None, ("  ·  ".join(parts), size))) or tr("too dense to be measured")


def box_explanation(box: Mapping[str, Any]) -> str:
    """What the figures of a box mean, for its tooltip."""
    lines = [
        tr(
            "{percent}: the probability of deformation of this kind inside this box. "
            "The verdict weighs the whole scene, so it can be higher."
        ).format(percent=percent(box.get("probability")))
    ]
    if box.get("peak_los_cm") is not None:
        lines.append(tr("Peak: line-of-sight change against the ground around, + towards the satellite."))
    if box.get("lon") is not None and box.get("lat") is not None:
        lines.append(tr("Centre: {lat}, {lon}").format(lat=f"{box['lat']:.3f}°", lon=f"{box['lon']:.3f}°"))
    if box.get("area_km2"):
        lines.append(tr("Deformed ground: {area} km²").format(area=f"{box['area_km2']:.0f}"))
    return "\n".join(lines)
