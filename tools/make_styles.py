"""Write the raster styles of ``resources/styles``, computed in the OKLab colour space.

Run ``python tools/make_styles.py`` after a change here. The wrapped ramp is a closed curve around the grey
axis, light at yellow and dark at blue, with stops at equal distances in OKLab. Equal steps of phase then look
equally large, and no artificial edge appears at +/- pi. The displacement ramp has two arms of equal lightness
that meet in near-white at zero.

OKLab: B. Ottosson (2020), "A perceptual color space for image processing".
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

STYLES = Path(__file__).resolve().parents[1] / "resources" / "styles"
CYCLE_STOPS = 32

_LMS_FROM_LAB = np.array(
    [
        [1.0, 0.3963377774, 0.2158037573],
        [1.0, -0.1055613458, -0.0638541728],
        [1.0, -0.0894841775, -1.2914855480],
    ]
)
_RGB_FROM_LMS = np.array(
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.7076147010],
    ]
)


def linear_rgb(lab: np.ndarray) -> np.ndarray:
    """Linear sRGB (..., 3) of OKLab colours (..., 3); outside 0..1 for colours that a screen cannot show."""
    return (lab @ _LMS_FROM_LAB.T) ** 3 @ _RGB_FROM_LMS.T


def hexadecimal(lab: np.ndarray) -> str:
    """The colour as ``#rrggbb``."""
    linear = np.clip(linear_rgb(np.asarray(lab, float)), 0, 1)
    srgb = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return "#" + "".join(f"{round(255 * v):02x}" for v in srgb)


def _largest_chroma(lightness: float, hue: float) -> float:
    low, high = 0.0, 0.4
    for _ in range(40):
        chroma = (low + high) / 2
        rgb = linear_rgb(np.array([lightness, chroma * math.cos(hue), chroma * math.sin(hue)]))
        low, high = (chroma, high) if (rgb >= 0).all() and (rgb <= 1).all() else (low, chroma)
    return low


def cycle(stops: int = CYCLE_STOPS) -> list[str]:
    """``stops + 1`` colours around the hue circle, perceptually equidistant; the last equals the first."""
    hues = np.linspace(0, 2 * math.pi, 721)
    light = 0.72 + 0.13 * np.cos(hues - math.radians(105))
    limit = np.array([_largest_chroma(l, h) for l, h in zip(light, hues)])[:-1]
    # A smooth radius within the gamut of the screen, whose corners would be visible as bands.
    wide = np.concatenate([limit] * 3)
    lowest = np.array([wide[720 + i - 60 : 720 + i + 61].min() for i in range(720)])
    lowest3 = np.concatenate([lowest] * 3)
    radius = np.array([lowest3[720 + i - 40 : 720 + i + 41].mean() for i in range(720)])
    radius = 0.97 * np.minimum(radius, limit)
    radius = np.append(radius, radius[0])
    path = np.stack([light, radius * np.cos(hues), radius * np.sin(hues)], axis=1)
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])
    even = np.interp(np.linspace(0, length[-1], stops + 1), length, hues)
    return [hexadecimal(np.array([np.interp(h, hues, path[:, k]) for k in range(3)])) for h in even]


def diverging(stops: int = 8) -> list[str]:
    """``2 * stops + 1`` colours from deep blue through near-white to deep red, mirrored in lightness."""

    def arm(hue: float, far: float) -> list[str]:
        colours = []
        for i in range(stops + 1):
            t = i / stops
            lightness = 0.97 - 0.60 * t**1.15
            angle = math.radians(hue + (far - hue) * t)
            chroma = min(
                0.155 * math.sin(math.pi * min(t, 0.8) / 1.6) ** 0.9, 0.98 * _largest_chroma(lightness, angle)
            )
            colours.append(hexadecimal([lightness, chroma * math.cos(angle), chroma * math.sin(angle)]))
        return colours

    cold, hot = arm(225, 262), arm(60, 25)
    return cold[:0:-1] + hot


def raster_qml(
    items: list[tuple[float, str, int, str]], *, low: str = "", high: str = "", suffix: str = "", smooth: bool
) -> str:
    """The QML text of a one-band ramp.

    Parameters
    ----------
    items : list of (value, colour, alpha 0..255, label)
        The ramp's stops, in rising order.
    low, high, suffix : str
        Texts at the ends of the legend.
    smooth : bool
        Bilinear when enlarged. Never for wrapped phase: the mean of +pi and -pi is not 0.
    """
    method = "bilinear" if smooth else "nearestNeighbour"
    rows = "\n".join(
        f'          <item value="{v:.10g}" color="{c}" alpha="{a}" label="{t}"/>' for v, c, a, t in items
    )
    first, last = items[0][0], items[-1][0]
    return f"""<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22.0" styleCategories="Symbology">
  <pipe>
    <provider>
      <resampling enabled="false" zoomedInResamplingMethod="nearestNeighbour" zoomedOutResamplingMethod="nearestNeighbour" maxOversampling="2"/>
    </provider>
    <rasterrenderer type="singlebandpseudocolor" band="1" opacity="1" alphaBand="-1" nodataColor="" classificationMin="{first:.10g}" classificationMax="{last:.10g}">
      <rasterTransparency/>
      <minMaxOrigin>
        <limits>None</limits>
        <extent>WholeRaster</extent>
        <statAccuracy>Estimated</statAccuracy>
        <cumulativeCutLower>0.02</cumulativeCutLower>
        <cumulativeCutUpper>0.98</cumulativeCutUpper>
        <stdDevFactor>2</stdDevFactor>
      </minMaxOrigin>
      <rastershader>
        <colorrampshader colorRampType="INTERPOLATED" classificationMode="1" clip="0" labelPrecision="2" minimumValue="{first:.10g}" maximumValue="{last:.10g}">
{rows}
          <rampLegendSettings useContinuousLegend="1" direction="0" orientation="2" prefix="" suffix="{suffix}" minimumLabel="{low}" maximumLabel="{high}">
            <numericFormat id="basic">
              <Option type="Map">
                <Option name="decimals" type="int" value="2"/>
                <Option name="rounding_type" type="int" value="0"/>
                <Option name="show_plus" type="bool" value="false"/>
                <Option name="show_thousand_separator" type="bool" value="false"/>
                <Option name="show_trailing_zeros" type="bool" value="false"/>
              </Option>
            </numericFormat>
          </rampLegendSettings>
        </colorrampshader>
      </rastershader>
    </rasterrenderer>
    <brightnesscontrast brightness="0" contrast="0" gamma="1"/>
    <huesaturation saturation="0" grayscaleMode="0" colorizeOn="0"/>
    <rasterresampler maxOversampling="2" zoomedInResampler="{method}"/>
    <resamplingStage>resamplingFilter</resamplingStage>
  </pipe>
  <blendMode>0</blendMode>
</qgis>
"""


def main() -> None:
    """Write the four raster styles."""
    STYLES.mkdir(parents=True, exist_ok=True)
    wheel = cycle()
    steps = np.linspace(-math.pi, math.pi, len(wheel))
    wrapped = [(v, c, 255, f"{v / math.pi:.2f} π") for v, c in zip(steps, wheel)]
    arms = diverging()
    displacement = [(v, c, 255, f"{v:.2f}") for v, c in zip(np.linspace(-1, 1, len(arms)), arms)]
    hot = [
        (0.0, "#7a0000", 0),
        (0.15, "#8f0000", 0),
        (0.3, "#b80d00", 80),
        (0.5, "#e63200", 140),
        (0.7, "#ff7a00", 180),
        (0.85, "#ffbf1f", 205),
        (1.0, "#fff7c2", 225),
    ]
    heat = [(v, c, a, f"{v:.2f}") for v, c, a in hot]
    grey = [(v, hexadecimal([0.12 + 0.86 * v, 0, 0]), 255, f"{v:.2f}") for v in np.linspace(0, 1, 5)]
    for name, text in (
        ("wrapped", raster_qml(wrapped, low="−π", high="π", smooth=False)),
        ("displacement", raster_qml(displacement, smooth=True)),
        ("heatmap", raster_qml(heat, low="0", high="1", smooth=True)),
        ("coherence", raster_qml(grey, low="0", high="1", smooth=True)),
    ):
        (STYLES / f"{name}.qml").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
