"""Write the fixtures of every product family into a folder: python tests/build_products.py FOLDER."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

if importlib.util.find_spec("h5py"):
    import h5py  # noqa: F401  before GDAL, so that each keeps to its own HDF5 library

from products_fixtures import write_cases

if __name__ == "__main__":
    write_cases(Path(sys.argv[1]))
