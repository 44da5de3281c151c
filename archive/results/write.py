"""Write everything that an archive's records become."""

from __future__ import annotations

from ..folder import ArchiveFolder
from .geopackage import write_geopackage
from .geoparquet import write_table
from .items import write_items
from .page import write_page
from .rows import BOX_FIELDS, SCENE_FIELDS, box_rows, scene_rows

SCENES, BOXES, GEOPACKAGE, STAC = "scenes.parquet", "boxes.parquet", "archive.gpkg", "stac"
PAGE = "index.html"


def write_results(folder: ArchiveFolder) -> None:
    """Write the tables, the GeoPackage, the STAC items and the page anew from all records of a folder.

    Raises
    ------
    InputError, OutputError
        When a record is damaged or a file cannot be written.
    """
    records = list(folder.records())
    scenes, boxes = scene_rows(records), box_rows(records)
    write_table(scenes, SCENE_FIELDS, folder.path / SCENES)
    write_table(boxes, BOX_FIELDS, folder.path / BOXES)
    write_geopackage(scenes, boxes, folder.path / GEOPACKAGE)
    write_items(scenes, folder.path / STAC)
    write_page(scenes, folder.path / PAGE)
