"""Peak memory of `quakefringe:detect` in excess of a bare qgis_process, for a normal and a huge raster."""

from __future__ import annotations

import argparse

from . import scenes
from .machine import heading, table
from .qgis import Profile


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scales", type=int, default=3, help="coarsest scales of the huge raster to use")
    parser.add_argument("--full", action="store_true", help="also a huge raster without empty parts")
    parser.add_argument("--size", type=int, default=20_000, help="side of the huge raster in pixels")
    arguments = parser.parse_args()
    heading("Peak memory of quakefringe:detect")
    cases = [
        (scenes.scene(3000, 2500), []),
        (scenes.sparse(arguments.size), [f"--SCALES={arguments.scales}"]),
    ]
    if arguments.full:
        cases.append((scenes.full(arguments.size), [f"--SCALES={arguments.scales}"]))
    rows = []
    with Profile() as profile:
        bare = profile.call(["run", "native:rasterlayerproperties", f"--INPUT={cases[0][0]}"])
        rows.append(["bare qgis_process", "", "", f"{bare.seconds:.1f}", f"{bare.peak_mib:.0f}", ""])
        profile.call(["plugins", "enable", "quakefringe"])
        backends = ("numpy", "onnxruntime") if profile.onnxruntime() else ("numpy",)
        for path, options in cases:
            for backend in backends:
                outputs = [
                    f"--{key}={profile.folder / name}"
                    for key, name in (
                        ("HEATMAP", "heat.tif"),
                        ("BOXES", "boxes.gpkg"),
                        ("REPORT", "report.html"),
                    )
                ]
                try:
                    run = profile.call(
                        [
                            "run",
                            "quakefringe:detect",
                            f"--INPUT={path}",
                            f"--BACKEND={backend}",
                            *options,
                            *outputs,
                        ]
                    )
                except RuntimeError as problem:
                    rows.append([path.name, backend, " ".join(options), "failed", str(problem), ""])
                    continue
                rows.append(
                    [
                        path.name,
                        backend,
                        " ".join(options),
                        f"{run.seconds:.1f}",
                        f"{run.peak_mib:.0f}",
                        f"{run.peak_mib - bare.peak_mib:.0f}",
                    ]
                )
    table(["raster", "backend", "options", "seconds", "peak MiB", "above bare MiB"], rows)


if __name__ == "__main__":
    main()
