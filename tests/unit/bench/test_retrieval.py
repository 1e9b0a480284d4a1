"""The retrieval benchmark: sets are known by their shape, nDCG is the textbook's, a poor embedding model lowers nothing."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from tests.bench.retrieval import RandomEmbedder, by_kind, ndcg, ranked, sets

PROCEDURES = {
    "requirements": {"A-1": "The pump shall stop at 90 °C.", "A-2": "The valve shall open within 2 s."},
    "procedures": [{"reqs": ["A-1"], "steps": ["Heat the pump to 90 °C.", "See it stop."]}, {"reqs": ["X"], "steps": ["none"]}],
}
TESTS = {
    "requirements": {"/req/a": "The server shall support GET.", "/req/b": "Unused."},
    "tests": [{"text": "Send GET to the server.", "requirements": ["/req/a"]}],
}
CASES = {
    "cases": [
        {"interface": "login", "title": "登录成功", "text": "输入正确的密码"},
        {"interface": "login", "title": "登录失败", "text": "输入错误的密码"},
        {"interface": "order", "title": "创建订单", "text": "提交订单"},
    ]
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in (("one", PROCEDURES), ("two", TESTS), ("three", CASES), ("other", {"notes": []})):
        (tmp_path / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    return tmp_path


def test_sets_are_known_by_their_shape_and_queries_without_an_answer_are_none(folder: Path) -> None:
    found = {task.kind: task for task in sets(folder)}

    assert {kind: len(task.queries) for kind, task in found.items()} == {"lc": 1, "ogc": 1, "eg": 2}
    assert found["eg"].queries[0].left_out == {0}


def test_a_folder_without_a_kind_is_said(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no set for lc, ogc, eg"):
        sets(tmp_path)


def test_ndcg_is_one_for_the_ideal_order_and_falls_with_the_place() -> None:
    assert ndcg([1, 2, 3], frozenset({1, 2})) == 1.0
    assert ndcg([3, 1], frozenset({1})) == pytest.approx(0.6309, abs=1e-4)
    assert ndcg([3], frozenset({1})) == 0.0


def test_a_model_that_knows_nothing_lowers_nothing(folder: Path) -> None:  # S4-024
    tasks = sets(folder)

    async def both() -> tuple[list[list[float]], list[list[float]]]:
        return [await ranked(task) for task in tasks], [await ranked(task, RandomEmbedder()) for task in tasks]

    lexical, noise = asyncio.run(both())

    assert by_kind(tasks, noise)["mean"] >= by_kind(tasks, lexical)["mean"]
