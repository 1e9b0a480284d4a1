"""Test design is total: whatever a text says, with every technique and option."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.documents.reading import LIMITS
from tests.unit.documents.test_properties import STATEMENTS, TEXTS

from testgen_runtime.documents.read import read_text
from testgen_runtime.errors import TestGenError
from testgen_runtime.generation.model import Options
from testgen_runtime.techniques.design import derive
from testgen_runtime.techniques.model import Technique
from testgen_runtime.techniques.vocabulary import Vocabulary

FLOWS = st.sampled_from(
    [
        "Given a, when b, then c.",
        "1. The user opens it.\n2. The system shows it.",
        "An order changes from Created to Paid when it is paid.",
        "工单提交后，状态由“草稿”变为“待审批”。",
        "A code consists of two letters followed by six digits.",
        "只有管理员可以删除记录。",
        "The name shall be unique.",
        *STATEMENTS,
    ]
)
OPTIONS = st.builds(
    Options,
    techniques=st.one_of(st.none(), st.frozensets(st.sampled_from(Technique), min_size=1)),
    max_cases_per_requirement=st.integers(1, 30),
    boundary_values=st.sampled_from([2, 3]),
    n_switch=st.sampled_from([0, 1, 2]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(FLOWS, TEXTS), min_size=1, max_size=6).map("\n\n".join), OPTIONS)
def test_any_text_has_a_design_that_keeps_its_promises(text: str, options: Options) -> None:  # S4-022
    try:
        read = read_text(text, limits=LIMITS)
    except TestGenError:
        return
    vocabulary = Vocabulary.of(read.requirements)
    known = {atom.id for requirement in read.requirements for atom in requirement.atoms}
    for requirement in read.requirements:
        found = derive(requirement, read.text, options, vocabulary)
        again = derive(replace(requirement, atoms=requirement.atoms[::-1]), read.text, options, vocabulary)
        assert [p.id for p in found.points] == [p.id for p in again.points]
        assert len(found.points) <= options.max_cases_per_requirement
        assert len(found.left_out) == len(found.spare)
        assert len({p.id for p in (*found.points, *found.spare)}) == len(found.points) + len(found.spare)
        for point in (*found.points, *found.spare):
            assert point.atom_ids
            assert set(point.atom_ids) <= known
            assert point.reason
            assert options.techniques is None or point.technique in options.techniques
        if options.techniques is None:
            own = {atom.id for atom in requirement.atoms}
            assert own <= {i for p in (*found.points, *found.spare) for i in p.atom_ids}
