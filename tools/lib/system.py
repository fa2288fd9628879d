"""Debian packages that the machine itself must have: installed by root, named to everybody else."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence

from .console import MissingPackage, run, step


def install_hint(packages: Sequence[str]) -> str:
    """The one command that installs the packages."""
    return f"sudo apt-get install -y {' '.join(packages)}"


def install_packages(packages: Sequence[str], *, why: str) -> None:
    """Install Debian packages as root; anybody else gets MissingPackage with the command to type."""
    if os.getuid() != 0 or not shutil.which("apt-get"):
        raise MissingPackage(
            f"Missing on this machine for {why}: {', '.join(packages)}.\n  Install it and try again:\n\n"
            f"    {install_hint(packages)}\n"
        )
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    failure = f"apt-get could not install {', '.join(packages)} (needed for {why})."
    with step(f"installing Debian's {', '.join(packages)} (for {why})"):
        run(["apt-get", "-q", "update"], env=env, failure=failure)
        run(["apt-get", "-q", "install", "-y", "--no-install-recommends", *packages], env=env, failure=failure)


def need_chromium() -> str:
    """The path of a Chromium or Chrome that Odoo's browser tests can drive."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path:
            return path
    install_packages(["chromium"], why="the browser tests")
    return shutil.which("chromium") or "/usr/bin/chromium"
