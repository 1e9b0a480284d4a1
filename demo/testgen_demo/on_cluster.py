"""`make demo`: from a bare machine to test cases on a real cluster.

Cluster up → operator in → project applied → Ready → documents sent to the tenant's Service → cases, coverage, one case in full.
The cluster stays up. DOC=path sends that document instead of the two samples; MODEL=none does without a model. On
CLUSTER=existing IMAGES=path names the images, and what somebody else installed is left alone.
"""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from testgen_cluster import deploy
from testgen_cluster.deploy import ROOT, Kubectl
from testgen_cluster.names import clone_hash
from testgen_cluster.steps import ClusterError, report, say, step
from testgen_cluster.suite import STATE, with_images
from testgen_demo import show
from testgen_demo.tenant import Tenant

OUT = ROOT / "build" / "demo"
NAMESPACE, PROJECT = "testgen-demo", "demo"
SAMPLES = (ROOT / "samples" / "parcel-lockers.en.docx", ROOT / "samples" / "expense-claims.zh.md")
MODEL = "qwen2.5-coder:1.5b"
# Room for a few calls on two cores: the model writes what this allows, rules write the rest, and the summary says which.
DAILY_TOKENS = 5_500
READY_WITHIN = 240.0


@dataclass
class Clock:
    """Seconds of each step of the demo, for the summary."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def time(self, name: str) -> Iterator[None]:
        started = time.monotonic()
        try:
            yield
        finally:
            self.seconds[name] = round(time.monotonic() - started, 1)


def model_of(environment: Mapping[str, str]) -> str | None:
    """The model to run, or None for rules alone."""
    asked = environment.get("MODEL", MODEL)
    return None if asked in ("", "none") else asked


def documents_of(environment: Mapping[str, str]) -> tuple[Path, ...]:
    """The documents to send. Raises ClusterError for a path that is no file."""
    if not (asked := environment.get("DOC")):
        return SAMPLES
    path = Path(asked).expanduser()
    if not path.is_file():
        raise ClusterError(f"DOC={asked} is not a file", hint="give the path of a .md or .docx document")
    return (path,)


def manifest(model: str | None, *, local_model_image: bool) -> dict[str, Any]:
    """The project that the demo applies."""
    spec: dict[str, Any] = {}
    if model:
        managed = {"modelSource": "Image" if local_model_image else "Pull"}
        spec = {
            "llm": {
                "providers": [{"name": "local", "managed": managed}],
                "routes": [{"provider": "local", "model": model}],
            },
            "budgets": {"dailyTokens": DAILY_TOKENS, "onExhaustion": "Degrade"},
        }
    return {
        "apiVersion": "testgen.dev/v1alpha1",
        "kind": "TestGenProject",
        "metadata": {"name": PROJECT, "namespace": NAMESPACE},
        "spec": spec,
    }


def refs_of(built: Mapping[str, str], model_image: str | None) -> dict[str, str]:
    """Image references by the name under which the operator knows them."""
    refs = {name: built[name] for name in ("operator", "runtime", "postgres")}
    if model_image:
        refs["ollama"] = built[model_image]
    return refs


def wait_ready(kubectl: Kubectl, generation_seen: float = READY_WITHIN) -> None:
    """Wait for Ready, saying each change of the conditions' reasons on the way. Raises ClusterError."""
    deadline, last = time.monotonic() + generation_seen, ""
    while time.monotonic() < deadline:
        project = json.loads(kubectl.run("-n", NAMESPACE, "get", "tgp", PROJECT, "-o", "json"))
        status = project.get("status", {})
        conditions = {c["type"]: c for c in status.get("conditions", [])}
        ready = conditions.get("Ready", {})
        current = status.get("observedGeneration") == project["metadata"]["generation"]
        if current and ready.get("status") == "True":
            return
        if (stalled := conditions.get("Stalled", {})).get("status") == "True" and current:
            raise ClusterError(f"the project is stalled: {stalled.get('message')}")
        if (now := f"{ready.get('reason', '…')}: {ready.get('message', '')}".strip(": ")) != last:
            say(f"    {now}")
            last = now
        time.sleep(0.3)
    raise ClusterError(
        f"the project is not Ready after {generation_seen:.0f} s: {deploy.not_ready(kubectl, ('-n', NAMESPACE, PROJECT))}",
        hint=f"see `kubectl -n {NAMESPACE} describe tgp {PROJECT}`",
    )


@contextmanager
def forwarded(kubectl: Kubectl, service: str, port: int) -> Iterator[str]:
    """The URL of a Service of the demo's namespace while a port-forward to it runs. Raises ClusterError."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        local = free.getsockname()[1]
    command = kubectl.command("-n", NAMESPACE, "port-forward", f"service/{service}", f"{local}:{port}", "--address=127.0.0.1")
    with (OUT / "port-forward.log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", local), timeout=1).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise ClusterError("the port-forward did not come up", log=OUT / "port-forward.log") from None
                time.sleep(0.05)
        yield f"http://127.0.0.1:{local}"
    finally:
        process.terminate()
        process.wait(timeout=10)


def key_of(kubectl: Kubectl) -> str:
    """The project's admin key."""
    return base64.b64decode(
        kubectl.run("-n", NAMESPACE, "get", "secret", f"{PROJECT}-admin-key", "-o", "jsonpath={.data.api-key}")
    ).decode()


def run_documents(tenant: Tenant, documents: Sequence[Path], clock: Clock) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Send each document and generate; (the cases of all, the coverage of each)."""
    cases: list[dict[str, Any]] = []
    coverages: list[dict[str, Any]] = []
    for path in documents:
        with clock.time(f"document {path.name}"), step(f"{path.name} to the tenant's Service"):
            document = tenant.send(path)
            say(f"    {document['requirements']} requirements")
            shown = [-1]

            def progress(job: dict[str, Any], shown: list[int] = shown) -> None:
                if job["done"] != shown[0] and (job["done"] % 10 == 0 or job["state"] == "succeeded"):
                    say(f"    {job['done']} of {job['total']} requirements done")
                    shown[0] = job["done"]

            tenant.generate(document["id"], progress=progress)
            found = list(tenant.pages("/cases", document_id=document["id"]))
            say(f"    {len(found)} cases: {show.table(show.counts(found, 'written_by'))}")
            cases += found
            coverages.append(tenant.call("GET", f"/coverage?document_id={document['id']}")[1])
    return cases, coverages


def summary_of(coverages: Sequence[Mapping[str, Any]], cases: Sequence[dict[str, Any]], clock: Clock) -> dict[str, Any]:
    """What build/demo/summary.json holds; shares are 0..1 over all documents sent."""
    total = {k: sum(c[k] for c in coverages) for k in ("requirements", "requirements_covered", "atoms", "atoms_covered")}
    return {
        "coverage": round(total["requirements_covered"] / max(1, total["requirements"]), 4),
        "atom_coverage": round(total["atoms_covered"] / max(1, total["atoms"]), 4),
        "requirements": total["requirements"],
        "cases": len(cases),
        "by_technique": show.counts(cases, "technique"),
        "written_by": show.counts(cases, "written_by"),
        "seconds": clock.seconds,
    }


def tell(summary: Mapping[str, Any], cases: Sequence[dict[str, Any]], kubeconfig: Path) -> None:
    say("")
    say(f"{summary['cases']} cases for {summary['requirements']} requirements, {summary['coverage']:.0%} of them covered")
    say(f"  by technique  {show.table(summary['by_technique'])}")
    say(f"  written by    {show.table(summary['written_by'])}")
    say("")
    say("One of them in full:")
    show.one_case(show.interesting(cases))
    say("")
    say(f"build/demo/summary.json and build/demo/cases.json hold the rest ({sum(summary['seconds'].values()):.0f} s in all).")
    say("The cluster stays up. To look around:")
    path = os.path.relpath(kubeconfig, Path.cwd())
    say(f"  export KUBECONFIG=$PWD/{path} PATH=$PWD/{os.path.relpath(STATE / 'bin', Path.cwd())}:$PATH")
    say("  kubectl get tgp -A")
    say(f"  kubectl -n {NAMESPACE} describe tgp {PROJECT}")
    say("`make cluster-down` removes it.")


def demo(environment: Mapping[str, str]) -> None:
    """The whole demo. Raises ClusterError."""
    documents, model, clock = documents_of(environment), model_of(environment), Clock()
    model_image = f"ollama-{model.replace(':', '-')}" if model else None
    existing = environment.get("CLUSTER") == "existing"
    given = deploy.given_images(environment) if existing else {}
    OUT.mkdir(parents=True, exist_ok=True)
    with clock.time("cluster"):
        built = with_images(["operator", "runtime", "postgres", *([model_image] if model_image else [])])
    kubectl = Kubectl(STATE / "kubeconfig")
    with clock.time("operator"):
        if existing:
            deploy.refuse_what_is_not_ours(kubectl, f"namespace/{NAMESPACE}")
            folder = deploy.overlay(OUT / "overlay", given, owner=clone_hash(ROOT))
        else:
            folder = deploy.overlay(OUT / "overlay", refs_of(built, model_image))
        deploy.install_operator(kubectl, folder)
    with clock.time("project"), step(f"Project {PROJECT} in namespace {NAMESPACE}"):
        deploy.namespace(kubectl, NAMESPACE)
        project = json.dumps(manifest(model, local_model_image=not existing))
        kubectl.run("apply", "--server-side", "--force-conflicts", "-f", "-", stdin=project)
        wait_ready(kubectl)
        say("    Ready")
    with forwarded(kubectl, PROJECT, 80) as url:
        tenant = Tenant(url, key_of(kubectl))
        cases, coverages = run_documents(tenant, documents, clock)
    summary = summary_of(coverages, cases, clock)
    (OUT / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=1) + "\n")
    (OUT / "cases.json").write_text(json.dumps({"cases": cases}, ensure_ascii=False, indent=1) + "\n")
    tell(summary, cases, kubectl.kubeconfig)


def main() -> int:
    try:
        demo(os.environ)
    except ClusterError as error:
        report(error)
        return 1
    except KeyboardInterrupt:
        say("interrupted: run `make demo` again, it goes on from here")
        return 130
    except OSError as error:
        say(f"error: {error.strerror}: {error.filename}: make room or rights there and run `make demo` again")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
