"""Tooltips of the parameters, by algorithm and name; `Algorithm.addParameter` sets them."""

from __future__ import annotations

from qgis.core import QgsProcessingParameterDefinition

from ..i18n import tr
from .analysis_help import decompose_help, hazard_help, source_help
from .choice import is_choice


def parameter_help(algorithm: str, name: str) -> str:
    """One or two sentences on a parameter; empty when there are none."""
    tables = {
        "detect": _detect,
        "open": _open,
        "diagnose": _diagnose,
        "source": source_help,
        "decompose": decompose_help,
        "hazard": hazard_help,
    }
    table = tables.get(algorithm)
    return table().get(name, "") if table else ""


def choices_of(parameter: QgsProcessingParameterDefinition) -> str:
    """A sentence with the words to choose from; empty for other parameters.

    QGIS itself lists the options by their numbers from 0.
    """
    if not is_choice(parameter):
        return ""
    return tr("Choices (the word, or its number from 0): {0}.").format(", ".join(parameter.options()))


def _detect() -> dict[str, str]:
    return {
        "INPUT": tr(
            "Wrapped or unwrapped phase, complex values or line-of-sight displacement: a raster layer, or "
            "the path of a product's file, folder or archive. Several paths with ; between them are joined."
        ),
        "BAND": tr("The band to read, for files with several. Empty: worked out."),
        "QUANTITY": tr("What the values are. “auto” decides from the name, the tags and the values."),
        "WAVELENGTH": tr("Wavelength of the radar in metres, 0.0555 for Sentinel-1. Empty: the product's."),
        "DEM": tr("Heights in metres, in any CRS and resolution. Empty: the product's own, if it has one."),
        "EXTENT": tr("Search only this part of the scene, in any CRS. Empty: the whole scene."),
        "THRESHOLD": tr(
            "Probability from which an earthquake is called present. Empty: the model's own threshold."
        ),
        "SCALES": tr("Search only this many of the coarsest scales. Empty: all, down to about 20 km."),
        "BACKEND": tr("“auto” uses onnxruntime if QGIS' Python has it, and numpy otherwise."),
        "COHERENCE": tr("Leave out pixels of lower coherence. Empty: the product's own rule; 0 keeps all."),
        "UNIT": tr("Replaces the unit that the file states. A unit of length means displacement."),
        "POSITIVE": tr("The motion that positive values mean, if the file's sign is wrong or missing."),
        "PRODUCT": tr("“plain” reads a plain raster, whatever product its name suggests."),
        "PIXEL_M": tr("Width of a pixel in metres, for rasters without a coordinate system."),
        "ACQUIRED": tr("Such as 2015-04-17 2015-04-29. Empty: those of the product."),
        "LAYER": tr("Layer of a product with several, or a part of its name, such as frequencyB or VV."),
        "DATE": tr("Date or pair of a time series, such as 20200101_20200113. Empty: the largest step."),
        "CORRECTIONS": tr(
            "Corrections that the product contains but does not apply: all, or names with commas between."
        ),
        "CELL": tr("Size in metres of the cells into which a table of points is averaged. Empty: 100."),
        "FRAMES": tr("More files of the same track and pass, which are joined to the interferogram."),
        "CATALOGUE": tr("Earthquakes to compare with: a point layer, or a file such as QuakeML or USGS CSV."),
        "CATALOGUE_TOLERANCE": tr("Days before and after the two dates in which an event still counts."),
        "CATALOGUE_FIELDS": tr("Names of the catalogue's columns, if they are not recognised by themselves."),
        "FAULTS": tr("Line layer with faults; the report names the nearest to each box."),
        "HEATMAP": tr("GeoTIFF with the network's attention, 0 to 1, in the CRS of the scene."),
        "BOXES": tr("GeoPackage with a polygon for each deformed area, its probability and its figures."),
        "REPORT": tr("One HTML page with the verdict, maps, boxes and everything that was worked out."),
        "FOLDER": tr(
            "Heatmap, boxes, report and result go to a new folder in this one, named after scene and time. "
            "In batch mode fill in this column and leave those of the files blank."
        ),
        "HEADS": tr("GeoTIFF with a band for each attention head of the network, 0 to 1."),
        "RESULT": tr("JSON with everything: input, settings, model, backend, boxes, timings."),
    }


def _open() -> dict[str, str]:
    return {
        "INPUT": tr("The file, folder or archive as delivered. Several paths with ; between them."),
        "LAYERS": tr("Words in the names of the layers to load, such as: unwrapped coherence."),
        "LOOK": tr("Also load the incidence angle and the unit vector from the ground to the satellite."),
        "DATE": tr("Date or pair of a time series, such as 20200101_20200113. Empty: the largest step."),
        "CORRECTIONS": tr("Corrections of the product to apply: all, or names with commas between."),
        "CELL": tr("Size in metres of the cells into which a table of points is averaged. Empty: 100."),
        "DEM": tr("Elevation model in metres, for corrections and vectors that depend on height."),
        "OUTPUT": tr("Folder of the small virtual rasters that point into the product."),
    }


def _diagnose() -> dict[str, str]:
    return {"OUTPUT": tr("Write the text as an HTML page as well.")}
