"""How the published quantity of one offer came about: every number, and the records behind it."""

from odoo import _, api, fields, models

from ...services.rules.stock import most_specific


class CdiscountStockTruth(models.TransientModel):
    _name = "cdiscount.stock.truth"
    _description = "Stock of a Cdiscount Offer, Explained"
    _rec_name = "mapping_id"

    mapping_id = fields.Many2one("cdiscount.product.mapping", "Offer", required=True, readonly=True, ondelete="cascade")
    config_id = fields.Many2one(related="mapping_id.config_id")
    company_id = fields.Many2one(related="mapping_id.company_id")
    product_id = fields.Many2one(related="mapping_id.product_id")
    basis = fields.Selection(related="config_id.stock_basis", string="Counted")
    line_ids = fields.One2many("cdiscount.stock.truth.line", "truth_id", "Where", readonly=True)
    kit = fields.Boolean(readonly=True)
    on_hand = fields.Float(readonly=True, digits=(16, 2))
    reserved = fields.Float(readonly=True, digits=(16, 2))
    expired = fields.Float("To Be Removed", readonly=True, digits=(16, 2), help="Lots whose removal date has come.")
    unreserved = fields.Float(
        "Sold, Not Reserved",
        readonly=True,
        digits=(16, 2),
        help="Confirmed deliveries for which nothing is reserved.",
    )
    ordered = fields.Float(
        "Sold on Cdiscount, Not in Odoo Yet",
        readonly=True,
        digits=(16, 2),
        help="Orders of the marketplace that are not sale orders yet.",
    )
    fulfilment = fields.Float(
        "In Cdiscount's Warehouses",
        readonly=True,
        digits=(16, 2),
        help="What Cdiscount stores for you. It is never part of the quantity to publish.",
    )
    available = fields.Float(readonly=True, digits=(16, 2), help="What the warehouses have, less what is promised.")
    buffer = fields.Integer("Safety Stock", readonly=True)
    buffer_from = fields.Char("Safety Stock From", readonly=True)
    cap = fields.Integer("At Most", readonly=True)
    cap_percent = fields.Float("At Most (%)", readonly=True)
    minimum = fields.Integer("At Least", readonly=True)
    limits_from = fields.Char(readonly=True)
    to_publish = fields.Integer("Quantity to Publish", readonly=True)
    reason = fields.Char("Why", readonly=True)
    published = fields.Integer("Accepted by Cdiscount", readonly=True)
    last_pushed_at = fields.Datetime(related="mapping_id.last_pushed_at")
    read_back = fields.Integer("Shown by Cdiscount", readonly=True)
    offer_read_at = fields.Datetime(related="mapping_id.offer_read_at")
    waits = fields.Boolean("Waits to Be Sent", readonly=True)

    @api.model
    def _open_of(self, mapping):
        """Work out the stock of an offer now and open it."""
        truth = self.create(self._prepare_of(mapping))
        return {
            "type": "ir.actions.act_window",
            "name": _("Stock of %s", mapping.seller_reference),
            "res_model": self._name,
            "res_id": truth.id,
            "views": [(False, "form")],
            "target": "new",
        }

    @api.model
    def _prepare_of(self, mapping):
        stock = self.env["cdiscount.stock.mapping"].sudo()
        offer, config = mapping.sudo(), mapping.sudo().config_id
        supplies = stock._supplies(config, offer.product_id)
        published = stock._of_offers(config, offer, supplies)[offer.id]
        supply = supplies.get(offer.product_id.id)
        category = offer.product_id.categ_id
        rule = self.env["cdiscount.stock.rule"]._of_categories(config, category).get(category.id) or (None, None)
        said = (offer._stock_buffer(), offer._stock_limits())
        limits = most_specific(said[1], rule[1], config._stock_limits())
        figures = list(supply.figures.values()) if supply else []
        values = {
            "mapping_id": mapping.id,
            "kit": bool(supply and supply.needs),
            "available": published.available,
            "buffer": published.kept_back,
            "buffer_from": self._level(said[0], rule[0]),
            "cap": limits.maximum,
            "cap_percent": limits.percent,
            "minimum": limits.minimum,
            "limits_from": self._level(said[1], rule[1]),
            "to_publish": published.quantity,
            "reason": self._reasons().get(published.reason, ""),
            "published": offer.published_qty,
            "read_back": offer.quantity_read,
            "waits": offer.stock_dirty,
            "fulfilment": sum(self._fulfilment_rows(config, offer.product_id).mapped("physical")),
            "line_ids": [fields.Command.create(line) for line in self._prepare_lines(config, supply)],
        }
        if len(figures) == 1:
            one = figures[0]
            for name in ("on_hand", "reserved", "expired", "unreserved", "ordered"):
                values[name] = getattr(one, name)
        return values

    @api.model
    def _fulfilment_rows(self, config, product):
        rows = self.env["cdiscount.fulfilment.stock"].sudo()
        return rows.search([("config_id", "=", config.id), ("product_id", "in", product.ids)])

    @api.model
    def _prepare_lines(self, config, supply):
        """One line for each warehouse; of a kit, for each component in each warehouse."""
        places = self.env["cdiscount.stock.mapping"]._places(config)
        return [
            {
                "product_id": product_id,
                "needed": supply.needs.get(product_id, 1.0),
                "warehouse_id": warehouse.id,
                "location_id": location.id,
                "on_hand": figures.shelves[number][0],
                "reserved": figures.shelves[number][1],
                "buffer": buffer,
                "usable": figures.places[number].usable,
            }
            for product_id, figures in (supply.figures.items() if supply else ())
            for number, (warehouse, location, buffer) in enumerate(places)
        ]

    @api.model
    def _level(self, offer, category):
        return _("This offer") if offer is not None else _("The category") if category is not None else _("The account")

    @api.model
    def _reasons(self):
        return {
            "stock": _("What is available, less the safety stock."),
            "left": _("Odoo does not touch the quantity of this offer."),
            "frozen": _("The quantity of this offer is fixed."),
            "untracked": _("Odoo does not count the stock of this product."),
            "below_minimum": _("There is less than what is worth showing."),
            "capped": _("There is more than what may be shown."),
            "kept_back": _("All that is available is safety stock."),
            "none": _("Nothing is available."),
        }

    # ------------------------------------------------------------------ the records behind a number
    def _product_ids(self):
        return self.line_ids.product_id.ids or self.product_id.ids

    def _open(self, name, model, domain):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [(False, "list"), (False, "form")],
            "domain": domain,
        }

    def action_open_quants(self):
        """Open what is on the shelves."""
        self.ensure_one()
        locations = self.line_ids.location_id.ids
        domain = [("product_id", "in", self._product_ids()), ("location_id", "child_of", locations)]
        return self._open(_("On Hand"), "stock.quant", [*domain, ("location_id.usage", "=", "internal")])

    def action_open_reserved(self):
        """Open the deliveries for which it is reserved."""
        self.ensure_one()
        domain = [
            ("product_id", "in", self._product_ids()),
            ("location_id", "child_of", self.line_ids.location_id.ids),
            ("state", "in", ("assigned", "partially_available")),
        ]
        return self._open(_("Reserved"), "stock.move", domain)

    def action_open_unreserved(self):
        """Open the deliveries that wait for goods."""
        self.ensure_one()
        domain = [
            ("product_id", "in", self._product_ids()),
            ("location_id", "child_of", self.line_ids.warehouse_id.view_location_id.ids),
            ("state", "in", ("waiting", "confirmed", "partially_available")),
        ]
        return self._open(_("Sold, Not Reserved"), "stock.move", domain)

    def action_open_ordered(self):
        """Open the marketplace orders that are not sale orders yet."""
        self.ensure_one()
        skus = (
            self.env["cdiscount.product.mapping"]
            .search([("product_id", "in", [*self._product_ids(), self.product_id.id])])
            .mapped("seller_reference")
        )
        domain = [
            ("live", "=", True),
            ("mapping_id.sale_order_id", "=", False),
            ("mapping_id.state", "in", ("new", "held", "ignored")),
            ("mapping_id.status", "not in", ("Shipped", "Delivered", "Cancelled", "Refused", "Rejected")),
            "|",
            ("sku", "in", [*skus, self.mapping_id.seller_reference]),
            ("product_id", "in", self._product_ids()),
        ]
        return self._open(_("Sold on Cdiscount, Not in Odoo Yet"), "cdiscount.order.mapping.line", domain)

    def action_open_fulfilment(self):
        """Open what lies in Cdiscount's own warehouses."""
        self.ensure_one()
        rows = self._fulfilment_rows(self.config_id, self.product_id)
        return self._open(_("In Cdiscount's Warehouses"), "cdiscount.fulfilment.stock", [("id", "in", rows.ids)])

    def action_open_sendings(self):
        """Open what was sent of this offer, and what became of it."""
        self.ensure_one()
        domain = [("mapping_id", "=", self.mapping_id.id)]
        return self._open(_("Sent"), "cdiscount.offer.package.line", domain)

    def action_open_read(self):
        """Open what Cdiscount shows beside what it accepted, where the difference can be repaired."""
        self.ensure_one()
        view = self.env.ref("cdiscount_store_management.cdiscount_stock_offer_view_list")
        action = self._open(_("Differences"), "cdiscount.product.mapping", [("id", "=", self.mapping_id.id)])
        return {**action, "views": [(view.id, "list"), (False, "form")]}

    def action_open_settings(self):
        """Open the offer, where its own safety stock and limits are."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "cdiscount.product.mapping",
            "res_id": self.mapping_id.id,
            "views": [(False, "form")],
        }


class CdiscountStockTruthLine(models.TransientModel):
    _name = "cdiscount.stock.truth.line"
    _description = "Stock of a Cdiscount Offer in One Warehouse"

    truth_id = fields.Many2one("cdiscount.stock.truth", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="truth_id.company_id")
    product_id = fields.Many2one("product.product", readonly=True)
    needed = fields.Float("In One Kit", readonly=True, digits=(16, 2))
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)
    location_id = fields.Many2one("stock.location", readonly=True)
    on_hand = fields.Float(readonly=True, digits=(16, 2))
    reserved = fields.Float(readonly=True, digits=(16, 2))
    buffer = fields.Integer("Safety Stock", readonly=True)
    usable = fields.Float(
        "Counts", readonly=True, digits=(16, 2), help="What this warehouse adds to what is available."
    )
