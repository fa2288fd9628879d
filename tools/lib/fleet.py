"""A shop with real workers that may be killed: own PostgreSQL, marketplace, Odoo server, worker processes.

For the tests in tests/processes and for tools/chaos. Everything it starts ends with it, also when it is killed itself:
the kernel is asked to end each child with its parent.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import database, locks, market, paths, shop
from .console import ToolError, step, tail
from .odoo import Odoo, free_port, manifest, prepare
from .options import Target
from .postgres import Postgres
from .rpc import Session

NURSERY = Path(__file__).parent / "inside" / "nursery.py"
_libc = ctypes.CDLL(None)


def die_with_parent() -> None:
    """For ``preexec_fn``: the kernel sends SIGKILL (1 is PR_SET_PDEATHSIG) when the starting thread ends."""
    _libc.prctl(1, signal.SIGKILL)


@dataclass
class Worker:
    """One worker process. ``halted`` once it has come to the place where it was told to stop."""

    name: str
    fleet: Fleet
    pid: int = 0
    halted: bool = False
    gone: bool = False
    said: str | None = None

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        self.fleet.send({"do": "kill", "pid": self.pid})
        self.fleet.wait_for(lambda: self.gone, f"the end of worker {self.name}", 20)

    def wait_halted(self, seconds: float = 60) -> None:
        """Wait until it stands where it was told to halt."""
        self.fleet.wait_for(lambda: self.halted or self.gone, f"worker {self.name} at its halt", seconds)
        if self.gone:
            raise ToolError(f"Worker {self.name} ended before its halt.\n{tail(self.fleet.log_text())}")


class Fleet:
    """Use it as a context manager. ``session`` is an administrator's; ``market`` the sandbox marketplace."""

    def __init__(self, target: Target, name: str, seed: int = 1) -> None:
        self.target = target
        self.name = name
        self.seed = seed
        self.workers: list[Worker] = []
        self._events = threading.Condition()
        self._nursery: subprocess.Popen | None = None
        self._ready = False

    # --- life ---------------------------------------------------------------------------------------------------------
    def __enter__(self) -> Fleet:
        with contextlib.ExitStack() as stack:
            shared = prepare(self.target)
            self.home = paths.runtime_dir(str(shared.series), self.name)
            stack.enter_context(locks.locked(self.home / "lock", f"{self.home.name} of this checkout"))
            self.odoo = Odoo(shared.source, shared.python, Postgres(self.home / "postgres"), self.home)
            stack.enter_context(self.odoo.postgres)
            self._make_database(shared)
            for log in ("server.log", "workers.log"):
                (self.home / log).unlink(missing_ok=True)
            self.market = market.start(self.odoo.python, 0, self.seed, self.home, preexec_fn=die_with_parent)
            stack.callback(self.market.stop)
            self.session = self.start_server(stack)
            stack.callback(self.stop_workers)
            self.products = shop.create_products(self.session, self.market.catalogue())
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _make_database(self, shared: Odoo) -> None:
        template = self._bring_template(shared)
        self.odoo.write_conf()
        database.drop(self.odoo, self.name)
        database.copy(self.odoo, template, self.name)
        # The private servers forget the last half second in a crash; here a commit must be a commit.
        self.odoo.postgres.sql(f'ALTER DATABASE "{self.name}" SET synchronous_commit = on')
        with step("installing the addon"):
            database.install(self.odoo, self.name, [paths.ADDON], self.home / "install.log")

    def _bring_template(self, shared: Odoo) -> str:
        """Copy the template database of the demo into this fleet's own PostgreSQL, once."""
        modules = manifest().get("depends", ["base"])
        every = [*modules, *shop.FRENCH_MODULES]
        name = database.template_name(shared.series, shared.source.version, every, shop.FRENCH_COMPANY)
        own = database.names(self.odoo)
        if name in own:
            return name
        for old in own:
            if old.startswith("template_"):
                self.odoo.postgres.sql(f'ALTER DATABASE "{old}" WITH IS_TEMPLATE false')
                database.drop(self.odoo, old)
        with shared.postgres:
            database.ensure_template(shared, modules, shop.FRENCH_MODULES, shop.FRENCH_COMPANY)
            passing = f"{self.name}_passing_{os.getpid()}"
            with step("copying the template database"):
                try:
                    database.copy(shared, name, passing)
                    self._pour(shared, passing, name)
                    store = shared.data_dir / "filestore" / passing
                    if store.is_dir():
                        target = self.odoo.data_dir / "filestore"
                        target.mkdir(parents=True, exist_ok=True)
                        store.rename(target / name)
                finally:
                    database.drop(shared, passing)
        self.odoo.postgres.sql(f'ALTER DATABASE "{name}" WITH IS_TEMPLATE true ALLOW_CONNECTIONS false')
        return name

    def _pour(self, shared: Odoo, source: str, target: str) -> None:
        """Copy a database from the shared server into the own one."""
        database.drop(self.odoo, f"{target}_building")
        self.odoo.postgres.sql(f'CREATE DATABASE "{target}_building" TEMPLATE template0')
        dump = subprocess.Popen(shared.postgres.client("pg_dump", "-O", source), stdout=subprocess.PIPE)
        load = self.odoo.postgres.client("psql", "-XAqt", "-v", "ON_ERROR_STOP=1", "-d", f"{target}_building")
        done = subprocess.run(load, stdin=dump.stdout, stdout=subprocess.DEVNULL, check=False)
        dump.stdout.close()
        if dump.wait() or done.returncode:
            raise ToolError(f"The template database {source} could not be copied into {self.odoo.postgres.home}.")
        database.drop(self.odoo, target)
        self.odoo.postgres.sql(f'ALTER DATABASE "{target}_building" RENAME TO "{target}"')

    # --- Odoo's own server --------------------------------------------------------------------------------------------
    def start_server(self, stack: contextlib.ExitStack, cron_workers: int = 0) -> Session:
        """Start a real Odoo server and sign in. With cron workers it is the one of production, made of processes.

        (A server of threads is no measure here: its cron threads end when they find no database, on every series, and
        stay away until Odoo is started again.)
        """
        port = free_port()
        processes = {"workers": 1, "gevent_port": free_port()} if cron_workers else {}
        conf = self.odoo.write_conf(
            self.home / f"server-{port}.conf",
            db_name=self.name,
            dbfilter=f"^{self.name}$",
            http_port=port,
            list_db=False,
            max_cron_threads=cron_workers,
            **processes,
        )
        stack.callback(conf.unlink, missing_ok=True)
        with (self.home / "server.log").open("a", encoding="utf-8") as out:
            process = self.odoo.start(
                ["server"],
                conf=conf,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
        stack.callback(_end, process)
        session = Session(f"http://127.0.0.1:{port}")
        session.wait_until_up(lambda: process.poll() is None)
        session.sign_in(self.name, "admin", "admin")
        return session

    # --- workers ------------------------------------------------------------------------------------------------------
    def spawn(
        self,
        halt: dict[str, Any] | None = None,
        run: str | None = None,
        rest: float = 0.2,
        prepare: str | None = None,
    ) -> Worker:
        """Start a worker; ``halt`` is where it stops for ever, ``run`` what it does instead, ``prepare`` what it does
        before (see inside/nursery.py)."""
        self._need_nursery()
        worker = Worker(f"w{len(self.workers) + 1}", self)
        self.workers.append(worker)
        self.send({"do": "spawn", "name": worker.name, "rest": rest, "halt": halt, "run": run, "prepare": prepare})
        self.wait_for(lambda: worker.pid, f"the birth of worker {worker.name}", 30)
        return worker

    def living(self) -> list[Worker]:
        return [worker for worker in self.workers if worker.pid and not worker.gone]

    def stop_workers(self) -> None:
        """End the workers and what starts them; the kernel ends the ones with the other."""
        process, self._nursery = self._nursery, None
        if process:
            process.kill()
            process.wait()
            self._reader.join(10)
            process.stdin.close()
            process.stdout.close()
        for worker in self.workers:
            worker.gone = True
        self._ready = False

    def _need_nursery(self) -> None:
        if self._nursery:
            return
        with (self.home / "workers.log").open("a", encoding="utf-8") as log:
            self._nursery = subprocess.Popen(
                [str(self.odoo.python), str(NURSERY), self.name, str(os.getpid())],
                env=self.odoo.environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
                pass_fds=self.odoo.postgres.keep_alive,
            )
        self._reader = threading.Thread(target=self._read_events, args=(self._nursery,), daemon=True)
        self._reader.start()
        self.wait_for(lambda: self._ready or self._nursery.poll() is not None, "the nursery of workers", 120)
        if not self._ready:
            raise ToolError(f"The workers do not start.\n{tail(self.log_text())}")

    def send(self, command: dict[str, Any]) -> None:
        self._nursery.stdin.write(json.dumps(command).encode() + b"\n")
        self._nursery.stdin.flush()

    def _read_events(self, process: subprocess.Popen) -> None:
        for line in process.stdout:
            event = json.loads(line)
            with self._events:
                if event["event"] == "ready":
                    self._ready = True
                for worker in self.workers:
                    if event["event"] == "born" and worker.name == event["name"]:
                        worker.pid = event["pid"]
                    elif worker.pid == event.get("pid") and not worker.gone:
                        worker.halted = worker.halted or event["event"] == "halted"
                        worker.said = event.get("text", worker.said)
                        worker.gone = event["event"] == "gone"
                self._events.notify_all()

    def wait_for(self, condition: Callable[[], Any], what: str, seconds: float) -> None:
        """Wait for something the workers tell."""
        with self._events:
            if not self._events.wait_for(condition, seconds):
                raise ToolError(f"Waited {seconds:.0f} s for {what} in vain.\n{tail(self.log_text())}")

    # --- looking ------------------------------------------------------------------------------------------------------
    def sql(self, statement: str) -> list[list[str]]:
        """The rows of a statement in the fleet's database."""
        return [row.split("\t") for row in self.odoo.postgres.sql(statement, self.name)]

    def number(self, statement: str) -> int:
        """The one number that a statement gives."""
        return int(self.sql(statement)[0][0])

    def forget_logs(self) -> None:
        """Begin anew with the logs: what was logged so far was looked at."""
        for file in self._logs():
            os.truncate(file, 0)

    def _logs(self) -> list[Path]:
        return [file for file in (self.home / "workers.log", self.home / "server.log") if file.exists()]

    def log_text(self) -> str:
        """What workers and servers have logged."""
        return "\n".join(file.read_text(encoding="utf-8", errors="replace") for file in self._logs())

    def errors(self) -> list[str]:
        """The ERROR and CRITICAL lines of the logs, without date and process."""
        found = re.findall(r"^\S+ \S+ \d+ (?:ERROR|CRITICAL) \S+ (.*)$", self.log_text(), re.MULTILINE)
        return list(found)

    def restart_database(self) -> None:
        """Have PostgreSQL crash and come back, then reload pages as a person does: Odoo's server answers the first one
        on each connection that was cut with an error."""
        self.odoo.postgres.restart()
        self.eventually(lambda: all(self._answers() for _ in range(3)), "Odoo's server after the restart", 60)

    def _answers(self) -> bool:
        try:
            return bool(self.session.call("res.users", "search_count", []))
        except ToolError:
            return False

    def eventually(self, condition: Callable[[], Any], what: str, seconds: float, every: float = 0.2) -> Any:
        """Ask again and again until the answer is true."""
        end = time.monotonic() + seconds
        while True:
            answer = condition()
            if answer:
                return answer
            if time.monotonic() > end:
                raise ToolError(f"Waited {seconds:.0f} s for {what} in vain.\n{tail(self.log_text())}")
            time.sleep(every)


def _end(process: subprocess.Popen) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
