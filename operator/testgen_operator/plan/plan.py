"""The whole plan of a project, stage by stage."""

from __future__ import annotations

from testgen_operator.plan.facts import Facts
from testgen_operator.plan.images import Images
from testgen_operator.plan.model import Plan
from testgen_operator.resources.project import TestGenProject


def plan(project: TestGenProject, facts: Facts, images: Images) -> Plan:
    """What should exist now."""
    raise NotImplementedError
