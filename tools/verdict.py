"""Print the verdict of a result file and its boxes: `tools/verdict.py result.json [--expect present]`.

The exit status is 1 when the verdict is not the expected one.
"""

from __future__ import annotations

import argparse
import json
import sys


def main() -> int:
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(description="Print the verdict of a result file and its boxes.")
    parser.add_argument("result", help="result.json of a detection")
    verdicts = ("present", "absent", "uncertain")
    parser.add_argument("--expect", choices=verdicts, help="fail on another verdict")
    options = parser.parse_args()
    with open(options.result, encoding="utf-8") as file:
        result = json.load(file)
    print()
    print(f"  {result['label']}")
    print()
    for box in result["boxes"]:
        size = f", {box['width_km']:.1f} x {box['height_km']:.1f} km" if box["width_km"] is not None else ""
        place = f", centre {box['lon']:.3f}, {box['lat']:.3f}" if box["lon"] is not None else ""
        print(f"  box {box['rank']}: {box['class_name']}, {100 * box['probability']:.0f} %{size}{place}")
    if options.expect and result["verdict"] != options.expect:
        sys.stderr.write(f"The verdict should be {options.expect}, but it is {result['verdict']}.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
