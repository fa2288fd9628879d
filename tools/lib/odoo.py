"""One Odoo of one series: where its source is, how it is configured, how it is started."""

from __future__ import annotations

import ast
import hashlib
import os
import re
import signal
import socket
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from . import apt, paths, venv
from .console import ToolError
from .options import Target
from .postgres import PORT, SUPERUSER, Postgres

LAUNCHER = "import odoo.cli\n\nodoo.cli.main()\n"


@dataclass(frozen=True)
class Source:
    """The files of one Odoo: ``root`` goes on PYTHONPATH, ``addons`` on the addons path."""

    series: int
    root: Path
    addons: tuple[Path, ...]
    version: str


def find_source(target: Target) -> Source:
    """The source tree given by the caller, or for Odoo 19 Debian's package (downloaded once)."""
    if target.source is None:
        root, version = apt.unpacked_source()
        # The package has a leftover folder addons/ besides: never on the path.
        return Source(target.series, root, (root / "odoo" / "addons",), f"Debian {version}")
    root = target.source
    release = (root / "odoo" / "release.py").read_text(encoding="utf-8")
    found = re.search(r"^version_info = \((\d+)", release, re.MULTILINE)
    if not found or int(found[1]) != target.series:
        raise ToolError(
            f"{root} holds Odoo {found[1] if found else '(of an unknown series)'}, not {target.series}.\n"
            f"  Name a source tree of Odoo {target.series}, or the right --series."
        )
    candidates = [root / "odoo" / "addons", root / "addons"]
    addons = tuple(folder for folder in candidates if (folder / "base").is_dir() or (folder / "web").is_dir())
    stamp = hashlib.sha256(release.encode() + str(root).encode()).hexdigest()[:8]
    return Source(target.series, root, addons, f"{target.series}.0 source tree {stamp}")


def manifest() -> dict:
    """The addon's manifest."""
    path = paths.ROOT / "__manifest__.py"
    try:
        return ast.literal_eval(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, SyntaxError) as error:
        raise ToolError(f"The addon's __manifest__.py cannot be read: {error}.") from error


def free_port(preferred: int | None = None) -> int:
    """A TCP port on 127.0.0.1 that nobody listens on: the preferred one, one of the next 50, or any."""
    candidates = [*range(preferred, preferred + 50), 0] if preferred else [0]
    for port in candidates:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return probe.getsockname()[1]
    raise ToolError("No free TCP port on 127.0.0.1.")


def configuration(settings: dict[str, object]) -> str:
    """The text of an odoo.conf. A value may be a list; line breaks are refused, they would start another option."""
    lines = ["[options]"]
    for name, value in settings.items():
        text = ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
        if "\n" in text:
            raise ToolError(f"The setting {name} of odoo.conf may not hold a line break.")
        lines.append(f"{name} = {text.replace('%', '%%')}")
    return "\n".join(lines) + "\n"


@dataclass
class Odoo:
    """A ready Odoo: source, Python, database server."""

    source: Source
    python: Path
    postgres: Postgres
    home: Path
    addons: Path | None = None  # a folder that holds the addon, instead of this checkout
    own_conf: Path | None = None

    @property
    def series(self) -> int:
        return self.source.series

    @property
    def data_dir(self) -> Path:
        return self.home / "data"

    @property
    def conf(self) -> Path:
        return self.own_conf or self.home / "odoo.conf"

    def settings(self) -> dict[str, object]:
        """The settings that every use of this Odoo shares."""
        settings: dict[str, object] = {
            "addons_path": [*self.source.addons, self.addons or paths.addons_link_dir()],
            "data_dir": self.data_dir,
            "db_host": self.postgres.socket,
            "db_port": PORT,
            "db_user": SUPERUSER,
            "pg_path": self.postgres.programs,
            "http_interface": "127.0.0.1",
            "admin_passwd": "admin",
        }
        if self.series < 19:  # from 19 on a database has no demo data unless it is asked for
            settings["without_demo"] = "all"
        return settings

    def write_conf(self, path: Path | None = None, **more: object) -> Path:
        """Write an odoo.conf (the shared one, or one of its own with further settings) and return its path."""
        target = path or self.conf
        paths.write_atomic(target, configuration({**self.settings(), **more}))
        return target

    def environment(self, conf: Path | None = None) -> dict[str, str]:
        """The environment of an Odoo process; ODOO_RC names the configuration for every sub-command alike."""
        kept = {k: v for k, v in os.environ.items() if k not in ("OPENERP_SERVER", "PYTHONHOME", "PGSERVICE")}
        kept.setdefault("LANG", "C.UTF-8")
        return {
            **kept,
            "ODOO_RC": str(conf or self.conf),
            "PYTHONPATH": str(self.source.root),
            "PYTHONUNBUFFERED": "1",
            "PGHOST": str(self.postgres.socket),
            "PGPORT": str(PORT),
            "PGUSER": SUPERUSER,
        }

    def command(self, *arguments: str) -> list[str]:
        """The command line of this Odoo: sub-command first, then options."""
        launcher = self.home / "odoo-bin"
        if not launcher.exists():
            paths.write_atomic(launcher, LAUNCHER)
        return [str(self.python), str(launcher), *arguments]

    def start(self, arguments: Sequence[str], *, conf: Path | None = None, **popen: object) -> subprocess.Popen:
        """Start this Odoo in the background; it keeps the private PostgreSQL alive as long as it lives."""
        return subprocess.Popen(
            self.command(*arguments),
            env=self.environment(conf),
            pass_fds=self.postgres.keep_alive,
            **popen,
        )


def prepare(target: Target) -> Odoo:
    """Set up what is missing (in parallel: source and Python packages) and describe this Odoo."""
    os.umask(0o022)  # root's files must be readable for the user who runs PostgreSQL
    home = paths.runtime_dir(str(target.series))
    with ThreadPoolExecutor(2) as pool:
        source = pool.submit(find_source, target)
        python = pool.submit(venv.environment, "odoo", "odoo.txt", "test.txt")
        odoo = Odoo(source.result(), python.result(), Postgres(home / "postgres"), home)
    return odoo


def wait_in_foreground(process: subprocess.Popen) -> int:
    """Wait for a child that has the terminal: Ctrl-C reaches it by itself, a SIGTERM is handed on."""
    old_int = signal.signal(signal.SIGINT, signal.SIG_IGN)
    old_term = signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    try:
        code = process.wait()
    finally:
        signal.signal(signal.SIGINT, old_int)
        signal.signal(signal.SIGTERM, old_term)
    return code if code >= 0 else 128 - code
