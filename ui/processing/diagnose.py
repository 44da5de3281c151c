"""quakefringe:diagnose: versions, backends and their speed, and problems."""

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
    """Checks everything that the plugin depends on."""

    NAME = "diagnose"
    TITLE = "Diagnose"
    GROUP = "Setup"
    SUMMARY = "Lists versions, backends with their speed and the model, and explains problems."
    ICON = "diagnose"
    TAGS = ("versions", "backend", "numpy", "onnxruntime", "model", "help")
    HELP = """\
<p>Checks everything that QuakeFringe depends on: QGIS, Python, numpy and its BLAS, GDAL and its HDF5
and netCDF drivers, the inference backends with their time per window, and the model with its hash. Each
problem is listed with its remedy.</p>
<p>Please add this text when you report a problem.</p>"""

    def initAlgorithm(self, configuration=None):
        self.addParameter(
            QgsProcessingParameterFileDestination("OUTPUT", "Page", "HTML files (*.html)", optional=True)
        )
        self.addOutput(QgsProcessingOutputString("TEXT", "Diagnosis as text"))
        self.addOutput(QgsProcessingOutputBoolean("HEALTHY", "No problems"))
        self.addOutput(QgsProcessingOutputString("PROBLEMS", "Problems and their remedies"))
        self.addOutput(QgsProcessingOutputString("BACKEND", "Backend used by default"))
        self.addOutput(QgsProcessingOutputNumber("NUMPY_SECONDS", "Seconds per window, numpy"))
        self.addOutput(QgsProcessingOutputNumber("ONNXRUNTIME_SECONDS", "Seconds per window, onnxruntime"))
        self.addOutput(QgsProcessingOutputString("MODEL_VERSION", "Model version"))
        self.addOutput(QgsProcessingOutputString("MODEL_HASH", "SHA-256 of the model file"))

    def processAlgorithm(self, parameters, context, feedback):
        target = self.parameterAsFileOutput(parameters, "OUTPUT", context)
        diagnosis = diagnose(feedback.isCanceled)
        for line in diagnosis.text().splitlines():
            (feedback.pushWarning if line.startswith("Problem:") else feedback.pushInfo)(line)
        outputs = {
            "TEXT": diagnosis.text(),
            "HEALTHY": diagnosis.healthy,
            "PROBLEMS": "\n".join(diagnosis.problems),
            "BACKEND": diagnosis.backend,
            "MODEL_VERSION": diagnosis.model_version,
            "MODEL_HASH": diagnosis.model_hash,
        }
        for backend, seconds in diagnosis.seconds.items():
            outputs[f"{backend.upper()}_SECONDS"] = seconds
        if target:
            try:
                with Transaction() as files:
                    write_bytes(
                        files.stage(check_target(target, (".html", ".htm"), "page")),
                        diagnosis.html().encode(),
                    )
                    files.commit()
            except OutputError as error:
                raise explained(error) from error
            outputs["OUTPUT"] = target
        return outputs
