"""Layer styles of `resources/styles`, scaled to an estimate's values or completed with its beachball."""

from __future__ import annotations

import base64
import re

from ..report.pictures import read_style
from ..source.results import SourceEstimate
from .beachball import beachball_svg

STOP = re.compile(
    r'<item\s+value="(?P<value>[-+.\deE]+)"(?P<middle>[^>]*?)label="[^"]*"|'
    r'(?P<key>classificationMin|classificationMax|minimumValue|maximumValue)="(?P<end>[-+.\deE]+)"'
)
"""Values of a raster style from -1 to 1: stops of the ramp, and its ends."""
BEACHBALL_PLACE = "base64:BEACHBALL"
"""What the centroid's style has in place of the SVG picture."""


def displacement_style(limit: float) -> str:
    """The diverging raster style from -limit to limit (m)."""

    def scaled(match: re.Match[str]) -> str:
        if match.group("key"):
            return f'{match.group("key")}="{float(match.group("end")) * limit:.6g}"'
        value = float(match.group("value")) * limit
        return f'<item value="{value:.6g}"{match.group("middle")}label="{value:.3g} m"'

    return STOP.sub(scaled, read_style("displacement.qml"))


def vector_style(name: str) -> str:
    """A vector style as it is in `resources/styles`."""
    return read_style(f"{name}.qml")


def points_style(field: str, limit: float) -> str:
    """The style of the points for one field, with classes from -limit to limit (m)."""
    text = vector_style("source_points").replace('attr="data_m"', f'attr="{field}"')

    def scaled(match: re.Match[str]) -> str:
        return f'{match.group("key")}="{float(match.group("value")) * limit:.6g}"'

    text = re.sub(r'(?P<key>lower|upper)="(?P<value>[-+.\deE]+)"', scaled, text)
    return _labelled(text)


def _labelled(text: str) -> str:
    """The labels of the classes follow their limits."""

    def label(match: re.Match[str]) -> str:
        tag = match.group(0)
        limits = dict(re.findall(r'(lower|upper)="([^"]+)"', tag))
        words = f"{float(limits['lower']):.3g} to {float(limits['upper']):.3g} m".replace("-", "−")
        return re.sub(r'label="[^"]*"', f'label="{words}"', tag)

    return re.sub(r"<range [^>]*>", label, text)


def centroid_style(estimate: SourceEstimate) -> str:
    """The style of the centroid: the beachball as an SVG marker inside the style."""
    plane = estimate.planes[0]
    svg = beachball_svg((plane.strike, plane.dip, plane.rake), size=100)
    picture = base64.b64encode(svg.encode("utf-8")).decode("ascii")
    return vector_style("source_centroid").replace(BEACHBALL_PLACE, f"base64:{picture}")
