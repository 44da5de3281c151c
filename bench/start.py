"""Time of `quakefringe:detect` on a 500 x 500 scene in excess of a bare qgis_process call."""

from __future__ import annotations

import argparse

from . import scenes
from .machine import heading, table
from .qgis import Profile


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3, help="the best of this number counts")
    repeats = parser.parse_args().repeats
    heading("quakefringe:detect on 500 x 500 in excess of a bare qgis_process call")
    path = scenes.scene(500, 500)
    with Profile() as profile:
        bare = min(
            profile.call(["run", "native:rasterlayerproperties", f"--INPUT={path}"]).seconds
            for _ in range(repeats)
        )
        rows = [["bare qgis_process", f"{bare:.2f}", ""]]
        profile.call(["plugins", "enable", "quakefringe"])
        for backend in ("numpy", "onnxruntime") if profile.onnxruntime() else ("numpy",):
            best = min(
                profile.call(
                    [
                        "run",
                        "quakefringe:detect",
                        f"--INPUT={path}",
                        f"--BACKEND={backend}",
                        f"--HEATMAP={profile.folder / 'heat.tif'}",
                        f"--BOXES={profile.folder / 'boxes.gpkg'}",
                    ]
                ).seconds
                for _ in range(repeats)
            )
            rows.append([f"quakefringe:detect, {backend}", f"{best:.2f}", f"{best - bare:.2f}"])
    table([f"call (best of {repeats})", "seconds", "in excess of bare"], rows)


if __name__ == "__main__":
    main()
