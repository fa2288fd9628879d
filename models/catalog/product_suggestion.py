"""Which products unknown references could mean. A suggestion, never a decision.

Narrowed down by three statements for any number of references: same GTIN, nearly the same reference, rare words of
the name in common. They need no extension of PostgreSQL and read the products once per batch: 100 000 references
against 100 000 products one by one, even by a trigram index, would take hours.
"""

from odoo import api, models

from ...services.rules.gtin import normalise
from ...services.rules.offer_matching import Candidate, suggest
from ...services.text import key

NEAR = 20
"""Products compared letter by letter with one reference, from each way to find them."""
COMMON = 500
"""A word that more products have in their names tells nothing of any of them."""

# What services.text.key does, as near as SQL comes: both sides must be folded the same way.
_FROM = "àáâãäåçèéêëìíîïñòóôõöùúûüýÿÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜÝŸ"
_TO = "aaaaaaceeeeiiiinooooouuuuyyaaaaaaceeeeiiiinooooouuuuyy"
_FOLD = f"translate(replace(replace(lower({{}}), 'œ', 'oe'), 'æ', 'ae'), '{_FROM}', '{_TO}')"
_NAME = "COALESCE(t.name->>'fr_FR', t.name->>'en_US', '')"

_GOODS = """
      FROM product_product p JOIN product_template t ON t.id = p.product_tmpl_id
     WHERE (t.company_id IS NULL OR t.company_id = %(company)s) AND t.type != 'combo'
"""

SAME_GTIN = f"""
SELECT p.id, p.barcode {_GOODS} AND p.barcode = ANY(%(gtins)s) ORDER BY p.active DESC, p.id
"""

NEAR_REFERENCE = f"""
WITH asked AS (
    SELECT a.place, a.ref, k.piece
      FROM unnest(%(places)s::int[], %(references)s::text[]) AS a (place, ref),
           LATERAL (SELECT DISTINCT piece
                      FROM unnest(ARRAY[ref, left(ref, -1), left(ref, -2), right(ref, -1), right(ref, -2)]) piece
                     WHERE length(piece) >= 4 OR piece = ref) k
), goods AS MATERIALIZED (
    SELECT p.id, regexp_replace({_FOLD.format("p.default_code")}, '[^[:alnum:]]', '', 'g') AS ref
    {_GOODS} AND p.active AND p.default_code IS NOT NULL
), pieces AS (
    SELECT g.id, g.ref, piece
      FROM goods g,
           unnest(ARRAY[ref, left(ref, -1), left(ref, -2), right(ref, -1), right(ref, -2)]) piece
     WHERE length(piece) >= 4 OR piece = ref
), ranked AS (
    SELECT asked.place, pieces.id,
           row_number() OVER (PARTITION BY asked.place
                              ORDER BY max(length(piece)) DESC, abs(length(pieces.ref) - length(asked.ref)), pieces.id)
      FROM asked JOIN pieces USING (piece)
     GROUP BY asked.place, asked.ref, pieces.id, pieces.ref
)
SELECT place, id FROM ranked WHERE row_number <= {NEAR}
"""

NEAR_NAME = f"""
WITH asked AS (
    SELECT * FROM unnest(%(places)s::int[], %(words)s::text[]) AS a (place, word)
), wanted AS MATERIALIZED (
    SELECT DISTINCT word FROM asked
), words AS MATERIALIZED (
    SELECT DISTINCT p.id, word
      FROM (SELECT p.id, regexp_split_to_table({_FOLD.format(_NAME)}, '[^[:alnum:]]+') AS word
            {_GOODS} AND p.active) p
      JOIN wanted USING (word)
), rare AS (
    SELECT word, count(*) AS products FROM words GROUP BY word HAVING count(*) <= {COMMON}
), ranked AS (
    SELECT asked.place, words.id,
           row_number() OVER (PARTITION BY asked.place ORDER BY sum(1.0 / rare.products) DESC, words.id)
      FROM asked JOIN rare USING (word) JOIN words USING (word)
     GROUP BY asked.place, words.id
)
SELECT place, id FROM ranked WHERE row_number <= {NEAR}
"""

DETAILS = f"""
SELECT p.id, COALESCE(p.default_code, ''), COALESCE(p.barcode, ''), {_NAME} {_GOODS} AND p.id = ANY(%(ids)s)
"""


class CdiscountProductSuggestion(models.Model):
    _inherit = "cdiscount.product.mapping"

    @api.model
    def _suggest_products(self, company, wanted):
        """Return the best suggestion for each of many references, in four statements.

        :param company: the company whose (or shared) products may be meant
        :param wanted: ``{key: (sku, gtin, title)}``
        :return: ``{key: services.rules.offer_matching.Suggestion}``, without those nothing comes near to
        """
        if not wanted:
            return {}
        self.env["product.product"].flush_model(["default_code", "barcode", "active", "product_tmpl_id"])
        self.env["product.template"].flush_model(["name", "type", "company_id"])
        keys = list(wanted)
        near = [set() for _key in keys]
        by_gtin = self._products_with_gtin(company, wanted.values())
        for place, one in enumerate(keys):
            near[place].update(by_gtin.get(normalise(wanted[one][1]), [])[:1])
        for statement, values in self._narrowing(wanted):
            self.env.cr.execute(statement, {"company": company.id, **values})
            for place, product_id in self.env.cr.fetchall():
                near[place].add(product_id)
        candidates = self._candidates(company, set().union(*near))
        found = {}
        for place, one in enumerate(keys):
            sku, gtin, title = (text or "" for text in wanted[one])
            some = [candidates[product_id] for product_id in near[place] if product_id in candidates]
            best = suggest(sku, gtin, title, some, limit=1)
            if best:
                found[one] = best[0]
        return found

    @api.model
    def _products_with_gtin(self, company, wanted):
        """Return ``{GTIN of 14 digits: [product ids, active ones first]}``: archived ones are still the same thing."""
        orders = self.env["cdiscount.order.mapping"]
        widths = {width for _sku, gtin, _title in wanted if normalise(gtin) for width in orders._gtin_widths(gtin)}
        found = {}
        if widths:
            self.env.cr.execute(SAME_GTIN, {"company": company.id, "gtins": list(widths)})
            for product_id, barcode in self.env.cr.fetchall():
                found.setdefault(normalise(barcode), []).append(product_id)
        return found

    @api.model
    def _narrowing(self, wanted):
        """Yield the statements that find what comes near, each with its parameters."""
        references, words = [], []
        for place, (sku, _gtin, title) in enumerate(wanted.values()):
            reference = key(sku or "").replace(" ", "")
            if len(reference) >= 3:
                references.append((place, reference))
            words += [(place, word) for word in set(key(title or "").split()) if len(word) > 3]
        if references:
            places, texts = zip(*references, strict=True)
            yield NEAR_REFERENCE, {"places": list(places), "references": list(texts)}
        if words:
            places, texts = zip(*words, strict=True)
            yield NEAR_NAME, {"places": list(places), "words": list(texts)}

    @api.model
    def _candidates(self, company, product_ids):
        if not product_ids:
            return {}
        self.env.cr.execute(DETAILS, {"company": company.id, "ids": list(product_ids)})
        return {row[0]: Candidate(*row) for row in self.env.cr.fetchall()}

    @api.model
    def _suggestion_text(self, suggestion):
        """Return why a product is suggested, in the reader's language."""
        return dict(self._fields["suggestion_reason"]._description_selection(self.env)).get(suggestion.reason, "")
