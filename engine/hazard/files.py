"""The files of a hazard assessment: checked before it starts and written together at its end."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Callable, Optional

from ..errors import OutputError
from ..output.plain_data import plain
from ..output.transaction import Transaction, check_target, write_bytes
from .package import package_bytes
from .page import page_html
from .result import HazardResult


class HazardFiles:
    """The output files that the user asked for.

    Parameters
    ----------
    inputs : sequence of str
        Files that are never overwritten.
    page, package, result : str, optional
        Paths of the HTML, GeoPackage and JSON files.

    Raises
    ------
    OutputError
        When one of them cannot be written.
    """

    def __init__(
        self, inputs: Sequence[str], page: Optional[str], package: Optional[str], result: Optional[str]
    ) -> None:
        def check(target: Optional[str], suffixes: tuple[str, ...], what: str) -> Optional[str]:
            return (
                check_target(target, suffixes, what, [one for one in inputs if os.path.isfile(one)])
                if target
                else None
            )

        self.page = check(page, (".html", ".htm"), "hazard page")
        self.package = check(package, (".gpkg",), "hazard layers")
        self.result = check(result, (".json",), "hazard result")
        named = [one for one in (self.page, self.package, self.result) if one]
        if len(set(named)) < len(named):
            raise OutputError("Two output files have the same name; give each file its own name.")

    def write(self, result: HazardResult, tick: Callable[[], None]) -> None:
        """Write all files, or none.

        Raises
        ------
        OutputError
            When the disk is full or a file cannot be created.
        """
        with Transaction() as files:
            if self.package:
                write_bytes(files.stage(self.package), package_bytes(result))
                tick()
            if self.result:
                text = json.dumps(plain(result.to_dict()), indent=1, ensure_ascii=False, allow_nan=False)
                write_bytes(files.stage(self.result), text.encode("utf-8"))
            if self.page:
                write_bytes(files.stage(self.page), page_html(result).encode("utf-8"))
            tick()
            files.commit()
