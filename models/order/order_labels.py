"""The marketplace's words in the reader's language; what is not known is shown as it came."""

from odoo import _, api, fields, models

from ...services.rules.order_status import canonical

STATUSES = [
    ("Processing", "Processing"),
    ("WaitingAcceptance", "To accept"),
    ("Accepted", "Accepted"),
    ("InPreparation", "To ship"),
    ("Shipped", "Shipped"),
    ("Delivered", "Delivered"),
    ("CancelRequest", "Cancellation asked"),
    ("Cancelled", "Cancelled"),
    ("Refused", "Refused by the seller"),
    ("Rejected", "Rejected by Cdiscount"),
    ("other", "Other"),
]
PAYMENTS = [
    ("Card", "Bank card"),
    ("CardIn4Instalments", "Card in 4 instalments"),
    ("PayPal", "PayPal"),
    ("ApplePay", "Apple Pay"),
    ("GiftCard", "Gift card"),
    ("BankTransfer", "Bank transfer"),
    ("other", "Other"),
]
SUPPLY_MODES = [
    ("Seller", "By the seller"),
    ("Fulfillment", "By Cdiscount's warehouse"),
    ("Xdock", "Through Cdiscount's dock"),
    ("other", "Other"),
]
NOT_SHIPPED = ("Processing", "WaitingAcceptance", "Accepted", "InPreparation")


def known(selection, word):
    """Return the key of a marketplace word in a selection: itself, ``other``, or False when there is none.

    >>> known(STATUSES, "InPreparation"), known(STATUSES, "Teleported"), known(STATUSES, "")
    ('InPreparation', 'other', False)
    """
    if not word:
        return False
    word = canonical(word)
    return word if word in dict(selection) else "other"


def label(record, field, raw):
    """Return the translated label of a selection field, or the marketplace's own word when it is not known."""
    key = record[field]
    if not key or key == "other":
        return raw or False
    return dict(record._fields[field]._description_selection(record.env))[key]


class CdiscountOrderLabels(models.Model):
    _inherit = "cdiscount.order.mapping"

    status_kind = fields.Selection(
        STATUSES,
        "Status",
        compute="_compute_status_kind",
        store=True,
        index=True,
        help="What Cdiscount says of the order. Other: a status this version does not know.",
    )
    status_label = fields.Char("Cdiscount Status", compute="_compute_labels")
    payment_kind = fields.Selection(PAYMENTS, "Payment", compute="_compute_payment_kind", store=True)
    payment_label = fields.Char("Paid By", compute="_compute_labels")
    late = fields.Boolean(
        "Late to Ship",
        compute="_compute_late",
        search="_search_late",
        help="The moment until which the order has to be shipped is over, and it is not shipped.",
    )
    ship_due = fields.Datetime(
        "To Be Shipped",
        compute="_compute_late",
        help="Until when it has to leave. Empty once it is shipped, delivered or cancelled.",
    )
    age_days = fields.Integer("Days Since Purchase", compute="_compute_late")
    age_label = fields.Char("Age", compute="_compute_age_label")

    @api.depends("status")
    def _compute_status_kind(self):
        for order in self:
            order.status_kind = known(STATUSES, order.status)

    @api.depends("payment_method")
    def _compute_payment_kind(self):
        for order in self:
            order.payment_kind = known(PAYMENTS, order.payment_method)

    @api.depends("status_kind", "status", "payment_kind", "payment_method")
    @api.depends_context("lang")
    def _compute_labels(self):
        for order in self:
            order.status_label = label(order, "status_kind", order.status)
            order.payment_label = label(order, "payment_kind", order.payment_method)

    @api.depends("ship_by", "status_kind", "state", "purchased_at")
    def _compute_late(self):
        now = fields.Datetime.now()
        for order in self:
            waiting = order.status_kind in NOT_SHIPPED and order.state in ("new", "held", "imported")
            order.late = bool(waiting and order.ship_by and order.ship_by < now)
            order.ship_due = waiting and order.ship_by
            order.age_days = max((now - order.purchased_at).days, 0) if order.purchased_at else 0

    @api.depends("purchased_at")
    @api.depends_context("lang")
    def _compute_age_label(self):
        for order in self:
            days = order.age_days
            order.age_label = _("today") if not days else _("1 day") if days == 1 else _("%s days", days)

    @api.model
    def _search_late(self, operator, value):
        domain = [
            ("ship_by", "<", fields.Datetime.now()),
            ("status_kind", "in", NOT_SHIPPED),
            ("state", "in", ("new", "held", "imported")),
        ]
        # Odoo 19 asks with "in" and a set, earlier series with "=" and a boolean.
        wanted = True in value if operator in ("in", "not in") else bool(value)
        if (operator in ("=", "in")) == wanted:
            return domain
        return ["!", *(["&"] * (len(domain) - 1)), *domain]


class CdiscountOrderLineLabels(models.Model):
    _inherit = "cdiscount.order.mapping.line"

    status_kind = fields.Selection(STATUSES, "Status", compute="_compute_status_kind", store=True)
    status_label = fields.Char("Cdiscount Status", compute="_compute_labels")
    supply_kind = fields.Selection(SUPPLY_MODES, "Shipped", compute="_compute_supply_kind", store=True)
    supply_label = fields.Char("Shipped From", compute="_compute_labels")

    @api.depends("status")
    def _compute_status_kind(self):
        for line in self:
            line.status_kind = known(STATUSES, line.status)

    @api.depends("supply_mode")
    def _compute_supply_kind(self):
        for line in self:
            line.supply_kind = known(SUPPLY_MODES, line.supply_mode)

    @api.depends("status_kind", "status", "supply_kind", "supply_mode")
    @api.depends_context("lang")
    def _compute_labels(self):
        for line in self:
            line.status_label = label(line, "status_kind", line.status)
            line.supply_label = label(line, "supply_kind", line.supply_mode)
