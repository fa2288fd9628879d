"""Seeing whether the queue stands still, and saying what to check."""

import logging

from odoo import SUPERUSER_ID, _, api, fields, models
from odoo.modules.registry import Registry
from odoo.tools import config as odoo_config
from odoo.tools import format_datetime

from ...services.rules.stalled import BLOCKING, STANDSTILL, Lane, QueueFacts, diagnose, standing_lanes
from ..queue.worker import LOCK_CLASS

_logger = logging.getLogger(__name__)

WORKER_ALIVE = """
SELECT objid::bigint FROM pg_locks
 WHERE locktype = 'advisory' AND classid = %(class)s AND objsubid = 2 AND granted
   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
# What has been due for a while, by account and lane. An account whose calls are suspended waits rightly, but for what
# calls nobody; and nothing is overdue that could not run before the account was last changed.
DUE = """
SELECT job.config_id, job.lane,
       MIN(GREATEST(job.eta, job.create_date, job.write_date, job.finished_at, account.write_date)) AS since
  FROM cdiscount_queue job
  JOIN cdiscount_config account ON account.id = job.config_id
  LEFT JOIN cdiscount_circuit circuit ON circuit.config_id = account.id
 WHERE job.state IN ('pending', 'waiting_retry') AND (job.eta IS NULL OR job.eta <= %(now)s)
   AND account.id = ANY(%(configs)s) AND account.active AND account.state = 'connected'
   AND (circuit.suspended_until IS NULL OR job.operation = ANY(%(offline)s))
 GROUP BY job.config_id, job.lane
"""
PROGRESS = """
SELECT job.lane,
       MAX(CASE WHEN job.state = 'running' AND job.worker_lock = ANY(%(alive)s) THEN %(now)s
                ELSE GREATEST(job.started_at, job.finished_at) END)
  FROM cdiscount_queue job WHERE job.lane = ANY(%(lanes)s) GROUP BY job.lane
"""
LONGEST = """
SELECT id, started_at FROM cdiscount_queue
 WHERE state = 'running' AND worker_lock = ANY(%(alive)s) ORDER BY started_at LIMIT 1
"""


class CdiscountQueueWatch(models.Model):
    _inherit = "cdiscount.queue"

    # ------------------------------------------------------------------ seeing
    @api.model
    def _gather_facts(self, configs, cron_running=False):
        """Return ``{account: QueueFacts}`` for accounts that are connected; a handful of queries, nothing is written.

        :param cron_running: the caller is the scheduled action itself, so it is not late
        """
        configs = configs.sudo().filtered(lambda config: config.active and config.state == "connected")
        if not configs:
            return {}
        self.env.flush_all()
        cr, now = self.env.cr, fields.Datetime.now()
        cron = self._cron("cron_run_queue").sudo()
        cr.execute(WORKER_ALIVE, {"class": LOCK_CLASS})
        alive = [row[0] for row in cr.fetchall()]
        values = {"now": now, "alive": alive, "configs": configs.ids, "offline": self._offline_operations()}
        cr.execute(LONGEST, values)
        longest = cr.fetchone()
        cr.execute(DUE, values)
        due = {}
        for config_id, lane, since in cr.fetchall():
            due.setdefault(config_id, {})[lane] = since
        # Looking for the last sign of life is worth its price only where something has waited for long.
        late = sorted({lane for lanes in due.values() for lane, since in lanes.items() if now - since > STANDSTILL})
        progress = {}
        if late:
            cr.execute(PROGRESS, dict(values, lanes=late))
            progress = dict(cr.fetchall())
        neutralized = bool(self.env["ir.config_parameter"].sudo().get_param("database.is_neutralized"))
        return {
            config: QueueFacts(
                now=now,
                neutralized=neutralized,
                cron_active=cron.active if cron else None,
                cron_due=None if cron_running or alive else cron.nextcall,
                lanes={lane: Lane(since, progress.get(lane)) for lane, since in due.get(config.id, {}).items()},
                longest_running=longest[1] if longest else None,
            )
            for config in configs
        }

    @api.model
    def _offline_operations(self):
        return [name for name, spec in self._get_operations().items() if not spec.needs_connection]

    # ------------------------------------------------------------------ saying
    @api.model
    def _explain_stall(self, facts):
        """Return dict(title, checks: list of sentences, codes, blocked) of what is wrong, or None when nothing is."""
        codes = diagnose(facts)
        if not codes:
            return None
        texts = [self._stall_text(code, facts) for code in codes]
        return {
            "codes": list(codes),
            "title": texts[0][0],
            "checks": [*texts[0][1], *(text for title, checks in texts[1:] for text in (title, *checks))],
            "blocked": bool(BLOCKING.intersection(codes)),
        }

    @api.model
    def _stall_text(self, code, facts):
        """Return (what is wrong, [what to check, ...]) of one code of ``services.rules.stalled``."""
        if code == "neutralized":
            return _("This database is a copy for tests: its scheduled actions are switched off on purpose."), [
                _("Nothing is fetched from Cdiscount and nothing is sent. Work in the production database."),
            ]
        if code == "cron_off":
            return _("The scheduled actions of Cdiscount are switched off: no job runs."), [
                _("Press Start Again on the account, or activate the actions that begin with Cdiscount (Settings, "
                  "Technical, Scheduled Actions)."),
            ]  # fmt: skip
        if code == "cron_late":
            cron = self._cron("cron_run_queue").sudo()
            last = format_datetime(self.env, cron.lastcall, dt_format="short") if cron.lastcall else _("never")
            checks = [
                _("Is Odoo's server running, with scheduled actions? In its configuration, max_cron_threads must be 1 "
                  "or more."),
                _("Does the server serve this database? Look at db_name and dbfilter in its configuration."),
                _("Do other scheduled actions run (Settings, Technical, Scheduled Actions, Last Execution Date)? One "
                  "that never ends holds up the rest: restart Odoo."),
            ]  # fmt: skip
            if odoo_config["max_cron_threads"] == 0:
                checks.insert(0, _("This server was started with max_cron_threads = 0."))
            return _("Odoo's scheduled actions do not run (last run: %s).", last), checks
        if code == "standstill":
            names = dict(self._fields["lane"]._description_selection(self.env))
            lanes = standing_lanes(facts)
            since = min(facts.lanes[lane].due_since for lane in lanes)
            return _(
                "Jobs wait since %(since)s and no worker takes them (%(lanes)s).",
                since=format_datetime(self.env, since, dt_format="short"),
                lanes=", ".join(names.get(lane, lane) for lane in lanes),
            ), [
                _("Look for lines with Cdiscount in the server's log: they say why the runner was interrupted."),
                _("Is the server short of memory or time (limit_time_real_cron, limit_memory_hard)? Then its workers "
                  "are stopped in the middle of the work."),
                _("Does a long report or import hold a lock on the database? Wait for its end, or restart Odoo."),
            ]  # fmt: skip
        started = format_datetime(self.env, facts.longest_running, dt_format="short")
        return _("One job has been running since %s.", started), [
            _("Open the queue, filter Running, and see whether its progress still changes. If not, restart Odoo: the "
              "job starts again by itself and does nothing twice."),
        ]  # fmt: skip

    # ------------------------------------------------------------------ whoever looks
    @api.model
    def get_watch(self):
        """What stands still in the accounts of the user, for the banners of the web client. Tells the responsible.

        Crons that do not run cannot tell so themselves: the first person who opens Odoo does.

        :return: False, or dict(title, checks, accounts: names, config_id: the first of them)
        """
        if not self.env.user.has_group("cdiscount_store_management.group_user"):
            return False
        configs = self.env["cdiscount.config"].search([("state", "=", "connected")])
        facts = self._gather_facts(configs)
        configs._settle_stalls(facts)
        found = [(config, stall) for config in facts if (stall := self._explain_stall(facts[config]))]
        if not found:
            return False
        config, stall = found[0]
        return {
            "title": stall["title"],
            "checks": stall["checks"],
            "blocked": stall["blocked"],
            "accounts": [config.name for config, _stall in found],
            "config_id": config.id,
        }

    @api.model
    def _after_run(self):
        """Besides what is done after a run: a runner that works tells of lanes that stand still. Never raises."""
        try:
            with Registry(self.env.cr.dbname).cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                configs = env["cdiscount.config"].search(
                    ["|", ("state", "=", "connected"), ("stalled_since", "!=", False)]
                )
                configs._settle_stalls(env["cdiscount.queue"]._gather_facts(configs, cron_running=True))
        except Exception:
            _logger.warning("Cdiscount queue: could not look for lanes that stand still", exc_info=True)
        return super()._after_run()
