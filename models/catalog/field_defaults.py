"""The lines an account begins with."""

from odoo import api, fields, models

from .field_names import AUTOMATIC, FIELDS

BRAND_FIELDS = ("product_brand_id", "brand_id", "manufacturer_id", "manufacturer")
"""Where addons in use keep the brand of a product, the most telling first."""
FRENCH = "fr_FR"


class CdiscountFieldDefaults(models.Model):
    _inherit = "cdiscount.field.mapping"

    @api.model
    def _default_lines(self, config):
        """Return the values of the lines of a new account, one per field, as far as this database can fill them."""
        return [
            {"config_id": config.id, "name": name, "sequence": place * 10, **self._default_source(config, name)}
            for place, name in enumerate(FIELDS, 1)
        ]

    @api.model
    def _default_source(self, config, name):
        template = self.env["product.template"]._fields
        if name in AUTOMATIC:
            return {"source_type": "auto"}
        if name == "brand":
            for field in BRAND_FIELDS:
                if field in template and template[field].type in ("many2one", "char"):
                    path = f"{field}.name" if template[field].type == "many2one" else field
                    return {"source_type": "field", "source": path}
            # A shop sells many brands: a guess would be refused for each product. Who sells one brand enters it.
            return {"source_type": "none"}
        if name == "condition":
            return {"source_type": "constant", "constant": "New"}
        candidates = {
            "title": ("name",),
            "description": ("description_sale", "description_ecommerce", "website_description"),
            "rich_description": ("description_ecommerce", "website_description"),
            "gtin": ("barcode",),
            "weight": ("weight",),
        }.get(name, ())
        known = [field for field in candidates if field in self.env["product.product"]._fields]
        if known:
            return {"source_type": "field", "source": " | ".join(known)}
        return {"source_type": "none"}

    @api.model
    def _ensure_all(self):
        """Give every account the lines it does not have yet. Called with each installation and update."""
        for config in self.env["cdiscount.config"].sudo().with_context(active_test=False).search([]):
            config._ensure_field_mappings()


class CdiscountConfigFields(models.Model):
    _inherit = "cdiscount.config"

    field_mapping_ids = fields.One2many("cdiscount.field.mapping", "config_id", "Fields", copy=False)

    def _ensure_field_mappings(self):
        """Return the account's lines, made first where there are none: for a field that a new version brings."""
        self.ensure_one()
        lines = self.sudo().field_mapping_ids
        missing = set(FIELDS) - set(lines.mapped("name"))
        if missing and self.id:
            mappings = self.env["cdiscount.field.mapping"].sudo()
            wanted = [values for values in mappings._default_lines(self) if values["name"] in missing]
            # Two workers may find them missing at once: the one that comes second is done over and finds them.
            lines |= mappings.create(wanted)
        return lines

    def _as_account(self, records):
        """Return records as the account's user sees them: rights, company, and the language of its offers."""
        self.ensure_one()
        return (
            records.with_user(self.user_id)
            .with_company(self.company_id)
            .with_context(lang=self.content_lang or FRENCH, active_test=True, bin_size=False)
        )

    @api.model_create_multi
    def create(self, vals_list):
        configs = super().create(vals_list)
        for config in configs:
            config._ensure_field_mappings()
        return configs
