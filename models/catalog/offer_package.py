"""A package of offers on its way: what of it is done, so that any process can go on with it after any crash."""

from dataclasses import asdict

from odoo import _, api, fields, models

from ...services.rules.package_flow import Progress, next_step

TYPES = [("Upsert", "Create or replace"), ("Update", "Change"), ("Delete", "Delete")]


class CdiscountOfferPackage(models.Model):
    """The columns from ``reference`` to ``is_read`` are those of ``services.rules.package_flow.Progress``."""

    _name = "cdiscount.offer.package"
    _description = "Cdiscount Offer Package"
    _order = "id desc"
    _rec_names_search = ["reference"]

    config_id = fields.Many2one(
        "cdiscount.config", "Account", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="config_id.company_id", store=True, index=True)
    sales_channel_id = fields.Many2one("cdiscount.sales.channel", required=True, readonly=True)
    type = fields.Selection(TYPES, required=True, readonly=True)
    purpose = fields.Selection(
        [("offers", "Offers"), ("stock", "Stock"), ("foreign", "Somebody else's")],
        default="offers",
        required=True,
        readonly=True,
        help="Somebody else's: it was open already and in the way, so Odoo submitted it as it was.",
    )
    # ------------------------------------------------------------------ progress
    reference = fields.Char("Package", readonly=True, index=True, help="The marketplace's number of the package.")
    lots = fields.Integer("Uploads", readonly=True)
    sent_lots = fields.Integer("Uploads Done", readonly=True)
    taken_lots = fields.Integer("Uploads Taken", readonly=True)
    creating = fields.Boolean(readonly=True)
    posting = fields.Boolean(readonly=True)
    closed = fields.Boolean(readonly=True, help="An upload is in doubt: the rest goes into the next package.")
    empty = fields.Boolean(readonly=True)
    phase = fields.Selection(
        [
            ("open", "Takes offers"),
            ("busy", "Taking in"),
            ("moving", "Being processed"),
            ("integrated", "Processed"),
            ("rejected", "Refused as a whole"),
        ],
        "On Cdiscount",
        readonly=True,
    )
    submitted = fields.Boolean(readonly=True)
    is_read = fields.Boolean("Answers Read", readonly=True)
    submit_refusals = fields.Integer(readonly=True)
    overdue = fields.Boolean(
        readonly=True, help="It took hours, so its offers were sent again without waiting for its answer."
    )
    looks = fields.Integer("Looked At", readonly=True)
    # ------------------------------------------------------------------ for people
    state = fields.Selection(
        [
            ("waiting", "To send"),
            ("sending", "Being sent"),
            ("processing", "Being processed"),
            ("done", "Accepted"),
            ("partly", "Partly refused"),
            ("refused", "Refused"),
            ("lost", "Expired"),
            ("empty", "Nothing arrived"),
        ],
        string="Status",
        default="waiting",
        required=True,
        readonly=True,
        index=True,
    )
    message = fields.Text("Answer", readonly=True)
    offer_count = fields.Integer("Offers", readonly=True)
    accepted_count = fields.Integer("Accepted", readonly=True)
    refused_count = fields.Integer("Refused", readonly=True)
    missing_count = fields.Integer("Not Arrived", readonly=True, help="They are compared and sent again.")
    submitted_at = fields.Datetime(readonly=True)
    finished_at = fields.Datetime(readonly=True)
    line_ids = fields.One2many("cdiscount.offer.package.line", "package_id", "Contents", readonly=True)

    @api.depends("reference", "type")
    @api.depends_context("lang")
    def _compute_display_name(self):
        types = dict(self._fields["type"]._description_selection(self.env))
        for package in self:
            number = package.reference or _("not sent yet")
            package.display_name = f"{types.get(package.type, '')} {number}".strip()

    # ------------------------------------------------------------------ progress
    def _progress(self):
        """Return the Progress that is stored."""
        self.ensure_one()
        return Progress(
            package_id=self.reference or "",
            lots=self.lots,
            sent=self.sent_lots,
            taken=self.taken_lots,
            creating=self.creating,
            posting=self.posting,
            closed=self.closed,
            empty=self.empty,
            phase=self.phase or None,
            submitted=self.submitted,
            read=self.is_read,
        )

    def _keep(self, progress, **values):
        """Store a Progress."""
        self.ensure_one()
        names = {"package_id": "reference", "sent": "sent_lots", "taken": "taken_lots", "read": "is_read"}
        row = {names.get(name, name): value for name, value in asdict(progress).items()}
        self.write({**row, "phase": progress.phase or False, **values})

    def _next_step(self):
        return next_step(self._progress())

    # ------------------------------------------------------------------ queue operations
    @api.model
    def _job_push(self, jobs):
        """Queue operation: compare marked offers of one channel and send what differs."""
        yield None

    @api.model
    def _job_follow(self, jobs):
        """Queue operation: look after one package that was submitted, until its answers are stored."""
        yield None
