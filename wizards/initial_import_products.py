"""The products of an initial import: every offer of the account's channels, read before the orders that sell them."""

from odoo import _, api, fields, models


class CdiscountInitialImportProducts(models.Model):
    _inherit = "cdiscount.initial.import"

    product_sync_direction = fields.Selection(related="config_id.product_sync_direction")
    products_read = fields.Boolean(readonly=True, copy=False, help="Technical: every offer has been read.")
    walk_ids = fields.One2many("cdiscount.offer.walk", "import_id", "Readings of Offers", readonly=True)
    offer_read = fields.Integer("Offers Read", compute="_compute_offers")
    offer_new = fields.Integer("New Offers", compute="_compute_offers")
    offer_linked = fields.Integer(
        "Offers Linked", compute="_compute_offers", help="Offers of which the product in Odoo is known."
    )
    offer_products = fields.Integer("Products Created", compute="_compute_offers")
    offer_unlinked = fields.Integer(
        "Offers Not Linked",
        compute="_compute_offers",
        help="No product has their SKU or their GTIN, or several have. Link them in Catalogue.",
    )
    offer_details = fields.Integer(
        "Details to Fetch",
        compute="_compute_offers",
        help="Offers whose sheet is still being read, to create their product or to complete it.",
    )
    offer_trouble = fields.Text("What Keeps It Waiting", compute="_compute_offers", help="It is tried again by itself.")

    @api.depends("walk_ids", "state")
    def _compute_offers(self):
        sums = ("read_count", "created_count", "linked_count", "product_count", "unlinked_count")
        groups = self.env["cdiscount.offer.walk"]._read_group(
            [("import_id", "in", self.ids), ("state", "!=", "dropped")],
            ["import_id"],
            [f"{name}:sum" for name in sums],
        )
        counts = {record.id: values for record, *values in groups}
        mappings = self.env["cdiscount.product.mapping"]
        waiting = dict(
            mappings._read_group(
                [("config_id", "in", self.config_id.ids), ("details_wanted", "=", True)], ["config_id"], ["__count"]
            )
        )
        for record in self:
            values = counts.get(record.id) or (0,) * len(sums)
            record.offer_read, record.offer_new, record.offer_linked, record.offer_products, record.offer_unlinked = (
                values
            )
            record.offer_details = waiting.get(record.config_id, 0)
            record.offer_trouble = record._trouble()

    def _trouble(self):
        """Return why the reading of offers waits, in words."""
        if self.state != "running" or not self.import_products or self.products_read:
            return False
        job = self.env["cdiscount.queue"].search(
            [("config_id", "=", self.config_id.id), ("operation", "=", "offer_pull"), ("state", "=", "waiting_retry")],
            limit=1,
        )
        return job.error or False

    def _compute_progress(self):
        result = super()._compute_progress()
        for record in self.filtered(lambda one: one.import_products and not one._has_orders()):
            record.rate, record.time_left = 0, False
            expected = max(record._expected_offers(), record.offer_read + 1)
            record.progress = 100 if record.state == "done" else round(min(100 * record.offer_read / expected, 99.9), 1)
        return result

    def _expected_offers(self):
        """How many offers there may be: as many as are known."""
        known = [("config_id", "=", self.config_id.id), ("offer_state", "in", ("active", "inactive"))]
        return sum(
            self.env[name].search_count(known) for name in ("cdiscount.product.mapping", "cdiscount.channel.offer")
        )

    # ------------------------------------------------------------------ the work
    def _has_orders(self):
        return self.import_orders or self.import_customers

    def _forget_products(self):
        """Begin anew: what was read for this import before no longer counts for it."""
        self.walk_ids.sudo().write({"import_id": False})
        self.products_read = False

    def _enqueue_next(self):
        """Have the queue do what comes next: products before orders, so that the orders find them."""
        if self.import_products and not self.products_read:
            channels = self.config_id._offer_channels() - self._channels_read()
            self.env["cdiscount.offer.walk"]._start(self.config_id, channels, "full", self)
        else:
            self.env["cdiscount.queue"].sudo()._enqueue(
                self.config_id, "initial_import", str(self.id), payload={"import_id": self.id}
            )

    def _channels_read(self):
        return self.walk_ids.filtered(lambda walk: walk.state == "done").sales_channel_id

    def _offers_read(self, walk):
        """A channel has been read to its end: go on with the orders when it was the last one."""
        for record in self:
            if record.config_id._offer_channels() - record._channels_read() - walk.sales_channel_id:
                continue
            record.products_read = True
            if record.state != "running":
                continue
            if record._has_orders():
                record.write({"resumed_at": fields.Datetime.now()})
                record._enqueue_next()
            else:
                record.write({"state": "done", "finished_at": fields.Datetime.now()})

    def _fail(self, text):
        self.filtered(lambda record: record.state == "running").write(
            {"state": "failed", "error": text, "finished_at": fields.Datetime.now()}
        )

    def _stop_products(self):
        """Stop reading offers for this import; the reading goes on where it was when somebody continues."""
        jobs = self.env["cdiscount.queue"].sudo()
        live = jobs.search(
            [
                ("config_id", "=", self.config_id.id),
                ("operation", "=", "offer_pull"),
                ("state", "in", ("pending", "waiting_retry", "running")),
            ]
        )
        mine = live.filtered(lambda job: job._get_payload().get("import_id") == self.id)
        if mine:
            mine.action_cancel()

    # ------------------------------------------------------------------ screens
    def action_open_offers(self):
        """Open the offers of the account."""
        self.ensure_one()
        return self.config_id._open("cdiscount.product.mapping", _("Offers"))

    def action_open_not_linked(self):
        """Open the offers of which the product is not known."""
        self.ensure_one()
        domain = [("product_id", "=", False), ("ignored", "=", False)]
        return self.config_id._open("cdiscount.product.mapping", _("Offers Not Linked"), domain)
