"""What of the operator's own log and metrics is one project's: its pods serve every tenant, and a report is passed on."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Final

_LABELLED: Final = re.compile(r"^[a-zA-Z_:][a-zA-Z0-9_:]*\{(.*)\} ")
_LABEL: Final = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
TOLD_OF_ALL: Final = ("time", "level", "message")
"""What is kept of a line about no project: when, how bad, which fixed words. Its other fields may name anybody."""


@dataclass(frozen=True)
class Ours:
    """The project that a report is about."""

    namespace: str
    project: str

    def log(self, text: str) -> str:
        """The lines about this project as they are, those about none without their details, and how many were left out."""
        kept, left_out = list[str](), 0
        for line in text.splitlines():
            if (found := self._line(line)) is None:
                left_out += 1
            else:
                kept.append(found)
        if left_out:
            kept.append(f"({left_out} lines about other projects, or of no known form, are left out)")
        return "".join(f"{line}\n" for line in kept)

    def _line(self, line: str) -> str | None:
        time, _, rest = line.partition(" ")  # the kubelet's timestamp
        try:
            entry: Any = json.loads(rest)
        except ValueError:
            return None
        if not isinstance(entry, dict):
            return None
        if "project" in entry:
            return line if (entry.get("namespace"), entry["project"]) == (self.namespace, self.project) else None
        if not str(entry.get("logger", "")).startswith("testgen_operator"):
            return None  # a library's words may hold names
        return f"{time} {json.dumps({key: entry[key] for key in TOLD_OF_ALL if key in entry})}"

    def metrics(self, text: str) -> str:
        """The series of this project, and those of no namespace."""
        return "".join(f"{line}\n" for line in text.splitlines() if line.startswith("#") or self._is_ours(line))

    def _is_ours(self, line: str) -> bool:
        labelled = _LABELLED.match(line)
        labels = dict(_LABEL.findall(labelled[1])) if labelled else {}
        if "namespace" not in labels and "project" not in labels:
            return True
        return (labels.get("namespace"), labels.get("project", self.project)) == (self.namespace, self.project)
