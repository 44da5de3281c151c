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
        size = f", {box['width_km']:.1f} x {box['height_km']:.1f} km" if box["width_km"] is not None else ""
        place = f", centre {box['lon']:.3f}, {box['lat']:.3f}" if box["lon"] is not None else ""
        print(f"  box {box['rank']}: {box['class_name']}, {100 * box['probability']:.0f} %{size}{place}")


if __name__ == "__main__":
    main(sys.argv[1])
