"""What may not become of a spec, on a real API server: every row of the table, with the words that say the mend."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.admission_table import CHANGES
from tests.control_plane import Admin, control_plane
from tests.integration.test_crd_upgrade import PATH, eventually, resource

from testgen_operator.resources import crds


@pytest.mark.timeout(600)
async def test_a_change_is_refused_with_the_mend_or_taken(tmp_path: Path) -> None:
    async with control_plane(tmp_path / "plane") as plane, Admin(plane.connection()) as admin:
        await admin.apply(crds.project_definition())
        await eventually(admin, resource("first"), taken=True)
        for number, (title, old, new, words) in enumerate(CHANGES):
            name = f"change-{number}"
            await admin.apply(resource(name, **old))
            before = await admin.get(f"{PATH}/{name}")
            said = ""
            try:
                await admin.apply(resource(name, **new))
            except RuntimeError as refusal:
                said = str(refusal)
            assert bool(said) is bool(words), f"{title}: {said or 'taken'}"
            assert words in said, title
            after = await admin.get(f"{PATH}/{name}")
            assert before is not None
            assert after is not None
            assert not words or after["spec"] == before["spec"], title
