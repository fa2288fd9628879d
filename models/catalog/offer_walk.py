"""One reading of a channel's offers, from its first page to its last: where it is, and what it has found.

A reading survives its worker: it goes on at the cursor of the last page that was stored.
"""

from datetime import timedelta

from odoo import _, api, fields, models

from ...services.rules.watermark import poll_from
from ..order.order_import import aware, naive

FULL_EVERY = timedelta(hours=24)
"""Offers that are gone are missing in a full reading only, so there is one every day."""
STALE = timedelta(hours=6)
"""A cursor this old is not gone on with: much has changed on the pages before it."""
KEPT_DAYS = 7

ONE_AT_A_TIME = """
CREATE UNIQUE INDEX IF NOT EXISTS cdiscount_offer_walk_running ON cdiscount_offer_walk (config_id, sales_channel_id)
 WHERE state = 'running'
"""


class CdiscountOfferWalk(models.Model):
    _name = "cdiscount.offer.walk"
    _description = "Cdiscount Reading of Offers"
    _order = "id desc"
    _rec_name = "sales_channel_id"

    config_id = fields.Many2one("cdiscount.config", "Account", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="config_id.company_id", store=True, index=True)
    sales_channel_id = fields.Many2one("cdiscount.sales.channel", required=True, readonly=True)
    import_id = fields.Many2one("cdiscount.initial.import", "Initial Import", readonly=True, index=True)
    kind = fields.Selection([("full", "All offers"), ("changes", "Changed offers")], required=True, readonly=True)
    state = fields.Selection(
        [("running", "Running"), ("done", "Done"), ("dropped", "Given up")],
        string="Status",
        default="running",
        required=True,
        readonly=True,
    )
    since = fields.Datetime("Changed Since", readonly=True)
    cursor = fields.Char(readonly=True, help="Technical: where the next page begins.")
    read_all = fields.Boolean(readonly=True, help="The last page has been stored.")
    complete = fields.Boolean(
        default=True,
        readonly=True,
        help="Nothing came out of shape: what was not among the offers is not on the channel any more.",
    )
    watermark = fields.Datetime("Known Up To", readonly=True)
    started_at = fields.Datetime(readonly=True, default=fields.Datetime.now)
    read_at = fields.Datetime("Last Page", readonly=True)
    finished_at = fields.Datetime(readonly=True)
    read_count = fields.Integer("Offers Read", readonly=True)
    created_count = fields.Integer("New Offers", readonly=True)
    changed_count = fields.Integer("Changed Offers", readonly=True)
    linked_count = fields.Integer("Linked", readonly=True, help="Offers of which the product in Odoo is known.")
    unlinked_count = fields.Integer("Not Linked", readonly=True)
    product_count = fields.Integer("Products Created", readonly=True)
    gone_count = fields.Integer("No Longer on Cdiscount", readonly=True)
    rejected_count = fields.Integer("Out of Shape", readonly=True, help="Entries that could not be read.")

    def init(self):
        self.env.cr.execute(ONE_AT_A_TIME)

    # ------------------------------------------------------------------ asking
    @api.model
    def _start(self, config, channels=None, kind=None, record=None, wake=True):
        """Ask for the offers to be read.

        :param channels: sales channels of the account, all of them when empty
        :param kind: "full" for all offers; None for what has changed, and for all when it is time for that
        :param record: the initial import that is waiting for it
        """
        payload = {"kind": kind, "import_id": record.id if record else False} if kind else None
        codes = (channels or config._offer_channels()).mapped("code")
        self.env["cdiscount.queue"].sudo()._enqueue(config, "offer_pull", codes, payload=payload, wake=wake)

    @api.model
    def _open(self, config, channel, kind=None, import_id=False):
        """Return the reading to go on with, or a new one."""
        walk = self.search(
            [("config_id", "=", config.id), ("sales_channel_id", "=", channel.id), ("state", "=", "running")]
        )
        now = fields.Datetime.now()
        if walk and ((kind == "full" and walk.kind != "full") or (walk.read_at or walk.started_at) < now - STALE):
            walk.write({"state": "dropped", "finished_at": now})
            walk.flush_recordset()
            walk = self.browse()
        if walk:
            if import_id and walk.import_id.id != import_id:
                walk.import_id = import_id
            return walk
        last = self.search(
            [("config_id", "=", config.id), ("sales_channel_id", "=", channel.id), ("state", "=", "done")], limit=1
        )
        if not kind:
            kind = "full" if not last.watermark or self._full_is_due(config, channel, now) else "changes"
        return self.create(
            {
                "config_id": config.id,
                "sales_channel_id": channel.id,
                "kind": kind,
                "import_id": import_id,
                "since": naive(poll_from(aware(last.watermark))) if kind == "changes" else False,
                "watermark": last.watermark,
            }
        )

    @api.model
    def _full_is_due(self, config, channel, now):
        return not self.search_count(
            [
                ("config_id", "=", config.id),
                ("sales_channel_id", "=", channel.id),
                ("kind", "=", "full"),
                ("state", "=", "done"),
                ("started_at", ">", now - FULL_EVERY),
            ],
            limit=1,
        )

    # ------------------------------------------------------------------ the end
    def _finish(self, jobs, skew):
        """Close the reading, and say what it has brought.

        :param skew: timedelta by which the marketplace's clock is ahead of ours
        """
        values = {"state": "done", "finished_at": fields.Datetime.now()}
        if self.kind == "full" or not self.rejected_count:
            # What changed before the first page was asked for has been seen; of the changes during the reading, some.
            values["watermark"] = self.started_at + skew
        self.write(values)
        self._log(jobs)
        self.env["cdiscount.product.mapping"]._request_titles(self.config_id)
        self.import_id._offers_read(self)

    def _log(self, jobs):
        log = self.env["cdiscount.sync.log"]
        channel = self.sales_channel_id.name
        if self.rejected_count:
            log._add(
                self.config_id,
                "offer_pull",
                _(
                    "%(count)s entries without a SKU came with the offers of %(channel)s and were left out. If this "
                    "goes on, tell Cdiscount's support.",
                    count=self.rejected_count,
                    channel=channel,
                ),
                level="warning",
                records=self.rejected_count,
                job=jobs,
                cause_code="offer_without_sku",
            )
        if self._is_first_empty():
            log._add(
                self.config_id,
                "offer_pull",
                _(
                    "Cdiscount lists no offers on %s; nothing is taken for gone. If there are offers in the seller "
                    "portal, tell Cdiscount's support.",
                    channel,
                ),
                level="warning",
                job=jobs,
                cause_code="no_offers_listed",
            )
        if self.created_count or self.changed_count or self.gone_count or self.import_id:
            log._add(
                self.config_id,
                "offer_pull",
                _(
                    "Offers read on %(channel)s: %(read)s, of which %(created)s new, %(changed)s changed; no longer "
                    "there: %(gone)s; products created: %(products)s; offers not linked: %(unlinked)s.",
                    read=self.read_count,
                    channel=channel,
                    created=self.created_count,
                    changed=self.changed_count,
                    gone=self.gone_count,
                    products=self.product_count,
                    unlinked=self.unlinked_count,
                ),
                records=self.read_count,
                duration=(self.finished_at - self.started_at).total_seconds(),
                job=jobs,
            )

    def _is_first_empty(self):
        """True for a full reading that found nothing after one that found something, or the first at all."""
        if self.kind != "full" or self.read_count or self.rejected_count:
            return False
        before = self.search(
            [
                ("config_id", "=", self.config_id.id),
                ("sales_channel_id", "=", self.sales_channel_id.id),
                ("kind", "=", "full"),
                ("state", "=", "done"),
                ("id", "<", self.id),
            ],
            limit=1,
        )
        return not before or bool(before.read_count or before.rejected_count)

    @api.autovacuum
    def _gc_walks(self):
        """Remove old readings; the last ones of each channel stay: the next begin where they ended."""
        self.env.cr.execute(
            """
            DELETE FROM cdiscount_offer_walk old
             WHERE old.state <> 'running' AND old.finished_at < (now() AT TIME ZONE 'UTC') - %s * interval '1 day'
               AND old.import_id IS NULL
               AND EXISTS (SELECT 1 FROM cdiscount_offer_walk new
                            WHERE new.config_id = old.config_id AND new.sales_channel_id = old.sales_channel_id
                              AND new.state = 'done' AND new.id > old.id)
            """,
            (KEPT_DAYS,),
        )
