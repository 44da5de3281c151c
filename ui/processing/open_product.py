"""quakefringe:open: the layers of an InSAR product on the map."""

from __future__ import annotations

import os
import uuid

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingOutputMultipleLayers,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterString,
    QgsProcessingUtils,
    QgsRasterLayer,
)

from ...engine.errors import Cancelled, InputError, QuakeFringeError
from ...engine.interferogram import open_interferogram
from ...engine.output.los_layers import write_los_layers
from ...engine.output.transaction import Transaction, check_target, write_bytes
from ...engine.products import open_product
from ...engine.products.model import Layer, LayerKind, Product, SampleFormat
from ...engine.products.virtual import file_name, file_stem, layer_title, virtual_raster
from ..presentation import Placer, ResultGroup
from ..styles import apply_displacement, apply_plain, apply_wrapped, values_of
from .base import Algorithm, ProductPath, explained

FIRST = (LayerKind.UNWRAPPED, LayerKind.DISPLACEMENT, LayerKind.WRAPPED, LayerKind.COHERENCE)
"""From the top of the group down; all others below."""


class OpenProduct(Algorithm):
    """Loads a product's layers, georeferenced and styled."""

    NAME = "open"
    TITLE = "Open InSAR product"
    GROUP = "Data"
    SUMMARY = "Loads the layers of an InSAR product as delivered, georeferenced and styled."
    ICON = "open"
    TAGS = ("nisar", "licsar", "hyp3", "aria", "isce", "gmtsar", "snap", "mintpy", "hdf5", "netcdf", "load")
    HELP = """\
<p>Loads a product as delivered (NISAR, ARIA, HyP3, LiCSAR, ISCE2, GMTSAR, ROI_PAC, SNAP, MintPy, NSBAS):
a file, a folder or a zip or tar archive. Here, paste the path of a folder; <i>Raster ▸ QuakeFringe ▸ Open
product folder…</i> asks for one, and products can be dropped on the window.</p>
<p>Every layer becomes a small virtual raster with the right position, unit and nodata value, and a style:
cyclic for wrapped phase, diverging about zero for unwrapped phase and displacement, grey for coherence.
Complex layers are shown as phase. The values and their sign stay as the product has them; the layer's
name says which way is positive. All of these layers can be searched for earthquakes.</p>
<p><b>Layers</b>: words of the layers that you want, such as <i>unwrapped coherence</i>; all when left
empty. <b>Look vectors</b>: adds the incidence angle (deg) and the east, north and up components of the unit
vector from the ground to the satellite, on the grid of the phase, where the product tells them.
<b>Folder</b>: where the virtual rasters go. A temporary folder is gone when QGIS closes.</p>"""

    def initAlgorithm(self, configuration=None):
        self.addParameter(ProductPath("INPUT", "Product (file, folder or archive)"))
        self.addParameter(
            QgsProcessingParameterString("LAYERS", "Only layers with these words", optional=True)
        )
        self.addParameter(
            QgsProcessingParameterBoolean("LOOK", "Add incidence and look vectors", defaultValue=False)
        )
        self.addParameter(QgsProcessingParameterFolderDestination("OUTPUT", "Folder for the virtual rasters"))
        self.addOutput(QgsProcessingOutputMultipleLayers("LOADED", "Layers"))
        self.addOutput(QgsProcessingOutputNumber("COUNT", "Number of layers"))
        self.addOutput(QgsProcessingOutputString("PRODUCT", "Kind of product"))

    def processAlgorithm(self, parameters, context, feedback):
        path = self.parameterAsString(parameters, "INPUT", context)
        words = self.parameterAsString(parameters, "LAYERS", context).lower().replace(",", " ").split()
        folder = self.parameterAsFileOutput(parameters, "OUTPUT", context)
        self._loaded: list[tuple[str, str]] = []
        try:
            product = open_product(path)
            layers = _chosen(product, words)
            os.makedirs(folder, exist_ok=True)
            for i, layer in enumerate(layers):
                if feedback.isCanceled():
                    return {}
                feedback.setProgress(100 * i / len(layers))
                feedback.setProgressText(layer.key)
                target = os.path.join(folder, file_name(product, layer))
                _write(product, layer, target)
                self._loaded.append((target, layer_title(product, layer)))
            if self.parameterAsBool(parameters, "LOOK", context):
                self._loaded += _look(path, product, folder, feedback)
        except Cancelled:
            return {}
        except QuakeFringeError as error:
            raise explained(error) from error
        except OSError as error:
            raise explained(
                InputError(f"“{folder}” cannot be written ({error.strerror}); choose another folder.")
            ) from error
        self._product = product
        for warning in product.warnings:
            feedback.pushWarning(warning)
        for note in (*product.notes, *(f"Layer: {title}" for _, title in self._loaded)):
            feedback.pushInfo(note)
        return {
            "OUTPUT": folder,
            "LOADED": [target for target, _ in self._loaded],
            "COUNT": len(self._loaded),
            "PRODUCT": product.family,
        }

    def postProcessAlgorithm(self, context, feedback):
        project = context.project()
        if project is None or not self._loaded:
            return {}
        run = ResultGroup(uuid.uuid4().hex, self._product.name, "", "")
        for rank, (target, title) in enumerate(self._loaded):
            details = QgsProcessingContext.LayerDetails(
                title, project, "LOADED", QgsProcessingUtils.LayerHint.Raster
            )
            details.forceName = True
            details.setPostProcessor(_ProductPlacer(run, rank))
            context.addLayerToLoadOnCompletion(target, details)
        return {}


class _ProductPlacer(Placer):
    """Only the first layer shows: the others would lie on top of each other."""

    def placed(self, project, group, layer):
        group.findLayer(layer.id()).setItemVisibilityChecked(self.rank == 0)


def _chosen(product: Product, words: list[str]) -> list[Layer]:
    found = [
        one
        for one in product.layers
        if not words or any(word in f"{one.key} {one.kind.value}".lower() for word in words)
    ]
    if not found:
        kinds = ", ".join(sorted({one.kind.value for one in product.layers}))
        raise InputError(f"“{product.name}” has no layer with “{' '.join(words)}”; there are {kinds}.")
    return sorted(found, key=lambda one: FIRST.index(one.kind) if one.kind in FIRST else len(FIRST))


def _look(path: str, product: Product, folder: str, feedback) -> list[tuple[str, str]]:
    """The look vectors on the grid of the layer that is read by default; none where the product has none."""
    try:
        interferogram = open_interferogram(path)
        feedback.setProgressText("look vectors")
        return write_los_layers(
            interferogram, folder, file_stem(product), feedback.setProgress, feedback.isCanceled
        )
    except InputError as error:  # the layers themselves are there
        feedback.pushWarning(str(error))
        return []


def _write(product: Product, layer: Layer, target: str) -> None:
    """The virtual raster and, beside it, the style that QGIS then takes as the layer's own."""
    with Transaction() as files:
        temporary = files.stage(check_target(target, (".vrt",), "virtual raster"))
        write_bytes(temporary, virtual_raster(product, layer).encode())
        files.commit()
    raster = QgsRasterLayer(target, layer.key)
    if not raster.isValid():
        raise InputError(
            f"The layer “{layer.key}” of “{product.name}” cannot be read; fetch the product again."
        )
    if _style(product, layer, raster):
        raster.saveNamedStyle(os.path.splitext(target)[0] + ".qml")


def _style(product: Product, layer: Layer, raster: QgsRasterLayer) -> bool:
    """Whether the layer has one of our styles now."""
    unit = layer.unit if layer.sample_format is SampleFormat.REAL else "rad"
    fringe = product.wavelength / 2 if product.wavelength else None
    values = values_of(unit, layer.kind is LayerKind.WRAPPED, fringe, layer.positive)
    try:
        if layer.kind is LayerKind.WRAPPED:
            apply_wrapped(raster, values)
        elif layer.kind in (LayerKind.UNWRAPPED, LayerKind.DISPLACEMENT):
            apply_displacement(raster, values)
        elif layer.kind is LayerKind.COHERENCE:
            apply_plain(raster, "coherence", 0.0, layer.scale)
        else:
            return False
    except InputError:  # empty or constant: it still can be looked at
        return False
    return True
