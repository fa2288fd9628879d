"""What a delivery costs the customer: by mode, weight and category of the product."""

from decimal import Decimal

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from ...services.rules.delivery_modes import HEAVY_ABOVE, MODES
from ...services.rules.money import round_half_up
from ...services.rules.offer_terms import DeliveryTerm

GRAMS = 1000
MODE_NAMES = [
    ("NTHD", "Home, not tracked (NTHD)"),
    ("THD", "Home, tracked (THD)"),
    ("SHD", "Home, against signature (SHD)"),
    ("EHD", "Home, express (EHD)"),
    ("FDHD", "Large parcel, on appointment (FDHD)"),
    ("SRHD", "Large parcel, room of choice (SRHD)"),
    ("WSHD", "Large parcel, with installation (WSHD)"),
    ("ImmediateVendorPickup", "Collected at the seller's"),
    ("PPMR", "Pickup point Mondial Relay (PPMR)"),
]


class CdiscountDeliveryCost(models.Model):
    """One line of the price list of deliveries. For each mode the most specific line that fits a product holds."""

    _name = "cdiscount.delivery.cost"
    _description = "Cdiscount Delivery Cost"
    _order = "config_id, mode, weight_from, id"
    _rec_name = "mode"
    _check_company_auto = True

    config_id = fields.Many2one(
        "cdiscount.config",
        "Account",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env["cdiscount.config"]._of_company(),
    )
    company_id = fields.Many2one(related="config_id.company_id", store=True, index=True)
    mode = fields.Selection(MODE_NAMES, "Delivery Mode", required=True)
    cost = fields.Float("First Piece", digits=(16, 2), help="What the customer pays, in euros with VAT.")
    additional_cost = fields.Float(
        "Further Piece", digits=(16, 2), help="What the customer pays for each further piece of the same offer."
    )
    weight_from = fields.Float("Above (kg)", digits=(16, 3), help="For products heavier than this.")
    weight_to = fields.Float("Up To (kg)", digits=(16, 3), help="0: no upper limit.")
    categ_id = fields.Many2one(
        "product.category",
        "Product Category",
        index=True,
        ondelete="cascade",
        help="For products of this category and those below it. Empty: for all.",
    )
    in_use = fields.Boolean(
        default=True, help="Proposed lines are not in use until somebody has checked their cost and switched them on."
    )

    @api.constrains("cost", "additional_cost", "weight_from", "weight_to")
    def _check_amounts(self):
        for line in self:
            if line.cost < 0 or line.additional_cost < 0:
                raise ValidationError(_("A delivery cannot cost less than nothing: enter 0 for a free one."))
            if line.weight_from < 0 or (line.weight_to and line.weight_to <= line.weight_from):
                raise ValidationError(_("The upper weight must be above the lower one, or 0 for no upper limit."))

    @api.model
    def _of_products(self, config, products, weights):
        """Return ``{product.id: tuple of DeliveryTerm}``: each mode once, by its most specific line.

        A line of a nearer category goes before one of a wider category, and among those the narrower range of weights.

        :param weights: ``{product.id: grams or None}``; a product of unknown weight takes the lines from 0 kg
        """
        lines = self.sudo().search([("config_id", "=", config.id), ("in_use", "=", True)])
        known = {}
        found = {}
        for product in products:
            weight = weights.get(product.id)
            path = tuple(int(part) for part in (product.categ_id.parent_path or "").split("/") if part)
            key = (path, weight)
            if key not in known:
                known[key] = self._modes_of(lines, path, weight)
            found[product.id] = known[key]
        return found

    @api.model
    def _modes_of(self, lines, path, weight):
        heavy = weight is not None and weight > HEAVY_ABOVE
        best = {}
        for line in lines:
            if line.categ_id and line.categ_id.id not in path:
                continue
            if not line._fits(Decimal(0) if weight is None else weight):
                continue
            # Modes for large parcels are for those only; of what is not weighed, a line of its category can say so.
            if MODES[line.mode].heavy != heavy and not (weight is None and line.categ_id):
                continue
            depth = path.index(line.categ_id.id) + 1 if line.categ_id else 0
            narrow = (line.weight_to or float("inf")) - line.weight_from
            rank = (-depth, narrow, line.id)
            if line.mode not in best or rank < best[line.mode][0]:
                best[line.mode] = (rank, line)
        return tuple(best[code][1]._term() for code in MODES if code in best)

    def _fits(self, grams):
        """Tell whether a weight is in the range of the line; a weight on a border belongs to the range below it."""
        lower = Decimal(str(round(self.weight_from * GRAMS, 3)))
        upper = Decimal(str(round(self.weight_to * GRAMS, 3)))
        return (grams > lower or not lower) and (not upper or grams <= upper)

    def _term(self):
        money = [round_half_up(Decimal(str(amount))) for amount in (self.cost, self.additional_cost)]
        return DeliveryTerm(self.mode, money[0], money[1])
