"""The focal mechanism as a beachball in SVG: lower hemisphere, equal area, compression filled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

import numpy as np

from .focal_sphere import compression, nodal_lines

FILL = "#b3262f"
"""The red of the report's verdict "present"."""
MAX_DRAWN_PLANES = 40
"""Mechanisms of the posterior drawn as thin lines; more would blacken the disc."""

Mechanism = tuple[float, float, float]
"""Strike, dip and rake in degrees."""


def beachball_svg(
    mechanism: Mechanism,
    *,
    size: float = 150,
    title: str = "Focal mechanism",
    spread: Sequence[Mechanism] = (),
    fill: str = FILL,
) -> str:
    """Draw a double couple.

    Parameters
    ----------
    mechanism : Mechanism
        Of either nodal plane.
    size : float
        Width and height of the picture in pixels.
    title : str
        Description for screen readers.
    spread : sequence of Mechanism
        Other mechanisms that the data allow; their nodal planes are drawn as thin lines.
    fill : str
        Colour of the quadrants of compression.

    Returns
    -------
    str
        One `<svg>` element whose attributes carry all its style, so that it can stand alone or on a map.
    """
    others = list(spread)[:: max(1, -(-len(spread) // MAX_DRAWN_PLANES))] if spread else []
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="beachball" width="{size:g}" height="{size:g}" '
        f'viewBox="-1.06 -1.06 2.12 2.12" role="img" aria-label="{escape(title, quote=True)}">',
        '<circle cx="0" cy="0" r="1" fill="#ffffff"/>',
    ]
    outlines = "".join(_path(part, closed=True) for part in compression(*mechanism))
    parts.append(f'<path d="{outlines}" fill="{fill}" stroke="none"/>')
    thin = "".join(_path(line, closed=False) for other in others for line in nodal_lines(*other))
    if thin:
        parts.append(
            f'<path d="{thin}" fill="none" stroke="#1d2429" stroke-width="0.012" stroke-opacity="0.25"/>'
        )
    lines = "".join(_path(line, closed=False) for line in nodal_lines(*mechanism))
    parts += [
        f'<path d="{lines}" fill="none" stroke="#1d2429" stroke-width="0.03"/>',
        '<circle cx="0" cy="0" r="1" fill="none" stroke="#1d2429" stroke-width="0.04"/>',
        "</svg>",
    ]
    return "".join(parts)


def spread_of(strike: Iterable[float], dip: Iterable[float], rake: Iterable[float]) -> list[Mechanism]:
    """Mechanisms of draws, evenly chosen so that `beachball_svg` can show them."""
    values = np.stack([np.asarray(list(column), float) for column in (strike, dip, rake)], axis=1)
    step = max(1, -(-len(values) // MAX_DRAWN_PLANES))
    return [(float(s), float(d), float(r)) for s, d, r in values[::step]]


def _path(points: np.ndarray, closed: bool) -> str:
    """An SVG path; the disc's north is up, so its sign changes."""
    text = "L".join(f"{x:.4f} {-y:.4f}" for x, y in points)
    return f"M{text}Z" if closed else f"M{text}"
