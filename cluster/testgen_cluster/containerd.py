"""containerd: its configuration, its daemon, and loading images into it."""

from __future__ import annotations

import hashlib
import json
import subprocess
import tarfile
from collections.abc import Sequence
from pathlib import Path

from testgen_cluster import files, processes, sandbox
from testgen_cluster.commands import run, tool
from testgen_cluster.names import Names
from testgen_cluster.packages import cni_directory
from testgen_cluster.processes import Daemon
from testgen_cluster.steps import ClusterError

IMAGE_NAMESPACE = "k8s.io"
LOAD_SECONDS = 600.0
UNUSED_SNAPSHOTTERS = ("aufs", "btrfs", "devmapper", "zfs")


def configuration(names: Names, pause_image: str) -> str:
    """containerd's config.toml. JSON strings are TOML strings, so every path is quoted right."""

    def quoted(value: Path | str) -> str:
        return json.dumps(str(value))

    disabled = ", ".join(quoted(f"io.containerd.snapshotter.v1.{name}") for name in UNUSED_SNAPSHOTTERS)
    return f"""version = 2
root = {quoted(names.state / "containerd")}
state = {quoted(names.run / "containerd")}
disabled_plugins = [{disabled}]
[grpc]
  address = {quoted(names.containerd_socket)}
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = {quoted(pause_image)}
  # Without the right to lower a process' OOM score (a container, a small virtual machine) every sandbox would die.
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = {quoted(cni_directory() or "/usr/lib/cni")}
    conf_dir = {quoted(names.state / "cni")}
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
"""


def cni(names: Names) -> str:
    """The pods' network: one bridge on the node. `ipMasq` is off, as no pod's packet leaves the machine."""
    ranges = [[{"subnet": str(names.pods)}]]
    bridge = {
        "type": "bridge",
        "bridge": "cni0",
        "isGateway": True,
        "hairpinMode": True,
        "ipam": {"type": "host-local", "ranges": ranges, "routes": [{"dst": "0.0.0.0/0"}]},
    }
    ports = {"type": "portmap", "capabilities": {"portMappings": True}}
    return json.dumps({"cniVersion": "0.4.0", "name": "testgen", "plugins": [bridge, ports]}, indent=1) + "\n"


def daemon(names: Names, pause_image: str) -> Daemon:
    """Write the configuration and describe the daemon."""
    config = files.write(names.state / "containerd.toml", configuration(names, pause_image))
    files.write(names.state / "cni" / "10-testgen.conflist", cni(names))
    return Daemon("containerd", [tool("containerd"), "--config", config], [config])


def start(names: Names, pause_image: str) -> None:
    wanted = daemon(names, pause_image)
    processes.ensure(names, wanted, enter=sandbox.enter(names))
    processes.wait(names, "containerd", lambda: answers(names), daemon=wanted.name, seconds=30)


def answers(names: Names) -> bool:
    if not names.containerd_socket.exists():
        return False
    try:
        return subprocess.run(_ctr(names, "version"), capture_output=True, timeout=10, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def load(names: Names, archives: Sequence[Path]) -> list[str]:
    """Import image archives (of `docker save`, `buildah push … docker-archive:` or OCI), and say of each what was done.

    An archive whose content is there already, under the names it gives, is skipped. Raises ClusterError for one that is no
    image archive.
    """
    said = []
    for archive in archives:
        tags, digest = contents(archive)
        mark = names.state / "loaded" / f"{digest[:32]}.json"
        present = _present(names)
        if mark.exists() and tags and all(present.get(tag) == known for tag, known in json.loads(mark.read_text()).items()):
            said.append(f"{', '.join(tags)}: there already")
            continue
        run(_ctr(names, "images", "import", str(archive)), timeout=LOAD_SECONDS)
        after = _present(names)
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.write_text(json.dumps({tag: after.get(tag) for tag in tags}))
        said.append(f"{', '.join(tags) or archive.name}: loaded ({archive.stat().st_size / 1e6:.0f} MB)")
    return said


def save(names: Names, archive: Path) -> None:
    """All images of the cluster in one archive, which `load` reads: no registry has them again when the kubelet removes them."""
    run(_ctr(names, "images", "export", str(archive), *sorted(_tagged(names))), timeout=LOAD_SECONDS)


def _tagged(names: Names) -> list[str]:
    """The images by name; containerd's CRI lists each once more by its digest."""
    return [name for name in _present(names) if not name.startswith("sha256:")]


def contents(archive: Path) -> tuple[list[str], str]:
    """The image names in an archive, as containerd writes them, and a hash of its index, which names all content by hash."""
    try:
        with tarfile.open(archive) as tar:
            for entry in tar:
                if entry.name in ("manifest.json", "index.json") and (stream := tar.extractfile(entry)):
                    raw = stream.read(1 << 20)
                    return _tags(json.loads(raw)), hashlib.sha256(raw).hexdigest()
    except FileNotFoundError:
        raise ClusterError(f"{archive} is not there") from None
    except tarfile.ReadError:
        pass
    except (OSError, ValueError) as error:
        raise ClusterError(f"{archive} cannot be read: {error}") from None
    raise ClusterError(f"{archive} is no image archive", hint="give a file that `docker save` could have written")


def _tags(index: object) -> list[str]:
    tags: list[str] = []
    if isinstance(index, list):
        for image in index:
            tags += image.get("RepoTags") or []
    elif isinstance(index, dict):
        for manifest in index.get("manifests", []):
            tags += [name for key, name in manifest.get("annotations", {}).items() if key == "io.containerd.image.name"]
    return [normalised(tag) for tag in tags]


def normalised(tag: str) -> str:
    """The full name that containerd keeps an image under: registry and tag are never left out."""
    first, slash, _ = tag.partition("/")
    if not slash:
        tag = f"docker.io/library/{tag}"
    elif "." not in first and ":" not in first and first != "localhost":
        tag = f"docker.io/{tag}"
    return tag if ":" in tag.rpartition("/")[2] else f"{tag}:latest"


def _present(names: Names) -> dict[str, str]:
    """Image name to manifest digest, for all images in the cluster."""
    lines = run(_ctr(names, "images", "list")).splitlines()[1:]
    fields = (line.split() for line in lines)
    return {field[0]: field[2] for field in fields if len(field) > 2}


def _ctr(names: Names, *arguments: str) -> list[str]:
    return [tool("ctr"), "--address", str(names.containerd_socket), "--namespace", IMAGE_NAMESPACE, *arguments]
