"""What the simulator draws from: shares, ranges and switches, checked on the way in."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

from ...engine.errors import InputError

SHARES = ("none", "earthquake", "volcano", "subsidence", "landslide")
MOST_RESCALED = 8.0
"""L band seen as X band."""
MOST_STRETCHED = 8.0
"""A crop of 20 km becomes 160 km of ground."""
MOST_RAISED = 5.0
"""Stress drops differ by more from earthquake to earthquake."""


@dataclass(frozen=True)
class SimulationConfig:
    """Settings of one simulated data set.

    Attributes
    ----------
    share_none, share_earthquake, share_volcano, share_subsidence, share_landslide : float
        Parts of the samples to which nothing, an earthquake, … is added. They are normalised.
    tile_km : tuple of float
        Smallest and largest width of a tile on the ground in kilometres (log-uniform).
    magnitude : tuple of float
        Smallest and largest moment magnitude.
    unwrapped : float
        Part of the samples that are unwrapped phase.
    elevation : float
        Part of the samples that show their relief in the elevation channel.
    srtm : str
        Folder with SRTM tiles (``*.npz``); empty: fractal relief alone.
    quiet : str
        Folder with real quiet crops (8-bit phase, ``*.png``); empty: simulated backgrounds alone.
    quiet_share : float
        Part of the samples whose background is a real quiet crop.
    quiet_stretched : float
        Part of these that are shown as wider ground, up to `MOST_STRETCHED` times: delay looks much alike on
        all scales, and crops are 20 km wide.
    quiet_fold, quiet_folds : int
        Crops of the volcanoes that fall into fold `quiet_fold` of `quiet_folds` are kept out
        (-1: none is).
    real : str
        Folder of real interferograms with their catalogue, whose deformation is laid over backgrounds;
        empty: none is.
    real_share : float
        Part of the samples that hold such a real field.
    real_without : str
        Events and volcanoes of the catalogue that are held out, separated by semicolons.
    distributed : float
        Part of the earthquakes with von Kármán slip instead of uniform slip.
    slip_models : str
        Folder with published finite-fault files; empty: none are drawn from.
    slip_share : float
        Part of the earthquakes that are such a model, turned and scaled, where there is a folder.
    slip_without : str
        Parts of file names that are held out, separated by semicolons.
    goldstein : float
        Part of the samples that are filtered after Goldstein & Werner (1998).
    low_pass : float
        Part of the samples that are smoothed by a Gaussian instead, real quiet crops among them.
    real_unwrapping : float
        Part of the unwrapped samples that are really unwrapped from their wrapped phase, and keep
        the errors of it.
    gridded : float
        Part of the unwrapped samples (of those on simulated backgrounds) that were thinned to points and
        gridded again, as published displacement fields are.
    rescaled : float
        Part of the unwrapped samples that are shown as a shorter wavelength would show them, up to
        `MOST_RESCALED` times shorter, so that many fringes alone do not make an earthquake.
    raised : float
        Part of the simulated signals hidden by their background that are raised until they stand out, by
        `MOST_RAISED` at most.
    turbulence_cm : tuple of float
        Median and log-normal spread (natural logarithm) of one epoch's turbulent delay, standard
        deviation in centimetres over 50 km.
    stratified_cm_km : float
        Standard deviation of the differenced stratified delay, centimetres per kilometre of height.
    relief_error : float
        Part of the samples with phase that is left over from the relief (`atmosphere.residual_topography`).
    bursts : float
        Part of the samples with seams between the bursts of a TOPS acquisition (`atmosphere.bursts`).
    ramp_cm : float
        Standard deviation of the orbital ramp across a tile in centimetres.
    visible_fringes : float
        Peak-to-peak line-of-sight phase, in fringes, from which a signal counts as visible.
    visible_snr : float
        Peak-to-peak phase over four standard deviations of the background, times the contrast of its
        fringes, from which a signal counts as visible.
    seed_offset : int
        Added to every seed: validation sets use their own.
    """

    share_none: float = 0.32
    share_earthquake: float = 0.36
    share_volcano: float = 0.20
    share_subsidence: float = 0.09
    share_landslide: float = 0.03
    tile_km: tuple[float, float] = (8.0, 500.0)
    magnitude: tuple[float, float] = (4.6, 8.8)
    unwrapped: float = 0.45
    elevation: float = 0.5
    srtm: str = ""
    quiet: str = ""
    quiet_share: float = 0.3
    quiet_stretched: float = 0.5
    quiet_fold: int = -1
    quiet_folds: int = 5
    real: str = ""
    real_share: float = 0.0
    real_without: str = ""
    distributed: float = 0.3
    slip_models: str = ""
    slip_share: float = 0.15
    slip_without: str = ""
    goldstein: float = 0.35
    low_pass: float = 0.15
    real_unwrapping: float = 0.25
    gridded: float = 0.3
    rescaled: float = 0.0
    raised: float = 0.0
    turbulence_cm: tuple[float, float] = (0.45, 0.8)
    stratified_cm_km: float = 2.0
    relief_error: float = 0.05
    bursts: float = 0.08
    ramp_cm: float = 1.5
    visible_fringes: float = 0.6
    visible_snr: float = 1.7
    seed_offset: int = 0

    def __post_init__(self) -> None:
        """Refuse settings that no simulation can follow."""
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            numbers = value if isinstance(value, tuple) else (value,)
            if any(isinstance(n, float) and not math.isfinite(n) for n in numbers):
                raise InputError(f"[simulation] {field.name} is not a finite number; give one that is.")
        for name in (
            "unwrapped",
            "elevation",
            "quiet_share",
            "quiet_stretched",
            "real_share",
            "distributed",
            "slip_share",
            "goldstein",
            "low_pass",
            "real_unwrapping",
            "gridded",
            "rescaled",
            "raised",
            "relief_error",
            "bursts",
        ):
            if not 0 <= getattr(self, name) <= 1:
                raise InputError(f"[simulation] {name} = {getattr(self, name)} is not between 0 and 1.")
        shares = [getattr(self, f"share_{name}") for name in SHARES]
        if min(shares) < 0 or sum(shares) <= 0:
            raise InputError("[simulation] the shares must not be negative, and one of them must be above 0.")
        for name, lowest, highest in (("tile_km", 1.0, 2000.0), ("magnitude", 3.0, 9.5)):
            low, high = getattr(self, name)
            if not lowest <= low < high <= highest:
                raise InputError(
                    f"[simulation] {name} = [{low}, {high}] is impossible; give a lower and a higher value "
                    f"between {lowest:g} and {highest:g}."
                )
        for name in ("stratified_cm_km", "ramp_cm", "visible_fringes", "visible_snr"):
            if getattr(self, name) < 0:
                raise InputError(f"[simulation] {name} must not be negative.")
        if self.turbulence_cm[0] < 0 or self.turbulence_cm[1] < 0:
            raise InputError("[simulation] turbulence_cm must not be negative.")

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> SimulationConfig:
        """Build the settings from a recipe's ``[simulation]`` table.

        Raises
        ------
        InputError
            A key is unknown, or a value is of the wrong kind or out of range.
        """
        fields = {field.name: field for field in dataclasses.fields(cls)}
        checked: dict[str, Any] = {}
        for key, value in values.items():
            if key not in fields:
                raise InputError(
                    f"[simulation] has no setting '{key}'; known settings are {', '.join(sorted(fields))}."
                )
            default = fields[key].default
            checked[key] = _cast(key, value, default)
        return cls(**checked)

    def to_dict(self) -> dict[str, Any]:
        """Return the settings as plain data, as a recipe would hold them."""
        plain = dataclasses.asdict(self)
        return {key: list(value) if isinstance(value, tuple) else value for key, value in plain.items()}


def _cast(key: str, value: Any, default: Any) -> Any:
    """Turn a TOML value into the type of the setting's default."""
    if isinstance(default, tuple):
        right_length = isinstance(value, (list, tuple)) and len(value) == len(default)
        if right_length and all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in value):
            return tuple(float(v) for v in value)
        raise InputError(f"[simulation] {key} needs a list of {len(default)} numbers.")
    if isinstance(default, str):
        if isinstance(value, str):
            return value
        raise InputError(f"[simulation] {key} needs a text.")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InputError(f"[simulation] {key} needs a number.")
    if isinstance(default, int):
        if int(value) != value:
            raise InputError(f"[simulation] {key} needs a whole number.")
        return int(value)
    return float(value)
