"""Variants: offers whose sheets name one group on Cdiscount are variants of one product template."""

import json

from odoo import _, api, models

LONGEST = 60


class CdiscountOfferVariants(models.Model):
    _inherit = "cdiscount.product.mapping"

    @api.model
    def _create_variants(self, config, products, group, members):
        """Create the members of a group as variants of its template, which exists when others came before.

        :param products: ``product.product`` of the account's user, empty
        :param members: list of (Offer, Product sheet, values of a product)
        :return: ``{sku: product}``
        """
        siblings = self.search(
            [("config_id", "=", config.id), ("variant_group", "=", group), ("product_id", "!=", False)]
        )
        template = siblings.product_id.filtered("active").product_tmpl_id[:1].with_env(products.env)
        attribute = self._variant_attribute(products)
        taken = set(template.attribute_line_ids.value_ids.mapped("name"))
        labels = self._variant_labels(members, siblings, taken)
        values = self._attribute_values(attribute, labels.values())
        if template:
            line = template.attribute_line_ids.filtered(lambda one: one.attribute_id == attribute)
            if not line:
                # It was no product with variants until now: what exists becomes the first of them.
                first = self._attribute_values(attribute, [self._bare_label(template)])
                template.write({"attribute_line_ids": [(0, 0, self._line(attribute, first))]})
                line = template.attribute_line_ids.filtered(lambda one: one.attribute_id == attribute)
            line.write({"value_ids": [(4, value.id) for value in values.values()]})
        else:
            shared = dict(members[0][2], attribute_line_ids=[])
            shared.update(default_code=False, barcode=False)
            shared["attribute_line_ids"] = [(0, 0, self._line(attribute, *values.values()))]
            template = products.env["product.template"].create(shared)
        return self._name_variants(template, members, labels, values)

    @api.model
    def _name_variants(self, template, members, labels, values):
        by_value = {}
        for product in template.product_variant_ids:
            for entry in product.product_template_attribute_value_ids:
                by_value[entry.product_attribute_value_id] = (product, entry)
        made = {}
        for offer, _sheet, row in members:
            product, entry = by_value[values[labels[offer.sku]]]
            made[offer.sku] = product
            product.write({"default_code": row["default_code"]})
            extra = row["list_price"] - template.list_price
            if abs(extra) >= 0.005:
                entry.price_extra = extra
            if row["barcode"]:
                self._give_barcode(product, row["barcode"])
        return made

    @api.model
    def _give_barcode(self, product, barcode):
        taken = product.sudo().with_context(active_test=False).search([("barcode", "=", barcode)], limit=1)
        if not taken:
            product.barcode = barcode

    # ------------------------------------------------------------------ what tells variants apart
    @api.model
    def _variant_labels(self, members, siblings, taken):
        """Return ``{sku: name}``: the values in which the sheets of the group differ, else the SKU."""
        sheets = {offer.sku: dict(sheet.attributes) for offer, sheet, _values in members}
        others = [dict(json.loads(sibling.sheet_attributes or "[]")) for sibling in siblings]
        every = [*sheets.values(), *({name: tuple(found) for name, found in one.items()} for one in others)]
        differing = [
            name
            for name in dict.fromkeys(name for sheet in every for name in sheet)
            if len({sheet.get(name) for sheet in every}) > 1
        ]
        taken, labels = set(taken), {}
        for sku, sheet in sheets.items():
            texts = [" ".join(sheet[name]) for name in (differing or sheet) if name in sheet]
            label = " / ".join(texts)[:LONGEST]
            if not label or label in taken:
                label = f"{label} ({sku})" if label else sku
            taken.add(label)
            labels[sku] = label
        return labels

    @api.model
    def _bare_label(self, template):
        return template.product_variant_id.default_code or template.name

    @api.model
    def _line(self, attribute, *values):
        ids = [value.id for found in values for value in (found.values() if isinstance(found, dict) else [found])]
        return {"attribute_id": attribute.id, "value_ids": [(6, 0, ids)]}

    @api.model
    def _variant_attribute(self, products):
        """The attribute under which variants of Cdiscount are told apart; one for all, made when it is first needed."""
        found = self.env.ref("cdiscount_store_management.attribute_variant", raise_if_not_found=False)
        if found:
            return found.with_env(products.env)
        attribute = products.env["product.attribute"].create({"name": _("Variant"), "create_variant": "always"})
        self.env["ir.model.data"].sudo().create(
            {
                "module": "cdiscount_store_management",
                "name": "attribute_variant",
                "model": "product.attribute",
                "res_id": attribute.id,
                "noupdate": True,
            }
        )
        return attribute

    @api.model
    def _attribute_values(self, attribute, names):
        """Return ``{name: value}``; those that are not there yet are created."""
        names = list(dict.fromkeys(names))
        found = {
            value.name: value
            for value in attribute.value_ids.search([("attribute_id", "=", attribute.id), ("name", "in", names)])
        }
        missing = [{"attribute_id": attribute.id, "name": name} for name in names if name not in found]
        found.update({value.name: value for value in attribute.value_ids.create(missing)})
        return found
