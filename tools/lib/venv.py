"""Virtual environments in the user's cache, one per set of requirements and Python version.

An environment counts as complete only when its stamp is there, and the stamp is written last: one that was cut off in
the middle is built again.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from .console import MissingPackage, ToolError, run, step
from .locks import locked
from .paths import REQUIREMENTS, cache_dir
from .system import install_hint, install_packages

SUPPORTED = ((3, 11), (3, 12), (3, 10))  # in the order they are tried; Odoo 17 to 19 run on all three
STAMP = "complete"


def find_python() -> tuple[str, tuple[int, int]]:
    """A Python that Odoo 17 to 19 run on, and its version; Debian's own is preferred, it stays where it is."""
    tried = []
    names = ["/usr/bin/python3", *(f"python{major}.{minor}" for major, minor in SUPPORTED), sys.executable]
    for name in names:
        path = shutil.which(name)
        if not path:
            continue
        version = _version_of(path)
        tried.append(f"{path} ({'.'.join(map(str, version)) if version else 'does not run'})")
        if version in SUPPORTED:
            return path, version
    raise ToolError(
        "Odoo needs Python 3.10, 3.11 or 3.12 and none is here.\n"
        f"  Looked at: {', '.join(tried) or 'nothing'}.\n"
        f"  Debian 12 has it: {install_hint(['python3', 'python3-venv'])}"
    )


def _version_of(python: str) -> tuple[int, int] | None:
    try:
        answer = subprocess.run(
            [python, "-c", "import sys; print(*sys.version_info[:2])"],
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
        ).stdout.split()
    except (OSError, subprocess.SubprocessError):
        return None
    return int(answer[0]), int(answer[1])


def environment(name: str, *requirement_files: str) -> Path:
    """The ``python`` of a virtual environment with these files of tools/requirements, built when it is missing.

    ``name`` is only for people: what decides whether an environment can be used again is the hash of the files.
    """
    python, version = find_python()
    files = [REQUIREMENTS / file for file in requirement_files]
    digest = hashlib.sha256(b"\0".join(file.read_bytes() for file in files) + python.encode()).hexdigest()[:10]
    folder = cache_dir() / f"venv-{name}-{version[0]}.{version[1]}-{digest}"
    inside = folder / "bin" / "python"
    if not _complete(folder):
        with locked(folder.with_name(f"{folder.name}.lock"), f"the Python packages of {name}"):
            if not _complete(folder):
                _build(folder, python, files, name)
    return inside


def _complete(folder: Path) -> bool:
    # The interpreter is a link to the machine's: an upgrade may have taken that away.
    return (folder / STAMP).exists() and (folder / "bin" / "python").exists()


def _build(folder: Path, python: str, files: list[Path], name: str) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    if subprocess.run([python, "-c", "import ensurepip, venv"], capture_output=True, check=False).returncode:
        if not python.startswith("/usr/bin/"):
            raise MissingPackage(f"{python} has no modules venv and ensurepip; install them for this Python.")
        install_packages(["python3-venv"], why="the virtual environment of Odoo")
    env = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTHONHOME")}
    with step(f"installing the Python packages of {name}"):
        run([python, "-m", "venv", folder], env=env, failure=f"A virtual environment could not be made in {folder}.")
        options = [argument for file in files for argument in ("-r", file)]
        run(
            [folder / "bin" / "python", "-m", "pip", "install", "-q", "--prefer-binary", "--no-input", *options],
            env=env,
            log=folder / "pip.log",
            failure=f"The Python packages of {name} could not be installed; check the network and try again.",
        )
    (folder / STAMP).touch()
