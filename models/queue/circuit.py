"""When the marketplace is down: the calls of an account stop for all workers, one job finds out, then all go on.

``services.breaker`` does this for the calls of one process. Here it is done for the jobs of an account, in the
database, so that a hundred workers do not each find out for themselves. While the circuit is open the account's jobs
that need the connection are not claimed, however long it takes: an outage of hours uses up no job's attempts.
"""

import logging
from datetime import timedelta

from odoo import _, api, fields, models

from ...compat import constraints

_logger = logging.getLogger(__name__)

OUTAGE_CODES = frozenset(
    {"server_error", "host_unreachable", "dns_failure", "timeout", "connection_cut", "not_json", "circuit_open"}
)
THRESHOLD = 3
"""Jobs in a row, of all workers, that failed because the marketplace did not answer properly."""
FIRST_PAUSE = 60
LONGEST_PAUSE = 300
"""Seconds. The longest pause is also how late an order comes in after the longest outage."""
TELL_AFTER = timedelta(hours=1)


class CdiscountCircuit(models.Model):
    _name = "cdiscount.circuit"
    _description = "Cdiscount Circuit Breaker"
    _rec_name = "config_id"

    vars().update(constraints(("config_uniq", "unique(config_id)", "An account has one circuit breaker.")))

    config_id = fields.Many2one("cdiscount.config", "Account", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="config_id.company_id", store=True)
    failures = fields.Integer(readonly=True, help="Jobs in a row to which Cdiscount did not answer properly.")
    opened_at = fields.Datetime("Down Since", readonly=True)
    suspended_until = fields.Datetime(
        "Calls Suspended Until",
        readonly=True,
        help="Cdiscount did not answer several times in a row. At this moment one job tries again; when it gets an "
        "answer, all others go on.",
    )
    pauses = fields.Integer(readonly=True, help="How often one job has tried in vain since then.")
    probe_job = fields.Integer(readonly=True, help="The job that finds out whether Cdiscount answers again.")
    told = fields.Boolean(readonly=True, help="The responsible person has an activity about it.")

    @api.model
    def _is_outage(self, error):
        """Whether an error says that the marketplace itself is down, rather than that one request is refused."""
        return getattr(error, "kind", None) in ("wait", "read_back") and (
            getattr(error, "code", None) in OUTAGE_CODES or (getattr(error, "status", None) or 0) >= 500
        )

    @api.model
    def _note_failure(self, config, error, probe=False):
        """Count a job that failed for want of an answer; open the circuit when there are too many in a row.

        :return: naive UTC moment until which no call is made, or None while the circuit is closed
        """
        config_id, now = config.id, fields.Datetime.now()
        own_breaker = error.code == "circuit_open"
        # A process whose own breaker is still open has asked nobody: that is no new failure.
        self.env.cr.execute(
            """
            INSERT INTO cdiscount_circuit (config_id, company_id, failures, pauses) VALUES (%s, %s, %s, 0)
                ON CONFLICT (config_id) DO UPDATE SET failures = cdiscount_circuit.failures + EXCLUDED.failures
            RETURNING id
            """,
            (config_id, config.company_id.id, 0 if own_breaker else 1),
        )
        self.invalidate_model()
        circuit = self.browse(self.env.cr.fetchone()[0])
        is_open = bool(circuit.suspended_until)
        if not is_open and not own_breaker and circuit.failures < THRESHOLD:
            return None
        if is_open and not probe:
            # One of those that were under way when it opened: what it found out is known.
            return max(circuit.suspended_until, now)
        pauses = circuit.pauses + (0 if own_breaker else 1)
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(max(pauses - 1, 0), 8))
        if own_breaker:
            pause = max(5, min(LONGEST_PAUSE, int(error.retry_after or FIRST_PAUSE)))
        circuit.write(
            {
                "suspended_until": now + timedelta(seconds=pause),
                "pauses": pauses,
                "opened_at": circuit.opened_at or now,
                "failures": max(circuit.failures, 1),
            }
        )
        if not is_open:
            self.env["cdiscount.sync.log"].sudo()._add(
                config,
                "connection",
                _("Cdiscount does not answer properly. Calls pause, then one job tries again; nothing is lost."),
                level="warning",
                cause_code=error.code,
            )
        circuit._tell_when_it_lasts(now)
        return circuit.suspended_until

    def _tell_when_it_lasts(self, now):
        """After an hour a person should know why no orders come."""
        if self.told or not self.opened_at or now - self.opened_at < TELL_AFTER:
            return
        config = self.config_id
        user = config.responsible_id or config.user_id
        config.with_context(lang=user.lang, mail_activity_quick_update=True).activity_schedule(
            "cdiscount_store_management.activity_connection",
            user_id=user.id,
            summary=_("Cdiscount has not answered %s for an hour", config.name),
            note=_(
                "No orders, stock or shipments are exchanged meanwhile. Everything waits and goes on by itself as soon "
                "as Cdiscount answers; nothing has to be retried. Check the internet connection of the Odoo server, "
                "and the state of the Cdiscount service."
            ),
        )
        self.told = True

    @api.model
    def _note_success(self, config):
        """A job got its answers: the circuit closes and all jobs of the account go on."""
        circuit = self.search([("config_id", "=", config.id)], limit=1)
        if not circuit.failures and not circuit.suspended_until:
            return
        if circuit.suspended_until:
            minutes = int((fields.Datetime.now() - circuit.opened_at).total_seconds() // 60)
            self.env["cdiscount.sync.log"].sudo()._add(
                config,
                "connection",
                _("Cdiscount answers again after %s minutes: all jobs go on.", minutes),
            )
            self.env["cdiscount.queue"]._wake()
        if circuit.told:
            config.activity_unlink(["cdiscount_store_management.activity_connection"])
        circuit.write(
            {
                "failures": 0,
                "pauses": 0,
                "opened_at": False,
                "suspended_until": False,
                "probe_job": False,
                "told": False,
            }
        )
