"""Faults of the catalogue: cursors that go round, offers that move or are bent, packages that are refused or hang."""

from ..catalogue.offer_packages import NEVER
from ..jsonio import dumps, loads
from ..replies import json_bytes


def repeat_cursor(call, params, rng):
    call.hints["same_cursor"] = True


def change_offers(call, params, rng, response):
    """Some offers of the page just served get another price, as if somebody worked in the back office."""
    offers = [offer for offer in call.served if call.page == "offers"]
    with call.market.lock:
        for offer in rng.sample(offers, min(int(params["count"]), len(offers))):
            offer.price += 100
            offer.updated = call.shop.stamp()
            call.shop.shelf.offers.put(offer)
    return response


def offers_arrive(call, params, rng, response):
    with call.market.lock:
        for _ in range(int(params["count"])):
            call.shop.shelf.arrive(call.shop.stamp())
    return response


def refuse_lines(call, params, rng):
    refusal = {"code": str(params["code"]), "message": params["message"]}
    call.hints["unlucky"] = lambda: refusal if rng.random() < float(params["share"]) else None


def refuse_package(call, params, rng):
    call.hints["whole"] = (str(params["code"]), str(params["message"]))


def hang_package(call, params, rng):
    call.hints["due"] = NEVER


def empty_report(call, params, rng):
    call.hints["empty_report"] = True


def _without(offer, key):
    return {name: value for name, value in offer.items() if name != key}


# name -> what happens to the offer; the row keeps its place in the page
OFFER_DEFECTS = {
    "missing_reference": lambda offer: _without(offer, "sellerExternalReference"),
    "null_reference": lambda offer: {**offer, "sellerExternalReference": None},
    "product_null": lambda offer: {**offer, "product": None},
    "null_gtin": lambda offer: {**offer, "product": {**(offer.get("product") or {}), "gtin": None}},
    "price_null": lambda offer: {**offer, "integrationPrice": None},
    "price_text": lambda offer: {**offer, "integrationPrice": {"price": "n/a"}},
    "stock_text": lambda offer: {**offer, "quantity": "beaucoup"},
    "modes_object": lambda offer: {**offer, "deliveryOffers": {"code": "THD"}},
    "unknown_state": lambda offer: {**offer, "offerState": "Hibernating"},
    "offer_date_garbage": lambda offer: {**offer, "updatedAt": "hier soir"},
    "offer_not_an_object": lambda offer: "CSM-0001",
}


def malformed(call, params, rng, response):
    """Bend one row; the stored offer stays whole, a later reading shows it in order again."""
    if response.status_code != 200:
        return response
    value = loads(response.get_data().decode("utf-8"))
    rows = value.get("items")
    defect = params["defect"] or rng.choice(list(OFFER_DEFECTS))
    if rows:
        wanted = params["index"]
        place = rng.randrange(len(rows)) if wanted is None else min(int(wanted), len(rows) - 1)
        rows[place] = OFFER_DEFECTS[defect](rows[place])
    return json_bytes(dumps(value), headers={k: v for k, v in response.headers if k.lower() == "link"})
