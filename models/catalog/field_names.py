"""The fields of an offer and of a product sheet that a seller can map: one table."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MappedField:
    """One field of the marketplace.

    :param label: as the seller portal calls it
    :param kind: line (one line of text), text (plain, with line breaks), html, code (digits), money, number, grams or
        pictures
    :param part: ``offer`` (read and sent with offers), ``sheet`` (read and sent with product sheets)
    :param shown: whether the marketplace tells what it has, so that the two sides can be compared
    """

    label: str
    kind: str
    part: str
    shown: bool = True


FIELDS = {
    "title": MappedField("Title", "line", "sheet"),
    "description": MappedField("Description", "text", "sheet"),
    "rich_description": MappedField("Rich Description", "html", "sheet", shown=False),
    "brand": MappedField("Brand", "line", "sheet"),
    "gtin": MappedField("GTIN", "code", "sheet"),
    "pictures": MappedField("Pictures", "pictures", "sheet", shown=False),
    "variant_group": MappedField("Variant Group", "line", "sheet", shown=False),
    "weight": MappedField("Weight", "grams", "sheet", shown=False),
    "condition": MappedField("Condition", "line", "offer"),
    "price": MappedField("Price", "money", "offer"),
    "origin_price": MappedField("Strike Price", "money", "offer"),
    "preparation_time": MappedField("Preparation Time", "number", "offer", shown=False),
    "comments": MappedField("Comment", "line", "offer"),
    "eco_tax": MappedField("Eco-tax", "money", "offer", shown=False),
    "dea": MappedField("DEA", "money", "offer", shown=False),
}
"""Contract §4.2 (offers), §5.3 (sheets); what ``GET /offers`` and ``GET /products`` show: §4.4, §5.2. The marketplace
puts every product of a GTIN on one sheet and tells neither who wrote its pictures nor their former addresses: they are
taken once, when the product has none."""

SELECTION = [
    ("title", "Title"),
    ("description", "Description"),
    ("rich_description", "Rich Description"),
    ("brand", "Brand"),
    ("gtin", "GTIN"),
    ("pictures", "Pictures"),
    ("variant_group", "Variant Group"),
    ("weight", "Weight"),
    ("condition", "Condition"),
    ("price", "Price"),
    ("origin_price", "Strike Price"),
    ("preparation_time", "Preparation Time"),
    ("comments", "Comment"),
    ("eco_tax", "Eco-tax"),
    ("dea", "DEA"),
]

AUTOMATIC = frozenset(("pictures", "variant_group", "price", "origin_price", "preparation_time", "eco_tax", "dea"))
"""Fields the addon fills by itself, or takes from the settings of the account."""
OFFERED_ONLY_BY_ACCOUNT = frozenset(("price",))
"""Fields without a source of their own: the pricelist of the account says it."""
EMPTY = {
    "line": "",
    "text": "",
    "html": "",
    "code": "",
    "money": None,
    "number": None,
    "grams": None,
    "pictures": (),
}
