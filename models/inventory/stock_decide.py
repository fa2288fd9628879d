"""The quantity of very many offers: one statement reads what there is, the rules decide, one statement writes.

Offers as Odoo's records cost more than all the counting: a hundred thousand of them would take minutes a day to find
that nothing has changed. So numbers come as plain rows; most offers follow their product's stock and what their account
or category says, and as many of them have the same number, few decisions are really made. What is special (kits, frozen
offers, goods whose stock is not counted, the forecast) goes the long way, which comes to the same numbers.
"""

from odoo import api, models

from ...compat import storable_sql
from ...services.rules.stock import Buffer, Limits, most_specific, to_publish
from ..catalog.offer_sql import update_rows
from .stock_figures import EXPIRED, UNRESERVED

DIRTY, UNSURE, PACKED, READY, OWN, LONG = 1, 2, 4, 8, 16, 32

# A sum for each warehouse that keeps something back, and one for all others, which just add up; what each adds is
# services.rules.stock.Place.usable.
OFFERS = """
WITH shelf AS MATERIALIZED (
    SELECT location.id, place.heap
      FROM unnest(%(paths)s::text[], %(heaps)s::int[]) AS place(path, heap)
      JOIN stock_location location ON location.parent_path LIKE place.path || '%%' AND location.usage = 'internal'
       AND location.id <> ALL(%(apart)s)
), wanted AS MATERIALIZED (
    SELECT offer.* FROM (
        SELECT id, product_id, stock_to_publish,
               CASE WHEN last_pushed_at IS NULL THEN quantity_read ELSE published_qty END AS known,
               CASE WHEN stock_dirty THEN 1 ELSE 0 END + CASE WHEN stock_unsure THEN 2 ELSE 0 END
               + CASE WHEN package_id IS NOT NULL THEN 4 + 8
                      WHEN offer_state = 'absent' OR push_wish IN ('off_sale', 'retire') THEN 0
                      WHEN offer_state <> '' OR sent <> '' THEN 8 ELSE 0 END
               + CASE WHEN stock_buffer_own OR stock_limit_own THEN 16 ELSE 0 END
               + CASE WHEN stock_freeze IS NULL THEN 0 ELSE 32 END AS bits
          FROM cdiscount_product_mapping
         WHERE config_id = %(config)s AND publish AND product_id IS NOT NULL AND {which}
         ORDER BY id LIMIT %(limit)s) offer
), held AS (
    SELECT quant.product_id, {sums}
      FROM stock_quant quant JOIN shelf ON shelf.id = quant.location_id
     WHERE quant.product_id IN (SELECT product_id FROM wanted)
     GROUP BY quant.product_id
)
SELECT wanted.id, wanted.product_id, {usable}, template.categ_id, COALESCE(wanted.known, 0),
       COALESCE(wanted.stock_to_publish, 0), wanted.bits + CASE WHEN {storable} THEN 0 ELSE 32 END
  FROM wanted
  JOIN product_product product ON product.id = wanted.product_id
  JOIN product_template template ON template.id = product.product_tmpl_id
  LEFT JOIN held ON held.product_id = wanted.product_id
 ORDER BY wanted.id
"""
OWN_RULES = """
SELECT id, stock_buffer_own, COALESCE(stock_buffer_units, 0), COALESCE(stock_buffer_percent, 0)::float8,
       stock_limit_own, COALESCE(stock_cap, 0), COALESCE(stock_cap_percent, 0)::float8, COALESCE(stock_minimum, 0)
  FROM cdiscount_product_mapping WHERE id = ANY(%s)
"""
KIT_PRODUCTS = """
SELECT product.id FROM product_product product
 WHERE product.id = ANY(%s)
   AND EXISTS (SELECT 1 FROM mrp_bom bom WHERE bom.product_tmpl_id = product.product_tmpl_id
                  AND bom.type = 'phantom' AND bom.active)
"""


class CdiscountStockDecide(models.Model):
    _inherit = "cdiscount.stock.mapping"

    @api.model
    def _decide(self, config, ids=None, after=0, limit=None, unsure=()):
        """Work out what is to be published of an account's offers and mark those of which something else is.

        :param ids: of these; default: of all published ones from ``after`` on, at most ``limit``
        :param unsure: ids of those of which Cdiscount has changed the quantity by itself
        :return: (how many were looked at, the largest id among them)
        """
        config = config.sudo()
        rows = self._read_offers(config, ids, after, limit)
        if not rows:
            return 0, after
        demand, long_way = self._demand_of(config, rows)
        own = self._own_rules([row[0] for row in rows if row[6] & OWN])
        levels, memory, changed, slow = {}, {}, [], []
        for offer_id, product_id, usable, categ_id, known, planned, bits in rows:
            if bits & LONG or product_id in long_way:
                slow.append(offer_id)
                continue
            key = (usable - demand.get(product_id, 0.0), categ_id, own[offer_id] if bits & OWN else None)
            quantity = memory.get(key)
            if quantity is None:
                quantity = memory[key] = self._quantity_of(config, levels, *key)
            doubt = bits & UNSURE or offer_id in unsure
            dirty = bits & READY and (quantity != known or doubt or bits & PACKED)
            if quantity != planned or bool(dirty) != bool(bits & DIRTY) or bool(doubt) != bool(bits & UNSURE):
                changed.append((offer_id, quantity, bool(dirty), bool(doubt)))
        offers = self.env["cdiscount.product.mapping"].sudo()
        if slow:
            changed += self._differences_of_records(offers.browse(slow), unsure)
        columns = {"stock_to_publish": "int4", "stock_dirty": "bool", "stock_unsure": "bool"}
        update_rows(offers, columns, changed)
        return len(rows), rows[-1][0]

    @api.model
    def _read_offers(self, config, ids, after, limit):
        places = self._places(config)
        keeping = [buffer for _warehouse, _location, buffer in places if buffer]
        kept = iter(range(1, len(keeping) + 1))
        reserved = "" if config.stock_basis == "on_hand" else " - quant.reserved_quantity"
        expired = "removal_date" in self.env["stock.quant"]._fields and config.stock_basis != "on_hand"
        counted = f"(quant.quantity{reserved})::float8" + (f" - {EXPIRED}" if expired else "")
        heaps = range(len(keeping) + 1)
        usable = ["COALESCE(held.heap_0, 0)"]
        for number, buffer in enumerate(keeping, 1):
            units = f"held.heap_{number}"
            usable.append(
                f"COALESCE(CASE WHEN {units} > 0 THEN greatest({units} - {int(buffer)}, 0) ELSE {units} END, 0)"
            )
        statement = OFFERS.format(
            which="id = ANY(%(ids)s)" if ids is not None else "id > %(after)s",
            sums=", ".join(f"sum({counted}) FILTER (WHERE shelf.heap = {heap}) AS heap_{heap}" for heap in heaps),
            usable=" + ".join(usable),
            storable=storable_sql(self.env, "template"),
        )
        self.env.flush_all()
        # PostgreSQL cannot guess how few the rows of a portion are, and would compile for a second what runs for half.
        self.env.cr.execute("SET LOCAL jit = off")
        self.env.cr.execute(
            statement,
            {
                "paths": [location.parent_path for _warehouse, location, _buffer in places],
                "heaps": [next(kept) if buffer else 0 for _warehouse, _location, buffer in places],
                "apart": self._apart(),
                "config": config.id,
                "ids": list(ids or ()),
                "after": after,
                "limit": limit,
            },
        )
        return self.env.cr.fetchall()

    @api.model
    def _demand_of(self, config, rows):
        """Return (``{product id: units promised that nothing is reserved for}``, ids of products that go the long way).

        ``{}`` and all of them when the account counts by the forecast, which only Odoo itself can tell.
        """
        product_ids = list({row[1] for row in rows})
        if config.stock_basis == "forecast":
            return {}, set(product_ids)
        products = self.env["product.product"].sudo().with_context(active_test=False)
        ordered = self._ordered(config)
        kits = self._kits_among([*product_ids, *ordered])
        needs = self._kit_needs(config, products.browse(kits))
        demand = self._in_components(ordered, needs)
        if config.stock_basis == "free":
            trees = list(
                {warehouse.view_location_id.parent_path for warehouse, _location, _buffer in self._places(config)}
            )
            asked = {"trees": trees, "products": product_ids, "apart": self._apart()}
            self.env.cr.execute(UNRESERVED, asked)
            for product_id, units in self.env.cr.fetchall():
                demand[product_id] = demand.get(product_id, 0.0) + (units or 0.0)
        return demand, set(needs)

    @api.model
    def _kits_among(self, product_ids):
        """Return the ids of those products that may be kits, in one statement."""
        if not self._has_kits() or not product_ids:
            return []
        self.env.cr.execute(KIT_PRODUCTS, (product_ids,))
        return [row[0] for row in self.env.cr.fetchall()]

    @api.model
    def _own_rules(self, ids):
        """Return ``{offer id: (Buffer or None, Limits or None)}``: what is said of offers themselves."""
        if not ids:
            return {}
        self.env.cr.execute(OWN_RULES, (ids,))
        return {
            offer_id: (Buffer(units, part) if buffer else None, Limits(cap, cap_part, least) if limits else None)
            for offer_id, buffer, units, part, limits, cap, cap_part, least in self.env.cr.fetchall()
        }

    @api.model
    def _quantity_of(self, config, levels, available, categ_id, said):
        """Return the quantity for what is available, by what is said of the offer, its category or its account."""
        level = levels.get(categ_id)
        if level is None:
            level = levels[categ_id] = self._levels_of(config, {categ_id} - {None})[categ_id or 0]
        buffer, limits = said or (None, None)
        return to_publish(
            available, buffer=most_specific(buffer, level[0]), limits=most_specific(limits, level[1])
        ).quantity

    @api.model
    def _differences_of_records(self, offers, unsure=()):
        """Return rows ``(offer id, quantity, whether it is to be sent, whether what is shown is unsure)`` that change.

        An offer that is on its way is marked in any case: nobody knows yet what its answer will say.
        """
        rows = []
        for offer_id, published in self._published_of(offers).items():
            offer = offers.browse(offer_id)
            doubt = offer.stock_unsure or offer_id in unsure
            differs = published.quantity != offer._known_quantity() or doubt or bool(offer.package_id)
            dirty = published.reason != "left" and offer._can_take_quantity() and differs
            now = (offer.stock_to_publish, offer.stock_dirty, offer.stock_unsure)
            if now != (published.quantity, dirty, doubt):
                rows.append((offer_id, published.quantity, dirty, doubt))
        return rows
