"""Cdiscount's own warehouses: for each account and country a location of Odoo that mirrors what lies there.

The location is outside of all warehouses of the shop: what is in it is neither in Odoo's On Hand nor reserved for
anybody else's order, and it is never counted in the stock that is published.
"""

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from ...compat import constraints

MAIN_COUNTRY = "FR"
"""Cdiscount's first warehouses; rows that name no country are taken for theirs."""


class CdiscountFulfilmentLocation(models.Model):
    _name = "cdiscount.fulfilment.location"
    _description = "Cdiscount Fulfilment Location"
    _order = "config_id, id"
    _rec_name = "location_id"
    _check_company_auto = True

    vars().update(
        constraints(
            (
                "country_uniq",
                "unique(config_id, country_id)",
                "This country has a fulfilment location already: change the existing one.",
            ),
            (
                "location_uniq",
                "unique(location_id)",
                "This location mirrors another account or country already: choose one of its own.",
            ),
        )
    )

    config_id = fields.Many2one("cdiscount.config", "Account", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="config_id.company_id", store=True, index=True)
    country_id = fields.Many2one("res.country", "Storage Country", required=True, ondelete="restrict")
    location_id = fields.Many2one(
        "stock.location",
        required=True,
        check_company=True,
        ondelete="restrict",
        domain="[('usage', '=', 'internal'), ('company_id', '=', company_id), ('warehouse_id', '=', False)]",
        help="Its stock is what Cdiscount tells. Nobody else should move goods here, except those on their way in.",
    )
    stock_ids = fields.One2many("cdiscount.fulfilment.stock", "place_id")

    @api.constrains("location_id")
    def _check_location(self):
        shops = self.env["stock.warehouse"].sudo().with_context(active_test=False).search([]).lot_stock_id
        for place in self:
            path = place.location_id.parent_path or ""
            if place.location_id.usage != "internal" or any(path.startswith(shop.parent_path) for shop in shops):
                raise ValidationError(
                    _(
                        "%s cannot mirror Cdiscount's warehouse: deliveries of your own would be taken from it. Choose "
                        "an internal location outside of your warehouses.",
                        place.location_id.display_name,
                    )
                )

    @api.model
    def _of_code(self, config, code):
        """Return the account's location of a storage country (two letters), made when there is none yet."""
        places = config.sudo().fulfilment_location_ids
        country = self.env["res.country"].sudo().search([("code", "=", code or MAIN_COUNTRY)], limit=1)
        country = country or self.env.ref("base.fr")
        place = places.filtered(lambda one: one.country_id == country)
        return place[:1] or self.sudo().create(self._prepare_place(config, country))

    @api.model
    def _prepare_place(self, config, country):
        location = self.env["stock.location"].sudo()
        location = location.create(
            {
                "name": f"Cdiscount {country.code} ({config.name})",
                "usage": "internal",
                "company_id": config.company_id.id,
                "location_id": config.warehouse_id.view_location_id.location_id.id,
            }
        )
        return {"config_id": config.id, "country_id": country.id, "location_id": location.id}

    @api.model
    def _of_delivery(self, config, country_code):
        """Return where an order for a country is taken from: that country's location, else the account's first one."""
        places = config.sudo().fulfilment_location_ids
        same = places.filtered(lambda one: one.country_id.code == country_code)
        main = places.filtered(lambda one: one.country_id.code == MAIN_COUNTRY)
        return (same or main or places)[:1]

    @api.model
    def _apart(self):
        """Return the ids of all locations that mirror Cdiscount's warehouses, with those below them.

        What is there is never the shop's own stock, whatever location somebody counts.
        """
        self.env.cr.execute(
            """
            SELECT location.id FROM cdiscount_fulfilment_location place
              JOIN stock_location top ON top.id = place.location_id
              JOIN stock_location location ON location.parent_path LIKE top.parent_path || '%%'
            """
        )
        return [row[0] for row in self.env.cr.fetchall()]

    def action_open_quants(self):
        """Open what lies in the location, as Odoo has it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.location_id.display_name,
            "res_model": "stock.quant",
            "views": [(False, "list"), (False, "form")],
            "domain": [("location_id", "child_of", self.location_id.id)],
        }


class CdiscountConfigFulfilment(models.Model):
    _inherit = "cdiscount.config"

    fulfilment_stock = fields.Boolean(
        "Stock in Cdiscount's Warehouses",
        help="Switch it on when Cdiscount (Octopia Fulfillment) stores and ships goods for you: what lies there is "
        "read every half hour and kept in a location of its own. It is never published as your stock.",
    )
    fulfilment_location_ids = fields.One2many("cdiscount.fulfilment.location", "config_id", "Fulfilment Locations")
    fulfilment_read_at = fields.Datetime("Fulfilment Stock Read", readonly=True, copy=False)
    xdock_supply = fields.Selection(
        [
            ("fulfilment", "From Cdiscount's warehouse: nothing to prepare"),
            ("own", "From my warehouse: a delivery is prepared"),
        ],
        "Orders through Cdiscount's Dock",
        default="fulfilment",
        required=True,
        help="Where the goods of orders with the supply mode Xdock come from. Choose your own warehouse when you send "
        "them to the dock order by order, so that they are no longer for sale.",
    )
