"""The DNS question that stands for a working cluster."""

from __future__ import annotations

import struct

import pytest

from testgen_cluster import dns


def test_a_dns_question_asks_for_the_clusters_own_service() -> None:
    asked = dns.query("kubernetes.default")

    assert asked[12:] == b"\x0akubernetes\x07default\x00\x00\x01\x00\x01"


@pytest.mark.parametrize(
    ("fields", "answered"),
    [
        ((dns.IDENTIFIER, 0x8400, 1, 1, 0, 0), True),
        ((dns.IDENTIFIER, 0x8403, 1, 0, 0, 0), False),  # NXDOMAIN
        ((dns.IDENTIFIER, 0x8400, 1, 0, 0, 0), False),
        ((dns.IDENTIFIER, 0x0400, 1, 1, 0, 0), False),  # a question
        ((dns.IDENTIFIER + 1, 0x8400, 1, 1, 0, 0), False),
    ],
)
def test_only_an_answer_to_our_question_counts(fields: tuple[int, ...], answered: bool) -> None:
    assert dns.has_answer(struct.pack(">6H", *fields)) is answered
    assert not dns.has_answer(b"short")
