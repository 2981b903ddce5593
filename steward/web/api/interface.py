"""All of the interface: whoever imports this has every operation declared."""

from __future__ import annotations

from steward.web.api import alarms, announcements, broadcasts, documents, figures, places, plans
from steward.web.api.contract import blueprint as blueprint

SUBJECTS = (announcements, broadcasts, places, plans, alarms, figures, documents)
