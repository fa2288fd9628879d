"""The pictures of products: where they are, without reading them."""

from odoo import models

SHOP_PICTURES = ("product_variant_image_ids", "product_template_image_ids")
"""Further pictures of Odoo's own web shop, where it is installed."""


class CdiscountFieldPictures(models.Model):
    _inherit = "cdiscount.field.mapping"

    def _picture_values(self, products):
        """Return ``{product.id: ((model, record id, field), ...)}``, the main picture first."""
        self.ensure_one()
        if self.source_type == "none":
            return dict.fromkeys(products.ids, ())
        wanted = {product.id: self._picture_places(product) for product in products}
        there = self._stored_pictures({place for places in wanted.values() for place in places})
        found = {}
        for product_id, places in wanted.items():
            kept = [place for place in places if place in there]
            if self.source_type == "auto":
                # A variant without a picture of its own shows that of its product, as everywhere in Odoo.
                main = [place for place in kept if place[0] in ("product.product", "product.template")][:1]
                kept = main + [place for place in kept if place[0] not in ("product.product", "product.template")]
            found[product_id] = tuple(dict.fromkeys(kept))
        return found

    def _picture_places(self, product):
        """Return the places where a product may have pictures, in the order they are shown."""
        own = [
            ("product.product", product.id, "image_variant_1920"),
            ("product.template", product.product_tmpl_id.id, "image_1920"),
        ]
        if self.source_type == "auto":
            further = [
                ("product.image", image.id, "image_1920")
                for name in SHOP_PICTURES
                if name in product._fields
                for image in product[name]
            ]
            return own + further
        places = []
        for path in self._parse():
            records = product
            for name in path[:-1]:
                records = records.mapped(name)
            for record in records:
                if record._name == "product.product" and path[-1] == "image_1920":
                    places += own
                else:
                    places.append((record._name, record.id, path[-1]))
        return places

    def _stored_pictures(self, places):
        """Return those of the places that hold a picture: one query, no picture is read."""
        if not places:
            return set()
        attachments = self.env["ir.attachment"].sudo().with_context(active_test=False)
        rows = attachments.search_read(
            [
                ("res_model", "in", list({model for model, _id, _field in places})),
                ("res_field", "in", list({field for _model, _id, field in places})),
                ("res_id", "in", list({record_id for _model, record_id, _field in places})),
            ],
            ["res_model", "res_id", "res_field"],
            order="id",
        )
        return places & {(row["res_model"], row["res_id"], row["res_field"]) for row in rows}
