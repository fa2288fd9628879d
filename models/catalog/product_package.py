"""A package of product sheets: what was sent, and what became of each sheet. Sheets are judged one by one."""

from odoo import _, api, fields, models

OPEN_STATES = ("sending", "submitted")


class CdiscountProductPackage(models.Model):
    """Up to 25 sheets that were sent together. It is stored before it is sent, so that a crash is noticed."""

    _name = "cdiscount.product.package"
    _description = "Cdiscount Product Package"
    _order = "id desc"
    _rec_name = "reference"

    config_id = fields.Many2one(
        "cdiscount.config", "Account", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="config_id.company_id", store=True, index=True)
    reference = fields.Char("Package", readonly=True, index=True, help="The marketplace's number of the package.")
    state = fields.Selection(
        [
            ("sending", "Being sent"),
            ("submitted", "Being processed"),
            ("done", "Accepted"),
            ("partly", "Partly refused"),
            ("refused", "Refused"),
            ("expired", "No report"),
            ("dropped", "Sent again"),
        ],
        string="Status",
        default="sending",
        required=True,
        readonly=True,
        index=True,
        help="No report: Cdiscount keeps its answers for three days and said nothing about some sheets. Sent again: "
        "nothing of the package was taken; its sheets go into the next one.",
    )
    submitted_at = fields.Datetime(readonly=True)
    looked_at = fields.Datetime("Last Looked At", readonly=True)
    finished_at = fields.Datetime(readonly=True)
    new_count = fields.Integer("New Products", readonly=True, help="They count for the hourly quota of Cdiscount.")
    sheet_count = fields.Integer("Sheets", readonly=True)
    live_count = fields.Integer("On Cdiscount", readonly=True)
    refused_count = fields.Integer("Refused", readonly=True)
    later_count = fields.Integer(
        "Sent Again", readonly=True, help="Sheets above the hourly quota, or that did not arrive: they are sent again."
    )
    quota_exceeded = fields.Boolean(readonly=True)
    message = fields.Text("Answer", readonly=True, help="What Cdiscount said of the package as a whole.")
    line_ids = fields.One2many("cdiscount.product.package.line", "package_id", "Sheets in It", readonly=True)

    def init(self):
        self.env.cr.execute(
            """
            CREATE INDEX IF NOT EXISTS cdiscount_product_package_open ON cdiscount_product_package (config_id)
             WHERE state IN ('sending', 'submitted')
            """
        )

    @api.depends("reference")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for package in self:
            package.display_name = package.reference or _("not sent yet")

    def _count(self):
        """Store how many sheets of each verdict there are, and the state when nothing is awaited any more."""
        now = fields.Datetime.now()
        for package in self:
            verdicts = package.line_ids.mapped("verdict")
            live, refused = verdicts.count("live"), verdicts.count("refused")
            silent, later = verdicts.count("expired"), verdicts.count("quota") + verdicts.count("dropped")
            values = {"live_count": live, "refused_count": refused + silent, "later_count": later}
            if not {"pending", "checked"} & set(verdicts):
                values["finished_at"] = now
                values["state"] = self._state_of(live, refused, silent, later)
            package.write(values)

    @api.model
    def _state_of(self, live, refused, silent, later):
        if silent:
            return "expired"
        if refused:
            return "partly" if live or later else "refused"
        return "done" if live else "dropped"

    @api.autovacuum
    def _gc_old(self, days=365):
        """Keep what was sent for a year; what is on its way stays."""
        self.env.cr.execute(
            """
            DELETE FROM cdiscount_product_package
             WHERE finished_at < (now() AT TIME ZONE 'UTC') - %s * interval '1 day'
            """,
            (days,),
        )

    def action_open_offers(self):
        """Open the offers whose sheets are in these packages."""
        action = self.env["ir.actions.act_window"]._for_xml_id("cdiscount_store_management.action_product_mapping")
        offers = self.line_ids.mapping_id
        return dict(action, name=_("Offers"), domain=[("id", "in", offers.ids)], context={})


class CdiscountProductPackageLine(models.Model):
    """One sheet in a package."""

    _name = "cdiscount.product.package.line"
    _description = "Sheet in a Cdiscount Product Package"
    _order = "package_id desc, id"
    _rec_name = "sku"

    package_id = fields.Many2one(
        "cdiscount.product.package", required=True, readonly=True, index=True, ondelete="cascade"
    )
    config_id = fields.Many2one(related="package_id.config_id", store=True, index=True)
    company_id = fields.Many2one(related="package_id.company_id", store=True, index=True)
    mapping_id = fields.Many2one(
        "cdiscount.product.mapping", "Offer", readonly=True, index="btree_not_null", ondelete="set null"
    )
    sku = fields.Char("SKU", required=True, readonly=True)
    gtin = fields.Char("GTIN", required=True, readonly=True, index=True)
    title = fields.Char(readonly=True)
    is_new = fields.Boolean("New Product", readonly=True)
    category = fields.Char("Category Sent", readonly=True)
    digest = fields.Char(readonly=True)
    verdict = fields.Selection(
        [
            ("pending", "No answer yet"),
            ("checked", "Checked"),
            ("live", "On Cdiscount"),
            ("refused", "Refused"),
            ("quota", "Above the quota"),
            ("expired", "No report"),
            ("dropped", "Not arrived"),
        ],
        "Result",
        default="pending",
        required=True,
        readonly=True,
    )
    product_reference = fields.Char("Cdiscount Product", readonly=True)
    is_identical = fields.Boolean(
        "Unchanged",
        readonly=True,
        help="Cdiscount keeps what it says of this product: it is the same, or the sheet is another seller's.",
    )
    refusals = fields.Text(readonly=True)
    rejection = fields.Text("Why Refused", compute="_compute_rejection")

    def init(self):
        # Whatever two workers do: a product's sheet is on its way once. Who comes second fails here and looks again.
        self.env.cr.execute(
            """
            CREATE UNIQUE INDEX IF NOT EXISTS cdiscount_product_package_line_in_flight
                ON cdiscount_product_package_line (config_id, gtin) WHERE verdict IN ('pending', 'checked')
            """
        )

    @api.depends("refusals", "verdict")
    @api.depends_context("lang")
    def _compute_rejection(self):
        catalogue = self.env["cdiscount.refusal"]
        for line in self:
            text = catalogue._sentence(line.refusals) if line.refusals else False
            if line.verdict == "expired":
                text = _("Cdiscount did not report on the sheet within three days. Send it again.")
            line.rejection = text
