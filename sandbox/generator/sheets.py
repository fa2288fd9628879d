"""Product sheets the marketplace has no product for yet, right in every point: what a seller would post."""

_FIRST = 50_000_000  # far beyond any product the marketplace has


def sheets(goods, host, count, start=0, variant=None) -> list:
    """``count`` sheets from place ``start`` on, as ``POST /products-integration`` takes them.

    ``variant``: only those of variant categories (``True``) or of the others (``False``).
    """
    made, place = [], start * 4
    while len(made) < count:
        good = goods[_FIRST + place]
        place += 1
        if variant is None or (good.group is not None) is variant:
            made.append(_sheet(goods, good, host))
    return made


def _sheet(goods, good, host) -> dict:
    sheet = {
        "gtin": good.gtin,
        "sellerProductReference": f"NEW-{good.index - _FIRST + 1:06d}",
        "title": good.title,
        "description": f"{good.title}. Livré avec sa notice en français.",
        "richMarketingDescription": f"<p><b>{good.title}</b></p>",
        "brand": good.brand,
        "categoryCode": good.category.reference,
        "sellerPictureUrls": [{"index": 1, "url": f"{host}_sandbox/pictures/{good.gtin}/1.png"}],
        "attributes": goods.attributes(good),
    }
    if good.group:
        sheet["variantGroupReference"] = good.group
    return sheet
