"""What the measures of supervision count, for one reader and in a fixed number of queries (supervision.rules.health).

Everything here is rows without words: what was said stays where it is, and no person is named.
"""

from supervision.actions.health.counted import Health
from supervision.actions.health.in_date import InDate
from supervision.actions.health.scope import Scope

__all__ = ["Health", "InDate", "Scope"]
