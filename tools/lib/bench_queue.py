"""tools/bench queue: no-op jobs a second, one worker, beside OCA queue_job."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import bench, bench_report, database
from .bench import Bench
from .console import ToolError, say, step, tail
from .odoo import free_port, prepare
from .options import Target

THEIRS = "bench_queue_job"
PATIENCE = 300  # seconds without an end after which their runner counts as stuck


@dataclass
class Wish:
    """What the caller asked for."""

    target: Target
    queue_job: str | None = None
    jobs: int = 500
    rounds: int | None = None
    record: bool = False


def run(wish: Wish) -> None:
    """Measure, print, record when asked."""
    odoo = prepare(wish.target)
    with bench.opened(odoo) as room:
        bench.open_market(room, 1)
        bench.fresh_base(room, bench.BARE)
        bench.fill(room, bench.BARE)
        ways = {
            "ours": lambda: _rate(room.inside(room.fresh(bench.BARE), "noop_ours", jobs=wish.jobs, batch=1)),
            "ours by fifties": lambda: _rate(
                room.inside(room.fresh(bench.BARE), "noop_ours", jobs=wish.jobs * 5, batch=50)
            ),
        }
        if wish.queue_job:
            addons = find_addons(Path(wish.queue_job).expanduser().resolve())
            room.extra.update(addons=addons, python_path=wish.queue_job)
            install_theirs(room)
            ways["queue_job"] = lambda: their_runner(room, wish.jobs)
            ways["queue_job inside"] = lambda: _rate(
                room.inside(room.fresh(THEIRS), "noop_theirs_inside", jobs=wish.jobs, extra_path=addons)
            )
        else:
            say("OCA queue_job is not measured: name the folder that holds it with --queue-job PATH.")
        results = bench.alternate(wish.rounds or 2, ways)
    medians = {name: bench.median(found, "per_second") for name, found in results.items()}
    figures: dict[str, Any] = {
        "name": "queue",
        "series": odoo.series,
        "jobs": wish.jobs,
        "rounds": wish.rounds or 2,
        "per_second": {name: round(rate) for name, rate in medians.items()},
    }
    if wish.queue_job:
        figures["faster"] = round(medians["ours"] / medians["queue_job"], 1)
        figures["faster_than_inside"] = round(medians["ours"] / medians["queue_job inside"], 1)
    print(f"\n{bench_report.queue_table(figures)}\n", flush=True)
    if wish.record:
        bench_report.record("queue", figures)


def _rate(found: dict[str, Any]) -> dict[str, Any]:
    return {**found, "per_second": found["jobs"] / found["seconds"]}


def find_addons(given: Path) -> Path:
    """The folder of addons in which queue_job lies: the one named, or one below it as pip lays it out."""
    for folder in (given, given / "odoo" / "addons", given.parent):
        if (folder / "queue_job" / "__manifest__.py").is_file():
            return folder
    raise ToolError(f"{given} holds no addon queue_job. Name the folder that holds the folder queue_job.")


def install_theirs(room: Bench) -> None:
    """A database with queue_job beside what the other one has."""
    odoo = room.odoo
    room.stack.callback(database.drop, odoo, THEIRS)
    database.drop(odoo, THEIRS)
    database.copy(odoo, bench.BARE, THEIRS)
    with step("installing queue_job"):
        options = ["-d", THEIRS, "-i", "queue_job", *database.QUIET, "--log-level=warn", *room.addons_option()]
        done = subprocess.run(
            odoo.command(*options), env=room.environment(), capture_output=True, text=True, check=False
        )
    installed = "SELECT 1 FROM ir_module_module WHERE name = 'queue_job' AND state = 'installed'"
    if done.returncode or not odoo.postgres.sql(installed, THEIRS):
        raise ToolError(f"queue_job could not be installed.\n{tail(done.stdout + done.stderr)}")


def their_runner(room: Bench, jobs: int) -> dict[str, Any]:
    """Their way: a server with one HTTP worker and their runner, which hands it one job after the other."""
    odoo = room.odoo
    name = room.fresh(THEIRS)
    room.inside(name, "noop_theirs", jobs=jobs, extra_path=room.extra["addons"])
    port = free_port(8169)
    conf = odoo.write_conf(
        room.folder / "queue_job.conf",
        db_name=name,
        dbfilter=f"^{name}$",
        http_port=port,
        gevent_port=free_port(port + 100),
        workers=1,
        max_cron_threads=0,
        list_db=False,
        server_wide_modules="base,web,queue_job",
        addons_path=[*odoo.settings()["addons_path"], room.extra["addons"]],
    )
    env = room.environment(conf)
    env.update(ODOO_QUEUE_JOB_CHANNELS="root:1", ODOO_QUEUE_JOB_HOST="127.0.0.1", ODOO_QUEUE_JOB_PORT=str(port))
    log = room.folder / "queue_job.log"
    with log.open("w", encoding="utf-8") as out:
        server = subprocess.Popen(
            odoo.command("server", "--log-level=warn"),
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=odoo.postgres.keep_alive,
        )
    try:
        return _watch(room, name, jobs, server, log)
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def _watch(room: Bench, name: str, jobs: int, server: subprocess.Popen, log: Path) -> dict[str, Any]:
    """Count from the moment their runner is warm (a tenth is done) to the end."""
    begin = time.monotonic()
    first: tuple[float, int] | None = None
    while True:
        done = int(room.odoo.postgres.sql("SELECT count(*) FROM queue_job WHERE state = 'done'", name)[0])
        now = time.monotonic()
        if first is None and done >= jobs / 10:
            first = (now, done)
        if done >= jobs:
            seconds = now - first[0]
            counted = done - first[1]
            return {"seconds": seconds, "jobs": counted, "per_second": counted / max(seconds, 0.001)}
        if server.poll() is not None or now - begin > PATIENCE:
            raise ToolError(
                f"Their runner did {done} of {jobs} jobs and no more.\n{tail(log.read_text(errors='replace'))}"
            )
        time.sleep(0.1)
