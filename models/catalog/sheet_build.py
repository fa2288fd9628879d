"""From Odoo products to product sheets: fields, category, properties and pictures, for a whole batch at once."""

import hashlib
import json
from urllib.parse import urlsplit

from odoo import api, models

from ...services.rules.product_sheet import Sheet, sheet_request

SHEET_FIELDS = ("title", "description", "rich_description", "brand", "gtin", "variant_group", "pictures")
SENT_AS = {
    "gtin": "gtin",
    "title": "title",
    "description": "description",
    "richMarketingDescription": "rich_description",
    "brand": "brand",
    "sellerPictureUrls": "pictures",
    "variantGroupReference": "variant_group",
}
"""Key of a request -> field of the field mapping. The others (category, properties) always go from Odoo."""


class CdiscountSheetBuild(models.Model):
    _inherit = "cdiscount.product.mapping"

    def _sheets(self):
        """Return ``{mapping.id: Sheet}`` of what is to be said about these products now; nothing is sent.

        The number of queries does not depend on how many there are. An offer without a product has its SKU and GTIN
        only.
        """
        found = {}
        for config, mappings in self.grouped("config_id").items():
            found.update(mappings._sheets_of_account(config.sudo()))
        return found

    def _sheets_of_account(self, config):
        mappings = self.sudo().with_company(config.company_id)
        products = mappings.product_id
        values = self.env["cdiscount.field.mapping"].sudo()._values(config, products, SHEET_FIELDS) if products else {}
        categories = mappings._sheet_categories(config)
        attributes = self.env["cdiscount.property.value"].sudo()._of_products(config, products, categories)
        pictures = self._sheet_pictures(config, {key: row.get("pictures") or () for key, row in values.items()})
        return {
            mapping.id: mapping._prepare_sheet(
                values.get(mapping.product_id.id, {}),
                categories.get(mapping.product_id.id),
                attributes.get(mapping.product_id.id, ()),
                pictures.get(mapping.product_id.id, ()),
            )
            for mapping in mappings
        }

    def _prepare_sheet(self, values, category, attributes, pictures):
        """Return the Sheet of one offer.

        :param values: fields by the names of the field mapping
        :param category: record of ``cdiscount.category``, empty or None without one
        """
        self.ensure_one()
        return Sheet(
            sku=self.seller_reference or "",
            gtin=str(values.get("gtin") or "").strip() or self.gtin or "",
            title=values.get("title") or "",
            description=values.get("description") or "",
            rich_description=values.get("rich_description") or "",
            brand=values.get("brand") or "",
            category=category.reference if category else "",
            variant_group=values.get("variant_group") or "",
            pictures=tuple(pictures),
            attributes=tuple(attributes),
        )

    def _sheet_categories(self, config):
        """Return ``{product.id: category or empty}``."""
        products = self.sudo().with_company(config.company_id).product_id
        return self.env["cdiscount.category"].sudo()._of_products(config, products) if products else {}

    @api.model
    def _sheet_properties(self, categories):
        """Return ``{category reference: properties}``; what is not downloaded yet is asked for.

        :param categories: as ``_sheet_categories`` gives them
        """
        records = self.env["cdiscount.category"].sudo()
        records = records.browse({category.id for category in categories.values() if category})
        records._ensure_properties()
        known = records._properties_of(records)
        return {category.reference: known[category.id] for category in records}

    def _sheet_requests(self):
        """Return ``{mapping.id: request}``: the sheets as they are sent."""
        found = {}
        for config, mappings in self.grouped("config_id").items():
            sheets = mappings._sheets()
            properties = self._sheet_properties(mappings._sheet_categories(config.sudo()))
            for mapping in mappings:
                sheet = sheets[mapping.id]
                found[mapping.id] = sheet_request(sheet, properties.get(sheet.category, ()))
        return found

    def _sheet_digests(self):
        """Return ``{mapping.id: digest}`` of what would be sent: equal as long as nothing of it changes."""
        requests = self._sheet_requests()
        named = {}
        for config, mappings in self.grouped("config_id").items():
            taken = self._imported_fields(config)
            named.update({mapping.id: self._digest_of(requests[mapping.id], taken) for mapping in mappings})
        return named

    def _imported_fields(self, config):
        """Return the fields of which Cdiscount is right whatever Odoo says: a difference there is no reason to send."""
        lines = config.sudo()._ensure_field_mappings()
        return {line.name for line in lines if line.effective_direction == "import"}

    def _digest_of(self, request, taken=()):
        told = {name: value for name, value in request.items() if SENT_AS.get(name) not in taken}
        if "sellerPictureUrls" in told:
            # The server may move to another address: that alone is no reason to send every sheet again.
            told["sellerPictureUrls"] = [urlsplit(row["url"]).path for row in told["sellerPictureUrls"]]
        text = json.dumps(told, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()
