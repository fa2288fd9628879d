"""How far an initial import is: counted from what is there, so that it is right after any interruption."""

from odoo import _, api, fields, models

from ..models.order.order_import import naive


class CdiscountInitialImportProgress(models.Model):
    _inherit = "cdiscount.initial.import"

    order_imported = fields.Integer("Sale Orders", compute="_compute_progress")
    order_held = fields.Integer(
        "Held Orders", compute="_compute_progress", help="They wait for a person: see Held Orders."
    )
    order_waiting = fields.Integer("To Create", compute="_compute_progress", help="In the queue: nothing to do.")
    order_followed = fields.Integer(
        "Not Ready Yet",
        compute="_compute_progress",
        help="Waiting for Cdiscount or for your acceptance; their sale orders are created when they are ready.",
    )
    order_cancelled = fields.Integer(
        "Cancelled Orders", compute="_compute_progress", help="Cancelled, refused or rejected: they need no sale order."
    )
    order_ignored = fields.Integer(
        "Outside the Filter",
        compute="_compute_progress",
        help="Left out by the account's filter. Widen the filter in the account, or import without it.",
    )
    progress = fields.Float("Progress (%)", compute="_compute_progress")
    rate = fields.Integer("Orders per Minute", compute="_compute_progress")
    time_left = fields.Char(compute="_compute_progress")

    @api.depends("order_read", "order_expected", "state", "config_id", "date_from", "date_to")
    def _compute_progress(self):
        for record in self:
            counts = record._count_states()
            waiting = counts.get("waiting", 0)
            record.order_imported = counts.get("imported", 0)
            record.order_held = counts.get("held", 0)
            record.order_waiting = waiting
            record.order_followed = max(counts.get("new", 0) - waiting, 0)
            record.order_cancelled = counts.get("cancelled", 0)
            record.order_ignored = counts.get("ignored", 0)
            settled = record._settled(counts)
            expected = max(record.order_expected, record.order_read, 1)
            over = record.state == "done" and not waiting
            record.progress = 100 if over else min(round(100 * settled / expected, 1), 99.9)
            record.rate, record.time_left = record._estimate(settled, expected, over)

    def _settled(self, counts=None):
        """How many orders of the period are through: read, and their sale order created where they need one."""
        self.ensure_one()
        if self.state == "draft":
            return 0
        if not self.import_orders:
            return self.order_read
        waiting = (counts or self._count_states()).get("waiting", 0)
        return max(self.order_read - waiting, 0)

    def _estimate(self, settled, expected, over):
        """Return (orders per minute of this run, text of the time left)."""
        busy = self.state == "running" or (self.state == "done" and not over)
        if not busy or not self.resumed_at:
            return 0, False
        minutes = max((fields.Datetime.now() - self.resumed_at).total_seconds(), 1) / 60
        rate = max(settled - self.settled_at_start, 0) / minutes
        if not rate:
            return 0, False
        return round(rate), _("about %s minutes", max(1, round((expected - settled) / rate)))

    def _count_states(self):
        """Return ``{state: number of the period's orders, "waiting": those the queue is about to create}``."""
        self.ensure_one()
        if not self.config_id or not self.date_from or not self.date_to:
            return {}
        orders = self.env["cdiscount.order.mapping"]
        counts = dict(orders._read_group(self._order_domain(), ["state"], ["__count"]))
        if counts.get("new") or counts.get("held"):
            self.env["cdiscount.queue"].flush_model()
            orders.flush_model()
            begin, end = self._window()
            self.env.cr.execute(
                """
                SELECT count(*)
                  FROM cdiscount_queue job
                  JOIN cdiscount_order_mapping mapping
                    ON mapping.config_id = job.config_id AND mapping.external_id = job.key
                 WHERE job.config_id = %s AND job.operation = 'order_build'
                   AND job.state IN ('pending', 'running', 'waiting_retry')
                   AND mapping.sale_order_id IS NULL AND mapping.state = 'new'
                   AND mapping.marketplace_created_at BETWEEN %s AND %s
                """,
                (self.config_id.id, naive(begin), naive(end)),
            )
            counts["waiting"] = self.env.cr.fetchone()[0]
        return counts

    def _order_domain(self):
        """The orders of the period: by the day the marketplace created them, which is what it is asked for."""
        self.ensure_one()
        begin, end = self._window()
        return [
            ("config_id", "=", self.config_id.id),
            ("marketplace_created_at", ">=", naive(begin)),
            ("marketplace_created_at", "<=", naive(end)),
        ]

    # ------------------------------------------------------------------ screens
    def action_open_orders(self):
        """Open the orders of the period."""
        return self._open_orders([])

    def action_open_held(self):
        """Open the orders of the period that wait for a person."""
        return self._open_orders([("state", "=", "held")])

    def action_resolve_held(self):
        """Open what the held orders of the period wait for, each thing once."""
        self.ensure_one()
        orders = self.env["cdiscount.order.mapping"].search([*self._order_domain(), ("state", "=", "held")])
        return orders.action_resolve()

    def action_open_ignored(self):
        """Open the orders of the period the account's filter leaves out."""
        return self._open_orders([("state", "=", "ignored")])

    def _open_orders(self, domain):
        self.ensure_one()
        return self.config_id._open("cdiscount.order.mapping", _("Orders"), [*self._order_domain(), *domain])
