"""Odoo 19 from Debian's package, unpacked into the cache and never installed.

apt runs on a private configuration with its own lists and archives, which needs no root and changes nothing on the
machine. Which mirror is used is what the machine's own apt configuration says.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from .console import ToolError, run, step
from .locks import locked
from .paths import cache_dir, write_atomic

PACKAGE = "odoo-19"
SUITE = "sid"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
# The package leaves files out that other packages have, and links to them.
COMPANIONS = (
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-montserrat",
    "fonts-roboto-unhinted",
    "fonts-ocr-b",
)
DIST_PACKAGES = Path("usr/lib/python3/dist-packages")
# Left out of the package although the web client's bundle names it (blur in video calls): without the file every
# browser test fails on a console error.
MISSING_ASSET = Path("odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js")
STAMP = "complete"


def mirror_from(targets: str) -> str | None:
    """The first mirror that is not the security archive.

    ``targets`` holds one line ``URI SUITE`` for each index apt knows.
    """
    for line in targets.splitlines():
        uri, _, suite = line.strip().partition(" ")
        is_debian = uri.rstrip("/").endswith("/debian")
        if is_debian and "security" not in uri and "security" not in suite:
            return uri
    return None


def private_configuration(folder: Path, mirror: str, *, as_root: bool) -> str:
    """The text of an apt configuration that reads and writes below ``folder`` only."""
    lines = [
        f'Dir::State "{folder}/state";',
        f'Dir::State::Lists "{folder}/lists";',
        f'Dir::State::status "{folder}/status";',
        f'Dir::Cache "{folder}/cache";',
        f'Dir::Cache::archives "{folder}/archives";',
        f'Dir::Etc::sourcelist "{folder}/sources.list";',
        'Dir::Etc::sourceparts "-";',
        'Acquire::Languages "none";',
        'Acquire::Retries "3";',
    ]
    if as_root:
        lines.append('APT::Sandbox::User "root";')
    return "\n".join(lines) + "\n"


def unpacked_source() -> tuple[Path, str]:
    """Return the folder that holds the ``odoo`` package of Odoo 19, and the package's version; downloads it once."""
    home = cache_dir() / PACKAGE
    found = _newest_complete(home)
    if found is None:
        with locked(home.with_name(f"{PACKAGE}.lock"), "the download of Odoo 19"):
            found = _newest_complete(home) or _download(home)
    return found / DIST_PACKAGES, (found / STAMP).read_text(encoding="utf-8").strip()


def _newest_complete(home: Path) -> Path | None:
    complete = [stamp.parent for stamp in home.glob(f"root-*/{STAMP}")]
    return max(complete, key=lambda folder: (folder / STAMP).stat().st_mtime, default=None)


def _download(home: Path) -> Path:
    for tool in ("apt-get", "dpkg-deb"):
        if not shutil.which(tool):
            raise ToolError(
                f"{tool} is not here, so this is no Debian and Odoo 19 cannot be had from Debian's package.\n"
                "  Name a source tree of Odoo instead: --series 19 --odoo PATH."
            )
    work = home / "work"
    shutil.rmtree(work, ignore_errors=True)
    for name in ("state", "lists/partial", "cache", "archives/partial"):
        (work / name).mkdir(parents=True)
    (work / "status").touch()
    targets = run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI) $(SUITE)"],
        failure="apt does not say which package mirror this machine uses.",
    )
    mirror = mirror_from(targets)
    if mirror is None:
        raise ToolError(
            "apt knows no Debian mirror on this machine: its list of sources names none.\n"
            "  Set up apt's sources, or name a source tree of Odoo: --series 19 --odoo PATH."
        )
    signed = f"[signed-by={KEYRING}] " if KEYRING.exists() else ""
    write_atomic(work / "sources.list", f"deb {signed}{mirror} {SUITE} main\n")
    write_atomic(work / "apt.conf", private_configuration(work, mirror, as_root=os.getuid() == 0))
    env = {**os.environ, "APT_CONFIG": str(work / "apt.conf"), "LC_ALL": "C.UTF-8"}
    with step(f"reading Debian's package index ({SUITE})"):
        run(["apt-get", "-q", "update"], env=env, failure="Debian's package index could not be read.")
    version = _candidate(env)
    with step(f"downloading {PACKAGE} {version} (about 120 MB)"):
        run(
            ["apt-get", "-q", "download", PACKAGE, *COMPANIONS],
            env=env,
            cwd=work / "archives",
            failure=f"The package {PACKAGE} {version} could not be downloaded; check the network and try again.",
        )
    fresh = work / "root"
    with step(f"unpacking {PACKAGE}"):
        for archive in sorted((work / "archives").glob("*.deb")):
            run(["dpkg-deb", "-x", archive, fresh], failure=f"{archive.name} cannot be unpacked (is the disk full?).")
    _complete(fresh, version)
    final = home / f"root-{version.replace('/', '_')}"
    shutil.rmtree(final, ignore_errors=True)
    fresh.rename(final)
    shutil.rmtree(work, ignore_errors=True)
    return final


def _candidate(env: dict[str, str]) -> str:
    policy = subprocess.run(
        ["apt-cache", "policy", PACKAGE], env=env, capture_output=True, text=True, check=False
    ).stdout
    for line in policy.splitlines():
        name, _, value = line.strip().partition(": ")
        if name == "Candidate" and value.strip() not in ("", "(none)"):
            return value.strip()
    raise ToolError(
        f"Debian's {SUITE} has no package {PACKAGE} any more.\n"
        "  Name a source tree of Odoo 19 instead: --series 19 --odoo PATH (or the environment variable ODOO_19)."
    )


def _complete(root: Path, version: str) -> None:
    source = root / DIST_PACKAGES
    if not (source / "odoo" / "addons" / "web").is_dir():
        raise ToolError(
            f"The package {PACKAGE} {version} does not hold odoo/addons/web where it is expected.\n"
            "  Its layout has changed. Name a source tree of Odoo 19 instead: --series 19 --odoo PATH."
        )
    stub = source / MISSING_ASSET
    if not stub.exists():
        stub.unlink(missing_ok=True)
        stub.parent.mkdir(parents=True, exist_ok=True)
        stub.write_text("/* not part of the package; video calls keep their background */\n", encoding="utf-8")
    (root / STAMP).write_text(f"{version}\n", encoding="utf-8")


def unpacked_fonts() -> Path | None:
    """The folder of fonts that came with Odoo's package; None when the package was never unpacked."""
    found = _newest_complete(cache_dir() / PACKAGE)
    folder = found / "usr" / "share" / "fonts" if found else None
    return folder if folder and folder.is_dir() else None
