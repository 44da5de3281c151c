"""quakefringe:open: adds the layers of an InSAR product to the map."""

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

LAYER_ORDER = (LayerKind.UNWRAPPED, LayerKind.DISPLACEMENT, LayerKind.WRAPPED, LayerKind.COHERENCE)
"""Order of the layers in the group, from the top down; all other kinds come below."""


class OpenProduct(Algorithm):
    """Loads the layers of a product with position and style."""

    NAME = "open"
    TITLE = "Open InSAR product"
    GROUP = "Data"
    SUMMARY = "Loads the layers of an InSAR product as delivered, with position and style."
    ICON = "open"
    TAGS = ("nisar", "licsar", "hyp3", "aria", "isce", "gmtsar", "snap", "mintpy", "hdf5", "netcdf", "load")
    HELP = """\
<p>Loads an InSAR product as delivered (NISAR, ARIA, HyP3, LiCSAR, ISCE2, GMTSAR, ROI_PAC, SNAP, MintPy,
NSBAS): a file, a folder, or a zip or tar archive. Paste the path of a folder here, choose it with <i>Raster ▸
QuakeFringe ▸ Open product folder…</i>, or drop the product on the QGIS window.</p>
<p>Every layer becomes a small virtual raster with the right position, unit and nodata value, and a style:
cyclic for wrapped phase, diverging about zero for unwrapped phase and displacement, grey for coherence.
Complex layers are shown as phase. Values and sign stay as in the product; the layer name gives the
positive direction. Detection accepts all phase and displacement layers.</p>
<p><b>Layers</b>: words in the names of the layers to load, such as <i>unwrapped coherence</i>; empty for
all. <b>Line-of-sight vectors</b>: adds the incidence angle (degrees) and the east, north and up components of
the unit vector from the ground to the satellite, on the grid of the phase, if the product contains them.
<b>Folder</b>: destination of the virtual rasters. QGIS deletes a temporary folder when it closes.</p>"""

    def initAlgorithm(self, configuration=None):
        self.addParameter(ProductPath("INPUT", "Product (file, folder or archive)"))
        self.addParameter(
            QgsProcessingParameterString(
                "LAYERS", "Words in the names of the layers (empty for all)", optional=True
            )
        )
        self.addParameter(
            QgsProcessingParameterBoolean(
                "LOOK", "Add incidence angle and line-of-sight vectors", defaultValue=False
            )
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
                self._loaded += _los_layers(path, product, folder, feedback)
        except Cancelled:
            return {}
        except QuakeFringeError as error:
            raise explained(error) from error
        except OSError as error:
            raise explained(
                InputError(f"The folder “{folder}” cannot be written ({error.strerror}); choose another one.")
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
    """Shows only the first layer, because the layers cover each other."""

    def placed(self, project, group, layer):
        group.findLayer(layer.id()).setItemVisibilityChecked(self.rank == 0)


def _chosen(product: Product, words: list[str]) -> list[Layer]:
    chosen = [
        one
        for one in product.layers
        if not words or any(word in f"{one.key} {one.kind.value}".lower() for word in words)
    ]
    if not chosen:
        kinds = ", ".join(sorted({one.kind.value for one in product.layers}))
        raise InputError(f"“{product.name}” has no layer named “{' '.join(words)}”; its layers are {kinds}.")
    return sorted(
        chosen, key=lambda one: LAYER_ORDER.index(one.kind) if one.kind in LAYER_ORDER else len(LAYER_ORDER)
    )


def _los_layers(path: str, product: Product, folder: str, feedback) -> list[tuple[str, str]]:
    """Line-of-sight layers on the grid of the default layer; none if the product has no vectors."""
    try:
        interferogram = open_interferogram(path)
        feedback.setProgressText("line-of-sight vectors")
        return write_los_layers(
            interferogram, folder, file_stem(product), feedback.setProgress, feedback.isCanceled
        )
    except InputError as error:  # the layers of the product are written
        feedback.pushWarning(str(error))
        return []


def _write(product: Product, layer: Layer, target: str) -> None:
    """Write the virtual raster and, beside it, the style that QGIS loads with it."""
    with Transaction() as files:
        temporary = files.stage(check_target(target, (".vrt",), "virtual raster"))
        write_bytes(temporary, virtual_raster(product, layer).encode())
        files.commit()
    raster = QgsRasterLayer(target, layer.key)
    if not raster.isValid():
        raise InputError(
            f"GDAL cannot read the layer “{layer.key}” of “{product.name}”; download the product again."
        )
    if _style(product, layer, raster):
        raster.saveNamedStyle(os.path.splitext(target)[0] + ".qml")


def _style(product: Product, layer: Layer, raster: QgsRasterLayer) -> bool:
    """Apply the style of the layer's kind; False when it has none."""
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
    except InputError:  # empty or constant values
        return False
    return True
