"""Sub-command source-scores: how good the source estimate is on simulated earthquakes."""

from __future__ import annotations

import argparse
from typing import Any

from .options import add_command


def add_commands(commands: Any) -> None:
    """Add the sub-command of this module."""
    command = add_command(
        commands,
        "source-scores",
        _scores,
        "Score the source estimate (magnitude, depth, mechanism) on simulated or real earthquakes.",
        """
        Rough slip, noise, ramps and gaps; one and two looks. Finished cases are kept in cases.jsonl and not
        computed again; summary.json holds medians, 90 % values and the coverage of the 90 % intervals,
        estimates.png shows truth against estimate. With
        --real, known real earthquakes are estimated instead; real.md says which goals they meet.
        """,
    )
    command.add_argument("--cases", type=int, default=200, metavar="N", help="simulated cases [%(default)s]")
    command.add_argument("--looks", type=int, nargs="+", default=[2, 1], metavar="N", help="looks [2 1]")
    command.add_argument(
        "--out", default="runs/source-scores", metavar="FOLDER", help="folder for the scores [%(default)s]"
    )
    command.add_argument(
        "--pairs", action="store_true", help="two earthquakes in each case: is the second one reported?"
    )
    command.add_argument(
        "--real", metavar="FOLDER", help="folder with the point sets of real earthquakes (points/*.csv)"
    )
    seeds = command.add_mutually_exclusive_group()
    seeds.add_argument(
        "--calibrate", action="store_true", help="use the seeds that intervals are calibrated on"
    )
    seeds.add_argument(
        "--first-seed", type=int, metavar="N", help="seed of the first case (default: that of the test cases)"
    )


def _scores(options: argparse.Namespace) -> None:
    import json
    from pathlib import Path

    from ..figures.source import write_estimate_figure
    from ..scoring import source_cases, source_real_scores, source_scores

    if options.real is not None:
        rows = source_real_scores.score_real(Path(options.real), Path(options.out))
        print(source_real_scores.table(rows))
        return
    first = source_scores.FIRST_TEST_SEED if options.first_seed is None else options.first_seed
    if options.calibrate:
        first = source_scores.FIRST_CALIBRATION_SEED
    folder = Path(options.out)
    rows = source_scores.score_cases(
        range(first, first + options.cases),
        options.looks,
        folder / "cases.jsonl",
        source_cases.draw_pair if options.pairs else source_cases.draw_case,
    )
    result = {
        str(count): source_scores.summary([row for row in rows if row["looks"] == count])
        for count in options.looks
    }
    write_estimate_figure(rows, folder / "estimates.png")
    text = json.dumps(result, indent=1)
    (folder / "summary.json").write_text(text, encoding="utf-8")
    print(text)
