"""Switches of the catalogue of one shop: offers, products, categories (contract §4, §5, §12).

They are part of ``ShopSettings``; the README names the contract's open question behind each.
"""

from dataclasses import dataclass, field

DAY = 86_400.0


@dataclass
class CatalogueSettings:
    """Delays are seconds of the sandbox's clock."""

    # offer packages
    package_location: str = "plural"  # Content-Location: plural (offers-packages/ID), relative, path, url
    upload_delay: float = 2.0  # how long a package is busy after an upload
    upload_state: str = "UploadInProgress"  # what it shows meanwhile
    ready_delay: float = 5.0  # Ready lasts that long, IntegrationPending follows
    integration_delay: float = 20.0
    package_expiry: float = DAY / 4
    results_kept: float = 3 * DAY
    one_open_package: bool = True  # False: a second open package of one channel and type is only counted
    offers_per_package: int = 50_000
    xml_package_delay: float = 30.0  # how long a package in XML waits until it is fetched and carried out
    # offer requests
    offer_taxes: str = "any"  # any, value ({code: VAT, value: 20}), typed ({code: vat, type: Rate, value: 0.2})
    bare_price_accepted: bool = False  # True: an Update may send a price without its taxes
    delivery_codes: str = "new"  # any: the legacy codes of /sellers/delivery-modes are taken in offers too
    enabled_delivery_modes: list = field(
        default_factory=lambda: ["NTHD", "THD", "SHD", "EHD", "FDHD", "ImmediateVendorPickup"]
    )
    # both ways
    offer_gtin: str = "any"  # any, text, number: which JSON type an offer's GTIN may have
    product_gtin: str = "any"  # the same for products
    gtin_shown: str = "text"  # text, number, mixed: what answers carry
    link_parameter: str = "cursor"
    link_host: str = "same"  # octopia: the next page is announced on the real API's host
    # referentials and products
    category_fields: str = "bare"  # full: /categories shows every field without being asked
    count_shape: str = "bare"  # object: {"count": n}
    product_answer: str = "body"  # header: the id is in the header packageId, the body says Accepted
    report_delay: float = 60.0  # the report is empty until then
    product_integration_delay: float = 120.0  # Validated lasts that long
    report_kept: float = 3 * DAY
    report_paging: str = "no_page_size"  # pages: pageSize up to 100; capped: 25 rows, paging ignored
    product_quota: int = 25  # new sheets per quota_window
    quota_window: float = 3600.0
    recategorize: bool = False  # True: a created product lands in the next category, without a word
    categorization: str = "free"  # by_title: a title that does not name the category's article is refused


CATALOGUE_CHOICES = {
    "package_location": ("plural", "relative", "path", "url"),
    "offer_taxes": ("any", "value", "typed"),
    "delivery_codes": ("new", "any"),
    "offer_gtin": ("any", "text", "number"),
    "product_gtin": ("any", "text", "number"),
    "gtin_shown": ("text", "number", "mixed"),
    "link_parameter": ("cursor", "Cursor"),
    "link_host": ("same", "octopia"),
    "category_fields": ("bare", "full"),
    "count_shape": ("bare", "object"),
    "product_answer": ("body", "header"),
    "report_paging": ("pages", "no_page_size", "capped"),
    "categorization": ("free", "by_title"),
}
