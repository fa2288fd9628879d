"""A marketplace order as Cdiscount tells it, and the sale order that came of it."""

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ...compat import constraints
from ...services.payloads import Order
from ...services.payloads.address import Address
from ...services.payloads.read import mapping, objects
from ...services.payloads.storage import loads
from ...services.rules.customers import display_name

HOLD_REASONS = [
    ("unknown_product", "Unknown product"),
    ("ambiguous_product", "Several products fit"),
    ("tax_not_mapped", "No tax for a VAT rate"),
    ("total_differs", "Total differs"),
    ("country_unknown", "Country unknown"),
    ("currency_unknown", "Currency not active"),
    ("payload_invalid", "Order data incomplete"),
    ("odoo_refused", "Odoo refused"),
]


class CdiscountOrderMapping(models.Model):
    _name = "cdiscount.order.mapping"
    _description = "Cdiscount Order"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "purchased_at desc, id desc"
    _rec_name = "reference"
    _rec_names_search = ["reference", "external_id"]
    # Whoever reads an order may discuss it; what it holds is the marketplace's and changed by jobs and Managers only.
    _mail_post_access = "read"

    vars().update(
        constraints(
            (
                "external_uniq",
                "unique(config_id, external_id)",
                "This marketplace order is known already: an order exists once per account.",
            ),
        )
    )

    config_id = fields.Many2one("cdiscount.config", "Account", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="config_id.company_id", store=True, index=True)
    external_id = fields.Char("Order ID on Cdiscount", required=True, readonly=True, index=True)
    reference = fields.Char(readonly=True, index=True, help="The reference the customer and customer care see.")
    status = fields.Char("Status as Received", readonly=True, index=True)
    state = fields.Selection(
        [
            ("new", "Waiting"),
            ("imported", "Imported"),
            ("held", "Held"),
            ("cancelled", "Cancelled"),
            ("ignored", "Ignored"),
        ],
        string="In Odoo",
        default="new",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
        help="Waiting: known, but not to be shipped yet, or its sale order is just being created. Held: a person has "
        "to solve something. Ignored: outside the account's filter.",
    )
    hold_code = fields.Selection(
        HOLD_REASONS, "Held Because", readonly=True, index=True, group_expand="_order_hold_codes"
    )
    hold_reason = fields.Text(readonly=True)
    hold_detail = fields.Char(readonly=True, help="What exactly is missing: the SKU, the VAT rate, the country.")
    sale_order_id = fields.Many2one(
        "sale.order", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )
    sale_order_name = fields.Char("Sale Order Number", related="sale_order_id.name")
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True, index="btree_not_null", ondelete="set null")
    customer_name = fields.Char(
        readonly=True,
        copy=False,
        help="As the marketplace wrote it: an order without contact shows a name too.",
    )
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount_total = fields.Monetary(
        "Cdiscount Total", readonly=True, help="What the customer paid on Cdiscount, VAT included."
    )
    amount_odoo = fields.Monetary("Odoo Total", related="sale_order_id.amount_total", store=True)
    commission_total = fields.Monetary("Commission", readonly=True, help="With VAT, as announced with the order.")
    purchased_at = fields.Datetime(readonly=True, index=True)
    marketplace_updated_at = fields.Datetime("Changed on Cdiscount", readonly=True, index=True)
    ship_by = fields.Datetime(readonly=True, index=True)
    business = fields.Boolean("Company Customer", readonly=True)
    sales_channel_id = fields.Many2one("cdiscount.sales.channel", readonly=True, index=True)
    payment_method = fields.Char(readonly=True)
    country_code = fields.Char("Country", readonly=True, index=True)
    line_ids = fields.One2many("cdiscount.order.mapping.line", "mapping_id", "Lines", readonly=True)
    payload = fields.Text(
        readonly=True,
        copy=False,
        groups="cdiscount_store_management.group_manager",
        help="The order as the marketplace sent it.",
    )
    digest = fields.Char(readonly=True, copy=False)

    def _parse(self):
        """Return the stored payload as an Order value."""
        self.ensure_one()
        return Order.parse(loads(self.sudo().payload or "{}"))

    @api.model
    def _read_customer_name(self, raw):
        """Return the customer's name in a raw order, even in one that is otherwise unreadable; False when it has none.

        The customer has no name of its own at the marketplace: it is in the addresses (contract 3.2).
        """
        places = [raw.get("billingAddress"), *(line.get("shippingAddress") for line in objects(raw, "lines"))]
        names = (display_name(Address.parse(mapping(place))) for place in places)
        return next((name for name in names if name), False)

    @api.model
    def _order_hold_codes(self, codes, domain, order=None):
        """Columns of the held orders: the reasons that occur, the usual ones first."""
        return [code for code, _label in HOLD_REASONS if code in codes]

    # ------------------------------------------------------------------ what a person can do
    def action_open_sale_order(self):
        """Open the sale order."""
        self.ensure_one()
        if not self.sale_order_id:
            raise UserError(_("Order %s has no sale order.", self.reference or self.external_id))
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "res_id": self.sale_order_id.id,
            "views": [(False, "form")],
        }

    @api.depends("reference", "external_id")
    def _compute_display_name(self):
        for order in self:
            order.display_name = order.reference or order.external_id
