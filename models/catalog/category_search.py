"""Finding a category, a property, an allowed value or a brand by words, in any order, whatever case and accents."""

from odoo import fields, models

from ...services.text import key

NEGATIVE = ("!=", "not in", "not ilike", "not like", "not =ilike", "not =like")
EXACT = ("=", "!=", "in", "not in")


class CdiscountWordSearch(models.AbstractModel):
    """``search_key`` holds ``services.text.key`` of what a record is called, kept by whoever stores the record.

    A PostgreSQL without the extension ``unaccent`` does not know that "Éclairage" and "eclairage" are one word.
    """

    _name = "cdiscount.word.search"
    _description = "Search by Words"
    _rec_names_search = ["search_words"]
    _exact_fields = ("name",)

    search_key = fields.Char(readonly=True, copy=False)
    search_words = fields.Char("Words", compute="_compute_search_words", search="_search_words")

    def _compute_search_words(self):
        for record in self:
            record.search_words = record.search_key

    def _search_words(self, operator, value):
        """Every word must be in the name or the code; ``=`` wants the whole name or the whole code."""
        listed = value if not isinstance(value, str | bool) and value is not None else [value]
        alternatives = [self._words_domain(operator, text) for text in listed if isinstance(text, str)]
        if not alternatives:
            # Every record has a name: nothing is without one.
            return [("id", "!=" if operator in NEGATIVE else "=", False)]
        domain = ["|"] * (len(alternatives) - 1) + [leaf for found in alternatives for leaf in found]
        return ["!", *domain] if operator in NEGATIVE else domain

    def _words_domain(self, operator, text):
        if operator in EXACT:
            names = self._exact_fields
            return ["|"] * (len(names) - 1) + [(name, "=", text) for name in names]
        words = key(text).split()
        if not words:
            return [("id", "!=", False)]
        return ["&"] * (len(words) - 1) + [("search_key", "like", word) for word in words]
