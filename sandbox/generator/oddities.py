"""What no document promises but a connector has to survive: nulls and fields nobody knows."""


def put_nulls(document):
    """Null where a value is expected, in places that leave the order importable."""
    document["payment"] = None
    document["serviceFees"] = None
    document["billingAddress"]["civility"] = None
    document["billingAddress"]["firstName"] = None
    document["billingAddress"]["addressLine2"] = None
    for line in document["lines"]:
        line["productAttributes"] = None
        line["statusEvents"] = None
        line["parcels"] = None
        line["delivery"]["promisedAtMin"] = None
        line["offerPrice"]["commission"] = None
        if line["shippingAddress"]:
            line["shippingAddress"]["phone"] = None
            line["shippingAddress"]["civility"] = None


def put_new_fields(document):
    """Fields of a later version of the API, scalar, object and list, at every level."""
    document["loyaltyTier"] = "Gold"
    document["carbonFootprint"] = {"grams": 412.5, "certified": True, "sources": ["transport", "packaging"]}
    document["customer"]["segment"] = None
    for line in document["lines"]:
        line["giftWrap"] = {"requested": False}
        line["offer"]["ecoScore"] = "B"
        line["offerPrice"]["adjustments"] = []
