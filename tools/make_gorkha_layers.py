"""Write the layers of the worked case: real places and earthquakes of Nepal, and an invented population.

Run ``python tools/make_gorkha_layers.py FOLDER``; it always makes the same files. Names, coordinates and
rounded populations (census of 2011) of the places are facts. The raster is synthetic: people of each town
spread over a Gaussian, and villagers whose number falls with the distance from the towns. It is no map of
where people live.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

import numpy as np
from osgeo import gdal, osr

PLACES = (
    ("Kathmandu", 85.324, 27.717, 1003000),
    ("Lalitpur", 85.325, 27.676, 255000),
    ("Bhaktapur", 85.429, 27.671, 82000),
    ("Pokhara", 83.985, 28.209, 265000),
    ("Bharatpur", 84.433, 27.683, 199000),
    ("Hetauda", 85.032, 27.429, 85000),
    ("Banepa", 85.521, 27.630, 25000),
    ("Dhulikhel", 85.556, 27.622, 14000),
    ("Bidur", 85.146, 27.896, 27000),
    ("Gorkha", 84.628, 28.000, 33000),
    ("Barpak", 84.744, 28.205, 5000),
    ("Dhading Besi", 84.898, 27.913, 16000),
    ("Besisahar", 84.380, 28.231, 12000),
    ("Chautara", 85.711, 27.775, 6000),
    ("Charikot", 86.033, 27.667, 24000),
    ("Dhunche", 85.298, 28.111, 3000),
    ("Ramechhap", 86.087, 27.326, 5000),
    ("Sindhulimadi", 85.967, 27.250, 40000),
    ("Birgunj", 84.877, 27.012, 139000),
    ("Jiri", 86.230, 27.633, 14000),
)
"""Name, longitude, latitude (degrees, WGS 84) and people, rounded."""
EARTHQUAKES = (
    "time,latitude,longitude,depth,mag,magType,id,place,type,strike,dip,rake",
    "2015-04-25T06:11:25.950Z,28.2305,84.7314,8.22,7.8,mww,us20002926,Gorkha,earthquake,287,6,96",
    "2015-05-12T07:05:19.730Z,27.8087,86.0655,15,7.3,mww,us20002ejl,Dolakha,earthquake,,,",
)
"""Table of the main shock and its largest aftershock: places, times and magnitudes of USGS, the mechanism of
the Global CMT catalogue."""
WEST, SOUTH, EAST, NORTH, STEP = 83.8, 26.8, 87.0, 29.0, 0.01
"""Edges and pixel size of the raster in degrees."""
TOWN_KM = 2.5
"""Standard deviation of a town."""
VILLAGERS_PER_KM2 = 180.0
"""Rural density at the towns; it halves every 40 km and thins out above the middle hills (north of 28.3)."""


def population() -> np.ndarray:
    """People in each pixel, float32, north up."""
    lon = np.arange(WEST + STEP / 2, EAST, STEP)
    lat = np.arange(NORTH - STEP / 2, SOUTH, -STEP)
    x, y = np.meshgrid(lon, lat)
    area = (111.2 * STEP) ** 2 * np.cos(np.radians(y))
    nearest = np.full(x.shape, np.inf)
    people = np.zeros(x.shape)
    for _, place_lon, place_lat, count in PLACES:
        distance = 111.2 * np.hypot((x - place_lon) * math.cos(math.radians(place_lat)), y - place_lat)
        nearest = np.minimum(nearest, distance)
        town = np.exp(-((distance / TOWN_KM) ** 2) / 2)
        people += count * town / town.sum()
    thin = 1 / (1 + np.exp((y - 28.3) / 0.08))
    return (people + VILLAGERS_PER_KM2 * area * 0.5 ** (nearest / 40) * thin).astype(np.float32)


def write(folder: Path) -> None:
    """Write places.geojson, earthquakes.csv and population.tif."""
    folder.mkdir(parents=True, exist_ok=True)
    features = [
        {
            "type": "Feature",
            "properties": {"name": name, "population": people},
            "geometry": {"type": "Point", "coordinates": [lon, lat]},
        }
        for name, lon, lat, people in PLACES
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features}, indent=1, ensure_ascii=False)
    (folder / "places.geojson").write_text(text + "\n", encoding="utf-8")
    (folder / "earthquakes.csv").write_text("\n".join(EARTHQUAKES) + "\n", encoding="utf-8")
    people = np.rint(population() * 10) / 10
    options = ["COMPRESS=DEFLATE", "PREDICTOR=3", "ZLEVEL=9"]
    raster = gdal.GetDriverByName("GTiff").Create(
        str(folder / "population.tif"), people.shape[1], people.shape[0], 1, gdal.GDT_Float32, options
    )
    raster.SetGeoTransform((WEST, STEP, 0.0, NORTH, 0.0, -STEP))
    system = osr.SpatialReference()
    system.ImportFromEPSG(4326)
    raster.SetProjection(system.ExportToWkt())
    raster.SetMetadataItem("TIFFTAG_IMAGEDESCRIPTION", "Invented people; not measured data")
    raster.GetRasterBand(1).WriteArray(people)
    raster.FlushCache()


if __name__ == "__main__":
    write(Path(sys.argv[1]))
