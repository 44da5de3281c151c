"""From the probability without the catalogue to the probability with it: a Bayes factor.

The network's calibrated probability p treats an earthquake and none as equally likely beforehand (share
`CALIBRATED_SHARE`). The catalogue says how likely one really is:

    q = 1 - prod(1 - q_i)              an event that it lists moved the ground visibly
    u = pi (1 - c) / (1 - pi c)        an earthquake that it does not list did; pi: the calibrated share
    P = q + (1 - q) u
    K = [P / (1 - P)] / [pi / (1 - pi)]
    p' / (1 - p') = K p / (1 - p)

c is the share of visible earthquakes that the catalogue lists: `COMPLETENESS` where it covers the dates and
the region, 0 where it does not (then K is 1 when nothing is listed). Replacing the share of a calibrated
classifier in this way is the prior correction of Saerens, Latinne & Decaestecker (2002), Neural Computation
14, 21-41.

q_i is t_i Phi(ln(x / x0) / s): x is the expected peak, x0 the smallest change that can be seen, s = ln 2,
as a catalogue's depth and an unknown fault move the peak by about a factor of 2; t_i is 1 for an event
between the dates and 0.5 within the tolerance of one of them. q_i is at most `MOST_CERTAIN`: dates and
places can be wrong. K is at most `MAX_BAYES_FACTOR`, as the events of one catalogue can be wrong together.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Optional

CALIBRATED_SHARE = 0.5
"""Share of earthquakes for which the network's probability holds: its calibration weighs both answers
alike."""
COMPLETENESS = 0.9
"""Share of earthquakes of visible size that a catalogue of the region lists: an assumption. Shallow shocks
that a global catalogue misses can be visible too."""
MOST_CERTAIN = 0.95
MAX_BAYES_FACTOR = 1000.0
LOG_SCATTER = math.log(2)
"""Scatter of ln(seen / expected peak); its root mean square on twelve real scenes is 0.8."""
WITHIN_TOLERANCE = 0.5
"""Probability that an event near an acquisition's date lies between the acquisitions."""
MIN_VISIBLE_M = 0.01
"""Smallest peak change that is seen in a quiet interferogram, in m: three times the noise of 2 to 4 mm that
Dawson & Tregoning (2007, JGR 112, doi 10.1029/2007JB005209) found."""
MIN_VISIBLE_FRINGES = 0.25
"""The same in fringes: less than a quarter of a fringe is not told from delay and ionosphere."""


def visible_change(fringe_m: Optional[float]) -> float:
    """The smallest peak change in m that can be seen with a fringe of `fringe_m`."""
    return max(MIN_VISIBLE_M, MIN_VISIBLE_FRINGES * fringe_m if fringe_m else 0.0)


def visibility(peak_m: float, smallest_m: float, between: bool = True) -> float:
    """q_i: probability that an event with an expected peak of `peak_m` is seen here."""
    if peak_m <= 0:
        return 0.0
    share = 0.5 * math.erfc(-math.log(peak_m / smallest_m) / LOG_SCATTER / math.sqrt(2))
    return min(MOST_CERTAIN, share) * (1.0 if between else WITHIN_TOLERANCE)


def bayes_factor(visibilities: Iterable[float], covered: bool) -> float:
    """K: by which the catalogue multiplies the odds of an earthquake."""
    missed = math.prod(1 - q for q in visibilities)
    completeness = COMPLETENESS if covered else 0.0
    share = CALIBRATED_SHARE
    unlisted = share * (1 - completeness) / (1 - share * completeness)
    absent = missed * (1 - unlisted)
    highest = MAX_BAYES_FACTOR * share / (1 - share)
    odds = (1 - absent) / absent if absent * highest > 1 - absent else highest
    return odds * (1 - share) / share


def updated(probability: float, factor: float) -> float:
    """p' from p and K."""
    return factor * probability / (factor * probability + 1 - probability) if probability < 1 else 1.0
