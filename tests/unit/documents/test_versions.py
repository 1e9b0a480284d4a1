"""Versions of a document: which requirement is which, ids that stay, what differs (S4-022)."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from testgen_runtime.documents.diff import atom_changes, compare, counts, plain, word_changes
from testgen_runtime.documents.model import Document
from testgen_runtime.documents.read import read_text
from testgen_runtime.documents.versions import Statement, keep_ids, moved, pairs
from testgen_runtime.settings import Limits

NOUNS = ["invoice", "parcel", "locker", "courier", "password", "report", "ledger", "sensor", "turbine", "mailbox", "voucher"]
VERBS = ["archive", "print", "encrypt", "display", "reject", "export", "compress", "validate"]
texts = st.lists(
    st.tuples(st.sampled_from(VERBS), st.sampled_from(NOUNS), st.integers(1, 99)).map(
        lambda p: f"The system shall {p[0]} the {p[1]} within {p[2]} minutes."
    ),
    max_size=12,
)


def made(lines: list[str]) -> list[Statement]:
    return [Statement(f"m{n}", line, given=False) for n, line in enumerate(lines)]


def document(*lines: str) -> Document:
    return read_text("# Needs\n\n" + "\n\n".join(lines), title="needs", limits=Limits())


@given(texts, texts)
def test_each_requirement_stands_in_at_most_one_pair(old: list[str], new: list[str]) -> None:
    found = pairs(made(old), made(new), ids_kept=False)

    assert len({p.old for p in found}) == len({p.new for p in found}) == len(found)


@given(texts, st.randoms())
def test_reordered_requirements_are_all_found_again(lines: list[str], random: object) -> None:
    shuffled = list(lines)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    found = pairs(made(lines), made(shuffled), ids_kept=False)

    assert len(found) == len(lines)
    assert all(p.same and lines[p.old] == shuffled[p.new] for p in found)


@given(texts, st.integers(0, 12), st.booleans())
def test_what_is_put_in_or_taken_out_changes_no_other_pair(lines: list[str], at: int, takes_out: bool) -> None:
    old = list(dict.fromkeys(lines))
    new = [*old[:at], *old[at + 1 :]] if takes_out else [*old[:at], "Only pharmacists may dispense morphine.", *old[at:]]

    found = pairs(made(old), made(new), ids_kept=False)

    assert {(old[p.old], new[p.new]) for p in found} == {(line, line) for line in old if line in new}


@settings(deadline=None, max_examples=40)  # it reads two documents
@given(texts)
def test_ids_are_unique_after_they_were_kept(lines: list[str]) -> None:
    first = document("Only clerks may see a payslip.", *lines)
    again = keep_ids([Statement.of(r) for r in first.requirements], document(*lines, "Only clerks may see the payslips."))

    ids = [r.id for r in again.requirements]
    assert len(set(ids)) == len(ids)
    assert all(atom.id.startswith(r.id + "/") for r in again.requirements for atom in r.atoms)


def test_a_made_up_id_stays_while_the_words_change_a_little() -> None:
    old = document("The password must have 8 to 64 characters.", "Only administrators may delete a project.")
    new = document("Uploads larger than 25 MB shall be rejected.", "The password must have 8 to 32 characters.")

    kept = keep_ids([Statement.of(r) for r in old.requirements], new)

    assert kept.requirements[1].id == old.requirements[0].id != new.requirements[1].id
    assert kept.requirements[0].id == new.requirements[0].id


def test_a_made_up_chinese_id_stays_too() -> None:
    old = document("密码长度必须为8到64个字符。", "只有管理员可以删除项目。")
    new = document("只有管理员可以删除项目。", "密码长度必须为8到32个字符。")

    kept = keep_ids([Statement.of(r) for r in old.requirements], new)

    assert [r.id for r in kept.requirements] == [old.requirements[1].id, old.requirements[0].id]


def test_an_id_steps_back_where_the_old_words_come_again_beside_the_new_ones() -> None:
    first = document("The password must have 8 to 64 characters.")
    second = keep_ids([Statement.of(r) for r in first.requirements], document("The password must have 8 to 32 characters."))
    third = keep_ids(
        [Statement.of(r) for r in second.requirements],
        document("The password must have 8 to 64 characters.", "The password must have 8 to 32 characters."),
    )

    assert third.requirements[1].id == first.requirements[0].id
    assert third.requirements[0].id == first.requirements[0].id + "#2"


def test_two_equal_texts_keep_their_order() -> None:
    lines = ["The report must be printed.", "The report must be printed."]

    assert [(p.old, p.new) for p in pairs(made(lines), made(lines), ids_kept=False)] == [(0, 0), (1, 1)]


def test_two_ids_of_the_text_are_two_requirements_however_alike() -> None:
    old = [Statement("REQ-1", "The password must have 8 characters.", given=True)]
    new = [Statement("REQ-2", "The password must have 9 characters.", given=True)]

    assert pairs(old, new, ids_kept=True) == []


def test_unlike_requirements_that_share_filler_are_no_pair() -> None:
    assert pairs(made(["The system shall print invoices."]), made(["The system shall log out."]), ids_kept=False) == []


def test_a_long_document_of_equal_wordings_is_matched_by_place() -> None:
    old = made([f"The field number {n} must have {n + 1} to {n + 50} characters." for n in range(3000)])
    new = made([f"The field number {n} must have {n + 1} to {n + 51} characters." for n in range(3000)])

    found = pairs(old, new, ids_kept=False)

    assert sum(p.old == p.new for p in found) > 2950


@given(st.text(max_size=60), st.text(max_size=60))
def test_exchanging_the_words_that_changed_gives_the_new_text(old: str, new: str) -> None:
    at, built = 0, ""
    for change in word_changes(old, new):
        assert old[change.old_start : change.old_end] == change.before
        assert new[change.new_start : change.new_end] == change.after
        built += old[at : change.old_start] + change.after
        at = change.old_end
    assert built + old[at:] == new


def test_a_changed_limit_is_told_as_words_and_as_an_atom() -> None:
    old = document("REQ-1: The password must have 8 to 64 characters.").requirements[0]
    new = document("REQ-1: The password must have 8 to 32 characters.").requirements[0]

    assert [(c.before, c.after) for c in word_changes(old.text, new.text)] == [("64", "32")]
    limits = [c for c in atom_changes(old.atoms, new.atoms) if c.kind == "limit"]
    assert len(limits) == 1
    assert limits[0].before is not None
    assert limits[0].after is not None
    assert (plain(limits[0].before.value)["upper"]["value"], plain(limits[0].after.value)["upper"]["value"]) == ("64", "32")


def test_a_diff_names_every_requirement_of_both_versions_once() -> None:
    old = made(
        ["The invoice must be archived.", "Only clerks may open a locker.", "The turbine shall stop.", "A voucher expires."]
    )
    new = [
        old[2],
        old[0],
        Statement("m1", "Only couriers may open a locker.", given=False),
        Statement("n", "New words.", given=False),
    ]
    found = compare(old, new, sections=([()] * 4, [()] * 4))

    assert counts(found) == {"added": 1, "changed": 1, "moved": 1, "removed": 1, "unchanged": 1}
    assert sorted(e.old for e in found if e.old is not None) == [0, 1, 2, 3]
    assert sorted(e.new for e in found if e.new is not None) == [0, 1, 2, 3]


def test_the_fewest_that_can_have_moved_have() -> None:
    lines = [f"The {noun} must be printed." for noun in NOUNS]
    found = pairs(made(lines), made([lines[-1], *lines[:-1]]), ids_kept=False)

    assert moved(found) == {0}
