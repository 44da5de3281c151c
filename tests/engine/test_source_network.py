"""The first guess: tiles out of points, draws of a mixture, words, the search's proposal, boxes."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from quakefringe.engine.errors import InputError, ModelError
from quakefringe.engine.numerics.phase import wrap
from quakefringe.engine.products.model import Quantity
from quakefringe.engine.raster.grid import Grid, wkt_of_epsg
from quakefringe.engine.results import Box
from quakefringe.engine.source import LocalFrame, Look
from quakefringe.engine.source_network import boxes as seam
from quakefringe.engine.source_network.card import SourceCard, read_source_card
from quakefringe.engine.source_network.guess import first_guess, style_words
from quakefringe.engine.source_network.mixture import COUNT, MEAN_VALUES, numbers_of_component
from quakefringe.engine.source_network.model import SourceModel
from quakefringe.engine.source_network.points import cut_tile, find_motion, make_points
from quakefringe.engine.source_network.proposal import propose
from quakefringe.engine.source_network.tile import encode_tiles, from_targets, reference_magnitude, to_targets

LOOK = np.array([-0.6, -0.1, 0.79])


class OneAnswer:
    """A backend that answers every tile with the same component: strike 40, dip 52, rake 90."""

    def __init__(self, spread=-4.0):
        self.numbers = np.zeros((1, 2, numbers_of_component()), np.float32)
        self.numbers[0, 1, 0] = -30
        mean = self.numbers[0, 0, 1 : 1 + MEAN_VALUES]
        mean[7:9] = np.sin(np.radians(40)), np.cos(np.radians(40))
        mean[9:11] = 1, 0
        self.numbers[0, :, 1 + MEAN_VALUES : 1 + MEAN_VALUES + COUNT] = spread

    def run(self, inputs):
        return np.repeat(self.numbers, len(inputs["tiles"]), 0)


def model(**changes):
    return SourceModel(OneAnswer(**changes), "numpy", SourceCard("1.0"), "", "network.onnx")


def points(size=60, width=60.0, place=(5.0, -8.0), radius=4.0):
    axis = (np.arange(size) + 0.5) / size * width - width / 2
    east, north = (values.ravel() for values in np.meshgrid(axis, -axis))
    motion = 0.3 * np.exp(-(((east - place[0]) ** 2 + (north - place[1]) ** 2) / radius**2))
    motion += np.random.default_rng(1).normal(0, 0.002, motion.size)
    return make_points(east, north, motion, np.broadcast_to(LOOK, (motion.size, 3)))


def test_a_tile_shows_points_where_they_lie_with_north_up():
    ground = make_points(
        np.array([9.0, -9.0]), np.array([9.0, -9.0]), np.array([1.0, 2.0]), np.tile(LOOK, (2, 1)), 0.1
    )
    tile, look = cut_tile(ground, (0.0, 0.0), 19.2)
    assert tile[3, 93] == 1 and tile[93, 3] == 2 and np.isfinite(tile).sum() == 2
    np.testing.assert_allclose(look, LOOK / np.linalg.norm(LOOK))


def test_sparse_points_fill_larger_cells_instead_of_leaving_holes():
    tile, _ = cut_tile(points(), (0.0, 0.0), 40.0)
    assert np.isfinite(tile).all()


def test_motion_is_found_without_a_box():
    centre, side = find_motion(points())
    assert math.dist(centre, (5.0, -8.0)) < 1.5 and 4 < side < 16


def test_targets_and_faults_are_inverse_of_each_other():
    fault = {"mw": 6.1, "depth": 7.0, "length": 15.0, "width": 9.0, "east": 3.0, "north": -2.0}
    fault.update({"strike": 200.0, "dip": 40.0, "rake": -100.0})
    arrays = {name: np.array([value]) for name, value in fault.items()}
    back = from_targets(to_targets(arrays, np.array([0.1]), np.array([40.0]))[0], 0.1, 40.0)
    assert {name: pytest.approx(float(value)) for name, value in back.items()} == fault


def test_a_dip_beyond_the_vertical_is_the_same_plane_from_its_other_side():
    targets = np.zeros(9)
    targets[6:] = np.radians([10, 100, 20])
    fault = from_targets(targets, 0.1, 40.0)
    angles = [float(fault[name]) for name in ("strike", "dip", "rake")]
    assert angles == pytest.approx([190, 80, -20])


def test_larger_motion_and_ground_make_the_same_tile_and_a_larger_reference_magnitude():
    motion = points().displacement.reshape(1, 60, 60).astype(np.float32)
    look, width = LOOK[None].astype(np.float32), np.array([60.0], np.float32)
    small, _, scale = encode_tiles(motion, look, width)
    large, _, scaled = encode_tiles(motion * 10, look, width * 10)
    np.testing.assert_allclose(small, large, atol=1e-4)
    step = reference_magnitude(scaled, width * 10) - reference_magnitude(scale, width)
    assert float(step[0]) == pytest.approx(2.0, abs=1e-3)


def test_the_guess_says_what_the_network_answered():
    guess = first_guess(model(), points(), (5.0, -8.0), 10.0)
    assert guess.words.startswith(f"Mw about {guess.mw:.1f} ± ") and guess.words.endswith("thrust")
    assert guess.mw_90[0] < guess.mw < guess.mw_90[1]
    assert guess.styles["thrust"] > 0.99
    assert set(guess.planes[0]) != set(guess.planes[1])


def test_the_same_seed_gives_the_same_guess():
    first, second = (first_guess(model(spread=0.0), points(), seed=3) for _ in range(2))
    assert replace(first, seconds=0) == replace(second, seconds=0)


def test_too_few_points_are_refused_with_one_sentence():
    with pytest.raises(InputError, match="too little valid displacement"):
        first_guess(model(), points(size=5))


@pytest.mark.parametrize(
    ("shares", "words"),
    [
        ((0.8, 0.1, 0.1), "thrust"),
        ((0.05, 0.5, 0.45), "normal or strike-slip"),
        ((0.34, 0.33, 0.33), "mechanism unclear"),
    ],
)
def test_faulting_styles_in_words(shares, words):
    assert style_words(dict(zip(("thrust", "normal", "strike-slip"), shares))) == words


def test_the_proposal_gives_faults_of_both_planes_in_the_frame_of_the_looks():
    ground, frame = points(), LocalFrame(60.0, 30.0)
    longitude, latitude = frame.to_lonlat(ground.east, ground.north)
    look = Look("a", longitude, latitude, ground.displacement, ground.look_vectors, 1.0)
    faults = propose(model(), [look]).sample(500, np.random.default_rng(0))
    assert faults.shape == (500, 9) and np.isfinite(faults).all()
    assert (faults[:, [2, 6, 7, 8]] > 0).all() and (faults[:, 4] <= 90).all()
    turned = faults[:, 4] < 45  # the other plane of a thrust of 52 degrees dips 38
    assert 0.15 < turned.mean() < 0.45


@pytest.mark.parametrize("text", ["", "{}", '{"kind": "source", "format": 7}', "["])
def test_descriptions_of_other_files_are_refused(text):
    with pytest.raises(ModelError):
        read_source_card(text)


def test_a_description_survives_the_file():
    import json

    card = SourceCard("1.2", widened=1.3, recipe="source", scores={"a": {"b": 1}})
    assert read_source_card(json.dumps(card.to_dict())) == card


def test_boxes_stay_as_they_are_where_the_scene_cannot_be_read_as_displacement(monkeypatch):
    box = Box(1, 0.9, "earthquake", (0, 0, 1, 1), 10, 10, 80, 0, 0, None, None, 90.0)

    class Scene:
        wavelength, positive = None, "toward"

    assert seam.guess_boxes([box], Scene(), "numpy", lambda: None) == [box]


class Scene:
    """A bowl of 1.2 m (fringes of C band) in a scene of 90 m pixels."""

    wavelength, positive, name = 0.0555, "toward", "bowl"

    def __init__(self, quantity):
        self.quantity = quantity
        transform = (500000.0, 90.0, 0.0, 4000000.0, 0.0, -90.0)
        self.grid = Grid(400, 300, transform, wkt_of_epsg(32640))

    def read(self, col, row, width, height):
        x, y = np.arange(col, col + width) - 180, np.arange(row, row + height)[:, None] - 140
        phase = 60 * np.exp(-(x**2 + y**2) / 70**2)
        return (wrap(phase) if self.quantity is Quantity.WRAPPED else phase).astype(np.float32)

    def look_vectors(self, col, row, width, height):
        return np.broadcast_to(LOOK[:, None, None], (3, height, width))

    def box(self):
        (x0, y0), (x1, y1) = self.grid.xy(100, 220), self.grid.xy(260, 60)
        return Box(1, 0.9, "earthquake", (x0, y0, x1, y1), 14.4, 14.4, 80, 0, 0, None, None, 90.0)


@pytest.mark.parametrize("quantity", [Quantity.WRAPPED, Quantity.UNWRAPPED])
def test_the_ground_about_a_box_is_read_as_displacement_in_km_from_its_centre(quantity):
    scene = Scene(quantity)
    ground = seam.box_points(scene.box(), scene)
    rise = np.ptp(ground.displacement)
    assert rise == pytest.approx(60 * 0.0555 / (4 * math.pi), rel=0.05)
    top = int(np.argmax(ground.displacement))
    assert abs(ground.east[top]) < 0.3 and abs(ground.north[top]) < 0.3


def test_an_earthquake_box_gets_a_guess_and_other_boxes_none(monkeypatch):
    monkeypatch.setattr(seam, "load_source_model", lambda path, backend: model())
    scene = Scene(Quantity.UNWRAPPED)
    other = replace(scene.box(), rank=2, class_name="other")
    guessed, left = seam.guess_boxes([scene.box(), other], scene, "numpy", lambda: None)
    assert guessed.guess["words"].endswith("thrust") and left.guess is None
    assert guessed.guess["mw_90"][0] < guessed.guess["mw"] < guessed.guess["mw_90"][1]
