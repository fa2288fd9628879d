"""How an account counts its stock, and how much of it is shown."""

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from ...services.rules.stock import Buffer, Limits

DECIDES_QUANTITIES = frozenset(
    {
        "warehouse_id",
        "stock_buffer",
        "stock_buffer_percent",
        "stock_basis",
        "stock_cap",
        "stock_cap_percent",
        "stock_minimum",
        "stock_untracked",
        "stock_untracked_qty",
    }
)


class CdiscountConfigStock(models.Model):
    _inherit = "cdiscount.config"

    stock_mapping_ids = fields.One2many("cdiscount.stock.mapping", "config_id", "Warehouses to Sell From")
    stock_rule_ids = fields.One2many("cdiscount.stock.rule", "config_id", "Stock Rules")
    stock_basis = fields.Selection(
        [
            ("free", "Free to use: on hand less reserved"),
            ("on_hand", "On hand, reserved or not"),
            ("forecast", "Forecast: on hand, what comes, less what goes"),
        ],
        default="free",
        required=True,
        help="What is counted as sellable. Only the free quantity never sells the same piece twice: on hand counts "
        "what other orders have reserved, the forecast what has not arrived yet.",
    )
    stock_buffer_percent = fields.Float(
        "Safety Stock (%)", help="Part of what is available that is kept back. The larger of units and part counts."
    )
    stock_cap = fields.Integer("At Most", help="Never publish more units than this. 0: no limit.")
    stock_cap_percent = fields.Float(
        "At Most (%)", help="Never publish more than this part of what is available. 0: no limit."
    )
    stock_minimum = fields.Integer("At Least", help="Fewer units than this are published as 0.")
    stock_untracked = fields.Selection(
        [("keep", "Leave the quantity on Cdiscount as it is"), ("fixed", "Always publish the same quantity")],
        "Products without Stock",
        default="keep",
        required=True,
        help="What is published for services and for goods whose stock Odoo does not count.",
    )
    stock_untracked_qty = fields.Integer("Quantity without Stock", default=100)
    last_stock_push_at = fields.Datetime("Stock Last Sent", readonly=True, copy=False)
    stock_compared_at = fields.Datetime(
        "Stock Last Compared", readonly=True, copy=False, help="When the stock of every offer was last worked out anew."
    )
    stock_waits_since = fields.Datetime(readonly=True, copy=False)

    @api.constrains("stock_buffer_percent", "stock_cap", "stock_cap_percent", "stock_minimum", "stock_untracked_qty")
    def _check_stock_limits(self):
        for config in self:
            if min(config.stock_cap, config.stock_minimum, config.stock_untracked_qty) < 0:
                raise ValidationError(_("Safety stock and limits cannot be negative: enter 0 or more units."))
            if not (0 <= config.stock_buffer_percent <= 100 and 0 <= config.stock_cap_percent <= 100):
                raise ValidationError(_("A part of the stock is between 0 and 100 percent."))

    # ------------------------------------------------------------------ settings that change
    def write(self, vals):
        result = super().write(vals)
        if not DECIDES_QUANTITIES.isdisjoint(vals):
            self._work_out_stock_anew()
        return result

    def _work_out_stock_anew(self):
        """Have the stock of every published offer looked at again: what it follows from has changed."""
        offers = self.env["cdiscount.product.mapping"].sudo()
        groups = offers._read_group([("config_id", "in", self.ids), ("publish", "=", True)], ["config_id"])
        for (config,) in groups:
            if config.state == "connected":
                self.env["cdiscount.queue"].sudo()._enqueue(config, "stock_push", "stock", payload={"all": True})

    def _stock_buffer(self):
        self.ensure_one()
        return Buffer(self.stock_buffer, self.stock_buffer_percent)

    def _stock_limits(self):
        self.ensure_one()
        return Limits(self.stock_cap, self.stock_cap_percent, self.stock_minimum)
