"""What a seller does with offers and products, in the words of a test."""

import re

from sandbox_client import NOW, Api

from sandbox import create_app
from sandbox.jsonio import loads

CHANNEL = {"SalesChannelId": "CDISFR"}
TAXES = [{"code": "VAT", "value": 20}, {"code": "Ecotax", "value": 0}, {"code": "Deatax", "value": 0}]
MODES = [{"code": "THD", "cost": 4.99, "additionalCost": 1.0}]


def line(sku, gtin=None, **more):
    """A right offer request; ``None`` takes a key away."""
    request = {
        "sellerExternalReference": sku,
        "product": {"gtin": gtin} if gtin else None,
        "condition": "New",
        "price": {"price": 24.99, "currencyCode": "EUR", "taxes": TAXES},
        "quantity": 12,
        "preparationTime": 1,
        "deliveryModes": MODES,
        **more,
    }
    return {key: value for key, value in request.items() if value is not None}


class Shop(Api):
    """``offers`` and ``skus`` read a list to its end; ``publish`` drives a package from its opening to its results."""

    def __init__(self, offers=60, seed=1, **opening):
        opening.setdefault("orders", 0)
        super().__init__(create_app(seed=seed, offers=offers, clock=NOW, sleep=lambda seconds: None, **opening))

    def walk_cursor(self, path):
        """Every row of a list with a cursor, and how many pages it took; stops when a cursor comes back."""
        rows, cursors, cursor = [], [], ""
        while cursor not in cursors:
            cursors.append(cursor)
            answer = self.get(path + (f"&cursor={cursor}" if cursor else ""))
            assert answer.status_code == 200, answer.data
            rows += loads(answer.data.decode())["items"]
            found = re.search(r"[?&][cC]ursor=([^>&]+)>; rel=\"next\"", answer.headers.get("Link", ""))
            if not found:
                break
            cursor = found[1]
        return rows, len(cursors)

    def offers(self, query="", channel="CDISFR", limit=1000):
        return self.walk_cursor(f"/offers?salesChannelId={channel}&limit={limit}{query}")[0]

    def skus(self, query="", **more):
        return [row["sellerExternalReference"] for row in self.offers(query, **more)]

    def offer(self, sku, channel="CDISFR"):
        rows = self.offers(f"&sellerExternalReferences={sku}", channel)
        return rows[0] if rows else None

    def pass_by(self, seconds):
        self.control("/clock", {"advance": seconds})
        self.token = None  # it may have expired meanwhile

    def open(self, kind="Upsert", channel="CDISFR"):
        answer = self.post("/offer-packages", {"packageType": kind}, headers={"SalesChannelId": channel})
        assert answer.status_code == 201, answer.data
        return answer.headers["Content-Location"].rsplit("/", 1)[1]

    def upload(self, package, *lines):
        return self.post(f"/offer-packages/{package}/offer-requests", list(lines))

    def ready(self, package, state="Ready"):
        return self.call("PATCH", f"/offer-packages/{package}", json={"state": state})

    def state(self, package):
        return self.get(f"/offer-packages/{package}").get_json()["state"]

    def results(self, package, language="fr-FR"):
        """``{sku: (status, [codes])}``"""
        rows, _ = self.walk_cursor(f"/offer-packages/{package}/offer-requests-results?limit=1000")
        return {
            row["sellerExternalReference"]: (row["integrationStatus"], [r["resultCode"] for r in row["results"]])
            for row in rows
        }

    def publish(self, *lines, kind="Upsert", channel="CDISFR"):
        package = self.open(kind, channel)
        for start in range(0, len(lines), 100):
            assert self.upload(package, *lines[start : start + 100]).status_code == 201
        self.pass_by(3)
        assert self.ready(package).status_code == 204
        self.pass_by(60)
        return self.results(package)

    def codes(self, request, kind="Upsert", channel="CDISFR"):
        """Codes of the one line sent."""
        return self.publish(request, kind=kind, channel=channel)[request["sellerExternalReference"]][1]

    def sheets(self, count=1, query=""):
        return self.client.get(f"/_sandbox/new-products?count={count}{query}").get_json()["products"]

    def submit(self, *sheets, **more):
        answer = self.post("/products-integration", {"products": list(sheets)}, **more)
        assert answer.status_code == 202, answer.data
        return answer.get_json()["packageId"]

    def report(self, package=None, query="", **more):
        path = "/products-integration-reports?" + (f"packageId={package}" if package else "")
        return self.get(path + query, **more).get_json()["items"]
