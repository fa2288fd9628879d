"""The first import of a shop: a date range, in the background, with progress, resumable and repeatable."""

import logging
import time
from datetime import datetime, timedelta, timezone

from dateutil.relativedelta import relativedelta

from odoo import _, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..models.order.order_import import aware, naive
from ..services.resources.order_walk import walk_oldest_first
from ..services.resources.orders import OrderFilter

_logger = logging.getLogger(__name__)


class CdiscountInitialImport(models.Model):
    """A record, not a transient: its progress must survive a restart of the server."""

    _name = "cdiscount.initial.import"
    _description = "Cdiscount Initial Import"
    _order = "id desc"
    _rec_name = "config_id"

    config_id = fields.Many2one(
        "cdiscount.config",
        "Account",
        required=True,
        ondelete="cascade",
        index=True,
        default=lambda self: self.env["cdiscount.config"].search([("state", "=", "connected")], limit=1),
    )
    company_id = fields.Many2one(related="config_id.company_id", store=True, index=True)
    import_products = fields.Boolean("Products", help="Offers of the shop. Not available in this version.")
    import_customers = fields.Boolean("Customers", help="Contacts of the customers of these orders.")
    import_orders = fields.Boolean(
        "Orders", default=True, help="Orders purchased in the period, whatever their status."
    )
    date_from = fields.Date(
        required=True, default=lambda self: fields.Date.context_today(self) - relativedelta(days=90)
    )
    date_to = fields.Date(required=True, default=lambda self: fields.Date.context_today(self))
    state = fields.Selection(
        [("draft", "To start"), ("running", "Running"), ("done", "Done"), ("failed", "Failed")],
        default="draft",
        readonly=True,
        required=True,
    )
    started_at = fields.Datetime(readonly=True)
    finished_at = fields.Datetime(readonly=True)
    read_until = fields.Datetime(
        readonly=True, help="Every order created on the marketplace before this moment has been read and stored."
    )
    order_expected = fields.Integer("Orders on Cdiscount", readonly=True)
    order_read = fields.Integer("Orders Read", readonly=True)
    read_at_start = fields.Integer(readonly=True)
    order_imported = fields.Integer("Sale Orders", compute="_compute_outcome")
    order_held = fields.Integer("Held", compute="_compute_outcome")
    order_waiting = fields.Integer("To Create", compute="_compute_outcome")
    order_other = fields.Integer("Without Sale Order", compute="_compute_outcome")
    progress = fields.Float("Progress (%)", compute="_compute_outcome")
    time_left = fields.Char(compute="_compute_outcome")
    error = fields.Text("What Happened", readonly=True)

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for record in self:
            if record.date_from > record.date_to:
                raise ValidationError(_("The period ends before it begins: correct the dates."))

    # ------------------------------------------------------------------ progress
    @api.depends("order_read", "order_expected", "state")
    def _compute_outcome(self):
        for record in self:
            groups = (
                dict(self.env["cdiscount.order.mapping"]._read_group(record._order_domain(), ["state"], ["__count"]))
                if record.config_id
                else {}
            )
            waiting = (
                self.env["cdiscount.queue"].search_count(
                    [
                        ("config_id", "=", record.config_id.id),
                        ("operation", "=", "order_build"),
                        ("state", "in", ("pending", "running", "waiting_retry")),
                    ]
                )
                if record.config_id
                else 0
            )
            record.order_imported = groups.get("imported", 0)
            record.order_held = groups.get("held", 0)
            record.order_waiting = waiting
            record.order_other = sum(groups.get(state, 0) for state in ("cancelled", "ignored")) + max(
                groups.get("new", 0) - waiting, 0
            )
            expected = max(record.order_expected, 1)
            # Reading is the quick half, creating the slow one: weigh them so that the bar moves evenly.
            read = min(record.order_read / expected, 1) if record.state != "draft" else 0
            built = 1 - min(waiting / expected, 1)
            over = record.state == "done" and not waiting
            record.progress = 100 if over else round(20 * read + 80 * read * built, 1)
            record.time_left = record._estimate_time_left()

    def _estimate_time_left(self):
        if self.state != "running" and not (self.state == "done" and self.order_waiting):
            return False
        if not self.started_at or self.progress < 1:
            return False
        spent = (fields.Datetime.now() - self.started_at).total_seconds()
        left = spent * (100 - self.progress) / self.progress
        return _("about %s minutes", max(1, round(left / 60)))

    def _order_domain(self):
        self.ensure_one()
        return [
            ("config_id", "=", self.config_id.id),
            ("purchased_at", ">=", fields.Datetime.to_datetime(self.date_from)),
            ("purchased_at", "<", fields.Datetime.to_datetime(self.date_to) + timedelta(days=1)),
        ]

    def _window(self):
        """Return the (from, to) aware datetimes of the period."""
        begin = datetime.combine(self.date_from, datetime.min.time(), tzinfo=timezone.utc)
        end = datetime.combine(self.date_to, datetime.min.time(), tzinfo=timezone.utc) + timedelta(days=1)
        return begin, end

    # ------------------------------------------------------------------ actions
    def action_preview(self):
        """Ask the marketplace how many orders the period holds, without importing anything."""
        self.ensure_one()
        self.config_id._require_connection()
        begin, end = self._window()
        filters = OrderFilter(
            sales_channel_id=self.config_id.sales_channel_id.code, created_at_min=begin, created_at_max=end
        )
        self.order_expected = self.config_id._get_client().orders.count(filters)
        return self._reopen()

    def action_start_import(self):
        """Start the import in the background, or go on with one that was interrupted. Repeating it doubles nothing."""
        self.ensure_one()
        if not (self.import_products or self.import_customers or self.import_orders):
            raise UserError(_("Choose what to import first."))
        if self.import_products:
            raise UserError(_("Products cannot be imported by this version: clear that choice."))
        self.config_id._require_connection()
        if self.state != "running":
            self.write(
                {
                    "state": "running",
                    "started_at": fields.Datetime.now(),
                    "finished_at": False,
                    "error": False,
                    "read_until": False,
                    "order_read": 0,
                }
            )
        self.env["cdiscount.queue"].sudo()._enqueue(
            self.config_id, "initial_import", str(self.id), payload={"import_id": self.id}
        )
        return self._reopen()

    def action_refresh(self):
        """Show the progress as it is now."""
        return self._reopen()

    def action_open_orders(self):
        """Open the orders of the period."""
        self.ensure_one()
        return self.config_id._open("cdiscount.order.mapping", _("Orders"), self._order_domain())

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": _("Initial Import"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "current",
        }

    # ------------------------------------------------------------------ the work
    @api.model
    def _job_run(self, jobs):
        """Queue operation: walk the period oldest first; each page is stored and committed before the next is read."""
        record = self.sudo().browse(jobs._get_payload()["import_id"]).exists()
        if not record or record.state != "running":
            return
        config = record.config_id
        started = time.monotonic()
        client = config._get_client()
        begin, end = record._window()
        filters = OrderFilter(
            sales_channel_id=config.sales_channel_id.code,
            created_at_min=aware(record.read_until) or begin,
            created_at_max=end,
            sort="createdAt",
        )
        orders = self.env["cdiscount.order.mapping"]
        for page in walk_oldest_first(client.orders, filters):
            if page.expected is not None and not record.read_until:
                record.order_expected = page.expected
            if record.import_orders:
                orders._store_page(config, page.items)
            elif record.import_customers:
                orders._import_customers(config, page.items)
            record.order_read += len(page.items)
            if page.watermark:
                record.read_until = naive(page.watermark)
            yield f"{record.order_read} / {record.order_expected}"
        record.write({"state": "done", "finished_at": fields.Datetime.now()})
        self.env["cdiscount.sync.log"]._add(
            config,
            "initial_import",
            _("Initial import: %s orders read.", record.order_read),
            records=record.order_read,
            duration=time.monotonic() - started,
            job=jobs,
            record=record,
        )

    @api.model
    def _job_failed(self, job, cause):
        """Called when the import cannot go on; starting it again continues."""
        record = self.sudo().browse(job._get_payload()["import_id"]).exists()
        record.write({"state": "failed", "error": cause.text, "finished_at": fields.Datetime.now()})
