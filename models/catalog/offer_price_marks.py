"""What an offer is made of has changed: the offers it concerns are marked, once per transaction, and compared.

Whoever changes a product, a pricelist, a tax or a setting only leaves a note. The notes are worked off right before the
transaction is committed: one UPDATE for all of them, so an import that writes ten thousand products one by one costs no
more than one that writes them at once, and nobody's rows are locked while a person or a long import still works.
"""

from dataclasses import dataclass, field

from odoo import api, models

from .offer_terms import FIELD_NAMES

NOTES = "cdiscount_offer_changes"
WATCHED = frozenset(
    (
        *("list_price", "lst_price", "standard_price", "taxes_id", "barcode", "weight", "categ_id", "uom_id"),
        *("attribute_line_ids", "product_template_attribute_value_ids", "active"),
    )
)
"""Product fields of which prices, taxes and delivery costs are made. Those of the field mapping come on top."""
MARK = """
UPDATE {table} offer
   SET push_needed = TRUE, state = CASE WHEN offer.state = 'draft' THEN 'ready' ELSE offer.state END
  FROM cdiscount_config config
 WHERE offer.config_id = config.id AND offer.publish AND config.product_sync_direction <> 'import'
   AND ({conditions})
RETURNING offer.config_id, offer.sales_channel_id
"""
USERS_OF_PRICELISTS = """
WITH RECURSIVE used(origin, id) AS (
    SELECT changed, changed FROM unnest(%s::int[]) AS changed
    UNION
    SELECT used.origin, item.pricelist_id
      FROM product_pricelist_item item JOIN used ON item.base_pricelist_id = used.id
     WHERE item.base = 'pricelist'
)
SELECT used.origin, config.id
  FROM used JOIN cdiscount_config config ON used.id IN (config.pricelist_id, config.strike_pricelist_id)
UNION
SELECT used.origin, setting.config_id
  FROM used JOIN cdiscount_channel_setting setting ON setting.pricelist_id = used.id
"""


@dataclass
class Scope:
    """Which products something is about; ``everything`` goes before the rest."""

    everything: bool = False
    products: set = field(default_factory=set)
    templates: set = field(default_factory=set)
    categories: set = field(default_factory=set)


@dataclass
class Changes:
    """The notes of one transaction.

    :param written: [(model, ids, names of fields)] of products and product templates
    :param pricelists: ``{pricelist id: Scope}``
    """

    written: list = field(default_factory=list)
    scope: Scope = field(default_factory=Scope)
    taxes: set = field(default_factory=set)
    pricelists: dict = field(default_factory=dict)
    configs: set = field(default_factory=set)


class CdiscountPublishedIndex(models.AbstractModel):
    _inherit = "cdiscount.offer.mixin"

    def init(self):
        """Without it, every change of a product would read all offers to find that none is published."""
        if not self._abstract:
            self.env.cr.execute(
                f"CREATE INDEX IF NOT EXISTS {self._table}_published_idx ON {self._table} (product_id) WHERE publish"
            )
        return super().init()


class CdiscountOfferPriceMarks(models.Model):
    _inherit = "cdiscount.product.mapping"

    def write(self, vals):
        result = super().write(vals)
        if "product_id" in vals or "gtin" in vals or "condition" in vals:
            self._note_changes().scope.products.update(self.product_id.ids)
        return result

    # ------------------------------------------------------------------ notes
    @api.model
    def _note_changes(self):
        """Return the Changes of this transaction, to be added to; they are worked off before it is committed."""
        precommit = self.env.cr.precommit
        changes = precommit.data.get(NOTES)
        if changes is None:
            changes = precommit.data[NOTES] = Changes()
            precommit.add(self.env(su=True)["cdiscount.product.mapping"]._work_off_changes)
        return changes

    @api.model
    def _empty_scope(self):
        return Scope()

    @api.model
    def _work_off_changes(self):
        changes = self.env.cr.precommit.data.pop(NOTES, None)
        if changes is None:
            return
        # What is still to be written is part of what has changed, and of what decides whom it concerns.
        self.env.flush_all()
        tables = self._tables_with_published_offers()
        conditions, params = self._conditions(changes) if tables else ([], [])
        if not conditions:
            return
        places = set()
        for table in tables:
            self.env.cr.execute(MARK.format(table=table, conditions=" OR ".join(conditions)), params)
            places |= set(self.env.cr.fetchall())
        if places:
            for model in ("cdiscount.product.mapping", "cdiscount.channel.offer"):
                self.env[model].invalidate_model(["push_needed", "state"], flush=False)
            self._ask_to_send(places)

    @api.model
    def _tables_with_published_offers(self):
        self.env.cr.execute(
            """
            SELECT EXISTS (SELECT 1 FROM cdiscount_product_mapping WHERE publish),
                   EXISTS (SELECT 1 FROM cdiscount_channel_offer WHERE publish)
            """
        )
        tables = ("cdiscount_product_mapping", "cdiscount_channel_offer")
        return [table for table, found in zip(tables, self.env.cr.fetchone(), strict=True) if found]

    # ------------------------------------------------------------------ whom it concerns
    @api.model
    def _conditions(self, changes):
        """Return (SQL conditions on offers, their parameters); ([], []) when the notes concern nobody."""
        scope = self._scope_of_written(changes)
        conditions, params = self._scope_conditions(scope)
        if changes.configs:
            conditions.append("offer.config_id = ANY(%s)")
            params.append(list(changes.configs))
        if changes.taxes:
            conditions.append(
                """offer.product_id IN (
                    SELECT product.id FROM product_product product
                      JOIN product_taxes_rel taxed ON taxed.prod_id = product.product_tmpl_id
                     WHERE taxed.tax_id = ANY(%s))"""
            )
            params.append(self._taxes_with(changes.taxes))
        for pricelist_id, configs in self._users_of(changes.pricelists).items():
            scope = changes.pricelists[pricelist_id]
            inner, values = ([], []) if scope.everything else self._scope_conditions(scope)
            conditions.append("(offer.config_id = ANY(%s)" + (f" AND ({' OR '.join(inner)}))" if inner else ")"))
            params += [configs, *values]
        return conditions, params

    @api.model
    def _scope_conditions(self, scope):
        conditions, params = [], []
        if scope.products:
            conditions.append("offer.product_id = ANY(%s)")
            params.append(list(scope.products))
        if scope.templates:
            conditions.append(
                "offer.product_id IN (SELECT id FROM product_product WHERE product_tmpl_id = ANY(%s))",
            )
            params.append(list(scope.templates))
        if scope.categories:
            conditions.append(
                """offer.product_id IN (
                    SELECT product.id FROM product_product product
                      JOIN product_template template ON template.id = product.product_tmpl_id
                      JOIN product_category category ON category.id = template.categ_id
                     WHERE string_to_array(category.parent_path, '/') && %s::text[])"""
            )
            params.append([str(category) for category in scope.categories])
        return conditions, params

    @api.model
    def _scope_of_written(self, changes):
        scope = changes.scope
        if changes.written:
            watched = WATCHED | self._mapped_names()
            for model, ids, names in changes.written:
                if not watched.isdisjoint(names):
                    (scope.products if model == "product.product" else scope.templates).update(ids)
        return scope

    @api.model
    def _mapped_names(self):
        """Return the product fields from which the field mapping of any account fills offers."""
        lines = self.env["cdiscount.field.mapping"].search(
            [("name", "in", FIELD_NAMES), ("source_type", "in", ("field", "text")), ("source", "!=", False)]
        )
        names = set()
        for source in lines.mapped("source"):
            names |= {
                word for part in source.replace("{", "|").replace("}", "|").split("|") for word in part.split(".")
            }
        return {name.strip() for name in names}

    @api.model
    def _taxes_with(self, taxes):
        """Return these taxes and the groups they are in."""
        self.env.cr.execute(
            "SELECT parent_tax FROM account_tax_filiation_rel WHERE child_tax = ANY(%s)", (list(taxes),)
        )
        return [*taxes, *(row[0] for row in self.env.cr.fetchall())]

    @api.model
    def _users_of(self, pricelists):
        """Return ``{pricelist id: [account ids]}``: those that sell by it, directly or through one that is based on
        it."""
        if not pricelists:
            return {}
        self.env.cr.execute(USERS_OF_PRICELISTS, (list(pricelists),))
        found = {}
        for pricelist_id, config_id in self.env.cr.fetchall():
            found.setdefault(pricelist_id, []).append(config_id)
        return found
