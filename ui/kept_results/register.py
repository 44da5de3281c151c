"""The runs of a project: listed in the project file, so that each can be reopened."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace
from typing import Optional

from qgis.core import QgsProject
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...engine.output.run_folder import RESULT, RunFolder, RunSummary
from ..verdict_words import state_of

SCOPE, KEY = "QuakeFringe", "/runs"
"""Entry of the project file with the list of runs as JSON."""


@dataclass(frozen=True)
class KeptRun:
    """One run of a project.

    Attributes
    ----------
    run_id, scene, label, verdict, started : str
        As in the result; enough to list the run without reading its folder.
    result : str
        Absolute path of the result file.
    temporary : bool
        Whether its files end with the QGIS session.
    layer_id : str
        Layer of the interferogram in the project; empty for runs of older versions.
    """

    run_id: str
    scene: str
    label: str
    verdict: str
    started: str
    result: str
    temporary: bool = False
    layer_id: str = ""

    @property
    def folder(self) -> RunFolder:
        """The folder with the files of the run."""
        return RunFolder(os.path.dirname(self.result))


def kept_run(summary: RunSummary, scene: str, result: str, temporary: bool, layer_id: str = "") -> KeptRun:
    """The entry of a run that has just ended."""
    return KeptRun(
        summary.run_id, scene, summary.label, state_of(summary), summary.started, result, temporary, layer_id
    )


class Register(QObject):
    """The runs of the current project, the latest first.

    Paths are absolute here, and relative to the project in its file, so that both can be moved together.
    """

    changed = pyqtSignal()

    def __init__(self, project: QgsProject, parent: Optional[QObject] = None):
        super().__init__(parent)
        self._project = project
        self.runs: list[KeptRun] = []
        project.readProject.connect(self._read)
        project.writeProject.connect(self._write)
        project.cleared.connect(self._clear)
        self._read()

    def close(self) -> None:
        """Stop following the project, which keeps the list for the plugin when it is switched on again."""
        self._write()
        self._project.readProject.disconnect(self._read)
        self._project.writeProject.disconnect(self._write)
        self._project.cleared.disconnect(self._clear)
        self.deleteLater()

    def add(self, run: KeptRun) -> None:
        """Put a run first."""
        self.runs = [run, *(one for one in self.runs if one.run_id != run.run_id)]
        self._project.setDirty(True)
        self.changed.emit()

    def remove(self, run_id: str) -> None:
        """Take a run off the list; its files stay."""
        self.runs = [one for one in self.runs if one.run_id != run_id]
        self._project.setDirty(True)
        self.changed.emit()

    def find(self, run_id: str) -> Optional[KeptRun]:
        """The run with this id."""
        return next((one for one in self.runs if one.run_id == run_id), None)

    def latest_of(self, layer_id: str) -> Optional[KeptRun]:
        """The latest run on a layer."""
        return next((one for one in self.runs if one.layer_id == layer_id), None)

    def _clear(self) -> None:
        self.runs = []
        self.changed.emit()

    def _read(self, *_document) -> None:
        text, _found = self._project.readEntry(SCOPE, KEY, "[]")
        self.runs = [self._absolute(one) for one in _entries(text)]
        self.changed.emit()

    def _write(self, *_document) -> None:
        """Store the list when the project is written, with paths relative to where it is written."""
        entries = [asdict(self._relative(one)) for one in self.runs if not one.temporary]
        if entries:
            self._project.writeEntry(SCOPE, KEY, json.dumps(entries, ensure_ascii=False))
        else:
            self._project.removeEntry(SCOPE, KEY)

    def _absolute(self, run: KeptRun) -> KeptRun:
        return replace(run, result=self._project.readPath(run.result))

    def _relative(self, run: KeptRun) -> KeptRun:
        return replace(run, result=self._project.writePath(run.result))


def _entries(text: str) -> list[KeptRun]:
    """The runs of an entry; unusable ones are left out, so that a damaged entry does not lose the others."""
    try:
        stored = json.loads(text)
    except ValueError:
        return []
    runs = []
    for one in stored if isinstance(stored, list) else []:
        names = ("run_id", "scene", "label", "verdict", "started", "result")
        usable = isinstance(one, dict) and all(isinstance(one.get(name), str) for name in names)
        if usable and os.path.basename(one["result"].replace("\\", "/")) == RESULT:
            layer_id = one.get("layer_id")
            known = layer_id if isinstance(layer_id, str) else ""
            runs.append(KeptRun(**{name: one[name] for name in names}, layer_id=known))
    return runs
