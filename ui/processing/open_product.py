"""quakefringe:open: adds the layers of an InSAR product to the map."""

from __future__ import annotations

import itertools
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
from ...engine.output.corrected_layer import write_corrected
from ...engine.output.los_layers import write_los_layers
from ...engine.output.transaction import Transaction, check_target, write_bytes
from ...engine.products import open_product
from ...engine.products.corrections import requested_corrections
from ...engine.products.model import Layer, LayerKind, Product, SampleFormat
from ...engine.products.points import with_own_cells
from ...engine.products.series import choose_date
from ...engine.products.virtual import file_name, file_stem, layer_title, safe_name, virtual_raster
from ..i18n import tr
from ..presentation import Placer, ResultGroup
from ..sources import as_elevation_model, split_paths
from ..styles import apply_displacement, apply_plain, apply_wrapped, values_of
from .base import Algorithm, ProductPath, RasterOrPath, explained, stopped
from .detect_parameters import cell_parameter

LAYER_ORDER = (LayerKind.UNWRAPPED, LayerKind.DISPLACEMENT, LayerKind.WRAPPED, LayerKind.COHERENCE)
"""Order of the layers in the group, from the top down; all other kinds come below."""

MAX_STACK_LAYERS = 12
"""Dates and pairs of a time series that are opened when the user chooses none."""


class OpenProduct(Algorithm):
    """Loads the layers of a product with position and style."""

    NAME = "open"
    TITLE = "Open InSAR product"
    GROUP = "Data"
    SUMMARY = "Loads the layers of an InSAR product as delivered, with position and style."
    ICON = "open"
    TAGS = ("nisar", "licsar", "hyp3", "aria", "isce", "gmtsar", "snap", "mintpy", "hdf5", "netcdf", "load")
    HELP = """\
<p>Loads an InSAR product as delivered (NISAR, OPERA, ARIA, HyP3, LiCSAR, LiCSBAS, ISCE2, GMTSAR, ROI_PAC,
SNAP, MintPy, NSBAS): a file, a folder, or a zip or tar archive. Paste the path of a folder here, choose it
with <i>Raster ▸ QuakeFringe ▸ Open product folder…</i>, or drop the product on the QGIS window. To open
several products, separate their paths by semicolons.</p>
<p>Every layer becomes a small virtual raster with the right position, unit and nodata value, and a style:
cyclic for wrapped phase, diverging about zero for unwrapped phase and displacement, grey for coherence.
Complex layers are shown as phase. Values and sign stay as in the product; the layer name gives the
positive direction. Detection accepts all phase and displacement layers.</p>
<p><b>Layers</b>: words in the names of the layers to load, such as <i>unwrapped coherence</i>; empty for
all. <b>Line-of-sight vectors</b>: adds the incidence angle (degrees) and the east, north and up components of
the unit vector from the ground to the satellite, on the grid of the phase, if the product contains them.
<b>Date</b>: date or pair of a time series, such as <i>20200101_20200113</i>; if empty, all
dates and pairs are opened, or only the one with the largest step if there are more than twelve.
<b>Corrections</b>: corrections that the product contains but does not apply, such as <i>ionosphere</i>,
separated by commas; <i>all</i> for all of them. The corrected phase or displacement is added as a GeoTIFF.
<b>Cells of a table of points</b>: their size in metres; empty for 100.
<b>Elevation model</b>: for corrections that depend on the elevation; empty for the product's own.
<b>Folder</b>: destination of the virtual rasters, and of the cells of point tables.
QGIS deletes a temporary folder when it closes.</p>"""

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
        self.add_advanced(
            QgsProcessingParameterString("DATE", "Date or pair of a time series", optional=True)
        )
        self.add_advanced(
            QgsProcessingParameterString(
                "CORRECTIONS", "Corrections to apply (none, all, or names)", optional=True
            )
        )
        self.add_advanced(cell_parameter())
        self.add_advanced(RasterOrPath("DEM", "Elevation model for the corrections (m)", optional=True))
        self.addParameter(QgsProcessingParameterFolderDestination("OUTPUT", "Folder for the virtual rasters"))
        self.addOutput(QgsProcessingOutputMultipleLayers("LOADED", "Layers"))
        self.addOutput(QgsProcessingOutputNumber("COUNT", "Number of layers"))
        self.addOutput(QgsProcessingOutputString("PRODUCT", "Kind of product"))

    def prepareAlgorithm(self, parameters, context, feedback):
        try:
            self._dem = as_elevation_model(self.source(parameters, "DEM", context))
        except InputError as error:
            raise explained(error) from error
        return True

    def processAlgorithm(self, parameters, context, feedback):
        paths = [str(path) for path in split_paths(parameters["INPUT"])]
        date = self.parameterAsString(parameters, "DATE", context).strip()
        words = self.parameterAsString(parameters, "LAYERS", context).lower().replace(",", " ").split()
        cell = self.optional_number(parameters, "CELL", context)
        folder = self.parameterAsFileOutput(parameters, "OUTPUT", context)
        self._loaded: list[tuple[str, str]] = []
        try:
            products = [open_product(path, layer=" ".join(words), cell_m=cell) for path in paths]
            layers = [(product, layer) for product in products for layer in _chosen(product, words, date)]
            os.makedirs(folder, exist_ok=True)
            for i, (product, layer) in enumerate(layers):
                if feedback.isCanceled():
                    return {}
                feedback.setProgress(100 * i / len(layers))
                feedback.setProgressText(layer.key)
                target = self._new_path(folder, file_name(product, layer))
                _write(product, with_own_cells(layer, target), target)
                self._loaded.append((target, layer_title(product, layer)))
            self._correct(paths, date, parameters, context, feedback)
            if self.parameterAsBool(parameters, "LOOK", context):
                for path, product in zip(paths, products):
                    self._loaded += _los_layers(path, product, folder, feedback)
        except Cancelled as error:
            return stopped(error, feedback)
        except QuakeFringeError as error:
            raise explained(error) from error
        except OSError as error:
            raise explained(
                InputError(
                    tr("The folder “{folder}” cannot be written ({reason}); choose another one.").format(
                        folder=folder, reason=error.strerror
                    )
                )
            ) from error
        self._name = products[0].name + (f" and {len(products) - 1} more" if len(products) > 1 else "")
        for warning in dict.fromkeys(text for product in products for text in product.warnings):
            feedback.pushWarning(warning)
        notes = dict.fromkeys(text for product in products for text in product.notes)
        for note in (*notes, *(f"Layer: {title}" for _, title in self._loaded)):
            feedback.pushInfo(note)
        return {
            "OUTPUT": folder,
            "LOADED": [target for target, _ in self._loaded],
            "COUNT": len(self._loaded),
            "PRODUCT": ", ".join(dict.fromkeys(product.family for product in products)),
        }

    def _correct(self, paths, date, parameters, context, feedback) -> None:
        """Add the corrected phase or displacement of each product, if corrections are chosen."""
        names = self.parameterAsString(parameters, "CORRECTIONS", context)
        if not requested_corrections(names):
            return
        folder = self.parameterAsFileOutput(parameters, "OUTPUT", context)
        for path in paths:
            interferogram = open_interferogram(
                path,
                date=date or None,
                corrections=names,
                dem=self._dem.path if self._dem else None,
                dem_crs=(self._dem.crs or None) if self._dem else None,
            )
            for warning in interferogram.warnings:
                feedback.pushWarning(warning)
            feedback.setProgressText(tr("corrections"))
            target = self._new_path(folder, f"{safe_name(interferogram.name)}_corrected.tif")
            title = write_corrected(interferogram, target, feedback.setProgress, feedback.isCanceled)
            self._loaded.append((target, title))

    def _new_path(self, folder: str, name: str) -> str:
        """A path in the folder that no other layer of this run has."""
        stem, extension = os.path.splitext(name)
        used = {target for target, _ in self._loaded}
        candidates = (f"{stem}{'' if n == 1 else f'_{n}'}{extension}" for n in itertools.count(1))
        return next(path for path in (os.path.join(folder, one) for one in candidates) if path not in used)

    def postProcessAlgorithm(self, context, feedback):
        project = context.project()
        if project is None or not self._loaded:
            return {}
        run = ResultGroup(uuid.uuid4().hex, self._name, "", "")
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


def _chosen(product: Product, words: list[str], date: str = "") -> list[Layer]:
    """Layers with one of the words in their name and, in a time series, of the date or pair."""
    layers = product.layers
    stack = [one for one in layers if one.date]
    if not date and not words and len(stack) > MAX_STACK_LAYERS:
        date = next((one.date for one in stack if one.key == product.default), stack[0].date)
        product.warnings.append(
            f"Of {len(stack)} dates and pairs only {date} is opened; choose another one by its date."
        )
    if date:
        phases = choose_date(product, [one for one in layers if one.kind.quantity is not None], date)
        layers = [*phases, *(one for one in layers if one.kind.quantity is None)]
    chosen = [
        one
        for one in layers
        if not words or any(word in f"{one.key} {one.kind.value}".lower() for word in words)
    ]
    if not chosen:
        kinds = ", ".join(sorted({one.kind.value for one in product.layers}))
        raise InputError(
            tr("“{name}” has no layer named “{names}”; its layers are {kinds}.").format(
                name=product.name, names=" ".join(words), kinds=kinds
            )
        )
    return sorted(
        chosen, key=lambda one: LAYER_ORDER.index(one.kind) if one.kind in LAYER_ORDER else len(LAYER_ORDER)
    )


def _los_layers(path: str, product: Product, folder: str, feedback) -> list[tuple[str, str]]:
    """Line-of-sight layers on the grid of the default layer; none if the product has no vectors."""
    try:
        interferogram = open_interferogram(path)
        feedback.setProgressText(tr("line-of-sight vectors"))
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
            tr("GDAL cannot read the layer “{key}” of “{name}”; download the product again.").format(
                key=layer.key, name=product.name
            )
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
