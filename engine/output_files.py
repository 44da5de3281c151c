"""The output files of one run: checked before it starts and written together at its end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Callable, Optional, Union

from .errors import OutputError
from .interferogram import Interferogram
from .output.map_layers import sidecar, style, write_boxes, write_heads, write_heatmap
from .output.result_json import write_json
from .output.transaction import Transaction, check_target, write_bytes
from .results import Result


class OutputFiles:
    """The output files that the user requested.

    Parameters
    ----------
    path : str or sequence of str
        The interferogram, or the frames that are joined; never overwritten.
    dem : str, optional
        The elevation model, never overwritten.
    heatmap, boxes, report, result, heads : str, optional
        Paths of the GeoTIFF, GeoPackage, HTML and JSON files, and of the GeoTIFF of the network's heads.

    Raises
    ------
    OutputError
        When one of them cannot be written.
    """

    def __init__(
        self,
        path: Union[str, Sequence[str]],
        dem: Optional[str],
        heatmap: Optional[str],
        boxes: Optional[str],
        report: Optional[str],
        result: Optional[str],
        heads: Optional[str] = None,
    ) -> None:
        paths = [path] if isinstance(path, str) else list(path)
        inputs = [name for name in (*paths, dem) if name]

        def check(target: Optional[str], suffixes: tuple[str, ...], what: str) -> Optional[str]:
            return check_target(target, suffixes, what, inputs) if target else None

        self.heatmap = check(heatmap, (".tif", ".tiff"), "heatmap")
        self.boxes = check(boxes, (".gpkg",), "box layer")
        self.report = check(report, (".html", ".htm"), "report")
        self.result = check(result, (".json",), "result")
        self.heads = check(heads, (".tif", ".tiff"), "raster of the heads")
        targets = (self.heatmap, self.boxes, self.report, self.result, self.heads)
        named = [name for name in targets if name]
        if len(set(named)) < len(named):
            raise OutputError("Two output files have the same name; give each file its own name.")

    def write(
        self,
        files: Transaction,
        result: Result,
        interferogram: Interferogram,
        tick: Optional[Callable[[], None]] = None,
    ) -> None:
        """Write all files under temporary names, which `files.commit` replaces.

        `tick` is called while the report reads the raster; it may raise to stop.

        Raises
        ------
        OutputError
            When the disk is full or a file cannot be created.
        """
        if self.heatmap:
            write_heatmap(result.heat, result.grid, files.stage(self.heatmap))
            text = style("heatmap")
            if text is not None:
                write_bytes(files.stage(sidecar(self.heatmap)), text.encode("utf-8"))
        if self.heads:
            write_heads(
                [] if result.heads is None else list(result.heads),
                result.mask,
                result.grid,
                files.stage(self.heads),
            )
        if self.boxes:
            write_boxes(result, files.stage(self.boxes))
        if self.result:
            write_json(result, files.stage(self.result))
        if self.report:
            from .report.page import write_report

            write_report(result, interferogram, files.stage(self.report), tick)
