"""A private PostgreSQL for this checkout: own data, own socket folder, no TCP port, no touch to the system's server.

Debian's programs are used when they are installed, otherwise those of PyPI's ``pgserver`` (the environment variable
TOOLS_POSTGRES=embedded asks for these in any case). Root may not run PostgreSQL, so root runs it as an unprivileged
user.

Every tool that needs the server holds a shared lock while it works and passes it on to its Odoo. A small watcher waits
for the moment when nobody holds that lock any more and stops the server, so a tool that is killed leaves nothing
running.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from . import paths, venv
from .console import ToolError, run, step
from .locks import locked, open_lock, try_lock, wait_lock
from .system import install_hint

OLDEST = 13  # Odoo 19 asks for it
NEEDED = ("initdb", "postgres", "pg_ctl", "pg_isready", "psql")
PORT = 5432  # only part of the socket's name: nothing listens on TCP
SUPERUSER = "odoo"
SETTINGS = """
# written by tools/: a server for development and tests, on a private socket
listen_addresses = ''
port = {port}
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
max_connections = 200
shared_buffers = 256MB
work_mem = 16MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
checkpoint_timeout = 30min
# losing the last seconds in a power cut is fine for databases that can be made again in a minute
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum_naptime = 30s
log_line_prefix = '%m [%p] %d '
timezone = 'UTC'
"""


DEBIAN_INSTEAD = f"install Debian's PostgreSQL: {install_hint(['postgresql'])}"
ACCESS = """# the socket's folder belongs to one user, and nothing listens on TCP
local all all trust
"""


def debian_programs() -> Path | None:
    """The folder of the newest PostgreSQL programs that Debian has installed (13 or later)."""
    found = []
    for folder in Path("/usr/lib/postgresql").glob("*/bin"):
        major = folder.parent.name
        if major.isdigit() and int(major) >= OLDEST and all((folder / name).exists() for name in NEEDED):
            found.append((int(major), folder))
    return max(found)[1] if found else None


def embedded_programs() -> Path:
    """The programs that PyPI's pgserver brings, for machines without Debian's."""
    python = venv.environment("postgres", "postgres.txt")
    folder = next(python.parent.parent.glob("lib/python*/site-packages/pgserver/pginstall/bin"), None)
    if folder is None:
        raise ToolError(f"pgserver brings no programs for this kind of machine: {DEBIAN_INSTEAD}")
    if os.getuid() == 0 and not paths.reachable_by_others(folder):
        raise ToolError(
            f"PostgreSQL may not run as root, and the user it runs as cannot reach {folder}.\n"
            f"  Set XDG_CACHE_HOME to a folder that everybody may enter, or {DEBIAN_INSTEAD}"
        )
    return folder


@dataclass
class Postgres:
    """The server of one checkout. Use it as a context manager: inside, it runs."""

    home: Path

    def __post_init__(self) -> None:
        self.users_lock = self.home / "users.lock"
        self.watch_lock = self.home / "watcher.lock"
        self.setup_lock = self.home / "setup.lock"
        self._held: int | None = None

    @cached_property
    def programs(self) -> Path:
        if os.environ.get("TOOLS_POSTGRES") == "embedded":
            return embedded_programs()
        return debian_programs() or embedded_programs()

    @cached_property
    def owner(self) -> pwd.struct_passwd:
        """The user the server runs as: oneself, or for root Debian's postgres, else nobody."""
        if os.getuid() != 0:
            return pwd.getpwuid(os.getuid())
        for name in ("postgres", "nobody"):
            with contextlib.suppress(KeyError):
                return pwd.getpwnam(name)
        raise ToolError("PostgreSQL may not run as root and this machine has neither a user postgres nor nobody.")

    @cached_property
    def data(self) -> Path:
        """The data folder, named after the server's major version: another version cannot read it."""
        answer = run([self.programs / "postgres", "--version"], failure="PostgreSQL does not start.")
        major = "".join(c for c in answer.split()[2].split(".")[0] if c.isdigit())
        if os.getuid() != 0 or paths.reachable_by_others(self.home):
            return self.home / f"data-{major}"
        # Root's checkout may be where no other user can go; the data then lives outside and is linked from here.
        outside = Path("/var/tmp") / f"{paths.ADDON}-{paths.short_hash(self.home)}"
        _own_folder(outside, os.getuid(), 0o711)
        link = self.home / "outside"
        if not link.is_symlink():
            link.symlink_to(outside)
        return outside / f"data-{major}"

    @cached_property
    def socket(self) -> Path:
        """The socket's folder; short, because a Unix socket's whole path may not be longer than 107 bytes."""
        base = Path("/tmp")
        runtime = os.environ.get("XDG_RUNTIME_DIR", "")
        if os.getuid() != 0 and os.path.isabs(runtime) and len(runtime) < 60 and os.access(runtime, os.W_OK):
            base = Path(runtime)
        return base / f"csm-{os.getuid()}-{paths.short_hash(self.home)}"

    def as_owner(self, command: Sequence[str | Path]) -> list[str]:
        """The command as the server's owner runs it."""
        words = [str(word) for word in command]
        if os.getuid() != 0:
            return words
        who = self.owner
        return ["setpriv", f"--reuid={who.pw_uid}", f"--regid={who.pw_gid}", "--clear-groups", "--", *words]

    def program(self, name: str, *arguments: str | Path) -> list[str]:
        """The command line of one of the server's programs, run by its owner."""
        return self.as_owner([self.programs / name, *arguments])

    def client(self, name: str, *arguments: str) -> list[str]:
        """The command line of a client program (psql, createdb, dropdb) that talks to this server."""
        return [str(self.programs / name), "-h", str(self.socket), "-p", str(PORT), "-U", SUPERUSER, *arguments]

    def sql(self, statement: str, database: str = "postgres") -> list[str]:
        """The rows of a statement, columns separated by tabs."""
        command = self.client("psql", "-XAqt", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", statement)
        return run(command, failure="The private PostgreSQL refused a statement.").splitlines()

    # --- life ---------------------------------------------------------------------------------------------------------

    def __enter__(self) -> Postgres:
        self.home.mkdir(parents=True, exist_ok=True)
        with locked(self.setup_lock, "the start of PostgreSQL"):
            self._held = open_lock(self.users_lock)
            wait_lock(self._held, shared=True)
            try:
                self._prepare()
                if not self.running():
                    self._start()
                self._watch()
            except BaseException:
                self.__exit__()
                raise
        return self

    def __exit__(self, *_: object) -> None:
        # Closing, never unlocking: a child that inherited the descriptor keeps the server alive until it ends.
        if self._held is not None:
            os.close(self._held)
            self._held = None

    @property
    def keep_alive(self) -> tuple[int, ...]:
        """Descriptors to pass on to a child process that uses the server and may outlive this one."""
        return () if self._held is None else (self._held,)

    def running(self) -> bool:
        """Whether the server answers; a pid file left by a killed server does not count."""
        answer = subprocess.run(self.client("pg_isready", "-q", "-t", "5"), capture_output=True, check=False)
        return answer.returncode == 0

    def _prepare(self) -> None:
        who = self.owner
        if not (self.data / "postgresql.conf").exists() or not (self.home / f"{self.data.name}.complete").exists():
            with step("creating a private PostgreSQL cluster"):
                shutil.rmtree(self.data, ignore_errors=True)
                _own_folder(self.data, who.pw_uid, 0o700)
                options = ["-D", self.data, "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
                failure = f"PostgreSQL could not create its data folder {self.data}."
                run(self.program("initdb", *options), cwd=Path("/"), failure=failure)
            (self.home / f"{self.data.name}.complete").touch()
        _own_folder(self.socket, who.pw_uid, 0o700)
        if os.getuid() == 0 and shutil.which("setpriv") is None:
            raise ToolError("setpriv is missing (package util-linux): root needs it to run PostgreSQL as another user.")
        settings = SETTINGS.format(port=PORT, socket=self.socket)
        (self.data / "postgresql.auto.conf").write_text(settings, encoding="utf-8")
        (self.data / "pg_hba.conf").write_text(ACCESS, encoding="utf-8")

    def _start(self) -> None:
        log = self.data / "server.log"
        if log.exists() and log.stat().st_size > 5_000_000:
            log.unlink()
        # pg_ctl removes a pid file whose process is gone, or is somebody else's by now.
        command = self.program("pg_ctl", "start", "-w", "-t", "60", "-D", self.data, "-l", log)
        nowhere = subprocess.DEVNULL  # a pipe would stay open as long as the server lives
        done = subprocess.run(command, stdin=nowhere, stdout=nowhere, stderr=nowhere, cwd="/", check=False)
        if done.returncode and not self.running():
            last = "\n".join(log.read_text(errors="replace").splitlines()[-8:]) if log.exists() else ""
            raise ToolError(
                f"The private PostgreSQL does not start. Its last words:\n{last}\n"
                f"  Its databases can be made again: remove {self.data} and try again."
            )

    def restart(self, mode: str = "immediate") -> None:
        """Stop and start the server as an accident would: every connection is cut in the middle of what it does.

        For a cluster of one's own; the shared one serves others too.
        """
        options = ["-m", mode, "-w", "-t", "60", "-D", self.data, "-l", self.data / "server.log"]
        nowhere = subprocess.DEVNULL
        command = self.program("pg_ctl", "restart", *options)
        done = subprocess.run(command, stdin=nowhere, stdout=nowhere, stderr=nowhere, cwd="/", check=False)
        if done.returncode:
            raise ToolError(f"PostgreSQL did not come back after a restart. Its log is {self.data / 'server.log'}.")

    def _watch(self) -> None:
        descriptor = open_lock(self.watch_lock)
        try:
            if not try_lock(descriptor):
                return  # a watcher is at work
        finally:
            os.close(descriptor)
        subprocess.Popen(
            [sys.executable, "-m", "tools.lib.postgres", str(self.home)],
            cwd=paths.ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def stop_when_unused(self) -> None:
        """The watcher's work: wait until the last user has gone, then stop the server."""
        me = open_lock(self.watch_lock)
        if not try_lock(me):
            return
        users = open_lock(self.users_lock)
        while True:
            wait_lock(users)
            stop = self.program("pg_ctl", "stop", "-m", "fast", "-w", "-t", "60", "-D", self.data)
            subprocess.run(stop, capture_output=True, cwd="/", check=False)
            if not self.running():
                return
            time.sleep(1)


def _own_folder(folder: Path, uid: int, mode: int) -> None:
    """Make sure that the folder is a real one that belongs to the user: in /tmp somebody else may have been first."""
    with contextlib.suppress(FileExistsError):
        folder.mkdir(parents=True, mode=mode)
        os.chown(folder, uid, -1)
    facts = folder.lstat()
    if folder.is_symlink() or facts.st_uid != uid:
        raise ToolError(f"{folder} belongs to somebody else. Remove it and try again.")
    if facts.st_mode & 0o777 != mode:
        folder.chmod(mode)


if __name__ == "__main__":
    Postgres(Path(sys.argv[1])).stop_when_unused()
