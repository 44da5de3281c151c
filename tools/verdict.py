"""Print the verdict of a result file and its boxes: `python3 tools/verdict.py result.json`."""

from __future__ import annotations

import json
import sys


def main(path: str) -> None:
    with open(path, encoding="utf-8") as file:
        result = json.load(file)
    print()
    print(f"  {result['label']}")
    print()
    for box in result["boxes"]:
        print(
            f"  box {box['rank']}: {100 * box['probability']:.0f} %, "
            f"{box['width_km']:.1f} x {box['height_km']:.1f} km, "
            f"centre {box['lon']:.3f}, {box['lat']:.3f}"
        )


if __name__ == "__main__":
    main(sys.argv[1])
