"""The style of all figures, cyclic colours for phase, and saving."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, Optional

import numpy as np
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap, ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ...engine.output.atomic import replacing
from ...engine.report.pictures import style_palette

BLUE, ORANGE, GREEN, RED, GREY, INK = "#1f5f8b", "#c8641e", "#3a7d44", "#b3372f", "#8a8f98", "#23272e"
MODELS = (BLUE, ORANGE)
"""Colours of the first and the second of two compared models."""
PARTS = {"all": INK, "wrapped": BLUE, "unwrapped": ORANGE}
STYLE: dict[str, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9.0,
    "axes.titlesize": 10.0,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 9.0,
    "axes.edgecolor": "#5c636e",
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e3e6ea",
    "grid.linewidth": 0.7,
    "xtick.color": "#5c636e",
    "ytick.color": "#5c636e",
    "xtick.labelsize": 8.0,
    "ytick.labelsize": 8.0,
    "legend.frameon": False,
    "legend.fontsize": 8.0,
    "lines.linewidth": 1.6,
    "image.interpolation": "nearest",
    "figure.facecolor": "white",
}
DPI = 130
HEAT = LinearSegmentedColormap.from_list("heat", ["#fbfaf7", "#f6d9a8", "#e9914a", "#b8322a", "#4f0f1f"])
COUNTS = LinearSegmentedColormap.from_list("counts", ["#ffffff", "#cfe0ec", "#6ea3c7", "#1f5f8b"])
SHARE = LinearSegmentedColormap.from_list("share", ["#a03a2c", "#efd9b4", "#2f7d6b"])
TRUTH_LINE, FOUND_LINE, OTHER_LINE = "#ffffff", "#111111", "#5b2a86"


def phase_colours() -> ListedColormap:
    """The plugin's own cyclic colours of wrapped phase."""
    table = style_palette("wrapped")[1:, :3] / 255.0
    colours = ListedColormap(table, "phase")
    colours.set_bad("#d9dce0")
    return colours


def figure(width: float, height: float) -> Figure:
    """An empty figure of a size in inches, with automatic layout."""
    drawing = Figure(figsize=(width, height), dpi=DPI, constrained_layout=True)
    FigureCanvasAgg(drawing)
    return drawing


def styled() -> Any:
    """Context in which figures have this style."""
    return rc_context(STYLE)


def show_phase(axes: Any, phase: np.ndarray, extent: Optional[Any] = None, aspect: Any = "equal") -> None:
    """Draw phase in radians with one colour cycle per fringe."""
    turned = np.angle(np.exp(1j * np.where(np.isfinite(phase), phase, 0)))
    turned = np.where(np.isfinite(phase), turned, np.nan)
    axes.imshow(
        turned, cmap=phase_colours(), vmin=-np.pi, vmax=np.pi, extent=extent, aspect=aspect, origin="upper"
    )
    bare(axes)


def bare(axes: Any) -> None:
    """Remove ticks and grid from axes that show a picture."""
    axes.set_xticks([])
    axes.set_yticks([])
    axes.grid(False)
    for spine in axes.spines.values():
        spine.set_visible(True)
        spine.set_color("#c3c8cf")
        spine.set_linewidth(0.6)


def draw_box(axes: Any, box: Any, colour: str, style: str = "-", width: float = 1.4) -> None:
    """A rectangle (xmin, ymin, xmax, ymax) with a thin rim that is visible on any background."""
    rim = "#ffffff" if colour != TRUTH_LINE else "#111111"
    for line, thick in ((rim, width + 1.2), (colour, width)):
        axes.add_patch(
            Rectangle(
                (box[0], box[1]),
                box[2] - box[0],
                box[3] - box[1],
                fill=False,
                edgecolor=line,
                linewidth=thick,
                linestyle=style if line == colour else "-",
            )
        )


def save_png(drawing: Figure, path: Path) -> bytes:
    """Write a figure as a PNG file and return its bytes.

    Raises
    ------
    OutputError
        It cannot be written.
    """
    buffer = io.BytesIO()
    drawing.savefig(buffer, format="png", dpi=DPI, metadata={"Software": None})
    data = buffer.getvalue()
    with replacing(path) as temporary:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(data)
    return data
