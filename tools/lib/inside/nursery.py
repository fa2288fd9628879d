"""Odoo workers as processes of their own, quick to start and made to be killed. Runs in Odoo's Python.

    nursery.py DATABASE PARENT_PID          (ODOO_RC names the configuration)

Odoo and the addon are loaded once; a worker is a fork of that, as in Odoo's own prefork server, and does what a cron
worker does: it runs the queue, rests a moment, and runs it again.

Commands come as JSON lines on stdin, events go as JSON lines to stdout:

    {"do": "spawn", "name": "w1", "rest": 0.2, "halt": {...}}   -> {"event": "born", "name": "w1", "pid": 123}
    {"do": "kill", "pid": 123}                                  -> {"event": "gone", "pid": 123, "status": -9}
    {"do": "end"}                                               kills what is left and ends

``run`` instead of ``rest`` is a piece of Python with ``env``; the worker runs that once, tells what it left in
``answer`` as {"event": "said", "pid": 123, "text": ...}, and ends. ``prepare`` is a piece of Python with ``registry``
that the worker carries out before anything else, for what a machine may lack (a printer of PDFs).

``halt`` names a place where the worker stops for ever, so that it can be killed exactly there: ``model``, ``method``,
``when`` (before or after the method's body) and ``nth`` (which call, from 1). It says {"event": "halted", "pid": 123}.

SIGKILL leaves no orphans: the kernel ends the nursery with its parent and the workers with the nursery.
"""

import ctypes
import json
import logging
import os
import select
import signal
import sys
import threading
import time
import traceback

import odoo
import odoo.cli
import odoo.service.server
import odoo.sql_db
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)
_logger = logging.getLogger("odoo.nursery")


def die_with(parent):
    """Have the kernel kill this process when its parent ends, however that ends."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before we could ask
        os._exit(1)


class Nursery:
    def __init__(self, database, events):
        self.database = database
        self.events = events
        self.pids = set()

    def tell(self, **event):
        # One write of less than a page: lines of several processes never mix.
        os.write(self.events, json.dumps(event).encode() + b"\n")

    def run(self):
        self.tell(event="ready", pid=os.getpid())
        rest = b""
        while True:
            self.reap()
            readable, _, _ = select.select([0], [], [], 0.05)
            if not readable:
                continue
            piece = os.read(0, 65536)
            if not piece:
                break
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                command = json.loads(line)
                if command["do"] == "end":
                    self.end()
                    return
                if command["do"] == "kill":
                    self.kill(command["pid"])
                else:
                    self.spawn(command)
        self.end()

    def reap(self):
        while self.pids:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            self.pids.discard(pid)
            self.tell(event="gone", pid=pid, status=os.waitstatus_to_exitcode(status))

    def kill(self, pid):
        if pid in self.pids:  # not reaped yet, so the number is still this child's
            os.kill(pid, signal.SIGKILL)

    def end(self):
        for pid in list(self.pids):
            self.kill(pid)
        while self.pids:
            self.reap()
            time.sleep(0.01)

    def spawn(self, command):
        parent = os.getpid()
        pid = os.fork()
        if pid:
            self.pids.add(pid)
            self.tell(event="born", name=command["name"], pid=pid)
            return
        code = 1
        try:
            die_with(parent)
            os.close(0)
            threading.current_thread().dbname = self.database
            if command.get("halt") or command.get("prepare"):
                # A registry that is loaded anew later (another process changed it) would not know of the change.
                Registry(self.database).check_signaling()
            if command.get("prepare"):
                exec(command["prepare"], {"registry": Registry(self.database)})
            if command.get("halt"):
                self.halt_at(**command["halt"])
            if command.get("run"):
                self.run_once(command["run"])
            else:
                self.work(command.get("rest", 0.2))
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)

    def work(self, rest):
        """What a cron worker does for the queue's scheduled action, without end."""
        while True:
            try:
                registry = Registry(self.database)
                registry.check_signaling()
                with registry.cursor() as cr:
                    api.Environment(cr, SUPERUSER_ID, {})["cdiscount.queue"]._cron_run()
                registry.signal_changes()
            except Exception:
                # As Odoo's own cron worker: whatever happens (the database is restarting), the next round comes.
                _logger.warning("the database does not answer", exc_info=True)
            time.sleep(rest)

    def run_once(self, code):
        with Registry(self.database).cursor() as cr:
            names = {"env": api.Environment(cr, SUPERUSER_ID, {}), "answer": None}
            exec(code, names)
        self.tell(event="said", pid=os.getpid(), text=str(names["answer"])[:1000])

    def halt_at(self, model, method, when="before", nth=1):
        """Make the nth call of a method the last thing this process does."""
        target = Registry(self.database)[model]
        original = getattr(target, method)
        calls = 0

        def stop_here():
            self.tell(event="halted", pid=os.getpid())
            while True:
                signal.pause()

        def halting(*args, **kwargs):
            nonlocal calls
            calls += 1
            if calls == nth and when == "before":
                stop_here()
            answer = original(*args, **kwargs)
            if calls == nth and when == "after":
                stop_here()
            return answer

        setattr(target, method, halting)


def main():
    database, parent = sys.argv[1], int(sys.argv[2])
    die_with(parent)
    # stdout belongs to the events: what anybody prints goes to the log.
    events = os.dup(1)
    os.dup2(2, 1)
    config.parse_config(["-d", database, "--no-http", "--max-cron-threads=0", "--workers=0"])
    odoo.service.server.start(preload=[], stop=True)
    Registry(database)
    odoo.sql_db.close_all()  # a connection must not be shared by forks
    Nursery(database, events).run()


if __name__ == "__main__":
    main()
