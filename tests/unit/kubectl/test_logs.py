"""Lines of many containers as one stream."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from testgen_operator.kubectl.commands.logs import chosen
from testgen_operator.kubectl.views.logs import Line, Source, colour_of, entry, merged, parsed, prefix, shown
from testgen_operator.kubectl.views.text import Style

API = Source("api", "shop-api-blue-1", "runtime")
DB = Source("postgres", "shop-postgres-0", "postgres")


def test_a_line_is_split_from_its_time() -> None:
    found = parsed("2026-03-01T12:00:00.5Z hello  there", API)

    assert (found.at, found.text) == ("2026-03-01T12:00:00.500000000Z", "hello  there")


def test_a_line_without_a_time_keeps_its_words() -> None:
    assert parsed("unable to retrieve container logs", API) == Line("", API, "unable to retrieve container logs")


def test_a_machine_reads_a_line_with_its_source_as_the_container_wrote_it() -> None:
    assert entry(parsed('2026-03-01T12:00:00.5Z {"event": "\x1b[31mx"}', API)) == {
        "time": "2026-03-01T12:00:00.500000000Z", "component": "api", "pod": "shop-api-blue-1", "container": "runtime",
        "text": '{"event": "\x1b[31mx"}',
    }  # fmt: skip


TIMES = st.lists(st.integers(0, 10**9 - 1), max_size=8).map(sorted)


@settings(deadline=None)
@given(TIMES, TIMES)
def test_streams_are_merged_by_time_and_nothing_is_lost(first: list[int], second: list[int]) -> None:
    def stream(source: Source, times: list[int]) -> list[Line]:
        return [
            parsed(f"2026-03-01T12:00:00.{at:09d}".rstrip("0").rstrip(".") + f"Z {source.pod} {i}", source)
            for i, at in enumerate(times)
        ]

    found = list(merged([stream(API, first), stream(DB, second)]))

    assert [line.at for line in found] == sorted(line.at for line in found)
    for source, times in ((API, first), (DB, second)):
        assert [line.text for line in found if line.source == source] == [f"{source.pod} {i}" for i in range(len(times))]


def test_a_line_without_a_time_stays_behind_the_one_before_it() -> None:
    first = [parsed("2026-03-01T12:00:00Z one", API), Line("", API, "traceback"), parsed("2026-03-01T12:00:02Z two", API)]
    second = [parsed("2026-03-01T12:00:01Z between", DB)]

    assert [line.text for line in merged([first, second])] == ["one", "traceback", "between", "two"]


def test_the_prefix_names_the_component_and_tells_its_pods_apart() -> None:
    assert prefix(API, "shop", several=False) == "api blue-1"
    assert prefix(API, "shop", several=True) == "api blue-1 runtime"


def test_a_component_keeps_its_colour() -> None:
    assert {colour_of("api") for _ in range(3)} == {colour_of("api")}
    line = parsed("2026-03-01T12:00:00Z hi", API)
    assert shown(line, "shop", Style(colours=True), several=False, timestamps=False, bare=False).startswith("\x1b[")
    assert shown(line, "shop", Style(), several=False, timestamps=False, bare=False) == "api blue-1 | hi"
    assert shown(line, "shop", Style(), several=False, timestamps=True, bare=True) == "2026-03-01T12:00:00.000000000Z hi"


def pod(name: str, component: str, **states: dict[str, Any]) -> dict[str, Any]:
    statuses = [{"name": container, "state": state} for container, state in states.items()]
    labels = {"app.kubernetes.io/component": component}
    return {"metadata": {"name": name, "labels": labels}, "status": {"containerStatuses": statuses}}


def test_only_containers_that_have_begun_are_read() -> None:
    pods = [pod("a", "api", runtime={"running": {}}), pod("b", "api", runtime={"waiting": {"reason": "ImagePullBackOff"}})]

    assert chosen(pods, None, False) == [Source("api", "a", "runtime")]


def test_a_container_can_be_chosen_by_name() -> None:
    pods = [pod("a", "ollama", server={"running": {}}, models={"terminated": {}})]

    assert chosen(pods, "models", False) == [Source("ollama", "a", "models")]
