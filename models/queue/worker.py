"""One run of the queue by one process, and how the others know that it is alive.

A worker takes a session advisory lock of the database on a connection of its own and writes the lock's number on each
job it takes. PostgreSQL gives the lock back at the very moment the connection ends, however the process died; so "is
the worker of this job alive" is a look into ``pg_locks``, right at once and without a clock. The other ways considered:

* a short lease alone takes work away from a worker that is slow but lives, a long one leaves a dead worker's jobs
  lying for as long;
* a heartbeat thread beats on while the thread that works hangs, does not beat while a C call holds the interpreter, and
  writes to rows that the work itself wants to write to;
* a lock of the transaction would keep that transaction, and so all dead rows of the database, for the whole run.

The connection is held out of Odoo's pool for the length of the run, idle and outside any transaction. TCP keepalives
make PostgreSQL notice within half a minute that a whole machine is gone. A lock-less ceiling stays: a job that was not
heard of for ``LEASE_SECONDS`` is given to another worker although its own still holds the lock: it hangs. A connection
pooler between Odoo and PostgreSQL must work per session (as Odoo itself needs for its notifications).
"""
# The connections of a run are its own: nobody else's transaction is committed here.
# pylint: disable=invalid-commit

import logging
import os
import secrets
import socket
import time

import psycopg2

from odoo.modules.registry import Registry
from odoo.sql_db import db_connect

_logger = logging.getLogger(__name__)

LOCK_CLASS = 1128551249
"""First half of the advisory locks' numbers; the second half is the worker's own."""
LEASE_SECONDS = 3600
LOCK_TIMEOUT = "20s"
"""A lock that another transaction keeps for long (a person's wizard, a report) must make a job wait its turn in the
queue, not hold a worker for ever."""
CLAIM_SECONDS = 0.5
"""How much work that cannot be sent together is taken at once: taking it costs less, and little waits behind it."""
LARGEST_CLAIM = 100


class Worker:
    """One run: its lock, the connection it works on, its time, and what it has learnt on the way.

    :param deadline: moment (``time.monotonic``) after which nothing new is begun
    :param last_call: moment after which work that could go on is interrupted at its next checkpoint
    """

    def __init__(self, dbname, lanes=None, config_ids=None, deadline=0.0, last_call=None):
        self.dbname = dbname
        self.lanes = list(lanes) if lanes else None
        self.config_ids = list(config_ids) if config_ids is not None else None
        self.deadline = deadline
        self.last_call = deadline if last_call is None else max(deadline, last_call)
        self.lock = None
        self.name = None
        self.claims = 0
        self.crowded_out = False
        self.served = {}
        self.contexts = {}
        self._seconds_per_job = {}
        self._lock_cr = None
        self._cr = None

    def __enter__(self):
        self._lock_cr = db_connect(self.dbname).cursor()
        try:
            self._take_lock()
        except BaseException:
            self._drop(self._lock_cr)
            raise
        return self

    def __exit__(self, *unused):
        try:
            self._close_work()
        finally:
            self._give_lock_back()

    # ------------------------------------------------------------------ being alive
    def _take_lock(self):
        cr = self._lock_cr
        while not self.lock:
            number = secrets.randbelow(2**31 - 1) + 1
            cr.execute("SELECT pg_try_advisory_lock(%s, %s)", (LOCK_CLASS, number))
            self.lock = number if cr.fetchone()[0] else None
        self.name = f"{socket.gethostname()}:{os.getpid()}:{self.lock}"
        # Without a commit the connection would stay in a transaction and hold back the database's clean-up.
        cr.commit()
        try:
            cr.execute("SET tcp_keepalives_idle = 15; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3")
            cr.commit()
        except psycopg2.Error:
            # Some servers do not know them: a machine that loses its power is then noticed by the lease.
            cr.rollback()

    def _give_lock_back(self):
        cr = self._lock_cr
        try:
            cr.rollback()
            cr.execute("SELECT pg_advisory_unlock(%s, %s)", (LOCK_CLASS, self.lock))
            cr.execute("RESET tcp_keepalives_idle; RESET tcp_keepalives_interval; RESET tcp_keepalives_count")
            cr.commit()
            cr.close()
        except psycopg2.Error:
            self._drop(cr)

    @staticmethod
    def _drop(cr):
        """Close a cursor together with its connection: whatever it held is free then."""
        try:
            cr.connection.close()
            cr.close()
        except psycopg2.Error as error:
            _logger.debug("closing a broken connection: %s", error)

    # ------------------------------------------------------------------ the connection for the work
    def cursor(self):
        """Return the run's cursor, outside of any transaction: one connection serves all jobs, one after the other."""
        if self._cr is None or self._cr.closed:
            self._cr = Registry(self.dbname).cursor()
            self._cr.execute("SELECT set_config('lock_timeout', %s, false)", (LOCK_TIMEOUT,))
            self._cr.commit()
        return self._cr

    def commit(self):
        """End the present transaction of the run's cursor."""
        self._cr.commit()

    def rollback(self):
        """Throw away what the present transaction did. A broken connection is replaced when it is needed next."""
        if self._cr is None:
            return
        try:
            self._cr.rollback()
            self._cr.cache.clear()
        except psycopg2.Error:
            cr, self._cr = self._cr, None
            self._drop(cr)

    def _close_work(self):
        if self._cr is None:
            return
        self.rollback()
        if self._cr is None:
            return
        try:
            self._cr.execute("RESET lock_timeout")
            self._cr.commit()
            self._cr.close()
        except psycopg2.Error:
            self._drop(self._cr)

    # ------------------------------------------------------------------ what it has learnt
    def note_pace(self, operation, jobs, seconds):
        """Remember how long a job of this kind takes."""
        pace = seconds / max(jobs, 1)
        known = self._seconds_per_job.get(operation, pace)
        self._seconds_per_job[operation] = max(pace, (known + pace) / 2)

    def how_many(self, operation, spec):
        """How many jobs of an operation to take at once."""
        if spec.batch > 1 or spec.alone_in:
            return spec.batch
        pace = self._seconds_per_job.get(operation)
        if pace is None:
            return 1
        return max(1, min(LARGEST_CLAIM, int(CLAIM_SECONDS / max(pace, 1e-6))))

    def is_time_over(self):
        return time.monotonic() >= self.deadline
