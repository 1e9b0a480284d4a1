"""Property tests here have no deadline: how fast a machine is at the moment is no property of the code."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("no-deadline", deadline=None)
settings.load_profile("no-deadline")
