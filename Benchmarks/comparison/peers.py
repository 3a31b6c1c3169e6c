"""The libraries that we compare with: where each is, and how it is started."""
import ctypes.util
import os
import subprocess
from pathlib import Path
from typing import NamedTuple

from .say import say


class Peer(NamedTuple):
    title: str
    environment: str  # the virtual environment that setup.sh makes
    packages: str     # what pip installs there


PEERS = {
    "torch": Peer("PyTorch", "vt", "torch numpy scipy"),
    "jax": Peer("JAX", "v", "jax numpy scipy"),
    "mxnet": Peer("MXNet", "vm", "'numpy<1.24' mxnet"),
    "mlx": Peer("MLX", "v", "mlx mlx-cpu numpy scipy"),
    "autograd": Peer("HIPS autograd", "v", "autograd numpy scipy"),
    "tinygrad": Peer("tinygrad", "v", "tinygrad numpy scipy"),
}


class Found(NamedTuple):
    """A peer that is there."""
    name: str
    python: Path
    scripts: Path

    def command(self, kind):
        return [str(self.python), str(self.scripts / f"{kind}_{self.name}.py")]

    @property
    def settings(self):
        """The environment it runs in. MLX's wheel brings a slow BLAS: the system's is put before it."""
        blas = ctypes.util.find_library("openblas")
        return os.environ | ({"LD_PRELOAD": blas} if self.name == "mlx" and blas else {})


def find_peers(arguments):
    """The peers that are there; says which are not, and how to install them."""
    found = []
    for name in filter(None, arguments.peers.split(",")):
        missing = missing_part(name, arguments)
        if missing:
            say(f"{name} is not installed: {missing}")
        else:
            found.append(Found(name, python_of(name, arguments), arguments.scripts))
    return found


def missing_part(name, arguments):
    """What a peer lacks, and what to do; None if it is complete."""
    if name not in PEERS:
        return "unknown; there are " + ", ".join(PEERS)
    if not arguments.scripts or not arguments.environments:
        return "give the directories by --scripts and --environments"
    script, python = arguments.scripts / f"bench_{name}.py", python_of(name, arguments)
    if not script.exists():
        return f"there is no {script}"
    environment = python.parent.parent
    install = f"{environment}/bin/pip install {PEERS[name].packages}"
    if not python.exists():
        return f"run: python3 -m venv {environment} && {install}"
    module = "mlx.core" if name == "mlx" else name
    imported = subprocess.run([str(python), "-c", f"import {module}"], capture_output=True)
    return f"run: {install}" if imported.returncode else None


def python_of(name, arguments):
    # Not resolved: the link's own place tells Python which environment it is in.
    return arguments.environments / PEERS[name].environment / "bin" / "python"
