"""A promotion: which offers, how much lower, from when to when, and where it stands."""

from odoo import _, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...services.rules.promotion import BY_PACKAGE

KINDS = [
    ("strike", "Strike price"),
    ("percentage", "Percentage"),
    ("seasonal", "Seasonal sale (soldes)"),
    ("flash", "Flash sale"),
]
STATES = [
    ("draft", "Draft"),
    ("checked", "Checked"),
    ("scheduled", "Scheduled"),
    ("sent", "Announced"),
    ("running", "Running"),
    ("ended", "Ended"),
    ("cancelled", "Cancelled"),
    ("failed", "Failed"),
]
OPEN_STATES = ("draft", "checked")
BOOKED_STATES = ("scheduled", "sent", "running")
PLAN = frozenset(
    (
        *("config_id", "kind", "offer_ids", "categ_ids", "channel_ids", "date_start", "date_end"),
        *("basis", "percent", "fixed_price", "price_rounding", "price_ending", "price_step"),
    )
)
"""What a check has looked at: changed afterwards it is to be checked again; once it is scheduled, nobody may."""


class CdiscountPromotion(models.Model):
    _name = "cdiscount.promotion"
    _description = "Cdiscount Promotion"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_start desc, id desc"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    config_id = fields.Many2one(
        "cdiscount.config",
        "Account",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env["cdiscount.config"]._of_company(),
    )
    company_id = fields.Many2one(related="config_id.company_id", store=True, index=True)
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id", store=True)
    kind = fields.Selection(
        KINDS,
        "Type",
        default="strike",
        required=True,
        tracking=True,
        help="Strike price and percentage: Odoo sends the lower price with the old one crossed out at the start, and "
        "the normal price at the end. Seasonal sale and flash sale: Cdiscount itself begins and ends the sale, which "
        "is announced days before; on Cdiscount France only.",
    )
    by_package = fields.Boolean("Begun by Cdiscount", compute="_compute_by_package")
    offer_ids = fields.Many2many(
        "cdiscount.product.mapping",
        "cdiscount_promotion_offer_rel",
        "promotion_id",
        "mapping_id",
        "Chosen Offers",
        domain="[('config_id', '=', config_id)]",
    )
    categ_ids = fields.Many2many(
        "product.category",
        "cdiscount_promotion_categ_rel",
        "promotion_id",
        "categ_id",
        "Product Categories",
        help="All linked offers whose product is in one of these categories, or in one below.",
    )
    channel_ids = fields.Many2many(
        "cdiscount.sales.channel",
        "cdiscount_promotion_channel_rel",
        "promotion_id",
        "channel_id",
        "Sales Channels",
        help="Empty: the channel of the account.",
    )
    date_start = fields.Datetime("Starts", required=True, tracking=True, index=True)
    date_end = fields.Datetime("Ends", required=True, tracking=True, index=True)
    basis = fields.Selection(
        [("percentage", "Percentage off"), ("fixed", "Fixed price")],
        "Discount",
        default="percentage",
        required=True,
        help="A price entered on a line of the preview goes before both.",
    )
    percent = fields.Float("Discount %", default=10.0, digits=(16, 2))
    fixed_price = fields.Monetary("Promotional Price", help="With VAT, the same for every offer of the promotion.")
    price_rounding = fields.Boolean("Round the Price", help="Down to the next price that ends as below.")
    price_ending = fields.Float("Ending", default=0.99, digits=(16, 2), help="0.99 gives 4.99, 5.99.")
    price_step = fields.Float("Every", default=1.0, digits=(16, 2), help="1 gives 4.99, 5.99; 10 gives 9.99, 19.99.")
    budget = fields.Monetary(
        "Budget of Discount",
        tracking=True,
        help="What may be given away in all, with VAT. Once the pieces sold have used it up the promotion ends. "
        "0: no limit.",
    )
    state = fields.Selection(
        STATES,
        string="Status",
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand="_group_states",
    )
    note = fields.Text("What Happened", readonly=True, copy=False)
    began_at = fields.Datetime("Began", readonly=True, copy=False)
    ended_at = fields.Datetime("Ended", readonly=True, copy=False)
    next_at = fields.Datetime(
        "Looked At Again", readonly=True, copy=False, index=True, help="When there is something to do for it next."
    )
    line_ids = fields.One2many("cdiscount.promotion.line", "promotion_id", "Prices", copy=False)
    color = fields.Integer(compute="_compute_color")

    # ------------------------------------------------------------------ compute
    @api.depends("config_id")
    def _compute_currency_id(self):
        # The marketplace's prices are in euros, whatever the company counts in.
        self.currency_id = self.env.ref("base.EUR")

    @api.depends("kind")
    def _compute_by_package(self):
        for promotion in self:
            promotion.by_package = promotion.kind in BY_PACKAGE

    @api.depends("kind")
    def _compute_color(self):
        colors = {kind: number for number, (kind, _label) in enumerate(KINDS, 1)}
        for promotion in self:
            promotion.color = colors.get(promotion.kind, 0)

    @api.model
    def _group_states(self, states, domain, order=None):
        return [code for code, _label in STATES if code in states]

    @api.onchange("kind")
    def _onchange_kind(self):
        if self.kind in BY_PACKAGE or self.kind == "percentage":
            self.basis = "percentage"
        if self.kind in BY_PACKAGE:
            self.channel_ids = False
            self.price_rounding = False

    @api.onchange("config_id")
    def _onchange_config_id(self):
        self.offer_ids = self.offer_ids.filtered(lambda offer: offer.config_id == self.config_id)

    # ------------------------------------------------------------------ constraints
    @api.constrains("date_start", "date_end")
    def _check_dates(self):
        for promotion in self:
            if promotion.date_end <= promotion.date_start:
                raise ValidationError(_("The promotion %s must end after it starts.", promotion.name))

    @api.constrains("percent", "fixed_price", "budget", "price_step", "price_ending", "price_rounding")
    def _check_amounts(self):
        for promotion in self:
            if min(promotion.fixed_price, promotion.budget) < 0:
                raise ValidationError(_("Prices and the budget cannot be negative."))
            if promotion.price_rounding and not 0 <= promotion.price_ending < promotion.price_step:
                raise ValidationError(_("The step must be larger than the ending: ending 0.99, every 1."))

    @api.constrains("offer_ids", "config_id")
    def _check_offers(self):
        for promotion in self:
            if promotion.offer_ids.config_id - promotion.config_id:
                raise ValidationError(_("A promotion holds offers of its own account only."))

    # ------------------------------------------------------------------ life
    def write(self, vals):
        changed = PLAN.intersection(vals)
        if changed:
            booked = self.filtered(lambda promotion: promotion.state not in OPEN_STATES)
            if booked:
                raise UserError(
                    _("%s is scheduled already: cancel it first, or copy it and change the copy.", booked[0].name)
                )
            if self.filtered(lambda promotion: promotion.state == "checked"):
                vals = dict(vals, state="draft")
        return super().write(vals)

    def copy_data(self, default=None):
        named = "name" in (default or {})
        rows = super().copy_data(default)
        for promotion, row in zip(self, rows, strict=True):
            if not named:
                row["name"] = _("%s (copy)", promotion.name)
        return rows

    @api.ondelete(at_uninstall=False)
    def _unlink_only_what_is_over(self):
        for promotion in self:
            if promotion.state in BOOKED_STATES:
                raise UserError(_("Cancel %s first: its prices would stay on Cdiscount.", promotion.name))
            if promotion._has_prices_there():
                raise UserError(_("The prices of %s are still going back to normal: wait for it.", promotion.name))

    def _has_prices_there(self):
        """Whether Cdiscount still shows a price of this promotion, as far as is known."""
        self.ensure_one()
        returning = [("promotion_id", "=", self.id), ("state", "=", "returning")]
        return bool(self.env["cdiscount.promotion.line"].sudo().search_count(returning, limit=1))

    def _channels(self):
        """Return the channels this promotion is on."""
        self.ensure_one()
        return self.channel_ids or self.config_id.sales_channel_id

    def _tell_person(self, summary, note):
        """Ask the person responsible for the account to look."""
        self.ensure_one()
        config = self.config_id.sudo()
        user = config.responsible_id or config.user_id
        self.sudo().activity_schedule("mail.mail_activity_data_todo", user_id=user.id, summary=summary[:200], note=note)
