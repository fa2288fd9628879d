"""Taking a failure down under its cause, cheaply and without one worker waiting for another."""

import json
import logging

import psycopg2
import psycopg2.errors

from odoo import api, fields, models
from odoo.modules.registry import Registry

from ...services.rules.fingerprint import fingerprint
from ..connection.messages import sentences
from .cause_texts import solved_by, topic_of
from .failure_cause import LooseMany2one

_logger = logging.getLogger(__name__)

FRESH_SECONDS = 60
"""A cause seen within the last minute is not written again: a thousand failures make a handful of writes."""
MOST_OF_A_CODE = 200
"""So many open causes of one kind and account are told one by one; what comes on top shares one more."""
TRIES = 5
SHARED = ""
"""Detail of the cause shared by everything beyond ``MOST_OF_A_CODE``."""

UPSERT = """
INSERT INTO cdiscount_failure_cause
       (config_id, company_id, fingerprint, code, detail, params, operation, kind, who, topic, state, first_seen,
        last_seen, comeback_count, waiting_count, create_uid, create_date, write_uid, write_date)
SELECT account.id, account.company_id, %(fingerprint)s, %(code)s, %(detail)s, %(params)s, %(operation)s, %(kind)s,
       %(who)s, %(topic)s, 'open', %(now)s, %(now)s, 0, 1, %(uid)s, %(now)s, %(uid)s, %(now)s
  FROM cdiscount_config account
 WHERE account.id = %(config)s
    ON CONFLICT (config_id, fingerprint) DO UPDATE
   SET state = 'open', last_seen = %(now)s, solved_at = NULL, kind = EXCLUDED.kind, params = EXCLUDED.params,
       first_seen = CASE WHEN cdiscount_failure_cause.state = 'solved' THEN %(now)s
                         ELSE cdiscount_failure_cause.first_seen END,
       comeback_count = cdiscount_failure_cause.comeback_count
                      + CASE WHEN cdiscount_failure_cause.state = 'solved' THEN 1 ELSE 0 END
RETURNING id
"""


class CdiscountFailureCauseNote(models.Model):
    _inherit = "cdiscount.failure.cause"

    @api.model
    def _note(self, config, code, kind, telling=None, detail=SHARED, params=None, operation=None):
        """Return the id of the open cause of a failure; create, refresh or reopen it when needed. Never raises.

        The cause is written in a short transaction of its own. The caller's transaction neither locks nor waits for a
        row that all workers want, and a failure here costs nothing but the link.

        :param telling: dict of what tells causes of the same code apart, see ``services.rules.fingerprint``
        :param detail: the missing thing, for the sentence; without it the cause is the one shared by all of its code
        :param params: plain values for the sentences
        :return: an id, or False when the cause could not be written
        """
        values = {
            "config": config.id,
            "fingerprint": fingerprint(code, telling),
            "code": code,
            "detail": detail or None,
            "params": json.dumps(params, sort_keys=True) if params else None,
            "operation": operation or None,
            "kind": kind,
            "who": solved_by(code),
            "topic": topic_of(code),
            "uid": self.env.uid,
            "now": fields.Datetime.now(),
            "fresh": FRESH_SECONDS,
            "shared": fingerprint(code),
        }
        found = self._find_fresh(self.env.cr, values)
        if found:
            return found
        for _attempt in range(TRIES):
            try:
                with Registry(self.env.cr.dbname).cursor() as cr:
                    # Should our own caller hold a lock that this needs, nobody else would end the wait.
                    cr.execute("SET LOCAL lock_timeout = '2s'")
                    return self._find_fresh(cr, values) or self._write_cause(cr, values)
            except psycopg2.errors.LockNotAvailable:
                return False
            except (psycopg2.OperationalError, psycopg2.IntegrityError) as error:
                # Another worker wrote the same cause at this very moment: the next try finds it.
                _logger.debug("cause %s met another worker: %s", code, type(error).__name__)
            except Exception:
                _logger.exception("Cdiscount queue: the cause %s could not be noted", code)
                return False
        return False

    @api.model
    def _find_fresh(self, cr, values):
        """Return the id of the cause when it was seen a moment ago, or that of the shared one when its code is full."""
        cr.execute(
            """
            SELECT id, fingerprint = %(fingerprint)s, last_seen > %(now)s - %(fresh)s * interval '1 second'
              FROM cdiscount_failure_cause
             WHERE config_id = %(config)s AND fingerprint IN (%(fingerprint)s, %(shared)s) AND state = 'open'
            """,
            values,
        )
        found = {own: (cause_id, fresh) for cause_id, own, fresh in cr.fetchall()}
        cause_id, fresh = found.get(True) or found.get(False) or (False, False)
        return cause_id if fresh else False

    @api.model
    def _write_cause(self, cr, values):
        if values["detail"]:
            cr.execute(
                """
                SELECT COUNT(*) FILTER (WHERE fingerprint <> %(fingerprint)s),
                       COUNT(*) FILTER (WHERE fingerprint = %(fingerprint)s)
                  FROM cdiscount_failure_cause WHERE config_id = %(config)s AND code = %(code)s AND state = 'open'
                """,
                values,
            )
            others, itself = cr.fetchone()
            if others >= MOST_OF_A_CODE and not itself:
                values = dict(values, fingerprint=values["shared"], detail=None, params=None)
        cr.execute(UPSERT, values, log_exceptions=False)
        row = cr.fetchone()
        return row[0] if row else False


class CdiscountQueueCause(models.Model):
    _inherit = "cdiscount.queue"

    cause_id = LooseMany2one(
        "cdiscount.failure.cause", "Failure Cause", readonly=True, copy=False, index="btree_not_null"
    )
    error_line = fields.Char("What Happened", compute="_compute_error_line")

    @api.depends("error")
    def _compute_error_line(self):
        for job in self:
            job.error_line = (job.error or "").strip().split("\n")[0] or False

    def write(self, vals):
        """A job that is over waits for nothing."""
        if vals.get("state") in ("done", "cancelled"):
            vals = dict(vals, cause_id=False)
        return super().write(vals)

    def _note_cause(self, cause, kind):
        """Put these jobs, just failed or waiting after a failure, under their cause. Never raises.

        :param cause: a Cause of ``describe_failure``
        :param kind: wait, fix, reauth, stop or bug
        """
        params = cause.params
        if not sentences(self.env, cause.code, {})[0]:
            # A code of an extension: its own words are all there is to say.
            params = {**params, "text": cause.text}
        for config, jobs in self.filtered(lambda job: not job._is_told_elsewhere()).grouped("config_id").items():
            # What waits for Cdiscount waits for the same thing, whatever was asked and however it was put off.
            left_out = {"status"} if kind != "wait" else {"status", "detail", "path"}
            telling = {name: value for name, value in params.items() if name not in left_out}
            if kind in ("fix", "bug"):
                telling["operation"] = jobs[0].operation
            cause_id = self.env["cdiscount.failure.cause"]._note(
                config, cause.code, kind, telling, params=params, operation=jobs[0].operation
            )
            if cause_id:
                jobs.write({"cause_id": cause_id})

    def action_open_cause(self):
        """Open what these jobs wait for, with who solves it and how."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "cdiscount.failure.cause",
            "res_id": self.cause_id.id,
            "views": [(False, "form")],
        }

    @api.model
    def _after_run(self):
        """Called at the end of every run of the cron, whatever became of it. Never raises."""
        return self.env["cdiscount.failure.cause"]._sweep()

    def _is_told_elsewhere(self):
        """An order that could not be created is held with the same reason: it is told once, there."""
        self.ensure_one()
        return self.operation == "order_build" and self.state == "failed"
