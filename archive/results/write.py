"""Write everything that an archive's records become."""

from __future__ import annotations

from ..folder import ArchiveFolder
from .false_alarm import add_false_alarms
from .geopackage import write_geopackage
from .geoparquet import write_table
from .items import Catalogue
from .page import write_page
from .ranking import rank
from .rows import BOX_FIELDS, SCENE_FIELDS, Row, box_rows, scene_row

SCENES, BOXES, GEOPACKAGE, STAC = "scenes.parquet", "boxes.parquet", "archive.gpkg", "stac"
PAGE = "index.html"


def write_results(folder: ArchiveFolder) -> None:
    """Write the tables, the GeoPackage and the page anew from all records, and the STAC items that are new.

    Records are read one by one, so that memory holds the rows of the tables only.

    Raises
    ------
    InputError, OutputError
        When a record is damaged or a file cannot be written.
    """
    scenes: list[Row] = []
    boxes: list[Row] = []
    catalogue = Catalogue(folder.path / STAC)
    for record in folder.records():
        row = scene_row(record)
        scenes.append(row)
        boxes.extend(box_rows(record))
        catalogue.add(row, folder.record_path(record["key"]))
    catalogue.finish()
    add_false_alarms(scenes)
    rank(scenes)
    write_table(scenes, SCENE_FIELDS, folder.path / SCENES)
    write_table(boxes, BOX_FIELDS, folder.path / BOXES)
    write_geopackage(scenes, boxes, folder.path / GEOPACKAGE)
    write_page(scenes, folder.path / PAGE)
