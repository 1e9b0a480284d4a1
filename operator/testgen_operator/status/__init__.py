"""Pure: conditions, status and Events, computed from what was seen."""

from testgen_operator.status.compute import compute
from testgen_operator.status.events import EventSpec, events

__all__ = ["EventSpec", "compute", "events"]
