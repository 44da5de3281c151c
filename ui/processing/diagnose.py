"""quakefringe:diagnose: what runs here, how fast, and what is wrong."""

from __future__ import annotations

from qgis.core import (
    QgsProcessingOutputBoolean,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterFileDestination,
)

from ...engine.errors import OutputError
from ...engine.output.transaction import Transaction, check_target, write_bytes
from ..diagnosis import diagnose
from .base import Algorithm, explained


class Diagnose(Algorithm):
    """Tells what the plugin found on this machine."""

    NAME = "diagnose"
    TITLE = "Diagnose"
    GROUP = "Setup"
    SUMMARY = "Says which versions, backends and model are in use, how fast they are, and what is wrong."
    ICON = "diagnose"
    TAGS = ("versions", "backend", "numpy", "onnxruntime", "model", "help")
    HELP = """\
<p>Looks at everything that QuakeFringe depends on: QGIS, Python, numpy and its BLAS, GDAL and its HDF5
and netCDF drivers, the inference backends with the time that one window takes in each, and the model with
its hash. What is wrong comes with what to do about it.</p>
<p>Send the text with every report of a fault.</p>"""

    def initAlgorithm(self, configuration=None):
        self.addParameter(
            QgsProcessingParameterFileDestination("OUTPUT", "Page", "HTML files (*.html)", optional=True)
        )
        self.addOutput(QgsProcessingOutputString("TEXT", "All of it as text"))
        self.addOutput(QgsProcessingOutputBoolean("HEALTHY", "Nothing is wrong"))
        self.addOutput(QgsProcessingOutputString("PROBLEMS", "What is wrong and what to do"))
        self.addOutput(QgsProcessingOutputString("BACKEND", "Backend used by default"))
        self.addOutput(QgsProcessingOutputNumber("NUMPY_SECONDS", "Seconds for one window, numpy"))
        self.addOutput(
            QgsProcessingOutputNumber("ONNXRUNTIME_SECONDS", "Seconds for one window, onnxruntime")
        )
        self.addOutput(QgsProcessingOutputString("MODEL_VERSION", "Model version"))
        self.addOutput(QgsProcessingOutputString("MODEL_HASH", "SHA-256 of the model file"))

    def processAlgorithm(self, parameters, context, feedback):
        target = self.parameterAsFileOutput(parameters, "OUTPUT", context)
        found = diagnose(feedback.isCanceled)
        for line in found.text().splitlines():
            (feedback.pushWarning if line.startswith("Problem:") else feedback.pushInfo)(line)
        outputs = {
            "TEXT": found.text(),
            "HEALTHY": found.healthy,
            "PROBLEMS": "\n".join(found.problems),
            "BACKEND": found.backend,
            "MODEL_VERSION": found.model_version,
            "MODEL_HASH": found.model_hash,
        }
        for backend, seconds in found.seconds.items():
            outputs[f"{backend.upper()}_SECONDS"] = seconds
        if target:
            try:
                with Transaction() as files:
                    write_bytes(
                        files.stage(check_target(target, (".html", ".htm"), "page")), found.html().encode()
                    )
                    files.commit()
            except OutputError as error:
                raise explained(error) from error
            outputs["OUTPUT"] = target
        return outputs
