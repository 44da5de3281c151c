"""Real earthquakes with a known source: their files, what is known of them, and what the estimate must reach.

The truths come from published slip models at 30 GPa, or, where only a magnitude is given, from catalogues.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Optional

Range = tuple[float, float]


@dataclass(frozen=True)
class Goals:
    """Largest errors that are accepted; None where nothing is asked.

    Attributes
    ----------
    mw : float, optional
        Of any single look and of all together.
    depth_km, strike, dip, rake : float, optional
        Km and degrees, of two or more looks together.
    warning : bool
        Whether a warning must say that the geometry is not resolved.
    """

    mw: Optional[float] = None
    depth_km: Optional[float] = None
    strike: Optional[float] = None
    dip: Optional[float] = None
    rake: Optional[float] = None
    warning: bool = False


@dataclass(frozen=True)
class RealEvent:
    """One earthquake, or several in the same pairs.

    Attributes
    ----------
    name : str
    looks : dict of str to str
        Point set (a file name without its ending) of each look.
    together : tuple of str
        Looks that also enter one estimate; empty where there is none.
    mw : tuple of 2 floats
        Range of the published magnitudes.
    depth_km : tuple of 2 floats, optional
        Range of the depths of the moment's centroid.
    mechanism : tuple of 3 floats, optional
        Strike, dip and rake.
    angles : tuple of 2 floats, optional
        Heading and incidence in degrees where the points have no look vectors.
    extent : tuple of 4 floats, optional
        Box (west, south, east, north) that is estimated, widened as that of a detection; None: all points.
    goals : Goals
    """

    name: str
    looks: dict[str, str]
    together: tuple[str, ...]
    mw: Range
    depth_km: Optional[Range] = None
    mechanism: Optional[tuple[float, float, float]] = None
    angles: Optional[Range] = None
    extent: Optional[tuple[float, float, float, float]] = None
    goals: Goals = field(default_factory=Goals)


HERAT = Goals(0.2, 1.5, 15.0, 12.0, 20.0)
PAIR = ("ascending", "descending")
EVENTS = (
    RealEvent(
        "Herat 2023, fourth shock",
        {
            "ascending": "herat2023_eq4_s1_asc_20231014_20231107_los",
            "descending": "herat2023_eq4_s1_desc_20231015_20231027_los",
        },
        PAIR, (6.31, 6.31), (3.5, 3.5), (247.0, 30.0, 78.0), goals=HERAT,
    ),
    RealEvent(
        "Herat 2023, third and fourth",
        {
            "ascending": "herat2023_eq34_s1_asc_20231007_20231019_los",
            "descending": "herat2023_eq34_s1_desc_20231008_20231020_los",
        },
        PAIR, (6.50, 6.50), (3.5, 3.5), (256.0, 32.0, 88.0), goals=HERAT,
    ),
    RealEvent(
        "Herat 2023, first and second",
        {
            "ascending": "herat2023_eq12_s1_asc_20230925_20231007_los",
            "descending": "herat2023_eq12_s1_desc_20230926_20231008_los",
        },
        PAIR, (6.47, 6.47), (5.4, 5.4), (276.0, 35.0, 101.0), goals=HERAT,
    ),
    RealEvent(
        "L'Aquila 2009",
        {"ascending": "laquila2009_envisat_asc_los", "descending": "laquila2009_envisat_desc_los"},
        PAIR, (6.3, 6.3), goals=Goals(0.2),
    ),
    RealEvent(
        "Hovsgol 2021",
        {"dense": "hovsgol2021_s1_d004_dense_los", "coarse": "hovsgol2021_s1_d004_coarse_los"},
        (), (6.7, 6.7), angles=(-165.0, 39.0), goals=Goals(0.2),
    ),
    RealEvent(
        "Ridgecrest 2019, both shocks",
        {
            "Sentinel-1 ascending": "ridgecrest2019_s1_a064_los",
            "Sentinel-1 descending": "ridgecrest2019_s1_d071_los",
            "ALOS-2 path 65": "ridgecrest2019_alos2_a065_los",
            "ALOS-2 path 66": "ridgecrest2019_alos2_a066_los",
        },
        ("Sentinel-1 ascending", "Sentinel-1 descending"),
        (6.99, 6.99), (8.7, 8.7), (139.0, 85.0, -176.0), goals=Goals(0.2),
    ),
    RealEvent(
        "Gorkha 2015",
        {"ascending": "gorkha2015_alos2_asc_los", "descending": "gorkha2015_alos2_d048_los"},
        PAIR, (7.80, 7.95), (12.5, 14.9), (289.0, 8.5, 98.0), goals=Goals(0.3, 8.0),
    ),
    RealEvent(
        "Tottori 2016",
        {
            "ascending": "tottori2016_alos2_asc_20150523_20161024_los",
            "ascending, left": "tottori2016_alos2_asc-left_20150117_20161022_los",
            "ascending, Kurayoshi": "tottori2016_alos2_asc_kurayoshi_los",
            "descending": "tottori2016_alos2_desc_20160803_20161026_los",
            "descending, left": "tottori2016_alos2_desc-left_20141207_20161023_los",
        },
        PAIR, (6.2, 6.2), extent=(133.69, 35.32, 133.96, 35.51), goals=Goals(0.3),
    ),
    RealEvent(
        "Illapel 2015 (land only)",
        {"ascending": "illapel2015_s1_asc_los", "descending": "illapel2015_s1_desc_los"},
        PAIR, (8.15, 8.22), (13.0, 22.0), (5.0, 17.0, 88.0), goals=Goals(warning=True),
    ),
    RealEvent(
        "Maule 2010 (land only)",
        {"ascending": "maule2010_alos_asc_los", "descending": "maule2010_alos_desc_los"},
        PAIR, (8.8, 8.8), goals=Goals(warning=True),
    ),
)  # fmt: skip
"""Events of the reference set. Hovsgol's points have no look vectors: Sentinel-1 descending there flies about
195 degrees and looks down at 39 degrees in the middle of its swath."""
