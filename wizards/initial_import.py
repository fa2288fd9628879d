"""The first import of a shop: a date range, in the background, with progress, resumable and repeatable."""

import logging
import time
from datetime import datetime, timedelta

import pytz
from dateutil.relativedelta import relativedelta

from odoo import _, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..models.order.order_import import aware, naive
from ..services.payloads.read import to_moment
from ..services.resources.order_walk import walk_oldest_first

_logger = logging.getLogger(__name__)

SHOP_TIMEZONE = "Europe/Paris"


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
    import_products = fields.Boolean(
        "Products",
        help="Every offer of the shop, whatever the period, linked with a product by SKU or GTIN; what happens with "
        "the others is set in the account.",
    )
    import_customers = fields.Boolean(
        "Customers", help="Contacts of the customers of the period. Alone, it makes contacts and no orders."
    )
    import_orders = fields.Boolean("Orders", default=True, help="Orders of the period, with their customers.")
    apply_filter = fields.Boolean(
        "As the Account Filters",
        default=True,
        help="Orders the account's filter (status, day of the sale) leaves out are counted, not imported. Clear it to "
        "bring in every order of the period.",
    )
    date_from = fields.Date(required=True, default=lambda self: self._today() - relativedelta(days=90))
    date_to = fields.Date(required=True, default=lambda self: self._today(), help="Included.")
    tz = fields.Char(
        "Time Zone",
        required=True,
        readonly=True,
        default=lambda self: self.env.user.tz or SHOP_TIMEZONE,
        help="A day begins and ends at midnight of this time zone, that of the person who asked.",
    )
    state = fields.Selection(
        [
            ("draft", "To start"),
            ("running", "Running"),
            ("stopped", "Stopped"),
            ("done", "Done"),
            ("failed", "Failed"),
        ],
        default="draft",
        readonly=True,
        required=True,
    )
    started_at = fields.Datetime(readonly=True)
    resumed_at = fields.Datetime(readonly=True)
    finished_at = fields.Datetime(readonly=True)
    read_until = fields.Datetime(
        readonly=True, help="Every order created on the marketplace before this moment has been read and stored."
    )
    order_expected = fields.Integer("Orders on Cdiscount", readonly=True)
    order_read = fields.Integer("Orders Read", readonly=True)
    settled_at_start = fields.Integer(readonly=True)
    error = fields.Text("What Happened", readonly=True)

    @api.model
    def _today(self):
        """The day it is where the period's days begin and end; any other would miss the orders of the last hours."""
        return fields.Date.context_today(self.with_context(tz=self.env.user.tz or SHOP_TIMEZONE))

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for record in self:
            if record.date_from > record.date_to:
                raise ValidationError(_("The period ends before it begins: correct the dates."))

    def _window(self):
        """Return the (from, to) aware datetimes of the period: whole days of the person's time zone."""
        zone = pytz.timezone(self.tz) if self.tz in pytz.all_timezones_set else pytz.timezone(SHOP_TIMEZONE)
        begin = zone.localize(datetime.combine(self.date_from, datetime.min.time()))
        end = zone.localize(datetime.combine(self.date_to + timedelta(days=1), datetime.min.time()))
        return begin.astimezone(pytz.utc), end.astimezone(pytz.utc) - timedelta(seconds=1)

    def _filters(self, since=None):
        begin, end = self._window()
        return self.env["cdiscount.order.mapping"]._order_filter(
            self.config_id, created_at_min=since or begin, created_at_max=end, sort="createdAt"
        )

    # ------------------------------------------------------------------ actions
    def action_preview(self):
        """Ask the marketplace how many orders the period holds, without importing anything."""
        self.ensure_one()
        self.config_id._require_connection()
        self.order_expected = self.config_id._get_client().orders.count(self._filters())
        return self._reopen()

    def action_start_import(self):
        """Start the import in the background, or go on with one that was interrupted. Repeating it doubles nothing."""
        self.ensure_one()
        if not (self.import_products or self.import_customers or self.import_orders):
            raise UserError(_("Choose what to import first."))
        self.config_id._require_connection()
        self._refuse_second_import()
        if self.state != "running":
            values = {"state": "running", "resumed_at": fields.Datetime.now(), "finished_at": False, "error": False}
            if self.state in ("draft", "done"):
                self._forget_products()
            if self.state in ("draft", "done") or not self.read_until:
                values.update(started_at=fields.Datetime.now(), read_until=False, order_read=0)
            self.write(values)
            self.settled_at_start = self._settled()
        self._enqueue_next()
        return self._reopen()

    def _refuse_second_import(self):
        # Two people who press the button at the same moment: the second one waits here; Odoo then begins the request
        # anew, because the row has changed, and it sees the first. (A mere lock would leave it with its old view.)
        self.env.flush_all()
        self.env.cr.execute("UPDATE cdiscount_config SET write_date = write_date WHERE id = %s", [self.config_id.id])
        running = self.sudo().search(
            [("config_id", "=", self.config_id.id), ("state", "=", "running"), ("id", "!=", self.id)], limit=1
        )
        if running:
            raise UserError(
                _(
                    "An import of %(account)s is running already (%(begin)s to %(end)s). Wait for it or stop it first.",
                    account=self.config_id.name,
                    begin=running.date_from,
                    end=running.date_to,
                )
            )

    def action_stop(self):
        """Stop reading. What has been read stays, and its sale orders are still created; starting again goes on."""
        for record in self.filtered(lambda record: record.state == "running"):
            record.write({"state": "stopped", "finished_at": fields.Datetime.now()})
            jobs = self.env["cdiscount.queue"].sudo()
            jobs.search(
                [
                    ("config_id", "=", record.config_id.id),
                    ("operation", "=", "initial_import"),
                    ("key", "=", str(record.id)),
                    ("state", "in", ("pending", "waiting_retry")),
                ]
            ).action_cancel()
            record._stop_products()
        return self[:1]._reopen()

    def action_refresh(self):
        """Show the progress as it is now."""
        return self._reopen()

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
        """Queue operation: walk the period oldest first; each page is stored and committed before the next is read.

        A worker that dies loses at most the page it was storing: the next one begins at ``read_until``. Pages with
        orders that came bent out of shape are read once more at the end.
        """
        record = self.sudo().browse(jobs._get_payload()["import_id"]).exists()
        if not record or record.state != "running":
            return
        started = time.monotonic()
        client = record.config_id._get_client()
        before, bent = record._window()[0], []
        for page in walk_oldest_first(client.orders, record._filters(aware(record.read_until))):
            if page.expected is not None and not record.read_until:
                record.order_expected = page.expected
            if record._take(page):
                bent.append((before, page.newest or before))
            before = page.newest or before
            record.order_read += record._new_on(page)
            if page.watermark:
                record.read_until = naive(page.watermark)
            yield f"{record.order_read} / {record.order_expected}"
            if record._is_stopped():
                return
        if bent:
            # An entry that cannot be read does not tell its moment: it lies somewhere after the page before its own.
            since = min(start for start, _end in bent)
            for page in walk_oldest_first(client.orders, record._filters(since)):
                record._take(page)
                yield None
                if record._is_stopped():
                    return
        record._finish(jobs, time.monotonic() - started)

    def _take(self, page):
        """Store one page, or the contacts of it; return how many of its orders were out of shape."""
        orders = self.env["cdiscount.order.mapping"]
        if self.import_orders:
            stored = orders._store_page(self.config_id, page.items, asked=not self.apply_filter)
            return stored.incomplete + page.rejected
        if self.import_customers:
            orders._import_customers(self.config_id, page.items)
        return 0

    def _new_on(self, page):
        """Count the orders of a page that were not counted before an interruption."""
        if not self.read_until:
            return len(page.items)
        known = aware(self.read_until) + timedelta(seconds=1)
        return sum(1 for raw in page.items if (to_moment(raw.get("createdAt")) or known) >= known)

    def _is_stopped(self):
        self.invalidate_recordset(["state"])
        return self.state != "running"

    def _finish(self, jobs, seconds):
        self.write({"state": "done", "finished_at": fields.Datetime.now()})
        self.env["cdiscount.sync.log"]._add(
            self.config_id,
            "initial_import",
            _("Initial import, orders read: %s.", self.order_read),
            records=self.order_read,
            duration=seconds,
            job=jobs,
            record=self,
        )

    @api.model
    def _job_failed(self, job, cause):
        """Called when the import cannot go on; starting it again continues where it was."""
        record = self.sudo().browse(job._get_payload()["import_id"]).exists()
        record._fail(cause.text)
