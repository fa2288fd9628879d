"""The sheets behind offers: name, description, brand, category, pictures, read on request or for products to create."""

import base64
import json
from decimal import Decimal

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ...compat import check_access
from ...services.errors import CdiscountError
from ...services.payloads.offer import Offer
from ...services.pictures import Pictures
from ..connection.messages import describe_failure
from ..order.order_store import NO_TRAIL

PORTION = 20
"""Sheets between two commits: each is a call, and a picture is another one."""


class CdiscountOfferFetch(models.Model):
    _inherit = "cdiscount.product.mapping"

    brand = fields.Char("Brand on Cdiscount", readonly=True, copy=False)
    category_reference = fields.Char("Category on Cdiscount", readonly=True, copy=False)
    description_read = fields.Text("Description on Cdiscount", readonly=True, copy=False)
    picture_addresses = fields.Text(
        "Pictures on Cdiscount", readonly=True, copy=False, help="Where the pictures of the sheet are, one a line."
    )
    variant_group = fields.Char(
        readonly=True, copy=False, index="btree_not_null", help="Offers of one group are variants of one product."
    )
    sheet_attributes = fields.Text(readonly=True, copy=False, help="Technical: the properties on Cdiscount's sheet.")
    details_at = fields.Datetime("Details Read", readonly=True, copy=False)
    details_wanted = fields.Boolean("Details Asked For", readonly=True, copy=False)

    def init(self):
        result = super().init()
        self.env.cr.execute(
            """
            CREATE INDEX IF NOT EXISTS cdiscount_product_mapping_details
                ON cdiscount_product_mapping (config_id, id) WHERE details_wanted
            """
        )
        return result

    # ------------------------------------------------------------------ asking
    def action_fetch_details(self):
        """Read name, description, brand, category and pictures of these offers from Cdiscount, in the background."""
        check_access(self, "write")
        if not self.filtered("gtin"):
            raise UserError(_("Cdiscount tells the details of a product by its GTIN: these offers have none."))
        self.filtered("gtin")._want_details()
        return self.env["cdiscount.config"]._notify(_("The details are being fetched."))

    def _want_details(self):
        """Mark these offers and have the queue read what is marked."""
        self.sudo().filtered(lambda mapping: not mapping.details_wanted).write({"details_wanted": True})
        for config in self.config_id:
            self.env["cdiscount.queue"].sudo()._enqueue(config, "product_fetch", "details")

    # ------------------------------------------------------------------ the work
    @api.model
    def _job_fetch(self, jobs):
        """Queue operation: read the sheets of all offers that are marked. Yields after each portion."""
        config = jobs.config_id
        client = config._get_client()
        pictures = Pictures(client.transport, config.base_url)
        mappings = self.sudo().with_company(config.company_id).with_context(**NO_TRAIL)
        domain = [("config_id", "=", config.id), ("details_wanted", "=", True)]
        done = 0
        while some := mappings.search(domain, limit=PORTION, order="id"):
            # All calls first: nobody waits for a row of ours while the marketplace thinks.
            sheets = {mapping: client.products.find(mapping.gtin) for mapping in some if mapping.gtin}
            sheets = {mapping: sheet for mapping, sheet in sheets.items() if sheet}
            images = some._fetch_images(pictures, sheets, jobs)
            some._keep_sheets(sheets)
            some._create_wanted(config, sheets)
            some._keep_images(images)
            known = {mapping.id: sheet for mapping, sheet in sheets.items() if mapping.product_id}
            if known:
                mappings.browse(known)._reconcile_content(known)
            done += len(some)
            self.env.flush_all()
            self.env.invalidate_all()
            yield _("Sheets read: %s", done)

    def _keep_sheets(self, sheets):
        now = fields.Datetime.now()
        for mapping in self:
            sheet = sheets.get(mapping)
            values = mapping._sheet_values(sheet) if sheet else {}
            mapping.write({**values, "details_wanted": False, "details_at": now})

    def _sheet_values(self, sheet):
        """Return what an offer keeps of its sheet (a ``Product``)."""
        return {
            "title": sheet.title or self.title,
            "brand": sheet.brand,
            "category_reference": sheet.category,
            "description_read": sheet.description,
            "picture_addresses": "\n".join(sheet.pictures),
            "variant_group": sheet.variant_group,
            "sheet_attributes": json.dumps(sheet.attributes) if sheet.attributes else False,
            "product_reference": sheet.reference or self.product_reference,
        }

    def _create_wanted(self, config, sheets):
        """Create the products of those that still have none, when the account wants products to be created."""
        lonely = self.filtered(lambda mapping: mapping._may_be_linked())
        if config.unknown_offer_policy != "create" or not lonely:
            return
        offers = [mapping._as_offer() for mapping in lonely]
        # Somebody may have made the product while the offer waited for its sheet.
        matches = self._match_offers(config, offers)
        unknown = [offer for offer in offers if matches[offer.sku].kind == "none"]
        products = self._create_products(
            config, unknown, {mapping.seller_reference: sheet for mapping, sheet in sheets.items()}
        )
        for mapping in lonely:
            match, product = matches[mapping.seller_reference], products.get(mapping.seller_reference)
            if product or match.product:
                mapping.write(
                    {
                        "product_id": product.id if product else match.product,
                        "origin": "offer" if product else match.kind,
                        "ignored": False,
                        "ignored_by_rule": False,
                    }
                )

    def _as_offer(self):
        self.ensure_one()
        return Offer(
            sku=self.seller_reference,
            gtin=self.gtin or "",
            price=Decimal(str(round(self.price, 2))) if self.price else None,
        )

    # ------------------------------------------------------------------ pictures
    def _fetch_images(self, pictures, sheets, jobs):
        """Return ``{mapping: bytes}`` of the first picture of those whose product has none."""
        found = {}
        for mapping, sheet in sheets.items():
            if not sheet.pictures or mapping.product_id.image_variant_1920 or mapping.product_id.image_1920:
                continue
            try:
                found[mapping] = pictures.fetch(sheet.pictures[0])
            except CdiscountError as error:
                self.env["cdiscount.sync.log"]._add(
                    jobs.config_id,
                    jobs.operation,
                    _(
                        "The picture of %(sku)s could not be fetched: %(why)s",
                        sku=mapping.seller_reference,
                        why=describe_failure(self.env, error, jobs.config_id).text,
                    ),
                    level="warning",
                    job=jobs,
                    record=mapping,
                    cause_code="picture_not_fetched",
                )
        return found

    @api.model
    def _keep_images(self, images):
        for mapping, content in images.items():
            product = mapping.product_id.sudo(False).with_company(mapping.company_id)
            if not product:
                continue
            try:
                with self.env.cr.savepoint():
                    # A product without variants keeps its picture on the template, one with variants on the variant.
                    product.write({"image_1920": base64.b64encode(content)})
                    self.env.flush_all()
            except (UserError, ValueError):
                # Odoo's own reading of the picture: damaged, or too many pixels.
                self.env.invalidate_all()
