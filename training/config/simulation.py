"""Settings of the simulator: shares, ranges and switches."""

from __future__ import annotations

import dataclasses
from typing import Any, Optional

from pydantic import Field, field_validator, model_validator
from pydantic.dataclasses import dataclass

from .old_keys import current_keys
from .sentences import STRICT_KEYS, Real, Whole, checked
from .source_kinds import source_kinds

MAX_WAVELENGTH_RATIO = 8.0
"""Largest factor by which unwrapped phase is scaled to a shorter wavelength: L band becomes X band."""
MAX_CROP_STRETCH = 8.0
"""Largest factor by which a quiet crop is stretched: 20 km become 160 km of ground."""
MAX_SCALE_TO_VISIBLE = 5.0
"""Largest factor by which a signal is scaled; stress drops differ by more between earthquakes."""
SHARE = "share_"
"""Prefix of the keys that change a single share, as in ``share_volcano``."""


def _share(default: float) -> Any:
    return Field(default=default, ge=0, le=1)


def _default_shares() -> dict[str, float]:
    return {kind.name: kind.share for kind in source_kinds()}


@dataclass(frozen=True, config=STRICT_KEYS)
class SimulationConfig:
    """Settings of one simulated data set.

    Attributes
    ----------
    shares : dict of str to float
        Part of the samples that show each source kind (see `source_kinds`), relative to the others.
    tile_km : tuple of float
        Smallest and largest width of a tile on the ground in kilometres (log-uniform).
    magnitude : tuple of float
        Smallest and largest moment magnitude.
    unwrapped : float
        Part of the samples that are unwrapped phase.
    elevation : float
        Part of the samples that show their relief in the elevation channel.
    srtm : str
        Folder with SRTM tiles (``*.npz``); empty: fractal relief only.
    quiet : str
        Folder with real quiet crops (8-bit phase, ``*.png``); empty: simulated backgrounds only.
    quiet_share : float
        Part of the samples whose background is a real quiet crop.
    quiet_stretched : float
        Part of these that are stretched to wider ground, up to `MAX_CROP_STRETCH` times. Delay looks
        similar on all scales, and crops are only 20 km wide.
    quiet_fold, quiet_folds : int
        Crops of the volcanoes in fold `quiet_fold` of `quiet_folds` are held out (-1: none).
    real : str
        Folder of real interferograms with their catalogue. Their deformation is added to backgrounds; empty:
        no real deformation.
    real_share : float
        Part of the samples that hold such a real field.
    real_without : str
        Events and volcanoes of the catalogue that are held out, separated by semicolons.
    distributed : float
        Part of the earthquakes with von Kármán slip instead of uniform slip.
    slip_models : str
        Folder with published finite-fault files; empty: none are used.
    slip_share : float
        Part of the earthquakes that show such a model, rotated and scaled.
    slip_without : str
        Parts of file names that are held out, separated by semicolons.
    goldstein : float
        Part of the samples that are filtered after Goldstein & Werner (1998).
    low_pass : float
        Part of the samples that are smoothed by a Gaussian instead, real quiet crops included.
    real_unwrapping : float
        Part of the unwrapped samples that are unwrapped from their wrapped phase and keep the resulting
        errors.
    gridded : float
        Part of the unwrapped samples on simulated backgrounds that are thinned to points and gridded again,
        as published displacement fields are.
    rescaled_wavelength : float
        Part of the unwrapped samples that are scaled to a shorter wavelength, up to `MAX_WAVELENGTH_RATIO`
        times shorter, so that many fringes alone do not suggest an earthquake.
    scaled_to_visible : float
        Part of the simulated signals hidden by their background that are scaled until they are visible, by
        `MAX_SCALE_TO_VISIBLE` at most.
    turbulence_cm : tuple of float
        Median and log-normal spread (natural logarithm) of one epoch's turbulent delay, standard
        deviation in centimetres over 50 km.
    stratified_cm_km : float
        Standard deviation of the differenced stratified delay, centimetres per kilometre of height.
    relief_error : float
        Part of the samples with residual topographic phase (`atmosphere.residual_topography`).
    bursts : float
        Part of the samples with seams between the bursts of a TOPS acquisition (`atmosphere.bursts`).
    ramp_cm : float
        Standard deviation of the orbital ramp across a tile in centimetres.
    visible_fringes : float
        Peak-to-peak line-of-sight phase, in fringes, from which a signal counts as visible.
    visible_snr : float
        Peak-to-peak phase over four standard deviations of the background, times the contrast of its
        fringes, from which a signal counts as visible.
    """

    shares: dict[str, Real] = dataclasses.field(default_factory=_default_shares)
    tile_km: tuple[Real, Real] = (8.0, 500.0)
    magnitude: tuple[Real, Real] = (4.6, 8.8)
    unwrapped: Real = _share(0.45)
    elevation: Real = _share(0.5)
    srtm: str = ""
    quiet: str = ""
    quiet_share: Real = _share(0.3)
    quiet_stretched: Real = _share(0.5)
    quiet_fold: Whole = -1
    quiet_folds: Whole = 5
    real: str = ""
    real_share: Real = _share(0.0)
    real_without: str = ""
    distributed: Real = _share(0.3)
    slip_models: str = ""
    slip_share: Real = _share(0.15)
    slip_without: str = ""
    goldstein: Real = _share(0.35)
    low_pass: Real = _share(0.15)
    real_unwrapping: Real = _share(0.25)
    gridded: Real = _share(0.3)
    rescaled_wavelength: Real = _share(0.0)
    scaled_to_visible: Real = _share(0.0)
    turbulence_cm: tuple[Real, Real] = (0.45, 0.8)
    stratified_cm_km: Real = Field(default=2.0, ge=0, le=1000)
    relief_error: Real = _share(0.05)
    bursts: Real = _share(0.08)
    ramp_cm: Real = Field(default=1.5, ge=0, le=1e6)
    visible_fringes: Real = Field(default=0.6, ge=0, le=1000)
    visible_snr: Real = Field(default=1.7, ge=0, le=1000)

    @field_validator("shares")
    @classmethod
    def _complete_shares(cls, shares: dict[str, float]) -> dict[str, float]:
        """Every kind has a share; kinds that are not named have none."""
        names = [kind.name for kind in source_kinds()]
        for name, share in shares.items():
            if name not in names:
                raise ValueError(f"{name} is not a source kind: the kinds are {', '.join(names)}.")
            if share < 0:
                raise ValueError(f"{name} = {share} is negative; give 0 or more.")
        if sum(shares.values()) <= 0:
            raise ValueError("= {} leaves nothing to draw; give at least one share above 0.")
        return {name: shares.get(name, 0.0) for name in names}

    @model_validator(mode="after")
    def _check_ranges(self) -> SimulationConfig:
        for name, lowest, highest in (("tile_km", 1.0, 2000.0), ("magnitude", 3.0, 9.5)):
            low, high = getattr(self, name)
            if not lowest <= low < high <= highest:
                raise ValueError(
                    f"{name} = [{low}, {high}] is impossible; give a lower and a higher value between "
                    f"{lowest:g} and {highest:g}."
                )
        if min(self.turbulence_cm) < 0:
            raise ValueError(f"turbulence_cm = {list(self.turbulence_cm)} is negative; give 0 or more.")
        return self

    @classmethod
    def from_dict(cls, values: dict[str, Any], where: str = "simulation") -> SimulationConfig:
        """Build the settings from a recipe's ``[simulation]`` table.

        Parameters
        ----------
        values : dict
            `shares` sets all shares at once: kinds that it leaves out have none. A key such as
            ``share_volcano`` changes one share and leaves the others as they are.
        where : str
            Path of the table in its recipe, for messages.

        Raises
        ------
        InputError
            A key is unknown, or a value is of the wrong kind or out of range.
        """
        values = current_keys(values, "simulation", where)
        single = {key: values.pop(key) for key in list(values) if key.startswith(SHARE)}
        if single and isinstance(values.get("shares", {}), dict):
            named = {key[len(SHARE) :]: share for key, share in single.items()}
            values["shares"] = {**values.get("shares", _default_shares()), **named}
        return checked(cls, values, where)

    def to_dict(self) -> dict[str, Any]:
        """The settings as plain data, as a recipe would hold them."""
        plain = dataclasses.asdict(self)
        return {key: list(value) if isinstance(value, tuple) else value for key, value in plain.items()}


def changed_simulation(base: dict[str, Any], changes: Optional[dict[str, Any]]) -> dict[str, Any]:
    """A ``[simulation]`` table with the changes of a stage or a validation set."""
    changes = changes or {}
    if "shares" in changes:
        base = {key: value for key, value in base.items() if not key.startswith(SHARE)}
    return {**base, **changes}
