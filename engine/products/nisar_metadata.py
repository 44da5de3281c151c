"""What a NISAR product says about itself: its name, processing, orbits and coverage.

Sources: JPL D-102272, NISAR GUNW product specification, revision E, "File naming convention" and the group
identification; isce3's writers (nisar/products/insar). A granule's name is

    NISAR_L2_PR_GUNW_CYC_TRK_D_FRM_CYC_MODE_PO_T1_T2_T3_T4_CRID_A_C_LOC_CTR.h5

with PR (production), UR (urgent response) or OD (on demand); D the pass, A(scending) or D(escending); A the
orbits: P(recise), M(edium precision), N(ear real time), F(orecast); C the coverage of the frame, F(ull) or
P(artial).
"""

from __future__ import annotations

import re

from ..errors import InputError
from .containers.gdalio import short_name
from .containers.hdf5 import Tree
from .model import Product
from .names import iso_date

GRANULE = re.compile(
    r"^NISAR_(?P<band>[LS])?(?P<level>L?\d)_(?P<type>[A-Z]{2})_(?P<product>[A-Z]{4})_\w{3}_(?P<track>\d{3})_"
    r"(?P<pass>[AD])_(?P<frame>\d{3})_.*?(?:_(?P<crid>[A-Z]\d{5})_(?P<orbit>[A-Z])_(?P<coverage>[A-Z])_.*)?$",
    re.IGNORECASE,
)
OTHER_PRODUCTS = {
    "RIFG": "a wrapped interferogram in radar geometry",
    "RUNW": "an unwrapped interferogram in radar geometry",
    "ROFF": "pixel offsets in radar geometry",
    "GOFF": "pixel offsets",
    "RSLC": "one radar image in radar geometry",
    "GSLC": "one radar image",
    "GCOV": "backscatter",
    "SME2": "soil moisture",
}
_TYPES = {"PR": "production", "UR": "urgent response", "OD": "on demand"}
_ORBITS = {
    "P": "precise",
    "M": "medium precision",
    "N": "near real time",
    "F": "forecast",
    "POE": "precise",
    "MOE": "medium precision",
    "NOE": "near real time",
    "FOE": "forecast",
}


def other_product(path: str, tree: Tree) -> str:
    """Kind of a NISAR product that is no GUNW, by its name or its groups; empty for everything else."""
    match = GRANULE.match(short_name(path))
    if match and match.group("product").upper() in OTHER_PRODUCTS:
        return match.group("product").upper()
    groups = [name for radar in tree.groups("/science") for name in tree.groups(f"/science/{radar}")]
    return next((name for name in groups if name in OTHER_PRODUCTS), "")


def refuse(kind: str, name: str) -> InputError:
    """The error for a NISAR product of another kind, with the name of the one to fetch."""
    wanted = re.sub(rf"_L\d_(\w\w)_{kind}_", r"_L2_\1_GUNW_", short_name(name), count=1)
    wanted = re.sub(r"(_[A-Z]\d{5}_).*$", r"\1….h5", wanted)
    which = f" “{wanted}”" if wanted != short_name(name) else ""
    return InputError(
        f"“{short_name(name)}” is a NISAR {kind} product, {OTHER_PRODUCTS[kind]}; "
        f"fetch the GUNW product{which} of the same track, frame and dates."
    )


def dates(tree: Tree, group: str) -> tuple[str, ...]:
    """Reference and secondary date of a group identification; empty when one is missing."""
    first = iso_date(tree.text(f"{group}/referenceZeroDopplerStartTime"))
    second = iso_date(tree.text(f"{group}/secondaryZeroDopplerStartTime"))
    return (first, second) if first and second else ()


def identify(tree: Tree, radar: str, product: Product) -> None:
    """Set dates, pass, look side, track and frame, and note how the product was processed."""
    group = f"/science/{radar}/identification"
    match = GRANULE.match(product.name)
    product.dates = tuple(sorted(dates(tree, group)))
    direction = tree.text(f"{group}/orbitPassDirection").lower()
    by_name = {"A": "ascending", "D": "descending"}.get(match.group("pass").upper(), "") if match else ""
    product.orbit_direction = direction if direction in ("ascending", "descending") else by_name
    side = tree.text(f"{group}/lookDirection").lower()
    product.look_side = side if side in ("left", "right") else ""
    track, frame = tree.number(f"{group}/trackNumber"), tree.number(f"{group}/frameNumber")
    product.track = f"{track:.0f}" if track is not None else str(int(match.group("track"))) if match else ""
    product.frame = f"{frame:.0f}" if frame is not None else str(int(match.group("frame"))) if match else ""
    _processing(tree, radar, product)


def _processing(tree: Tree, radar: str, product: Product) -> None:
    group, match = f"/science/{radar}/identification", GRANULE.match(product.name)
    from_name = (
        match.groupdict("") if match else dict.fromkeys(("level", "type", "crid", "orbit", "coverage"), "")
    )
    level = (tree.text(f"{group}/productLevel") or from_name["level"]).upper()
    kind = tree.text(f"{group}/processingType") or _TYPES.get(from_name["type"].upper(), "")
    urgent = _true(tree.text(f"{group}/isUrgentObservation")) or "urgent" in kind.lower()
    urgent = urgent or from_name["type"].upper() == "UR"
    crid = tree.text(f"{group}/compositeReleaseId") or from_name["crid"].upper()
    orbits = _orbits(tree, radar, from_name["orbit"])
    parts = [
        f"processing level {level if level.startswith('L') else 'L' + level}" if level else "",
        f"{'urgent response' if urgent else kind.lower()} processing" if urgent or kind else "",
        f"composite release (CRID) {crid}" if crid else "",
        f"{' and '.join(orbits)} orbits" if orbits else "",
        f"track {product.track}" if product.track else "",
        f"frame {product.frame}" if product.frame else "",
    ]
    if any(parts):
        product.notes.append(f"NISAR: {', '.join(filter(None, parts))}.")
    if urgent:
        product.warnings.append(
            "This is an urgent-response product: forecast orbits leave ramps in the phase, and the "
            "troposphere is not modelled. Fetch the standard product when it is released."
        )
    elif "forecast" in orbits:
        product.warnings.append("The product was made with forecast orbits, which leave ramps in the phase.")
    full = tree.text(f"{group}/isFullFrame")
    if from_name["coverage"].upper() == "P" or (full and not _true(full)):
        product.notes.append(
            "A partial frame: give the other parts of the frame with it to have them joined."
        )


def _orbits(tree: Tree, radar: str, letter: str) -> list[str]:
    """Quality of the orbits of reference and secondary, each once."""
    home = f"/science/{radar}/GUNW/metadata/orbit"
    stated = [tree.text(f"{home}/{one}/orbitType") for one in ("reference", "secondary")]
    stated = [text or tree.text(f"{home}/orbitType") for text in stated]
    named = [_ORBITS.get(text.upper(), text.lower()) for text in stated if text] or [
        _ORBITS.get(letter.upper(), "")
    ]
    return list(dict.fromkeys(filter(None, named)))


def _true(text: str) -> bool:
    return text.strip().lower() in ("true", "1", "1.0", "yes")
