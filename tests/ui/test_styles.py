"""The wrapped and displacement styles of the menu on raster layers."""

import math

import numpy as np
import pytest
from qgis.core import QgsProject
from qgis.PyQt.QtGui import QColor

from quakefringe.tests.ui.helpers import activate, bowl, wrap, write_raster
from quakefringe.ui.styles import MAX_FRINGES


def items(layer):
    return layer.renderer().shader().rasterShaderFunction().colorRampItemList()


def legend(layer):
    return layer.renderer().shader().rasterShaderFunction().legendSettings()


def message(qgis_iface):
    item = qgis_iface.messageBar().currentItem()
    return item.text() if item else ""


def lightness(colour: QColor) -> float:
    """CIE L* of an sRGB colour."""
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in colour.getRgbF()[:3]]
    y = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 116 * y ** (1 / 3) - 16 if y > 0.008856 else 903.3 * y


def test_the_wrapped_style_runs_once_from_minus_pi_to_pi(toolbar, layer):
    toolbar.wrapped.trigger()
    stops = items(layer)
    assert stops[0].value == pytest.approx(-math.pi)
    assert stops[-1].value == pytest.approx(math.pi)
    assert stops[0].color == stops[-1].color
    assert (legend(layer).minimumLabel(), legend(layer).maximumLabel()) == ("−π", "π")


def test_wrapped_phase_is_never_interpolated(toolbar, layer):
    toolbar.wrapped.trigger()
    assert layer.resampleFilter().zoomedInResampler() is None


def test_the_cyclic_ramp_has_even_steps(toolbar, layer):
    toolbar.wrapped.trigger()
    colours = np.array([i.color.getRgbF()[:3] for i in items(layer)])
    steps = np.linalg.norm(np.diff(colours, axis=0), axis=1)
    assert steps.max() < 3 * steps.min()


def test_the_wrapped_style_repeats_for_every_fringe_of_unwrapped_phase(toolbar, qgis_iface, tmp_path):
    path = write_raster(tmp_path / "20150417_20150429.geo.unw.tif", bowl(fringes=3.4) + 0.1, unit="rad")
    layer = activate(toolbar, qgis_iface, path)
    toolbar.wrapped.trigger()
    stops = items(layer)
    assert stops[0].value == pytest.approx(-math.pi)
    assert stops[-1].value == pytest.approx(7 * math.pi)
    start = stops[0].color
    assert sum(i.color == start for i in stops) == 5
    assert "one fringe, 6.283 rad" in message(qgis_iface)


def test_too_many_fringes_are_refused(toolbar, qgis_iface, tmp_path):
    path = write_raster(tmp_path / "20150417_20150429.geo.unw.tif", bowl(fringes=MAX_FRINGES + 5), unit="rad")
    layer = activate(toolbar, qgis_iface, path)
    before = layer.renderer().type()
    toolbar.wrapped.trigger()
    assert layer.renderer().type() == before
    assert "displacement style" in message(qgis_iface)


def test_the_wrapped_style_of_8_bit_phase_spans_all_grey_levels(toolbar, qgis_iface, tmp_path):
    grey = (1 + 254 * (wrap(bowl()) + np.pi) / (2 * np.pi)).astype(np.uint8)
    layer = activate(toolbar, qgis_iface, write_raster(tmp_path / "grey.tif", grey, nodata=0))
    toolbar.wrapped.trigger()
    assert (items(layer)[0].value, items(layer)[-1].value) == (0.0, 255.0)


def test_the_displacement_style_is_symmetric_about_zero_with_its_unit(toolbar, qgis_iface, tmp_path):
    values = bowl(fringes=1.0) * -0.01
    layer = activate(toolbar, qgis_iface, write_raster(tmp_path / "S1_los_disp.tif", values, unit="m"))
    toolbar.displacement.trigger()
    stops = items(layer)
    assert stops[0].value == pytest.approx(-stops[-1].value)
    middle = stops[len(stops) // 2]
    assert middle.value == 0
    assert lightness(middle.color) > 94
    assert legend(layer).suffix() == " m"
    assert stops[-1].label.endswith(" m")
    assert np.quantile(np.abs(values), 0.9) < stops[-1].value <= np.abs(values).max() * 1.01
    assert " m" in message(qgis_iface)


def test_both_arms_of_the_displacement_style_have_equal_lightness(toolbar, layer):
    toolbar.displacement.trigger()
    light = [lightness(i.color) for i in items(layer)]
    np.testing.assert_allclose(light, light[::-1], atol=6)


def test_a_style_keeps_the_band_of_the_renderer(toolbar, qgis_iface, tmp_path):
    from qgis.core import QgsSingleBandGrayRenderer

    both = np.stack([np.abs(bowl()), wrap(bowl())])
    layer = activate(toolbar, qgis_iface, write_raster(tmp_path / "filt_topophase.unw.tif", both))
    layer.setRenderer(QgsSingleBandGrayRenderer(layer.dataProvider(), 2))
    toolbar.displacement.trigger()
    assert layer.renderer().usesBands() == [2]


@pytest.mark.parametrize("action", ["wrapped", "displacement"])
def test_complex_values_are_refused_with_a_remedy(toolbar, qgis_iface, tmp_path, action):
    values = np.exp(1j * bowl()).astype(np.complex64)
    activate(toolbar, qgis_iface, write_raster(tmp_path / "complex.tif", values))
    getattr(toolbar, action).trigger()
    assert "Open product" in message(qgis_iface)


def test_an_empty_layer_is_refused_with_a_reason(toolbar, qgis_iface, tmp_path):
    values = np.full((32, 32), np.nan, np.float32)
    activate(toolbar, qgis_iface, write_raster(tmp_path / "empty.tif", values))
    toolbar.displacement.trigger()
    assert "no valid values" in message(qgis_iface)


def test_a_style_survives_saving_the_project(toolbar, layer, tmp_path):
    toolbar.wrapped.trigger()
    project = QgsProject.instance()
    assert project.write(str(tmp_path / "styled.qgz"))
    other = QgsProject()
    assert other.read(str(tmp_path / "styled.qgz"))
    again = next(iter(other.mapLayers().values()))
    assert [i.color for i in items(again)] == [i.color for i in items(layer)]
