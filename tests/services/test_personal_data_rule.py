"""What of an order names a person goes; what the books need stays."""

import json

from services.payloads.order import Order
from services.rules.personal_data import without_person

RAW = {
    "orderId": "1",
    "reference": "26112301ABC",
    "customer": {"reference": "C-9", "firstName": "Zoé", "email": "zoe@example.com"},
    "billingAddress": {"firstName": "Zoé", "lastName": "Courtès", "countryCode": "FR", "phone": "0601020304"},
    "email": "zoe@example.com",
    "lines": [
        {
            "sku": "CSM-1",
            "quantity": 2,
            "shippingAddress": {"addressLine1": "1 rue des Lilas", "city": "Lyon", "country": "FR", "pickupId": "P1"},
        }
    ],
}


def test_nothing_that_names_the_customer_is_left():
    text = json.dumps(without_person(RAW), ensure_ascii=False)
    for trace in ("Zoé", "Courtès", "zoe@", "0601020304", "Lilas", "Lyon", "P1"):
        assert trace not in text


def test_goods_numbers_and_countries_stay_and_the_order_can_be_read():
    kept = without_person(RAW)
    assert kept["lines"][0]["sku"] == "CSM-1" and kept["lines"][0]["quantity"] == 2
    assert kept["billingAddress"] == {"countryCode": "FR"}
    assert kept["customer"] == {"reference": "C-9"}
    assert Order.parse(kept).reference == "26112301ABC"


def test_the_order_that_was_given_is_not_changed():
    before = json.dumps(RAW)
    without_person(RAW)
    assert json.dumps(RAW) == before
