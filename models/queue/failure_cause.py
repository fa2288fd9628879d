"""What waits for a person, or for time: failed jobs and held orders put together by what would solve them."""

import json

from odoo import api, fields, models

from ...compat import constraints
from .cause_texts import TOPICS, WHO, explain

WAITING_JOBS = ("pending", "running", "waiting_retry", "failed")
"""States of a job that still waits for the solution of its cause; a job that is done or cancelled does not."""


class LooseMany2one(fields.Many2one):
    """A link to a cause without a foreign key.

    A cause is written in a transaction of its own, so that no worker waits for another one. The transaction that links
    to it may have begun before, and PostgreSQL would refuse the key: it does not see the new row, and takes a row that
    another worker has just touched for a conflict.
    """

    def update_db_foreign_key(self, model, column):
        """Leave the column without a foreign key."""


class CdiscountFailureCause(models.Model):
    _name = "cdiscount.failure.cause"
    _description = "Cdiscount Failure Cause"
    _order = "state, waiting_count desc, last_seen desc, id desc"
    _rec_names_search = ["detail", "code"]

    vars().update(
        constraints(("fingerprint_uniq", "unique(config_id, fingerprint)", "A cause exists once per account."))
    )

    config_id = fields.Many2one("cdiscount.config", "Account", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, index=True, readonly=True)
    fingerprint = fields.Char(required=True, readonly=True)
    code = fields.Char(required=True, readonly=True, index=True)
    topic = fields.Selection(TOPICS, "About", readonly=True, index=True)
    detail = fields.Char(readonly=True, help="The very thing that is missing or refused: a SKU, a VAT rate, a country.")
    params = fields.Text(readonly=True, help="Technical parameters of the sentences. Never personal data or secrets.")
    operation = fields.Char(readonly=True)
    kind = fields.Selection(
        [
            ("wait", "Solves itself by waiting"),
            ("fix", "Somebody must correct data"),
            ("reauth", "Credentials must be renewed"),
            ("stop", "Settings must be changed"),
            ("bug", "Unexpected"),
        ],
        readonly=True,
    )
    who = fields.Selection(WHO, "Who Solves It", readonly=True, index=True)
    name = fields.Text("What Is Wrong", compute="_compute_texts")
    remedy = fields.Text("What to Do", compute="_compute_texts")
    state = fields.Selection([("open", "To Solve"), ("solved", "Solved")], default="open", required=True, readonly=True)
    first_seen = fields.Datetime("Since", readonly=True)
    last_seen = fields.Datetime(readonly=True)
    solved_at = fields.Datetime("Solved On", readonly=True)
    comeback_count = fields.Integer("Came Back", readonly=True, help="How often it came back after it was solved.")
    waiting_count = fields.Integer(
        "Waiting", readonly=True, help="Orders and jobs that wait for it; counted again every minute."
    )
    order_ids = fields.One2many(
        "cdiscount.order.mapping", "cause_id", "Held Orders", domain=[("state", "=", "held")], readonly=True
    )
    job_ids = fields.One2many(
        "cdiscount.queue", "cause_id", "Waiting Jobs", domain=[("state", "in", WAITING_JOBS)], readonly=True
    )
    can_resolve = fields.Boolean(compute="_compute_can_resolve")
    order_count = fields.Integer("Orders", compute="_compute_counts")
    job_count = fields.Integer("Jobs", compute="_compute_counts")

    def init(self):
        self.env.cr.execute(
            """
            CREATE INDEX IF NOT EXISTS cdiscount_failure_cause_open
                ON cdiscount_failure_cause (config_id, code) WHERE state = 'open'
            """
        )

    @api.depends("code", "detail", "params")
    @api.depends_context("lang")
    def _compute_texts(self):
        for cause in self:
            params = json.loads(cause.params) if cause.params else {}
            text = explain(self.env, cause.code, {**params, "missing": cause.detail or ""})
            cause.name, cause.remedy = text.what, text.remedy

    @api.depends("code")
    def _compute_can_resolve(self):
        for cause in self:
            cause.can_resolve = cause.code.startswith("held:") and cause.code != "held:payload_invalid"

    @api.depends("name")
    def _compute_display_name(self):
        for cause in self:
            cause.display_name = cause.name

    def _compute_counts(self):
        def by_cause(model, domain):
            groups = self.env[model]._read_group([("cause_id", "in", self.ids), *domain], ["cause_id"], ["__count"])
            return {cause.id: count for cause, count in groups}

        orders = by_cause("cdiscount.order.mapping", [("state", "=", "held")])
        jobs = by_cause("cdiscount.queue", [("state", "in", WAITING_JOBS)])
        for cause in self:
            cause.order_count = orders.get(cause.id, 0)
            cause.job_count = jobs.get(cause.id, 0)
