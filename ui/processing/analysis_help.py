"""Tooltips of the parameters of the algorithms that follow a detection: source, decompose, hazard."""

from __future__ import annotations

from ..i18n import tr


def source_help() -> dict[str, str]:
    """Of quakefringe:source."""
    return {
        "INPUT": tr("Unwrapped phase or displacement, one for each look. Two fix rake and depth better."),
        "BOX": tr("Boxes that a detection wrote. The selected one, or that of the number below, is used."),
        "RANK": tr("Number of the box, as on the map. Empty: the selected one, or 1."),
        "EXTENT": tr("The ground that moved, if there is no box. Empty: the whole scenes."),
        "CATALOGUE": tr("Events to set the estimate beside; they do not guide it."),
        "HEADING": tr("Of the flight, clockwise from north: one number for all looks, or one for each."),
        "INCIDENCE": tr("From the vertical: one number for all looks, or one for each."),
        "WAVELENGTH": tr("Wavelength of the radar in metres, 0.0555 for Sentinel-1. Empty: the product's."),
        "QUANTITY": tr("What the values are. “auto” decides from the name, the tags and the values."),
        "UNIT": tr("Replaces the unit that the file states. A unit of length means displacement."),
        "POSITIVE": tr("The motion that positive values mean, if the file's sign is wrong or missing."),
        "TURN": tr("Such as 2, or 1 3: of those that count motion away from the satellite as positive."),
        "RIGIDITY": tr("Of the rock; the moment is proportional to it. 30 GPa is usual in the crust."),
        "SEED": tr("The same seed gives the same estimate."),
        "NETWORK": tr("Half of the search's first faults come from the network, the others stay random."),
        "DETECTION_REPORT": tr("The estimate is added to this page as a chapter."),
        "TIME": tr("For QuakeML. Empty: that of the catalogue, or the middle of the dates."),
        "REPORT": tr("HTML page with data, model, residual, beachball and intervals."),
        "LAYERS": tr("GeoPackage with fault plane, upper edge, centroid and points."),
        "RESULT": tr("JSON with every parameter, its interval and its percentiles."),
        "QUAKEML": tr("The estimate as a QuakeML event, for other programs."),
        "MAPS": tr("GeoTIFFs of data, model and residual of each look."),
    }


def decompose_help() -> dict[str, str]:
    """Of quakefringe:decompose."""
    return {
        "INPUT": tr("Unwrapped phase or displacement of one event, from two or more directions."),
        "HEADING": tr("Only for files without look vectors; “nan” keeps the product's."),
        "INCIDENCE": tr("Only for files without look vectors; “nan” keeps the product's."),
        "WAVELENGTH": tr("Wavelength of the radar in metres, 0.0555 for Sentinel-1. Empty: the product's."),
        "PIXEL": tr("Size of the pixels of the result. Empty: that of the coarsest look."),
        "RAMP": tr("“auto” takes a plane where enough still ground surrounds the event, else an offset."),
        "NORTH_MOTION": tr("“zero” neglects it, “solve” needs three looks, “auto” solves where they allow."),
        "NORTH_SIGMA": tr("Enters the uncertainty where north is neglected. Empty: estimated."),
        "EVENT_DATE": tr("Such as 2015-04-25; every look must span it."),
        "SOURCE": tr("Its north motion is taken instead of zero."),
        "FOLDER": tr("GeoTIFFs of up and east in metres, their standard deviations, and the result."),
    }


def hazard_help() -> dict[str, str]:
    """Of quakefringe:hazard."""
    return {
        "INPUT": tr("Vertical displacement in metres, the folder of a decomposition, or one interferogram."),
        "ONE_LOOK": tr("The input is one interferogram; its line-of-sight change is mapped as it is."),
        "SOURCE": tr("JSON of a source estimate: fault, shaking and distances follow from it."),
        "POPULATION": tr("People in each pixel, or a density; such as WorldPop or GHS-POP."),
        "SETTLEMENTS": tr("Points or areas with names, such as places of OpenStreetMap."),
        "BUILDINGS": tr("Points or footprints; they are counted in each zone."),
        "ROADS": tr("Lines; their length in each zone is given in kilometres."),
        "EAST": tr("For tilt and strain; empty: up alone."),
        "NORTH": tr("For tilt and strain; empty: up alone."),
        "LEVELS": tr("Limits between the zones in metres, with spaces between. Empty: round numbers."),
        "POPULATION_UNIT": tr("People in each pixel (count) or in each square kilometre (density)."),
        "NAME_FIELD": tr("Field of the settlements with their names. Empty: found by its name."),
        "MW": tr("For the shaking, if the fault is given in numbers."),
        "LONGITUDE": tr("The fault in numbers, instead of a source estimate: give all seven."),
        "LATITUDE": tr("The fault in numbers, instead of a source estimate: give all seven."),
        "DEPTH": tr("The fault in numbers, instead of a source estimate: give all seven."),
        "STRIKE": tr("Clockwise from north; the fault dips to the right of it."),
        "DIP": tr("From the horizontal, 0 to 90 degrees."),
        "LENGTH": tr("Along the strike."),
        "WIDTH": tr("Down the dip."),
        "RAKE": tr("0: left-lateral, 90: reverse, −90: normal, 180: right-lateral. Empty: 90."),
        "PAGE": tr("HTML page with zones, shaking, and people and buildings in them."),
        "LAYERS": tr("GeoPackage with zones, tilt, strain, intensity, fault and places."),
        "RESULT": tr("JSON with every figure of the page."),
    }
