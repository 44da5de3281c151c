"""ISCE2 (topsApp, stripmapApp, stacks): flat binaries with .xml and .vrt beside them.

.unw: two bands by line, amplitude and phase; .int and .flat: complex; .cor: coherence (last band);
.conncomp; los.rdr.geo: incidence and azimuth. 0 has no data. Phase is reference times conjugate
secondary: positive away when the reference is the older date, as is usual.
"""

from __future__ import annotations

import re
from typing import Optional

from ..errors import InputError
from ..raster.grid import Grid
from .containers.gdalio import Band, check_raw_size, exists, open_dataset, read_bytes, short_name
from .containers.georeference import grid_of
from .containers.markup import LIMIT, parse, refuse_entities
from .containers.vrt import virtual_source
from .family import ProductKey
from .location import ProductLocation
from .los.los_geometry import sign_by_dates
from .los.los_vectors import azimuth_from_north, set_scene_from_vectors
from .masks import COHERENCE, COMPONENTS
from .model import Layer, LayerKind, LosSource, Mask, Product, SampleFormat
from .names import dates_of, plausible_wavelength
from .side_files import has_isce_header

NAME = "ISCE2"
_RAW = re.compile(r"\.(unw|int|flat)(\.\d+alks_\d+rlks)?(\.geo)?$")
_SIDE = re.compile(r"\.(xml|vrt)$")
_FILE = re.compile(
    r"^(?P<stem>(?:.*/)?[^/]*?)\.(?P<what>unw|int|flat|cor|unw\.conncomp|conncomp)"
    r"(?P<looks>\.\d+alks_\d+rlks)?(?P<geo>\.geo)?(?:\.(?:xml|vrt))?$"
)
_KINDS = {
    "unw": LayerKind.UNWRAPPED,
    "int": LayerKind.WRAPPED,
    "flat": LayerKind.WRAPPED,
    "cor": LayerKind.COHERENCE,
    "conncomp": LayerKind.COMPONENTS,
    "unw.conncomp": LayerKind.COMPONENTS,
}
_PARAMETER_FILES = re.compile(r"(^|/)(IW\d|topsProc|insarProc|stripmapProc|reference|master|data)\.xml$")


_PAIR = re.compile(r"(?<!\d)(\d{8}|\d{6})[-_](\d{8}|\d{6})(?!\d)")
_VARIANT = re.compile(r"^(?:filt_|diff_)+|_(?:2stage|msk|masked|snaphu|icu|filt|orig)$")


def find(location: ProductLocation) -> list[ProductKey]:
    """Folders (with .geo or without) that hold phase with an ISCE side file; each pair of a folder apart."""
    keys, pairs = set(), _pairs(location)
    for name in location.candidates():
        match = _FILE.match(name)
        if not match or (not _KINDS[match.group("what")].quantity and not location.named):
            continue
        base = _SIDE.sub("", name)
        if not has_isce_header(location, base):
            continue
        folder, geo = name.rpartition("/")[0], match.group("geo") or ""
        several = len(pairs.get((folder, geo), ())) > 1
        keys.add(ProductKey(folder, geo, _pair(match.group("stem")) if several else ""))
    geocoded = {key for key in keys if key.variant == ".geo"}
    return sorted(geocoded or keys)


def _pair(stem: str) -> str:
    """What distinguishes the pairs of one folder: the dates in a file's name, else the name itself."""
    base = short_name(stem)
    dates = _PAIR.search(base)
    if dates:
        return "_".join(dates.groups())
    while _VARIANT.search(base):
        base = _VARIANT.sub("", base)
    return base


def _pairs(location: ProductLocation) -> dict[tuple[str, str], set[str]]:
    """Pairs whose phase lies in a folder: by their dates; without dates by their unwrapped phase.

    Returns
    -------
    dict of (folder, ".geo" or "") to names of pairs
    """
    dated: dict[tuple[str, str], set[str]] = {}
    plain: dict[tuple[str, str], set[str]] = {}
    for match in map(_FILE.match, location.files):
        if not match or _SIDE.search(match.group(0)) or not _KINDS[match.group("what")].quantity:
            continue
        home = match.group(0).rpartition("/")[0], match.group("geo") or ""
        if _PAIR.search(short_name(match.group("stem"))):
            dated.setdefault(home, set()).add(_pair(match.group("stem")))
        elif match.group("what") == "unw":
            plain.setdefault(home, set()).add(_pair(match.group("stem")))
    return {**plain, **dated}


def recognise(location: ProductLocation) -> bool:
    """Folders, and flat binaries: a map program shows their amplitude, or complex numbers as nothing."""
    return bool(_RAW.search(location.named) or not location.named) and bool(find(location))


def describe(location: ProductLocation, key: ProductKey) -> Product:
    """All layers of one pair in one folder, geocoded or not."""
    folder, geo, pair = key.path, key.variant, key.label
    location = location.asked_for(_companions(location))
    inside = f"{folder}/" if folder else ""
    name = location.title if location.named else short_name(folder or location.root)
    product = Product(NAME, name, location.path(folder) if folder else location.root, [])
    dates = (
        dates_of(pair) if len(dates_of(pair)) == 2 else dates_of(f"{location.root}/{folder}/{location.named}")
    )
    first, second = (*dates, "", "")[:2]
    product.dates = tuple(sorted(d for d in (first, second) if d))
    positive = sign_by_dates("away", first, second)
    broken: list[InputError] = []
    for file in sorted(location.files):
        match = _FILE.match(file)
        if (
            not match
            or (match.group("geo") or "") != geo
            or file.rpartition("/")[0] != folder
            or _SIDE.search(file)
            or (pair and _pair(match.group("stem")) != pair)
        ):
            continue
        try:
            product.layers.append(_layer(location, file, _KINDS[match.group("what")], positive, geo))
        except InputError as error:
            if file == _SIDE.sub("", location.named):
                raise
            broken.append(error)
    if broken and not product.phase_layers():
        raise broken[0]
    product.warnings += [f"{error} It is left out." for error in broken]
    product.layers.sort(key=lambda layer: (not layer.key.startswith("filt"), layer.key))
    _masks(product)
    if location.named:
        product.default = _SIDE.sub("", location.named)
        if product.default not in [layer.key for layer in product.layers]:
            raise InputError(
                f"“{product.default}”, which “{location.named}” describes, is missing; put it beside it."
            )
    for relief in ("z.rdr", "hgt.rdr"):
        path = location.path(f"{inside}{relief}{geo}")
        if location.has(f"{inside}{relief}{geo}") and exists(path + ".xml"):
            product.elevation_path = path
    _look(location, f"{inside}los.rdr{geo}", product)
    product.wavelength = _wavelength(location)
    known = "by the dates" if first and second else "the reference taken for the older date"
    product.notes.append(f"ISCE2: phase positive = {positive} in the file ({known}), no data 0.")
    if not geo:
        product.warnings.append(_radar_geometry(location))
    return product


def _radar_geometry(location: ProductLocation) -> str:
    """The warning about files without a position, with the geocoded file beside them if there is one."""
    names = [n for n in location.files if re.search(r"\.(unw|int|flat)\.geo$", n)]
    remedy = f"open {short_name(names[0])} instead" if names else "geocode it to have it placed on the map"
    return f"This is in radar geometry, so its position is not known; {remedy}."


def _companions(location: ProductLocation) -> list[str]:
    """Names that coherence, components and side files have beside a phase file, by ISCE's usage."""
    match = _FILE.match(location.named)
    if not match:
        return []
    stem, geo = match.group("stem"), match.group("geo") or ""
    folder, _, base = stem.rpartition("/")
    inside = f"{folder}/" if folder else ""
    rasters = [f"{stem}.cor", f"{inside}phsig.cor", f"{stem}.unw.conncomp", f"{stem}.conncomp"]
    if base.startswith("filt_"):
        rasters.insert(1, f"{inside}{base[5:]}.cor")
    return [_SIDE.sub("", location.named), *(raster + geo for raster in dict.fromkeys(rasters))]


def _layer(location: ProductLocation, file: str, kind: LayerKind, positive: str, geo: str) -> Layer:
    uri = _uri(location, file)
    dataset = open_dataset(uri)
    count = dataset.RasterCount
    kind_of_values = dataset.GetRasterBand(count).DataType
    check_raw_size(location.path(file), dataset, short_name(file))
    grid, _ = grid_of(dataset, short_name(file))
    if not geo:
        grid = Grid(grid.width, grid.height, (0.0, 1.0, 0.0, 0.0, 0.0, -1.0), "")
    layer = Layer(
        file, kind, Band(uri, count), grid=grid, title=f"{short_name(file)}, band {count} of {count}"
    )
    if kind.quantity is not None:
        layer.positive, layer.nodata, layer.unit = positive, (0.0,), "rad"
        if kind is LayerKind.WRAPPED:
            if kind_of_values not in (8, 9, 10, 11):
                raise InputError(
                    f"“{short_name(file)}” should be complex but is not; its side file is wrong."
                )
            layer.sample_format, layer.unit = SampleFormat.COMPLEX, "complex"
    return layer


def _uri(location: ProductLocation, file: str) -> str:
    """What GDAL opens: the VRT if it exists, else the file with its XML."""
    headers = [ending for ending in (".vrt", ".xml") if location.has(file + ending)]
    for ending in headers:
        refuse_entities(
            location.path(file + ending), read_bytes(location.path(file + ending), LIMIT).decode("latin-1")
        )
        try:
            parse(location.path(file + ending))
            if ending == ".xml":
                return location.path(file)
            return _checked(virtual_source(location.path(file + ending)))
        except InputError:
            if ending == headers[-1]:
                raise
    raise InputError(
        f"The side file {short_name(file)}.xml or .vrt is missing; put it beside “{short_name(file)}”."
    )


def _checked(uri: str) -> str:
    """What GDAL has to open, when it can; a broken .vrt file gives way to the .xml file beside it."""
    open_dataset(uri)
    return uri


def _masks(product: Product) -> None:
    """Coherence and components for each phase layer: those of the same stem first."""
    for layer in product.phase_layers():
        stem = short_name(layer.key).split(".", maxsplit=1)[0]
        masks = []
        for kind, rule in ((LayerKind.COHERENCE, COHERENCE), (LayerKind.COMPONENTS, COMPONENTS)):
            if kind is LayerKind.COMPONENTS and layer.kind is not LayerKind.UNWRAPPED:
                continue
            others = [one for one in product.layers if one.kind is kind and one.grid == layer.grid]
            others.sort(key=lambda one: not short_name(one.key).startswith(stem))
            masks += [Mask(one.band, rule) for one in others[:1]]
        layer.masks = tuple(masks)


def _look(location: ProductLocation, name: str, product: Product) -> None:
    """los.rdr: incidence, and azimuth of ground to satellite anticlockwise from north, both in degrees."""
    if not product.layers or not location.has(name) or not has_isce_header(location, name):
        return
    try:
        uri = _uri(location, name)
        check_raw_size(location.path(name), open_dataset(uri), short_name(name))
    except InputError as error:
        product.warnings.append(f"The look vectors are left out: {error}")
        return
    # in radar geometry GDAL's own grid would be no position, as it is none for the phase
    grid = None if name.endswith(".geo") else product.layers[0].grid
    product.look = LosSource(azimuth_from_north, (Band(uri, 1), Band(uri, 2)), short_name(name), grid)
    set_scene_from_vectors(product)


def _wavelength(location: ProductLocation) -> Optional[float]:
    """From the parameter files that lie in the folder or above it."""
    near = [location.path(name) for name in location.files if _PARAMETER_FILES.search(name)][:4]
    parent = location.root.rpartition("/")[0]
    near += [
        f"{parent}/{name}"
        for name in ("topsProc.xml", "insarProc.xml", "reference/IW1.xml", "reference/data.xml")
    ]
    for path in near:
        text = read_bytes(path, 2**20).decode("utf-8", errors="replace") if exists(path) else ""
        match = re.search(r"radar_?wavelength\D{1,40}(\d+\.\d+(?:[eE]-?\d+)?)", text, re.IGNORECASE)
        value = plausible_wavelength(float(match.group(1))) if match else None
        if value:
            return value
    return None
