"""Closure times by Kaplan and Meier: an open hazard is one that lasts longer than until now.

Leaving the open ones out would tell too short times: the slowest are those that are still open.
E. L. Kaplan, P. Meier, Nonparametric Estimation from Incomplete Observations, JASA 53 (1958).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from steward.domain.inquiry import Lasting

MEDIAN, NINETY = 50, 90
_ROUNDING = 1e-9


def lasting(ended: Sequence[float], still: Sequence[float]) -> tuple[Lasting, Lasting]:
    """In how many days half and nine tenths are closed.

    `ended`: days from finding to closing of those that are closed; `still`: days from finding until
    now of those that are open. The first time by which the share of open ones has fallen to what is
    left, or longer than the longest that any was watched.
    """
    longest = int(max((*ended, *still), default=0.0))
    if not ended:
        return Lasting(MEDIAN, None, longest), Lasting(NINETY, None, longest)
    from scipy.stats import CensoredData, ecdf  # takes a second to load

    left = ecdf(CensoredData(uncensored=np.asarray(ended), right=np.asarray(still))).sf
    return _reached(left, MEDIAN, longest), _reached(left, NINETY, longest)


def _reached(left: object, percent: int, longest: int) -> Lasting:
    days = getattr(left, "quantiles")  # noqa: B009  (scipy has no types)
    shares = getattr(left, "probabilities")  # noqa: B009
    reached = np.flatnonzero(shares <= 1 - percent / 100 + _ROUNDING)
    if not len(reached):
        return Lasting(percent, None, longest)
    exact = Decimal(float(days[reached[0]])).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return Lasting(percent, exact, longest)
