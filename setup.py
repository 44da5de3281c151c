"""Lists the packages of the distribution; everything else is in `pyproject.toml`.

The checkout is the package `quakefringe` itself, which the `find` option of setuptools cannot express.
"""

from setuptools import find_packages, setup

ROOMS = ("engine", "training", "archive")
"""Packages of the checkout that work without QGIS."""


def packages():
    """Names of all packages, with sub-packages."""
    names = find_packages(".", include=[pattern for room in ROOMS for pattern in (room, f"{room}.*")])
    return ["quakefringe", *(f"quakefringe.{name}" for name in sorted(names))]


if __name__ == "__main__":
    setup(packages=packages())
