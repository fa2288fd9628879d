"""The properties of many products at once: entered on the variant, else on the product, else filled by a mapping."""

from collections import defaultdict

from odoo import api, models

from ...services.rules.field_path import PathError, parse_paths
from ...services.rules.product_sheet import choice_for
from ...services.text import key


class CdiscountPropertyResolve(models.Model):
    _inherit = "cdiscount.property.value"

    @api.model
    def _of_products(self, config, products, categories):
        """Return ``{product.id: ((property reference, (values,)), ...)}``, in the order of the category.

        A value that is written like an allowed one is spelled as that one; any other stays as it is, for the preflight
        to object to. Only what the category asks for is told, once its properties are downloaded. A constant number of
        statements, but for properties that are filled from fields: those are read as Odoo reads them.

        :param categories: ``{product.id: cdiscount.category or empty}``, as ``_of_products`` of the category gives it
        """
        if not products:
            return {}
        asked = self._asked_of(categories)
        entered = self._entered(config, products)
        filled = self._filled(config, products, categories, asked)
        found = {}
        for product_id in products.ids:
            values = {**filled.get(product_id, {}), **entered.get(product_id, {})}
            category = categories.get(product_id)
            wanted = asked.get(category.id) if category else None
            if wanted:
                values = {
                    one.reference: tuple(
                        choice_for(value, one.choices) or value if one.choices else value
                        for value in values[one.reference]
                    )
                    for one in wanted
                    if values.get(one.reference)
                }
            found[product_id] = tuple((reference, tuple(told)) for reference, told in values.items() if told)
        return found

    @api.model
    def _missing(self, config, products):
        """Return ``{product.id: required properties (services' Property) that have no value}``."""
        categories = self.env["cdiscount.category"]._of_products(config, products)
        asked = self._asked_of(categories)
        told = self._of_products(config, products, categories)
        found = {}
        for product_id in products.ids:
            has = {reference for reference, _values in told.get(product_id, ())}
            wanted = asked.get(categories[product_id].id, ())
            found[product_id] = tuple(one for one in wanted if one.is_mandatory and one.reference not in has)
        return found

    @api.model
    def _asked_of(self, categories):
        """Return ``{category id: tuple of Property}`` of the categories of some products."""
        ids = {category.id for category in categories.values() if category}
        return self.env["cdiscount.category"]._properties_of(self.env["cdiscount.category"].browse(sorted(ids)))

    # ------------------------------------------------------------------ entered by a person
    @api.model
    def _entered(self, config, products):
        """Return ``{product.id: {reference: [values]}}``; a variant's own values go before the product's."""
        self.flush_model()
        self.env["product.product"].flush_model()
        self.env.cr.execute(
            """
            SELECT product.id, line.product_id IS NOT NULL, prop.reference, line.value
              FROM product_product product
              JOIN cdiscount_property_value line ON line.product_tmpl_id = product.product_tmpl_id
               AND (line.product_id IS NULL OR line.product_id = product.id)
              JOIN cdiscount_property prop ON prop.id = line.property_id
             WHERE product.id = ANY(%s) AND line.config_id = %s AND line.value IS NOT NULL AND trim(line.value) <> ''
             ORDER BY line.id
            """,
            (list(products.ids), config.id),
        )
        common, own = defaultdict(lambda: defaultdict(list)), defaultdict(lambda: defaultdict(list))
        for product_id, of_variant, reference, value in self.env.cr.fetchall():
            (own if of_variant else common)[product_id][reference].append(value.strip())
        return {product_id: {**common[product_id], **own[product_id]} for product_id in {*common, *own}}

    # ------------------------------------------------------------------ filled by a mapping
    @api.model
    def _filled(self, config, products, categories, asked):
        """Return ``{product.id: {reference: [values]}}`` as the mappings of the account say."""
        mappings = self.env["cdiscount.property.mapping"].search([("config_id", "=", config.id)])
        if not mappings:
            return {}
        lines = defaultdict(dict)
        for mapping in mappings:
            lines[mapping.category_id.id][mapping.property_id.reference] = mapping
        translations = {mapping: mapping._translations() for mapping in mappings}
        attributes = self._attribute_values(config, products, mappings.attribute_id)
        seen = {product.id: product for product in config._as_account(products)}
        found = {}
        for product_id in products.ids:
            category = categories.get(product_id)
            rules = {**lines[False], **(lines.get(category.id, {}) if category else {})}
            wanted = {one.reference for one in asked.get(category.id, ())} if category else set()
            told = {}
            for reference, mapping in rules.items():
                if wanted and reference not in wanted:
                    continue
                raw = mapping._raw_value(seen[product_id], attributes.get((product_id, mapping.attribute_id.id)))
                value = translations[mapping](raw)
                if value:
                    told[reference] = [value]
            found[product_id] = told
        return found

    @api.model
    def _attribute_values(self, config, products, attributes):
        """Return ``{(product.id, attribute id): value}`` in the language of the account's offers.

        The variant's own value; else the only one the product has, for attributes that make no variants.
        """
        if not attributes:
            return {}
        for model in ("product.product", "product.template.attribute.value", "product.attribute.value"):
            self.env[model].flush_model()
        self.env.cr.execute(
            """
            SELECT product.id, ptav.attribute_id, combination.product_product_id IS NOT NULL,
                   COALESCE(value.name->>%(lang)s, value.name->>'en_US')
              FROM product_product product
              JOIN product_template_attribute_value ptav ON ptav.product_tmpl_id = product.product_tmpl_id
              JOIN product_attribute_value value ON value.id = ptav.product_attribute_value_id
              LEFT JOIN product_variant_combination combination
                     ON combination.product_template_attribute_value_id = ptav.id
                    AND combination.product_product_id = product.id
             WHERE product.id = ANY(%(products)s) AND ptav.attribute_id = ANY(%(attributes)s)
               AND (ptav.ptav_active OR combination.product_product_id IS NOT NULL)
             ORDER BY ptav.id
            """,
            {
                "lang": config._as_account(products).env.lang or "en_US",
                "products": list(products.ids),
                "attributes": attributes.ids,
            },
        )
        own, common = {}, defaultdict(set)
        for product_id, attribute_id, of_variant, name in self.env.cr.fetchall():
            common[product_id, attribute_id].add(name)
            if of_variant:
                own.setdefault((product_id, attribute_id), name)
        return {**{place: next(iter(names)) for place, names in common.items() if len(names) == 1}, **own}


class CdiscountPropertyMappingSource(models.Model):
    _inherit = "cdiscount.property.mapping"

    def _raw_value(self, product, attribute_value):
        """Return what Odoo says of a product, as a text; "" for nothing.

        :param product: as the account's user sees it
        """
        self.ensure_one()
        if self.source == "attribute":
            return attribute_value or ""
        if self.source == "constant":
            return self.constant or ""
        try:
            paths = parse_paths(self.field_path or "")
        except PathError:
            return ""
        value = self.env["cdiscount.field.mapping"]._first_value(product, paths)
        return "" if value is None else str(value).strip()

    def _translations(self):
        """Return a function from what Odoo says to what the marketplace is told."""
        self.ensure_one()
        exact = {line.odoo_value: line.value or "" for line in self.value_ids}
        alike = {key(name): value for name, value in exact.items()}

        def translate(text):
            return exact.get(text, alike.get(key(text), text))

        return translate
