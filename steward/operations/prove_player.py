"""Whether a report comes from the enrolled player whose key it bears."""

from __future__ import annotations

import hmac
import logging

from steward.accounts.keys import digest
from steward.broadcasts.tables import PlayerRow
from steward.errors import AccessRefused

log = logging.getLogger(__name__)

PLACE = "secret"  # a player that is refused here needs a new key


def proven(player: PlayerRow | None, secret: str) -> bool:
    """True: by its secret. False: it is not enrolled, or has not taken its secret up yet.

    Raises AccessRefused for an enrolled player's key without its secret, or with a wrong one.
    """
    if player is None or player.enrolled_at is None:
        return False
    if player.secret is not None and hmac.compare_digest(player.secret, digest(secret)):
        return True
    if not secret and player.code is not None:
        return False
    log.warning("有报告冒用播放点“%s”的编号，凭证不对，没有受理", player.title)
    raise AccessRefused("这个编号的播放点已登记，送来的登记凭证不对，不予受理", place=PLACE)
