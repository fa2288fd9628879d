"""What held orders wait for, and what a person can do about it, on one screen."""

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ..models.order.order_release import MANAGER

SHOWN = 200
"""Missing things shown at once; more than a person decides in one go."""


class CdiscountOrderResolve(models.TransientModel):
    _name = "cdiscount.order.resolve"
    _description = "Resolve Held Orders"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    order_ids = fields.Many2many("cdiscount.order.mapping", string="Held Orders", readonly=True)
    order_count = fields.Integer("Orders", compute="_compute_counts")
    ready_count = fields.Integer("Ready", readonly=True, help="Orders in whose way nothing stands any more.")
    message = fields.Text(readonly=True)
    can_decide = fields.Boolean(compute="_compute_counts")
    whom_to_ask = fields.Char(compute="_compute_counts")
    line_ids = fields.One2many("cdiscount.order.resolve.line", "wizard_id")
    product_line_ids = fields.One2many("cdiscount.order.resolve.line", "wizard_id", domain=[("kind", "=", "product")])
    tax_line_ids = fields.One2many("cdiscount.order.resolve.line", "wizard_id", domain=[("kind", "=", "tax")])
    total_line_ids = fields.One2many("cdiscount.order.resolve.line", "wizard_id", domain=[("kind", "=", "total")])
    country_line_ids = fields.One2many("cdiscount.order.resolve.line", "wizard_id", domain=[("kind", "=", "country")])
    currency_line_ids = fields.One2many("cdiscount.order.resolve.line", "wizard_id", domain=[("kind", "=", "currency")])
    other_line_ids = fields.One2many(
        "cdiscount.order.resolve.line", "wizard_id", domain=[("kind", "in", ("data", "other"))]
    )

    @api.depends("order_ids")
    @api.depends_context("uid")
    def _compute_counts(self):
        for wizard in self:
            wizard.order_count = len(wizard.order_ids)
            wizard.can_decide = self.env.su or self.env.user.has_group(MANAGER)
            names = wizard.order_ids.sudo().config_id.mapped("responsible_id.name")
            wizard.whom_to_ask = ", ".join(names) or _("your administrator")

    @api.model
    def _open_for(self, orders):
        """Return the action that shows what these held orders wait for."""
        wizard = self.create(
            {
                "order_ids": [fields.Command.set(orders.ids)],
                "company_id": (orders[:1].company_id or self.env.company).id,
            }
        )
        wizard._load()
        return wizard._reopen()

    def _load(self):
        """Look anew for what is missing."""
        self.ensure_one()
        self.line_ids.unlink()
        held = self.order_ids.filtered(lambda order: order.state == "held" and not order.sale_order_id)
        missing, ready, gone = held._list_missing()
        things = sorted(missing.values(), key=lambda thing: -len(thing.orders))[:SHOWN]
        lines = self.env["cdiscount.order.resolve.line"]
        suggestions = lines._suggest_products(things)
        lines.create([lines._prepare(self, thing, suggestions.get(thing.key)) for thing in things])
        self.ready_count = len(ready)
        texts = [self.message] if self.message else []
        if gone:
            texts.append(_("Nothing is to be created for: %s.", ", ".join(gone.mapped("display_name")[:10])))
        self.message = "\n".join(texts) or False

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": _("Resolve Held Orders"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    # ------------------------------------------------------------------ what a person decides
    def action_apply(self):
        """Do what was decided, create the sale orders and open them; what is left stays on the screen."""
        self.ensure_one()
        self.order_ids._require_manager()
        orders = self.order_ids.exists()
        held = orders.filtered(lambda order: order.state == "held" and not order.sale_order_id)
        if not held:
            # A second click, or a colleague who was quicker.
            return orders._show_outcome()
        missing, ready, _gone = held._list_missing()
        decided = self.line_ids.filtered(lambda line: line._is_decided())
        open_keys = {line.key for line in self.line_ids} & set(missing)
        if not decided and not ready and open_keys and self.line_ids.filtered(lambda line: line.kind != "other"):
            raise UserError(_("Nothing is decided yet: choose a product, a tax or what else is missing first."))
        for line in decided:
            # What a colleague has solved meanwhile is not missing any more and stays as it is.
            if line.key in missing:
                line._carry_out(missing[line.key])
        concerned = held if not decided else self._orders_to_try(held, missing, decided, ready)
        concerned._build_now()
        left = orders.filtered(lambda order: order.state == "held" and not order.sale_order_id)
        made = len(orders.filtered("sale_order_id"))
        if not left or (len(orders) == 1 and left.hold_code == "odoo_refused"):
            return orders._show_outcome()
        self.message = _(
            "Sale orders created: %(made)s. Orders that still wait: %(left)s.", made=made, left=len(left)
        ) + self._new_refusals(left & concerned)
        self._load()
        return self._reopen()

    @api.model
    def _orders_to_try(self, held, missing, decided, ready):
        """Return the orders that something was decided for, and those that lacked nothing."""
        orders = ready
        for line in decided:
            if line.key in missing:
                orders |= missing[line.key].orders
        return held & orders

    @api.model
    def _new_refusals(self, orders):
        refused = orders.filtered(lambda order: order.hold_code == "odoo_refused")
        return "".join(f"\n{order.display_name}: {order.hold_reason}" for order in refused[:5])

    def action_read_again(self):
        """Read the orders that came incomplete anew from Cdiscount."""
        self.ensure_one()
        orders = self.other_line_ids.order_ids or self.order_ids
        orders._require_manager()
        results = orders._read_again()
        self.message = "\n".join(results[:10])
        left = self.order_ids.filtered(lambda order: order.state == "held" and not order.sale_order_id)
        if not left:
            return self.order_ids._show_outcome()
        self._load()
        return self._reopen()
