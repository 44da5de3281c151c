"""SNAP's BEAM-DIMAP: an XML document beside a folder of ENVI rasters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from .field import HEIGHT, WIDTH, srs_of

Band = tuple[str, str, np.ndarray]
"""Name, physical unit and values."""


def write_dimap(
    folder: Path,
    bands: Sequence[Band],
    transform: Sequence[float],
    attributes: Mapping[str, str],
    *,
    virtual_phase: str = "",
    no_data: bool = True,
) -> str:
    """Write pair.dim and pair.data; `virtual_phase` names a further band of phase that has no file."""
    data = folder / "pair.data"
    data.mkdir(parents=True)
    infos = sources = ""
    used = ""
    if no_data:
        used = "<NO_DATA_VALUE_USED>true</NO_DATA_VALUE_USED><NO_DATA_VALUE>0.0</NO_DATA_VALUE>"
    for index, (name, unit, values) in enumerate(bands):
        values.astype(">f4").tofile(data / f"{name}.img")
        (data / f"{name}.hdr").write_text(
            f"ENVI\ndescription = {{{name}}}\nsamples = {WIDTH}\nlines = {HEIGHT}\nbands = 1\n"
            "header offset = 0\nfile type = ENVI Standard\ndata type = 4\ninterleave = bsq\nbyte order = 1\n"
        )
        infos += _band_info(index, name, unit, used)
        where = f'<DATA_FILE_PATH href="pair.data/{name}.hdr" />'
        sources += f"<Data_File>{where}<BAND_INDEX>{index}</BAND_INDEX></Data_File>"
    if virtual_phase:
        infos += _band_info(len(bands), virtual_phase, "phase", "<VIRTUAL_BAND>true</VIRTUAL_BAND>")
    elements = "".join(f'<MDATTR name="{k}" type="ascii">{v}</MDATTR>' for k, v in attributes.items())
    wkt = srs_of(4326).ExportToWkt().replace('"', "&quot;")
    x0, dx, _, y0, _, dy = transform
    path = folder / "pair.dim"
    path.write_text(
        '<?xml version="1.0" encoding="ISO-8859-1"?><Dimap_Document name="pair.dim">'
        f"<Coordinate_Reference_System><WKT>{wkt}</WKT></Coordinate_Reference_System><Geoposition>"
        f"<IMAGE_TO_MODEL_TRANSFORM>{dx},0.0,0.0,{dy},{x0},{y0}</IMAGE_TO_MODEL_TRANSFORM></Geoposition>"
        f"<Raster_Dimensions><NCOLS>{WIDTH}</NCOLS><NROWS>{HEIGHT}</NROWS><NBANDS>{len(bands)}</NBANDS>"
        f"</Raster_Dimensions><Data_Access>{sources}</Data_Access><Image_Interpretation>{infos}"
        f"</Image_Interpretation><Dataset_Sources><MDElem name='metadata'>{elements}</MDElem>"
        "</Dataset_Sources></Dimap_Document>"
    )
    return str(path)


def _band_info(index: int, name: str, unit: str, further: str) -> str:
    return (
        f"<Spectral_Band_Info><BAND_INDEX>{index}</BAND_INDEX><BAND_NAME>{name}</BAND_NAME>"
        f"<PHYSICAL_UNIT>{unit}</PHYSICAL_UNIT>{further}</Spectral_Band_Info>"
    )
