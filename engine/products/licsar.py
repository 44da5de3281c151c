"""LiCSAR (COMET): YYYYMMDD_YYYYMMDD.geo.{unw,diff_pha,cc}.tif, frame geometry *.geo.{E,N,U,hgt}.tif.

Phase is float32 in rad, positive away from the satellite (the pair is named older first), and 0 has no data;
coherence is in bytes, 0 to 255; 5.405 GHz. COMET's own time-series code turns the phase into displacement by
-wavelength / (4 pi) (LiCSBAS13_sb_inv.py: "rad -> mm, positive is -LOS", github.com/comet-licsar/LiCSBAS).

COMET compresses wrapped phase only, to bytes of which 1 to 255 stand for -pi to pi and 0 for no data
(bin/bashlib/compress_phatif in github.com/comet-licsar/licsar_proc). Whole numbers of any other kind are read
with the scale and offset that the file states; unwrapped phase without them is refused.
"""

from __future__ import annotations

import re

from osgeo import gdal

from ..errors import InputError
from .containers.gdalio import Band, open_dataset, short_name
from .family import ProductKey, folder_holds
from .location import ProductLocation
from .los.los_vectors import from_enu, set_scene_from_vectors
from .masks import COHERENCE
from .model import Layer, LayerKind, LosSource, Mask, Product, SampleFormat
from .names import SENTINEL1, dates_of
from .orbit_names import set_frame_of_licsar
from .packing import NO_PACKING, packing_of, stores_whole_numbers

NAME = "LiCSAR"
_FILE = re.compile(r"^(?P<stem>.*\d{8}_\d{8})\.geo\.(?P<what>unw|diff_pha|diff_unfiltered_pha|cc)\.tif$")


def find(location: ProductLocation) -> list[ProductKey]:
    """Stems (folder and pair of dates) of the interferograms here."""
    stems = {m.group("stem") for m in map(_FILE.match, location.candidates()) if m}
    return [ProductKey(stem) for stem in sorted(stems)]


def recognise(location: ProductLocation) -> bool:
    """Folders and archives; the GeoTIFFs load well by themselves."""
    return folder_holds(location, find)


def describe(location: ProductLocation, key: ProductKey) -> Product:
    """Layers of one pair."""
    stem = key.path
    product = Product(NAME, stem.rsplit("/", 1)[-1], location.path(stem), [], wavelength=SENTINEL1)
    product.coherence_threshold = 0.2
    dates = dates_of(product.name)
    product.dates = tuple(sorted(dates))
    positive = "away" if dates == product.dates else "toward"
    cc = location.beside(stem, ".geo.cc.tif")
    masks: tuple[Mask, ...] = ()
    if cc and _opens(cc, product):
        masks = (Mask(Band(cc), COHERENCE, scale=_coherence_scale(cc)),)
        product.layers.append(Layer("cc", LayerKind.COHERENCE, Band(cc), nodata=(0.0,), scale=masks[0].scale))
    for what, kind in (
        ("unw", LayerKind.UNWRAPPED),
        ("diff_pha", LayerKind.WRAPPED),
        ("diff_unfiltered_pha", LayerKind.WRAPPED),
    ):
        path = location.beside(stem, f".geo.{what}.tif")
        if not path:
            continue
        layer = Layer(what, kind, Band(path), "rad", positive, nodata=(0.0,), masks=masks)
        try:
            _set_sample_format(layer)
        except InputError as error:
            if location.named.endswith(f".geo.{what}.tif"):
                raise
            product.warnings.append(f"{error} It is left out.")
        else:
            product.layers.append(layer)
    named = _FILE.match(location.named)
    if named:
        product.default = named.group("what")
    _frame(location, stem, product)
    product.notes.append(f"LiCSAR: positive = {positive} in the files (newer minus older phase), no data 0.")
    return product


def _set_sample_format(layer: Layer) -> None:
    """How the file of a layer stores its phase.

    Raises
    ------
    InputError
        When the file cannot be opened, or holds whole numbers that nothing turns into radians.
    """
    dataset = open_dataset(layer.band.uri)
    if not dataset.RasterCount:
        return
    band = dataset.GetRasterBand(1)
    if gdal.DataTypeIsComplex(band.DataType):
        layer.sample_format, layer.unit = SampleFormat.COMPLEX, "complex"
    if not stores_whole_numbers(band):
        return
    layer.packing = packing_of(band)
    if layer.packing != NO_PACKING:
        declared = band.GetNoDataValue()
        layer.nodata = (0.0 if declared is None else float(declared),)
    elif layer.kind is LayerKind.WRAPPED and band.DataType == gdal.GDT_Byte:
        layer.sample_format, layer.unit = SampleFormat.GRAY_FROM_ONE, "8-bit"
    else:
        raise InputError(
            f"“{short_name(layer.band.uri)}” stores its phase as whole numbers without a scale; fetch the "
            "file of floating-point numbers, or state the scale with gdal_edit.py -scale."
        )


def _opens(path: str, product: Product) -> bool:
    """Whether GDAL opens a file of the pair; a damaged one is left out with a warning."""
    try:
        _type_of_values(path)
    except InputError as error:
        product.warnings.append(f"{error} It is left out.")
        return False
    return True


def _coherence_scale(path: str) -> float:
    return 255.0 if _type_of_values(path) == gdal.GDT_Byte else 1.0


def _type_of_values(path: str) -> int:
    """GDAL's data type of the first band; unknown where it has no band."""
    # under a name: GDAL 3.8 and newer close a dataset, and its bands with it, when nothing refers to it
    dataset = open_dataset(path)
    return int(dataset.GetRasterBand(1).DataType) if dataset.RasterCount else int(gdal.GDT_Unknown)


def _frame(location: ProductLocation, stem: str, product: Product) -> None:
    """Geometry and relief of the frame: beside the pair, or in a metadata folder above or beside it."""
    files = {name.rsplit(".geo.", 1)[-1]: location.path(name) for name in location.files if _is_frame(name)}
    if "hgt.tif" in files:
        product.elevation_path = files["hgt.tif"]
        product.layers.append(Layer("hgt", LayerKind.ELEVATION, Band(files["hgt.tif"]), "m"))
    for axis in "ENU":
        if f"{axis}.tif" in files:
            product.layers.append(Layer(axis, LayerKind.LOOK, Band(files[f"{axis}.tif"])))
    if all(f"{axis}.tif" in files for axis in "ENU"):
        bands = tuple(Band(files[f"{axis}.tif"]) for axis in "ENU")
        product.look = LosSource(from_enu, bands, "the frame's E, N and U files")
        set_scene_from_vectors(product)
    set_frame_of_licsar(product, *files.values(), f"{location.root}/{stem}")
    product.look_side = product.look_side or "right"


def _is_frame(name: str) -> bool:
    return bool(re.search(r"\.geo\.(E|N|U|hgt)\.tif$", name))
