"""What lies in Cdiscount's own warehouses, row by row as the marketplace tells it."""

from odoo import _, api, fields, models

from ...compat import check_access, constraints
from ...services.payloads.read import gtin
from ..catalog.offer_condition import CONDITIONS, known_condition
from ..catalog.offer_sql import update_rows

QUANTITIES = ("available", "allocated", "blocked", "returned")


class CdiscountFulfilmentStock(models.Model):
    _name = "cdiscount.fulfilment.stock"
    _description = "Stock in Cdiscount's Warehouses"
    _order = "config_id, place_id, seller_reference, id"
    _rec_name = "seller_reference"

    vars().update(constraints(("external_uniq", "unique(config_id, external_id)", "This stock is known already.")))

    config_id = fields.Many2one("cdiscount.config", "Account", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="config_id.company_id", store=True, index=True)
    place_id = fields.Many2one(
        "cdiscount.fulfilment.location", "Location", required=True, readonly=True, index=True, ondelete="cascade"
    )
    country_id = fields.Many2one(related="place_id.country_id", store=True)
    external_id = fields.Char("Marketplace Stock", required=True, readonly=True)
    seller_reference = fields.Char(readonly=True, index=True)
    product_reference = fields.Char("Product on Cdiscount", readonly=True)
    condition = fields.Char(readonly=True)
    condition_label = fields.Selection(CONDITIONS, "Article Condition", compute="_compute_condition_label")
    product_id = fields.Many2one("product.product", readonly=True, index="btree_not_null", ondelete="set null")
    available = fields.Float(readonly=True, digits=(16, 2), help="Can be sold.")
    allocated = fields.Float(readonly=True, digits=(16, 2), help="Promised to orders that have not left yet.")
    blocked = fields.Float(
        readonly=True, digits=(16, 2), help="Damaged, missing papers, being looked at: not for sale."
    )
    returned = fields.Float(readonly=True, digits=(16, 2), help="Came back from customers, not sorted yet.")
    physical = fields.Float(
        "Physical Stock", compute="_compute_physical", store=True, digits=(16, 2), help="All of it, whatever for."
    )
    on_hand = fields.Float(
        "In Odoo", compute="_compute_on_hand", digits=(16, 2), help="In the location of the country."
    )
    read_at = fields.Datetime("Last Read", readonly=True)

    @api.depends("condition")
    def _compute_condition_label(self):
        for row in self:
            row.condition_label = known_condition(row.condition)

    @api.depends(*QUANTITIES)
    def _compute_physical(self):
        for row in self:
            row.physical = sum(row[name] for name in QUANTITIES)

    @api.depends("product_id", "place_id")
    def _compute_on_hand(self):
        domain = [("product_id", "in", self.product_id.ids), ("location_id", "in", self.place_id.location_id.ids)]
        groups = self.env["stock.quant"].sudo()._read_group(domain, ["product_id", "location_id"], ["quantity:sum"])
        found = {(product.id, location.id): quantity for product, location, quantity in groups}
        for row in self:
            row.on_hand = found.get((row.product_id.id, row.place_id.location_id.id), 0.0)

    # ------------------------------------------------------------------ storing what was read
    @api.model
    def _store_page(self, config, items, seen):
        """Write a page of rows, whatever their number with a handful of statements.

        :param items: FulfilmentStock as the client reads them
        :param seen: set of ids of rows; those of this page are added
        """
        now = fields.Datetime.now()
        known = self.search([("config_id", "=", config.id), ("external_id", "in", [one.stock_id for one in items])])
        known = {row.external_id: row for row in known}
        products = self._products_of(config, items)
        places, fresh, rows = {}, {}, []
        for one in items:
            place = places.get(one.country)
            if place is None:
                place = places[one.country] = self.env["cdiscount.fulfilment.location"]._of_code(config, one.country)
            values = {
                "place_id": place.id,
                "seller_reference": one.sku or False,
                "product_reference": one.product_id or one.gtin or False,
                "condition": one.state or False,
                "product_id": products.get(one.stock_id, False),
                **{name: float(getattr(one, name)) for name in QUANTITIES},
                "read_at": now,
            }
            row = known.get(one.stock_id)
            if row:
                rows.append((row.id, *(value if value is not False else None for value in values.values())))
            else:
                fresh[one.stock_id] = {"config_id": config.id, "external_id": one.stock_id, **values}
        # The marketplace may name a row twice on a page that shifts: the last word counts.
        rows = list({row[0]: row for row in rows}.values())
        kinds = ("int4", "varchar", "varchar", "varchar", "int4", *["float8"] * len(QUANTITIES), "timestamp")
        names = ("place_id", "seller_reference", "product_reference", "condition", "product_id", *QUANTITIES, "read_at")
        update_rows(self, dict(zip(names, kinds, strict=True)), rows)
        seen.update(row[0] for row in rows)
        seen.update(self.create(list(fresh.values())).ids)

    @api.model
    def _forget_unseen(self, config, seen):
        """What a complete list does not name any more is not there any more."""
        rows = self.search([("config_id", "=", config.id), ("physical", "!=", 0)])
        gone = rows.filtered(lambda row: row.id not in seen)
        gone.write({**dict.fromkeys(QUANTITIES, 0), "read_at": fields.Datetime.now()})
        return len(gone)

    @api.model
    def _products_of(self, config, items):
        """Return ``{stock id: product id}``: by the seller's reference among the offers, the marketplace's product, the
        GTIN; then among the products of Odoo. What fits several products is left unlinked.
        """
        skus = {one.sku for one in items if one.sku}
        references = {one.product_id for one in items if one.product_id}
        codes = {code for one in items for code in (one.gtin, gtin(one.product_id)) if code}
        offers = self.env["cdiscount.product.mapping"].sudo()
        linked = [("config_id", "=", config.id), ("product_id", "!=", False)]
        named = ["|", "|", ("seller_reference", "in", list(skus)), ("product_reference", "in", list(references))]
        found = offers.search([*linked, *named, ("gtin", "in", list(codes))])
        products = self.env["product.product"].sudo().with_context(active_test=False)
        own = [("company_id", "in", (False, config.company_id.id))]
        others = products.search([*own, "|", ("default_code", "in", list(skus)), ("barcode", "in", list(codes))])
        ways = (
            (_groups(found, "seller_reference"), lambda one: (one.sku,)),
            (_groups(found, "product_reference"), lambda one: (one.product_id,)),
            (_groups(found, "gtin"), lambda one: (one.gtin, gtin(one.product_id))),
            (_groups(others, "default_code"), lambda one: (one.sku,)),
            (_groups(others, "barcode"), lambda one: (one.gtin, gtin(one.product_id))),
        )
        answer = {}
        for one in items:
            hits = (groups.get(name, set()) for groups, names in ways for name in names(one) if name)
            answer[one.stock_id] = next((min(hit) for hit in hits if len(hit) == 1), False)
        return answer

    # ------------------------------------------------------------------ buttons
    @api.model
    def action_read_now(self, *_ids):
        """Read the stock of Cdiscount's warehouses of every account that mirrors it."""
        configs = self.env["cdiscount.config"].search([("fulfilment_stock", "=", True), ("state", "=", "connected")])
        if configs:
            return configs.action_read_fulfilment()
        text = _("No connected account has Stock in Cdiscount's Warehouses switched on: see the account, page Stock.")
        return self.env["cdiscount.config"]._notify(text)

    def action_open_quants(self):
        """Open what Odoo has of it, and where it came from."""
        self.ensure_one()
        check_access(self, "read")
        action = self.place_id.action_open_quants()
        return {**action, "domain": [*action["domain"], ("product_id", "=", self.product_id.id)]}


def _groups(records, field):
    """``{value of the field: ids of products}`` of offers or products."""
    found = {}
    for record in records:
        product = record.product_id if "product_id" in record._fields else record
        if record[field]:
            found.setdefault(record[field], set()).add(product.id)
    return found
