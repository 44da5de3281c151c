"""Every format of catalogues gives the same earthquake, and bad files give one clear sentence."""

import sys
from datetime import datetime, timezone
from pathlib import Path

import numpy as np
import pytest
from osgeo import ogr, osr

from quakefringe.engine.catalogue import MomentTensor, NodalPlane, read_catalogue
from quakefringe.engine.catalogue.fields import find_columns, parse_mapping
from quakefringe.engine.catalogue.formats import registry
from quakefringe.engine.catalogue.magnitudes import Magnitude, choose_magnitude, moment_magnitude
from quakefringe.engine.catalogue.mechanism import auxiliary_plane
from quakefringe.engine.catalogue.rows import Reading
from quakefringe.engine.errors import InputError

sys.path.insert(0, str(Path(__file__).parent))
from formats_made import FDSN, ISC, NDK, QUAKEML, TEXTS, USGS_CSV

GORKHA = datetime(2015, 4, 25, 6, 11, tzinfo=timezone.utc)


@pytest.fixture
def write(tmp_path):
    def made(text, name="catalogue.dat"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return made


@pytest.mark.parametrize("kind", TEXTS)
def test_every_format_gives_the_earthquake(kind, write):
    catalogue = read_catalogue(write(TEXTS[kind]))
    assert catalogue.format == kind
    event = catalogue.events[0]
    assert abs((event.time - GORKHA).total_seconds()) < 60
    assert (event.lat, event.lon) == (pytest.approx(28.1, abs=0.3), pytest.approx(85.0, abs=0.4))
    assert event.depth_km == pytest.approx(10, abs=4)
    assert event.mw == pytest.approx(7.85, abs=0.1)
    assert event.has_moment_magnitude


def test_ndk_gives_centroid_hypocentre_tensor_and_planes(write):
    (event,) = read_catalogue(write(NDK)).events
    assert (event.lon, event.lat, event.depth_km, event.position) == (85.33, 27.91, 12.0, "centroid")
    assert event.hypocentre == (84.73, 28.23, 8.2)
    assert event.depth_is_fixed
    assert event.planes == (NodalPlane(287, 6, 96), NodalPlane(101, 84, 89))
    assert event.tensor.scalar_moment == pytest.approx(7.997e20, rel=0.01)
    assert event.tensor.planes[0].dip == pytest.approx(6, abs=3)
    assert event.distance_km(84.73, 28.23) == pytest.approx(0, abs=1e-6)


def test_quakeml_uses_the_preferred_origin_and_the_moment_magnitude(write):
    (event,) = read_catalogue(write(QUAKEML)).events
    assert (event.lon, event.depth_km, event.magnitude_type) == (84.7314, 8.22, "Mww")
    assert event.place == "Nepal"
    assert event.depth_is_fixed
    assert event.tensor is not None
    assert len(event.mechanisms) == 2


def test_isc_reads_all_magnitudes_and_the_fixed_depth(write):
    first, second = read_catalogue(write(ISC)).events
    assert (first.magnitude, first.magnitude_type, first.depth_is_fixed) == (7.9, "MW", False)
    assert (second.magnitude_type, second.depth_is_fixed) == ("MS", True)
    assert second.mw == pytest.approx(0.99 * 6.4 + 0.08)


def test_blasts_are_left_out_and_counted(write):
    catalogue = read_catalogue(write(FDSN))
    assert len(catalogue) == 1
    assert any("1 × quarry blast" in note for note in catalogue.notes)


def test_xml_entities_are_refused(write):
    bomb = QUAKEML.replace("<q:quakeml", '<!DOCTYPE q [<!ENTITY a "aaaa">]><q:quakeml')
    with pytest.raises(InputError, match="declares XML entities, which no catalogue needs"):
        read_catalogue(write(bomb))


def test_a_cut_quakeml_file_is_refused(write):
    with pytest.raises(InputError, match="damaged XML"):
        read_catalogue(write(QUAKEML[: len(QUAKEML) // 2]))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("06:11:25.950Z", "11:56:25 NPT", "is local; give times in UTC"),
        ("time,", "Local time,", "The times of the catalogue are local"),
        ("latitude,longitude", "breite,laenge", "no earthquake catalogue that QuakeFringe knows"),
        ("28.2305", "128.2305", "the latitude 128.23.* is not between -90 and 90"),
    ],
)
def test_bad_tables_get_one_clear_sentence(old, new, words, write):
    with pytest.raises(InputError, match=words):
        read_catalogue(write(USGS_CSV.replace(old, new)))


def test_a_stated_offset_becomes_utc(write):
    (event,) = read_catalogue(write(USGS_CSV.replace("06:11:25.950Z", "11:56:25.950+05:45"))).events
    assert event.time.hour == 6
    assert event.time.minute == 11


def test_a_damaged_row_is_left_out_with_a_warning(write):
    row = USGS_CSV.splitlines()[-1]
    catalogue = read_catalogue(write(USGS_CSV + row.replace("28.2305", "28.x") + "\n"))
    assert len(catalogue) == 1
    assert "1 entry of the catalogue cannot be read and is left out" in catalogue.warnings[0]


def test_a_catalogue_without_earthquakes_says_so(write):
    with pytest.raises(InputError, match="holds no earthquakes; choose a longer period"):
        read_catalogue(write(USGS_CSV.splitlines()[0] + "\n"))
    with pytest.raises(InputError, match="does not exist"):
        read_catalogue("nowhere.csv")
    with pytest.raises(InputError, match="no earthquake catalogue"):
        read_catalogue(write("nothing of the kind"))


def test_metres_are_recognised_by_name_and_by_size(write):
    text = "id,time,lat,lon,{},mag\na,2015-04-25T06:11:25Z,28,85,8220,7.8\n"
    named = read_catalogue(write(text.format("DepthMeters"))).events[0]
    guessed = read_catalogue(write(text.format("depth")))
    assert named.depth_km == guessed.events[0].depth_km == pytest.approx(8.22)
    assert any("taken as metres" in note for note in guessed.notes)


def test_unusual_fields_are_mapped_by_the_user(write):
    path = write("n;when;Y;X;M_best\n1;2015-04-25 06:11:25;28;85;7.8\n")
    mapping = parse_mapping("time=when, lat=Y, lon=X, magnitude=M_best")
    (event,) = read_catalogue(path, mapping).events
    assert (event.lat, event.lon, event.mw) == (28, 85, 7.8)
    with pytest.raises(InputError, match="has no field “Z”"):
        read_catalogue(path, {"lat": "Z", "lon": "X"})
    with pytest.raises(InputError, match="is no field mapping"):
        parse_mapping("lat")


def test_a_layer_like_that_of_qquake_is_read_in_its_own_crs(tmp_path):
    path = str(tmp_path / "quakes.gpkg")
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(32645)
    data = ogr.GetDriverByName("GPKG").CreateDataSource(path)
    layer = data.CreateLayer("events", srs, ogr.wkbPoint25D)
    kinds = {"EventID": ogr.OFTString, "Time": ogr.OFTDateTime, "DepthKm": ogr.OFTReal}
    kinds.update(MagType=ogr.OFTString, Magnitude=ogr.OFTReal, EventLocationName=ogr.OFTString)
    for name, kind in kinds.items():
        layer.CreateField(ogr.FieldDefn(name, kind))
    feature = ogr.Feature(layer.GetLayerDefn())
    feature.SetField("EventID", "us20002926")
    feature.SetField("Time", 2015, 4, 25, 6, 11, 25.0, 100)
    feature.SetField("DepthKm", 8.22)
    feature.SetField("MagType", "mww")
    feature.SetField("Magnitude", 7.8)
    feature.SetGeometry(ogr.CreateGeometryFromWkt("POINT Z (277360 3124760 0)"))
    layer.CreateFeature(feature)
    feature = layer = data = None
    catalogue = read_catalogue(f"{path}|layername=events")
    (event,) = catalogue.events
    assert catalogue.format == "point layer"
    assert (event.lon, event.lat) == (pytest.approx(84.73, abs=0.02), pytest.approx(28.23, abs=0.02))
    assert (event.depth_km, event.mw) == (8.22, 7.8)
    assert abs((event.time - GORKHA).total_seconds()) < 60


def test_a_moment_magnitude_wins_over_the_preferred_one():
    given = [Magnitude(6.9, "mb", preferred=True), Magnitude(7.8, "Mww"), Magnitude(7.9, "Mwc")]
    assert choose_magnitude(given).type == "Mww"
    assert choose_magnitude([Magnitude(5.0, "ML"), Magnitude(5.1, "mb")]).type == "mb"
    assert moment_magnitude(5.0, "mb") == (pytest.approx(5.28), "from mb by Scordilis (2006)")
    assert moment_magnitude(6.1, "MS")[0] == pytest.approx(6.157)
    assert moment_magnitude(7.0, "Ms_20")[0] == pytest.approx(7.01)
    assert moment_magnitude(6.8, "mb")[1] == "from mb by Scordilis (2006), beyond its range of 3.5 to 6.2"
    assert moment_magnitude(5.0, "")[0] == 5.0


def test_both_planes_of_a_double_couple_make_the_same_tensor():
    plane = NodalPlane(287.0, 6.0, 96.0)
    other = auxiliary_plane(plane)
    assert (other.strike, other.dip, other.rake) == pytest.approx((101, 84, 89), abs=1)
    back = auxiliary_plane(other)
    assert (back.strike, back.dip, back.rake) == pytest.approx((287, 6, 96), abs=1e-6)
    assert [plane.mechanism, NodalPlane(0, 90, 180).mechanism, NodalPlane(0, 50, -80).mechanism] == [
        "reverse",
        "strike-slip",
        "normal",
    ]
    vertical = MomentTensor(0.0, 0.0, 0.0, 0.0, 0.0, -1e18)
    assert vertical.planes[0].dip == pytest.approx(90, abs=1e-6)
    assert vertical.scalar_moment == pytest.approx(1e18)


@pytest.mark.parametrize(
    "names",
    [
        ["eventid", "time", "lat", "lon", "depth", "Magnitude", "magtype"],
        ["EventID", "Time", "Lat", "Lon", "Depth", "Magnitude", "MagType"],
        ["EventID", "Time", "Latitude", "Longitude", "DepthKm", "Magnitude", "MagType"],
    ],
)
def test_fields_of_all_kinds_of_qquake_layers_are_found(names):
    found = find_columns(names).index
    assert {"id", "time", "lat", "lon", "depth", "magnitude", "magnitude_type"} <= found.keys()


def test_a_new_format_is_registered_in_one_place(write):
    class Toy:
        NAME = "toy"

        def recognise(self, source):
            return source.head.startswith("TOY")

        def read(self, source):
            return Reading(events=list(read_catalogue(write(NDK, "inner.ndk")).events))

    toy = Toy()
    registry.register(toy)
    try:
        assert read_catalogue(write("TOY")).format == "toy"
        with pytest.raises(ValueError, match="registered already"):
            registry.register(Toy())
    finally:
        registry.unregister(toy)


@pytest.mark.parametrize("name", ["ndk/tests/data/multiple_events.ndk", "quakeml/tests/data/iris_events.xml"])
def test_obspy_reads_the_same_events_from_its_own_files(name):
    obspy = pytest.importorskip("obspy")
    path = Path(obspy.__file__).parent / "io" / name
    if not path.exists():
        pytest.skip("this ObsPy comes without its test data")
    ours = read_catalogue(str(path)).events
    theirs = sorted(obspy.read_events(str(path)), key=lambda one: one.origins[0].time)
    assert len(ours) == len(theirs)
    for event, other in zip(ours, theirs):
        origin = other.preferred_origin()
        assert np.hypot(event.lon - origin.longitude, event.lat - origin.latitude) < 1e-6
        assert event.depth_km == pytest.approx(origin.depth / 1000)
