"""Where things are: the checkout, its git-ignored .runtime/, the user's cache."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from .console import ToolError

ADDON = "cdiscount_store_management"
ROOT = Path(__file__).resolve().parents[2]
RUNTIME = ROOT / ".runtime"
REQUIREMENTS = ROOT / "tools" / "requirements"


def short_hash(folder: Path) -> str:
    """Eight characters that tell this user's folder from all others on the machine."""
    return hashlib.sha256(f"{os.getuid()}:{folder.absolute()}".encode()).hexdigest()[:8]


def cache_dir() -> Path:
    """The cache of downloads and virtual environments, one per user.

    For root it is below /var/cache: the embedded PostgreSQL is kept there too and an unprivileged user, who may not
    look into /root, has to run it.
    """
    given = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(given):
        base = Path(given)
    elif os.getuid() == 0:
        base = Path("/var/cache")
    else:
        base = Path.home() / ".cache"
    return base / ADDON


def runtime_dir(*parts: str) -> Path:
    """A folder below .runtime/, created when it is missing."""
    folder = RUNTIME.joinpath(*parts)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def addons_link_dir() -> Path:
    """A folder that holds the addon under its technical name, whatever the checkout's folder is called.

    Odoo takes a module's name from its folder; a checkout may be called anything, so a symbolic link names it.
    """
    folder = runtime_dir("addons")
    link = folder / ADDON
    if link.is_symlink() and os.readlink(link) == str(ROOT):
        return folder
    fresh = folder / f".{ADDON}.{os.getpid()}"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(ROOT, target_is_directory=True)
    try:
        fresh.replace(link)
    except OSError as error:
        raise ToolError(f"{link} is in the way: {error.strerror}. Remove it and try again.") from error
    return folder


def reachable_by_others(folder: Path) -> bool:
    """Whether a user who owns nothing here may walk down to the folder."""
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in [folder.resolve(), *folder.resolve().parents])


def write_atomic(path: Path, text: str) -> None:
    """Replace a file's content so that a reader sees the old text or the new one, never a half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
