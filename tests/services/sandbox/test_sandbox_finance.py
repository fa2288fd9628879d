"""The marketplace's accounts: what an order makes of them, when it is paid, what is invoiced."""

from decimal import Decimal

import pytest

LINES = [{"sku": "CSM-0001", "quantity": 2, "unit_price": "10.00", "shipping": "3.00", "vat_rate": 20}]


def money(value):
    return Decimal(str(value))


def place(api, status="Shipped", **more):
    return api.create(status=status, **{"lines": LINES, "scenario": "plain", **more})["orderId"]


def operations(api, **query):
    return api.get("/operations", query_string={"pageSize": 100, **query}).get_json()["items"]


def accounts(api):
    return api.control("/finance")


def do(api, path, **body):
    if path == "clock":
        api.token = None  # it is over by then
    return api.control(f"/{path}", body)


def sums(api, order_id):
    return accounts(api)["orders"][order_id]


def by_kind(api, order_id):
    return {one["eventType"]: one for one in operations(api, orderReference=order_id)}


def test_a_shipped_order_is_a_sale_and_a_commission_of_one_payout(empty):
    order_id = place(empty)
    found = by_kind(empty, order_id)
    assert money(found["Sale"]["sale"]["amountWithVat"]) == 23
    kept = found["Commission"]["commission"]
    assert set(kept) == {"amountWithoutVat", "vat"}
    assert found["Sale"]["releasePaymentDate"] == found["Commission"]["releasePaymentDate"]
    assert found["Sale"]["releasePaymentDate"][-2:] in ("01", "11", "21")
    assert found["Sale"]["paymentState"] == "Estimated"
    taken = money(kept["amountWithoutVat"]) + money(kept["vat"])
    assert sums(empty, order_id) == {"Sale": "23.00", "Commission": f"-{taken:.2f}", "total": f"{23 - taken:.2f}"}


def test_what_has_not_left_is_not_payable_and_what_is_cancelled_comes_to_nothing(empty):
    order_id = place(empty, "InPreparation")
    assert by_kind(empty, order_id)["Sale"]["paymentState"] == "NotPayable"
    do(empty, f"orders/{order_id}/move", to="Cancelled")
    assert sums(empty, order_id)["total"] == "0.00"
    assert not by_kind(empty, place(empty, "Accepted"))


def test_money_goes_from_estimated_to_in_process_to_paid(empty):
    order_id = place(empty)
    release = by_kind(empty, order_id)["Sale"]["releasePaymentDate"]
    do(empty, "clock", now=f"{release}T09:00:00Z", freeze=True)
    do(empty, "clock", advance=-86400)
    assert by_kind(empty, order_id)["Sale"]["paymentState"] == "InProcess"
    do(empty, "clock", now=f"{release}T09:00:00Z")
    assert by_kind(empty, order_id)["Sale"]["paymentState"] == "Paid"
    payment = next(one for one in empty.get("/payments").get_json()["items"] if one["paymentDate"] == release)
    rows = [one for one in operations(empty) if one["paymentReference"] == payment["paymentReference"]]
    assert payment["operationsCount"] == len(rows)


def test_blocked_money_leaves_the_payout_and_comes_with_a_later_one(empty):
    order_id = place(empty)
    before = by_kind(empty, order_id)["Sale"]
    do(empty, f"finance/orders/{order_id}", blocked=True)
    assert by_kind(empty, order_id)["Sale"]["paymentState"] == "Blocked"
    assert before["releasePaymentDate"] not in accounts(empty)["payouts"]
    do(empty, "clock", now=f"{before['releasePaymentDate']}T12:00:00Z", freeze=True)
    do(empty, "clock", advance=86400)
    do(empty, f"finance/orders/{order_id}", blocked=False)
    after = by_kind(empty, order_id)["Sale"]
    assert after["paymentState"] == "Estimated" and after["releasePaymentDate"] > before["releasePaymentDate"]


def test_a_refund_gives_back_the_line_and_the_commission_and_a_gesture_its_amount(empty):
    order_id = place(empty)
    body = {"orderSellerId": order_id, "reason": "damaged-product", "shippingCostRefund": True}
    assert empty.post("/order-cancellation-requests", body).status_code == 201
    found = sums(empty, order_id)
    assert found["Refund"] == "-23.00" and Decimal(found["CommissionRefund"]) == -Decimal(found["Commission"])
    assert found["total"] == "0.00"
    other = place(empty)
    gesture = {"orderId": other, "reason": "MissingProduct", "amount": 5}
    assert empty.post("/order-commercial-gesture-requests", gesture).status_code == 201
    assert sums(empty, other)["CommercialGesture"] == "-5.00"


def test_the_subscription_is_taken_each_month_and_a_warehouse_takes_its_fee(empty):
    found = [one for one in operations(empty) if one["eventType"] == "Subscription"]
    assert len({one["operationReference"] for one in found}) == len(found) >= 3
    assert {money(one["subscription"]["amountWithoutVat"]) for one in found} == {Decimal("39.99")}
    order_id = place(empty, supply_mode="Fulfillment", lines=[{**LINES[0], "supply_mode": "Fulfillment"}])
    assert money(by_kind(empty, order_id)["LogisticFee"]["logisticFee"]["amountWithoutVat"]) == Decimal("4.1")


def test_an_invoice_has_its_details_its_total_and_a_document(api):
    invoices = api.get("/invoice-documents").get_json()["items"]
    assert invoices and all(one["invoiceDate"][-2:] in ("09", "19", "29", "28") for one in invoices)
    for one in invoices:
        path = f"/invoices/{one['invoiceId']}"
        details = api.get(f"{path}/details", query_string={"pageSize": 100}).get_json()["items"]
        assert api.get(f"{path}/details/count").get_json() == {"count": len(details)}
        assert sum(money(row["amountWithVat"]) for row in details) == money(one["amountWithVat"])
    document = api.get(f"/invoices/{invoices[0]['invoiceId']}/documents")
    assert document.content_type == "application/pdf" and document.data.startswith(b"%PDF-1.4")
    assert invoices[0]["invoiceId"].encode() in document.data and document.data.rstrip().endswith(b"%%EOF")
    assert api.get("/invoices/FC-0/details").status_code == 404


def test_the_sum_of_the_payouts_is_the_sum_of_what_is_counted(api):
    expected = accounts(api)
    counted = sum(Decimal(expected["states"].get(name, 0)) for name in ("Estimated", "InProcess", "Paid"))
    assert sum(Decimal(row["amount"]) for row in expected["payouts"].values()) == counted
    again = accounts(api)
    assert again == expected


@pytest.mark.parametrize("paging", ["index", "cursor"])
def test_both_ways_of_paging_show_each_operation_once(api, paging):
    do(api, "settings", finance_paging=paging)
    seen, index, query = [], 1, {"pageSize": 7, "limit": 7}
    while True:
        answer = api.get("/operations", query_string={**query, **({} if "cursor" in query else {"pageIndex": index})})
        items = answer.get_json()["items"]
        seen += [one["operationReference"] for one in items]
        link = answer.headers.get("Link")
        if link:
            query["cursor"] = link.partition("cursor=")[2].partition(">")[0]
        elif len(items) < 7:
            break
        index += 1
    assert len(seen) == len(set(seen)) == api.get("/operations/count").get_json()["count"]


def test_an_odd_operation_is_shown_as_it_was_given(empty):
    answer = do(
        empty,
        "finance/operations",
        eventType="LoyaltyBonus",
        amount=-3.2,
        operation={"orderReference": None, "carbon": {}},
    )
    assert answer["operation"]["eventType"] == "LoyaltyBonus" and answer["operation"]["carbon"] == {}
    assert any(one["eventType"] == "LoyaltyBonus" for one in operations(empty))
    assert accounts(empty)["without_order"]["LoyaltyBonus"] == "-3.20"
