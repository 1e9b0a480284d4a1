"""Three projects as YAML that a platform engineer can read: the sample projects, each once it runs.

After a wanted change: `UPDATE_GOLDEN=1 pytest tests/unit/operator/test_golden.py`, and read the diff.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml
from tests.unit.operator.build import Simulated

from testgen_operator.plan.facts import SecretFacts
from testgen_operator.resources.project import parse

ROOT = Path(__file__).parents[3]
GOLDEN = Path(__file__).parent / "golden"
SAMPLES = sorted(path.stem for path in (ROOT / "gitops" / "samples").glob("*.yaml"))


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_sample_project_becomes_these_objects(sample: str) -> None:  # S0-030, S0-031
    raw = yaml.safe_load((ROOT / "gitops" / "samples" / f"{sample}.yaml").read_text())
    raw["metadata"] |= {"namespace": "team", "uid": "00000000-0000-0000-0000-000000000001", "generation": 1}
    cluster = Simulated(parse(raw))
    cluster.secrets["payments-admin"] = SecretFacts("payments-admin", True, frozenset(["api-key"]), "digest")
    cluster.step()
    cluster.settle()
    jobs = [one for one in cluster.plan().manifests if one.kind == "Job"]
    cluster.converge()
    found = cluster.plan()
    secrets = [
        {"secret": one.name, "owned": one.owned, "keys": {key: made.prefix + "?" * made.length for key, made in one.keys.items()}}
        for one in found.secrets
    ]
    every = (*found.manifests, *(job for job in jobs if job not in found.manifests))
    text = yaml.safe_dump_all([*secrets, *(dict(one.object) for one in every)], sort_keys=False)
    path = GOLDEN / f"{sample}.yaml"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text)
    assert text == path.read_text()
