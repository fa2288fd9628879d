"""Returns to the marketplace's own warehouses: listed, labelled, changed, refused without a contract."""

import base64
from urllib.parse import parse_qsl, urlsplit

import pytest

from services.resources.cursor import next_link

FULFILLED = {"sku": "CSM-0001", "quantity": 2, "supply_mode": "Fulfillment"}


@pytest.fixture
def order(empty):
    return empty.create(status="Shipped", lines=[FULFILLED, {**FULFILLED, "sku": "CSM-0002"}])


def test_a_return_of_one_line_is_listed_counted_and_read(empty, order):
    line = order["lines"][1]["orderLineId"]
    made = empty.control("/returns", {"order": order["orderId"], "reason": "Damaged", "lines": {line: 1}}, status=201)[
        "return"
    ]
    assert (made["status"], made["orderSellerId"], made["hasLabel"]) == ("Created", order["orderId"], True)
    assert [(row["orderLineId"], row["quantity"]) for row in made["lines"]] == [(line, 1)]
    assert empty.get("/returns").get_json()["items"] == [made]
    assert empty.get(f"/returns/{made['returnId']}").get_json() == made
    assert empty.get("/returns/count?status=Created").get_json() == {"count": 1}
    assert empty.get("/returns?status=Completed").get_json()["items"] == []


def test_a_receipt_is_dated_and_words_nobody_knows_can_be_played(empty, order):
    number = empty.control("/returns", {"order": order["orderId"]}, status=201)["return"]["returnId"]
    empty.control(f"/returns/{number}", {"status": "Accepted", "reason": "Brandnew"})
    row = empty.get(f"/returns/{number}").get_json()
    assert (row["reason"], bool(row["receiptDate"])) == ("Brandnew", True)


def test_the_list_is_paged_by_cursor(empty, order):
    for _number in range(3):
        empty.control("/returns", {"order": order["orderId"]}, status=201)
    answer = empty.get("/returns?limit=2")
    cursor = dict(parse_qsl(urlsplit(next_link(answer.headers["Link"])).query))["cursor"]
    rest = empty.get(f"/returns?limit=2&cursor={cursor}")
    assert (len(answer.get_json()["items"]), len(rest.get_json()["items"]), "Link" in rest.headers) == (2, 1, False)


def test_labels_are_a_file_or_json(empty, order):
    number = empty.control("/returns", {"order": order["orderId"]}, status=201)["return"]["returnId"]
    pdf = empty.get(f"/returns/{number}/labels").data
    assert pdf.startswith(b"%PDF")
    empty.control("/settings", {"return_labels": "json"})
    assert base64.b64decode(empty.get(f"/returns/{number}/labels").get_json()[0]["content"]) == pdf


def test_no_label_no_return_no_contract(empty, order):
    number = empty.control("/returns", {"order": order["orderId"], "label": False}, status=201)["return"]["returnId"]
    assert empty.get(f"/returns/{number}/labels").status_code == 404
    assert empty.get("/returns/RT-999999").status_code == 404
    empty.control("/settings", {"fulfilment_allowed": False})
    assert empty.get("/returns").status_code == 403


@pytest.mark.parametrize("body", [{"order": "NOT-THERE"}, {"type": "Odd"}, {"odd": 1}])
def test_wrong_wishes_are_refused(empty, order, body):
    empty.control("/returns", {"order": order["orderId"], **body}, status=404 if "order" in body else 400)
    assert empty.control("/returns", method="GET")["returns"] == []
