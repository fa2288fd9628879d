"""The condition of an article in the reader's language; what the marketplace writes is kept as it is."""

from odoo import api, fields, models

CONDITIONS = [
    ("New", "New article"),
    ("Refurbished", "Refurbished"),
    ("LikeNew", "Like new"),
    ("VeryGoodState", "Very good condition"),
    ("GoodState", "Good condition"),
    ("AverageState", "Fair condition"),
    ("UsedLikeNew", "Used, like new"),
    ("UsedVeryGood", "Used, very good condition"),
    ("UsedGood", "Used, good condition"),
]
"""The words of ``services.rules.offer_preflight.CONDITIONS``."""


def known_condition(word):
    """Return the key of a condition in ``CONDITIONS``, or False for a word that is not known.

    >>> known_condition("New"), known_condition("Dusty"), known_condition(None)
    ('New', False, False)
    """
    return word if word in dict(CONDITIONS) else False


class CdiscountOfferCondition(models.Model):
    _inherit = "cdiscount.product.mapping"

    condition_label = fields.Selection(
        CONDITIONS,
        "Article Condition",
        compute="_compute_condition_label",
        inverse="_inverse_condition_label",
        help="Cdiscount sells new, refurbished and used articles on different offers.",
    )

    @api.depends("condition")
    def _compute_condition_label(self):
        for offer in self:
            offer.condition_label = known_condition(offer.condition)

    def _inverse_condition_label(self):
        for offer in self.filtered("condition_label"):
            offer.condition = offer.condition_label
