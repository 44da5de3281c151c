"""The plugin's page in QGIS' options dialog."""

from __future__ import annotations

from typing import Optional

from qgis.gui import (
    QgsDoubleSpinBox,
    QgsFileWidget,
    QgsOptionsPageWidget,
    QgsOptionsWidgetFactory,
    QgsSpinBox,
)
from qgis.PyQt.QtWidgets import QComboBox, QFormLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ..i18n import tr
from ..resources import NAME, icon
from .preferences import (
    BACKENDS,
    DEFAULTS,
    FOLDER,
    PLACES,
    PROJECT,
    RASTER,
    TEMPORARY,
    Preferences,
    load_preferences,
    save_preferences,
)


class OptionsFactory(QgsOptionsWidgetFactory):
    """Makes the page when the dialog opens."""

    def __init__(self):
        super().__init__(NAME, icon())

    def createWidget(self, parent):
        return OptionsPage(parent)


class OptionsPage(QgsOptionsPageWidget):
    """Preferences as a form; `apply` stores them."""

    def __init__(self, parent: Optional[QWidget] = None):
        super().__init__(parent)
        self.place = QComboBox()
        places = {
            PROJECT: tr("beside the project"),
            RASTER: tr("beside the interferogram"),
            FOLDER: tr("in one folder"),
            TEMPORARY: tr("temporary, until QGIS closes"),
        }
        for name in PLACES:
            self.place.addItem(places[name], name)
        self.folder = QgsFileWidget()
        self.folder.setStorageMode(QgsFileWidget.StorageMode.GetDirectory)
        self.backend = QComboBox()
        for name in BACKENDS:
            self.backend.addItem(tr("automatic: the faster one") if name == "auto" else name, name)
        self.threads = QgsSpinBox()
        self.threads.setRange(0, 64)
        self.threads.setClearValue(0, tr("one for each core"))
        self.threshold = QgsDoubleSpinBox()
        self.threshold.setRange(0.0, 0.99)
        self.threshold.setSingleStep(0.05)
        self.threshold.setClearValue(0.0, tr("of the model"))
        self.coherence = QgsDoubleSpinBox()
        self.coherence.setRange(-1.0, 1.0)
        self.coherence.setSingleStep(0.05)
        self.coherence.setClearValue(-1.0, tr("of the product"))
        self.dem = QgsFileWidget()
        self.catalogue = QgsFileWidget()
        self.fringe = QgsDoubleSpinBox()
        self.fringe.setRange(0.1, 100.0)
        self.fringe.setClearValue(DEFAULTS.fringe_cm)
        self.fringe.setSuffix(" cm")
        self._lay_out()
        self.place.currentIndexChanged.connect(self._enable)
        self.show_preferences(load_preferences())

    def _lay_out(self) -> None:
        form = QFormLayout()
        for title, widget, tip in self._rows():
            widget.setAccessibleName(title)
            widget.setToolTip(tip)
            form.addRow(QLabel(title), widget)
        reset = QPushButton(tr("Reset to defaults"))
        reset.clicked.connect(lambda _checked=False: self.show_preferences(DEFAULTS))
        last = QHBoxLayout()
        last.addStretch(1)
        last.addWidget(reset)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addLayout(last)
        layout.addStretch(1)

    def _rows(self) -> tuple[tuple[str, QWidget, str], ...]:
        """Title, widget and tooltip of each line."""
        return (
            (tr("Keep results"), self.place, tr("Each search gets a folder with its layers and its report.")),
            (tr("Folder of results"), self.folder, tr("One folder for the results of all projects.")),
            (tr("Backend"), self.backend, tr("The library that runs the network.")),
            (tr("Threads"), self.threads, tr("Fewer threads leave cores to other programs.")),
            (
                tr("Probability for “present”"),
                self.threshold,
                tr("Probability from which an earthquake is called present."),
            ),
            (tr("Lowest coherence"), self.coherence, tr("Leave out pixels of lower coherence.")),
            (tr("Default elevation model"), self.dem, tr("Elevation model in metres, in any CRS.")),
            (
                tr("Default earthquake catalogue"),
                self.catalogue,
                tr("File with earthquakes to compare every result with."),
            ),
            (
                tr("Fringe when re-wrapping"),
                self.fringe,
                tr("Line-of-sight motion that one turn of the colours stands for."),
            ),
        )

    def show_preferences(self, preferences: Preferences) -> None:
        """Fill the form."""
        self.place.setCurrentIndex(self.place.findData(preferences.place))
        self.folder.setFilePath(preferences.folder)
        self.backend.setCurrentIndex(self.backend.findData(preferences.backend))
        self.threads.setValue(preferences.threads)
        self.threshold.setValue(preferences.threshold)
        self.coherence.setValue(preferences.coherence)
        self.dem.setFilePath(preferences.dem)
        self.catalogue.setFilePath(preferences.catalogue)
        self.fringe.setValue(preferences.fringe_cm)
        self._enable()

    def apply(self) -> None:
        """Store what the form says."""
        save_preferences(
            Preferences(
                backend=self.backend.currentData(),
                threads=self.threads.value(),
                place=self.place.currentData(),
                folder=self.folder.filePath(),
                threshold=self.threshold.value(),
                coherence=self.coherence.value(),
                dem=self.dem.filePath(),
                catalogue=self.catalogue.filePath(),
                fringe_cm=self.fringe.value(),
            )
        )

    def _enable(self, *_index) -> None:
        self.folder.setEnabled(self.place.currentData() == FOLDER)
