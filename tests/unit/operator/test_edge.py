"""The edge's configuration, and the maintenance page's: what a real nginx makes of them, and that no spec gets into them."""

from __future__ import annotations

import http.client
import os
import pwd
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from tests.cluster.process import free_port
from tests.unit.operator.build import Simulated, project
from tests.unit.operator.strategies import projects

from testgen_operator.plan import components, configuration, edge, maintenance
from testgen_operator.resources.project import TestGenProject

EXPOSED: dict[str, Any] = {
    "exposure": {
        "type": "Ingress",
        "host": "a.example",
        "tls": {"secretName": "t"},
        "trustedProxies": ["10.1.0.0/16", "fd00::/8"],
    }
}
MODES = ("Microservices", "AIGateway")


@pytest.mark.parametrize("mode", MODES)
def test_every_route_of_the_table_leads_to_its_part(mode: str) -> None:  # S4-021
    found = project({"mode": mode})
    text = edge.render(found)
    for path, part in components.routes(found):
        for place in ("/",) if path == "/" else (f"= {path}", f"^~ {path}/"):
            assert re.search(rf"location {re.escape(place)} {{\s+set \$upstream shop-{part}-blue\.team\.svc\.", text)


def test_the_gateways_path_is_routed_only_where_there_is_one() -> None:  # S4-042
    assert "ai-gateway" not in edge.render(project({"mode": "Microservices"}))


def test_events_are_streamed_and_no_request_is_sent_twice() -> None:
    text = edge.render(project({"mode": "Microservices"}))
    for line in ("proxy_buffering off;", "proxy_next_upstream off;", "proxy_read_timeout 3600s;", "proxy_connect_timeout 5s;"):
        assert line in text


@pytest.mark.parametrize("mode", MODES)
def test_an_edge_that_is_about_to_end_ends_each_connection_with_its_next_answer(mode: str) -> None:
    """Issue 6: no request fails by a change of mode."""
    text = edge.render(project({"mode": mode}))
    assert f"if (-f {edge.ENDING}) {{ set $is_ending 1; }}" in text
    assert edge.ENDING in edge.PRE_STOP
    proxied = [one for one in re.findall(r"location [^{]+{\n(.*?)\n    }", text, flags=re.DOTALL) if "set $upstream" in one]
    assert len(proxied) > 5
    assert all("if ($is_ending) { return 418; }" in one for one in proxied)


def test_a_container_that_is_started_again_in_its_pod_is_not_about_to_end() -> None:
    assert f"rm -f {edge.ENDING}\n" in edge.START


def test_the_largest_body_is_the_projects() -> None:
    assert "client_max_body_size 33554432;" in edge.render(project({"mode": "Microservices"}))


def test_a_forwarded_address_is_believed_from_the_named_proxies_alone() -> None:  # S3-109
    assert "set_real_ip_from" not in edge.render(project({"mode": "Microservices"}))
    text = edge.render(project({"mode": "Microservices", **EXPOSED}))
    assert text.count("set_real_ip_from") == 2


def test_a_changed_configuration_is_another_config_map_and_rolls_the_pods() -> None:
    before, after = (Simulated(project({"mode": "Microservices", **more})) for more in ({}, EXPOSED))
    for cluster in (before, after):
        cluster.converge()
    names = [[one for one in cluster.kinds()["ConfigMap"] if "-edge-" in one] for cluster in (before, after)]
    assert names[0] != names[1]
    templates = [cluster.get("Deployment", "shop-edge-blue")["spec"]["template"] for cluster in (before, after)]
    assert templates[0] != templates[1]


@settings(max_examples=50, deadline=None)
@given(projects())
def test_no_word_of_a_spec_gets_into_the_file(found: TestGenProject) -> None:
    def words(text: str) -> set[str]:
        named = re.sub(rf"set \$upstream {re.escape(found.name)}-", "set $upstream shop-", text)
        return {one for one in re.findall(r"[A-Za-z@$][\w.$@-]*", named) if not re.fullmatch(r"[0-9a-f:]+", one)}

    plain = {"mode": found.spec.mode} | (EXPOSED if found.spec.exposure.trusted_proxies else {})
    assert words(edge.render(found)) <= words(edge.render(project({**plain, "stores": {"neo4j": {"type": "Managed"}}})))


NGINX = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")


@pytest.mark.skipif(NGINX is None, reason="no nginx on this machine; the cluster tests run the same files in the edge's image")
@pytest.mark.parametrize(
    "text",
    [
        *(edge.render(project({"mode": mode, **more})) for mode in MODES for more in ({}, EXPOSED)),
        maintenance.render(),
    ],
)
def test_nginx_takes_the_file(text: str, tmp_path: Path) -> None:
    cluster = tmp_path / "cluster.conf"
    cluster.write_text("resolver 127.0.0.1 valid=10s;\nmap $host $cluster_domain { default cluster.local; }\n")
    file = tmp_path / "nginx.conf"
    file.write_text(text.replace("/tmp/", f"{tmp_path}/"))
    done = subprocess.run([str(NGINX), "-t", "-e", "/dev/stderr", "-c", str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("resolv", "expected"),
    [
        (
            "search team.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n",
            "resolver 10.96.0.10 valid=10s;\nmap $host $cluster_domain { default cluster.local; }\n",
        ),
        (
            "nameserver fd00::a\nnameserver 10.96.0.10\nsearch team.svc.k.example svc.k.example k.example",
            "resolver [fd00::a] 10.96.0.10 valid=10s;\nmap $host $cluster_domain { default k.example; }\n",
        ),
        ("nameserver fe80::1%eth0", "resolver [fe80::1] valid=10s;\nmap $host $cluster_domain { default cluster.local; }\n"),
    ],
)
def test_the_start_script_reads_the_resolver_and_the_clusters_domain(resolv: str, expected: str, tmp_path: Path) -> None:
    (tmp_path / "resolv.conf").write_text(resolv)
    script = edge.START.replace("/tmp/", f"{tmp_path}/").replace("/etc/resolv.conf", str(tmp_path / "resolv.conf"))
    script = re.sub(r"^exec nginx.*$", "", script, flags=re.MULTILINE)
    subprocess.run(["sh", "-c", script], check=True)
    assert (tmp_path / "cluster.conf").read_text() == expected


def test_roles_believe_a_forwarded_address_where_only_the_edge_can_send_one() -> None:
    def believed(**more: Any) -> list[str]:
        server = configuration.settings(project({"mode": "Microservices", **more}))["server"]
        found: list[str] = server.get("trusted_proxies", [])
        return found

    assert "10.0.0.0/8" in believed()
    assert believed(networkPolicy={"enabled": False}) == []
    assert believed(networkPolicy={"enabled": False}, **EXPOSED) == ["10.1.0.0/16", "fd00::/8"]


UPSTREAM = """
import http.server
class Answers(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        said = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(201)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)
http.server.HTTPServer(("127.0.0.1", {port}), Answers).serve_forever()
"""


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[Path, int]]:
    """A real nginx with the edge's file before a program that repeats what it is sent: the file that ends it, and its port."""
    assert NGINX is not None
    served, health, behind = free_port(), free_port(), free_port()
    (tmp_path / "cluster.conf").write_text("map $host $cluster_domain { default cluster.local; }\n")
    text = edge.render(project({"mode": "Microservices"})).replace("/tmp/", f"{tmp_path}/")
    text = re.sub(r"set \$upstream [^;]+;", "set $upstream 127.0.0.1;", text).replace(":80;", f":{behind};")
    text = text.replace("listen 8080;", f"listen 127.0.0.1:{served};").replace("listen 8081;", f"listen 127.0.0.1:{health};")
    (tmp_path / "nginx.conf").write_text(text)
    me = pwd.getpwuid(os.getuid()).pw_name  # who may read the folder of this test
    command = [str(NGINX), "-e", "/dev/stderr", "-c", str(tmp_path / "nginx.conf"), "-g", f"daemon off; user {me};"]
    processes = [subprocess.Popen([sys.executable, "-c", UPSTREAM.format(port=behind)]), subprocess.Popen(command)]
    try:
        yield tmp_path / Path(edge.ENDING).name, served
    finally:
        for one in processes:
            one.terminate()
            one.wait(timeout=30)


@pytest.mark.skipif(NGINX is None, reason="no nginx on this machine; the cluster tests do the same in the edge's image")
def test_the_last_answer_of_a_connection_is_whole_and_says_that_it_is_the_last(running: tuple[Path, int]) -> None:
    ending, port = running
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    body = "words " * 10_000
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with suppress(ConnectionRefusedError):
            connection.request("POST", "/api/v1/documents", body=body)
            if connection.getresponse().read() == body.encode():
                break
        connection.close()
    for last in (False, False, True):
        if last:
            ending.touch()
        connection.request("POST", "/api/v1/documents", body=body)
        answer = connection.getresponse()
        assert (answer.status, answer.read().decode()) == (201, body)
        assert answer.will_close is last
