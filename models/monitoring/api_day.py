"""How the API answered: calls, errors, refusals for too many calls and times, by account, day and family of endpoint.

Workers count in memory (``services.api_calls``) and write at the end of a run, in a transaction of its own: one
statement for all rows, and what a job does or undoes has no part in it. Two that write the same row at the same moment
cannot fail a job: one waits for a moment; what could not be written stays in memory for the next time.
"""

import logging

import psycopg2

from odoo import _, api, fields, models
from odoo.modules.registry import Registry

from ...compat import aggregates, constraints
from ...services.api_calls import NAMES, OTHER, TOKENS_PER_HOUR
from ..connection.api_calls import counter_of
from ..queue.queue_claim import COLLISIONS
from ..queue.quiet_sql import quiet_about

_logger = logging.getLogger(__name__)

LABELS = {
    "orders": "Orders",
    "offers": "Offers and stock",
    "products": "Product sheets",
    "catalogue": "Categories",
    "discussions": "Discussions",
    "invoices": "Invoices",
    "finance": "Finance",
    "fulfilment": "Fulfilment",
    "account": "Account",
    "token": "Access tokens",
    "other": "Other",
}
TRIES = 3
FAMILIES = [(name, LABELS[name]) for name in (*NAMES, "token", OTHER)]

ADD = """
INSERT INTO cdiscount_api_day AS old
       (config_id, company_id, day, family, calls, errors, limited, repeats, seconds, worst, hour, hour_calls, peak,
        create_uid, create_date, write_uid, write_date)
SELECT account.id, account.company_id, new.day, new.family, new.calls, new.errors, new.limited, new.repeats,
       new.seconds, new.worst, new.hour, new.calls, new.calls,
       1, now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC'
  FROM unnest(%(configs)s::int[], %(days)s::date[], %(hours)s::int[], %(families)s::text[], %(calls)s::int[],
              %(errors)s::int[], %(limited)s::int[], %(repeats)s::int[], %(seconds)s::float[], %(worst)s::float[])
       AS new (config_id, day, hour, family, calls, errors, limited, repeats, seconds, worst)
  JOIN cdiscount_config account ON account.id = new.config_id
    ON CONFLICT (config_id, day, family) DO UPDATE SET
       calls = old.calls + EXCLUDED.calls,
       errors = old.errors + EXCLUDED.errors,
       limited = old.limited + EXCLUDED.limited,
       repeats = old.repeats + EXCLUDED.repeats,
       seconds = old.seconds + EXCLUDED.seconds,
       worst = GREATEST(old.worst, EXCLUDED.worst),
       hour_calls = CASE WHEN old.hour = EXCLUDED.hour THEN old.hour_calls + EXCLUDED.calls ELSE EXCLUDED.calls END,
       peak = GREATEST(old.peak, CASE WHEN old.hour = EXCLUDED.hour THEN old.hour_calls + EXCLUDED.calls
                                      ELSE EXCLUDED.calls END),
       hour = EXCLUDED.hour,
       write_date = EXCLUDED.write_date
"""


class CdiscountApiDay(models.Model):
    _name = "cdiscount.api.day"
    _description = "Cdiscount API Health of a Day"
    _order = "day desc, config_id, family"
    _rec_name = "family"

    vars().update(
        constraints(("day_uniq", "unique(config_id, day, family)", "A day of an account has each family once."))
    )

    config_id = fields.Many2one("cdiscount.config", "Account", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    day = fields.Date(required=True, readonly=True, index=True, help="A day in Paris.")
    family = fields.Selection(FAMILIES, "Calls About", required=True, readonly=True)
    calls = fields.Integer(readonly=True)
    errors = fields.Integer(readonly=True, help="Calls that were refused, or to which no answer came.")
    limited = fields.Integer(
        "Too Many Calls", readonly=True, help="How often Cdiscount asked for fewer calls (answer 429)."
    )
    repeats = fields.Integer(
        "Tried Again", readonly=True, help="Further tries of calls that were not answered at once."
    )
    seconds = fields.Float("Total Time (s)", readonly=True, digits=(16, 1))
    worst = fields.Float(
        "Slowest (s)",
        readonly=True,
        digits=(16, 2),
        help="The call that took longest, with its further tries and pauses.",
        **aggregates("max"),
    )
    mean = fields.Float("Average (s)", compute="_compute_rates", digits=(16, 2))
    error_rate = fields.Float("Errors (%)", compute="_compute_rates", digits=(16, 1))
    health = fields.Selection(
        [("good", "Good"), ("shaky", "Some Errors"), ("bad", "Many Errors")],
        compute="_compute_rates",
        help="Some errors: more than 1 in 100 calls. Many errors: more than 10 in 100.",
    )
    hour = fields.Integer(readonly=True)
    hour_calls = fields.Integer(readonly=True)
    peak = fields.Integer("Most in an Hour", readonly=True, **aggregates("max"))
    quota_left = fields.Char(
        compute="_compute_rates",
        help="Of the 500 access tokens an hour Cdiscount grants, how many were left in the busiest hour. For other "
        "calls it publishes no limit.",
    )

    @api.depends("calls", "errors", "seconds", "peak", "family")
    @api.depends_context("lang")
    def _compute_rates(self):
        for row in self:
            calls = row.calls or 1
            row.mean = row.seconds / calls
            row.error_rate = 100 * row.errors / calls
            row.health = "bad" if row.error_rate > 10 else "shaky" if row.error_rate > 1 else "good"
            left = max(TOKENS_PER_HOUR - row.peak, 0)
            row.quota_left = (
                _("%(left)s of %(all)s", left=left, all=TOKENS_PER_HOUR) if row.family == "token" else False
            )

    @api.autovacuum
    def _gc_old(self, days=400):
        """Keep a little more than a year."""
        self.env.cr.execute("DELETE FROM cdiscount_api_day WHERE day < (now() - %s * interval '1 day')::date", (days,))


def write_calls(dbname):
    """Write down what this process has counted, in a transaction of its own. Never raises.

    :return: True when nothing is left in memory
    """
    counter = counter_of(dbname)
    rows = counter.take()
    if not rows:
        return True
    for _attempt in range(TRIES):
        try:
            with quiet_about(COLLISIONS), Registry(dbname).cursor() as cr:
                # One order for all processes: two that add to the same rows wait for each other, never in a circle.
                # A statement must not meet a row twice (two hours of a day), so each hour has its own.
                for hour in sorted({key[2] for key in rows}):
                    keys = sorted((key for key in rows if key[2] == hour), key=lambda key: (key[0], key[1], key[3]))
                    cr.execute(ADD, _columns(keys, rows), log_exceptions=False)
            return True
        except COLLISIONS:
            continue
        except psycopg2.Error:
            _logger.warning("Cdiscount: the calls of the API could not be counted; it is tried again", exc_info=True)
            break
    counter.put_back(rows)
    return False


def _columns(keys, rows):
    return {
        "configs": [key[0] for key in keys],
        "days": [key[1] for key in keys],
        "hours": [key[2] for key in keys],
        "families": [key[3] for key in keys],
        **{
            name: [getattr(rows[key], name) for key in keys]
            for name in ("calls", "errors", "limited", "repeats", "seconds", "worst")
        },
    }


class CdiscountQueueCalls(models.Model):
    _inherit = "cdiscount.queue"

    @api.model
    def _run_due(self, *args, **kwargs):
        try:
            return super()._run_due(*args, **kwargs)
        finally:
            # Also when the run was interrupted: the calls were made all the same.
            write_calls(self.env.cr.dbname)


class CdiscountConfigCalls(models.Model):
    _inherit = "cdiscount.config"

    def _get_client(self):
        client = super()._get_client()
        if not self.env.context.get("cdiscount_job"):
            # Behind a button there is no run at whose end the calls are written: after the request, however it ended.
            dbname = self.env.cr.dbname
            self.env.cr.postcommit.add(lambda: write_calls(dbname))
            self.env.cr.postrollback.add(lambda: write_calls(dbname))
        return client
