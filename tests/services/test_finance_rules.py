"""What financial operations mean, and on which days money and invoices come."""

from datetime import date, datetime, timezone
from decimal import Decimal

import pytest

from services.payloads.finance import CommissionInvoice, Operation, Payment
from services.rules.finance import (
    Forecast,
    forecast,
    invoice_of,
    kind_of,
    next_payout,
    period_of,
    poll_due,
    signed,
    state_of,
)


def utc(*parts):
    return datetime(*parts, tzinfo=timezone.utc)


def operation(event, **amounts):
    return Operation.parse({"operationReference": "OP-1", "eventType": event, **amounts})


def test_the_example_of_the_contract_is_a_commission_of_nine_euros_taken_from_the_payout():
    one = Operation.parse(
        {
            "operationReference": "OP-1",
            "eventType": "Commission",
            "orderReference": "26110217541ABCDE",
            "paymentState": "Estimated",
            "releasePaymentDate": "2026-11-21",
            "commission": {"amountWithoutVat": 7.5, "vat": 1.5},
        }
    )
    assert (one.reference, one.order_reference, one.release_date) == ("OP-1", "26110217541ABCDE", date(2026, 11, 21))
    amounts = signed(one)
    assert (amounts.with_vat, amounts.without_vat, amounts.vat) == (Decimal("-9.0"), Decimal("-7.5"), Decimal("-1.5"))
    assert (kind_of(one.event_type), state_of(one.state)) == ("commission", "estimated")


@pytest.mark.parametrize(
    ("event", "amount", "expected"),
    [
        ("Sale", "54.98", "54.98"),
        ("Commission", "-9.00", "-9.00"),
        ("Refund", "54.98", "-54.98"),
        ("CommissionRefund", "-9.00", "9.00"),
        ("COMMERCIAL_GESTURE", "5", "-5"),
        ("Subscription", "47.99", "-47.99"),
        ("Logistic Fees", "3.80", "-3.80"),
        ("LoyaltyBonus", "-3.20", "-3.20"),
        ("LoyaltyBonus", "3.20", "3.20"),
    ],
)
def test_the_sign_is_that_of_the_kind_and_what_nobody_knows_keeps_its_own(event, amount, expected):
    assert signed(operation(event, amount={"amountWithVat": amount})).with_vat == Decimal(expected)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"amountWithVat": 9, "amountWithoutVat": 7.5, "vat": 1.5}, ("-9.00", "-7.50", "-1.50")),
        ({"amountWithVat": 9, "amountWithoutVat": 7.5}, ("-9.00", "-7.50", "-1.50")),
        ({"amountWithVat": "9,00", "vat": "1,50"}, ("-9.00", "-7.50", "-1.50")),
        ({"amountWithoutVat": -7.5, "vat": -1.5}, ("-9.00", "-7.50", "-1.50")),
        ({"amountWithoutVat": 7.5}, ("-7.50", "-7.50", "0.00")),
        ({"amountWithVat": 9}, ("-9.00", "-9.00", "0.00")),
        # What is told goes before what could be worked out.
        ({"amountWithVat": 9, "amountWithoutVat": 7.49, "vat": 1.5}, ("-9.00", "-7.49", "-1.51")),
    ],
)
def test_vat_and_what_is_without_it_are_told_or_worked_out(said, expected):
    found = signed(operation("Commission", commission=said))
    assert (found.with_vat, found.without_vat, found.vat) == tuple(map(Decimal, expected))


def test_parts_of_a_cent_are_rounded_as_invoices_do():
    found = signed(operation("Commission", commission={"amountWithoutVat": "7.505", "vat": "1.50"}))
    assert (found.with_vat, found.without_vat, found.vat) == (Decimal("-9.01"), Decimal("-7.51"), Decimal("-1.50"))
    bonus = signed(operation("LoyaltyBonus", amount={"amountWithVat": "-3.205", "amountWithoutVat": "-2.665"}))
    assert (bonus.with_vat, bonus.without_vat) == (Decimal("-3.21"), Decimal("-2.67"))


def test_an_operation_of_nothing_has_an_amount_and_one_without_has_none():
    assert (signed(operation("Sale", sale={"amountWithVat": 0})).known, signed(operation("Sale")).known) == (
        True,
        False,
    )
    assert signed(operation("LoyaltyBonus", amount=0)).known


def test_a_payout_has_its_amount_its_day_and_its_currency():
    raw = {"paymentReference": "PAY-1", "paymentState": "Paid", "paymentDate": "2026-11-21", "amount": "1234.56"}
    assert Payment.parse(raw) == Payment("PAY-1", "Paid", date(2026, 11, 21), Decimal("1234.56"), "EUR")
    wrapped = Payment.parse({**raw, "amount": {"amountWithVat": 7}, "currencyCode": "usd"})
    assert (wrapped.amount, wrapped.currency) == (Decimal(7), "USD")
    assert Payment.parse({"paymentDate": "2026-11-21"}) == Payment("", "", date(2026, 11, 21))
    assert Payment.parse({"paymentReference": "PAY-2"}) == Payment("PAY-2")


def test_a_commission_invoice_has_its_amounts_and_its_day():
    raw = {"invoiceId": "F-1", "invoiceDate": "2026-11-19", "amountWithVat": 120, "amountWithoutVat": 100}
    found = CommissionInvoice.parse(raw)
    assert (found.invoice_id, found.day, found.currency) == ("F-1", date(2026, 11, 19), "EUR")
    assert (found.amounts.with_vat, found.amounts.vat) == (Decimal(120), Decimal(20))
    assert CommissionInvoice.parse({"invoiceId": "F-2", "currency": "chf"}).currency == "CHF"
    assert Operation.parse({"eventType": "Sale", "currencyCode": "ron"}).currency == "RON"


@pytest.mark.parametrize("said", ["2026-11-21", "2026-11-21T00:00:00+01:00", "2026-11-20T23:00:00Z"])
def test_a_day_is_the_one_in_paris_however_it_is_written(said):
    assert Operation.parse({"eventType": "Sale", "releasePaymentDate": said}).release_date == date(2026, 11, 21)
    assert Payment.parse({"paymentDate": said}).day == date(2026, 11, 21)
    assert CommissionInvoice.parse({"invoiceId": "F-1", "invoiceDate": said}).day == date(2026, 11, 21)


def test_what_nobody_knows_is_kept_and_never_fatal():
    odd = Operation.parse({"eventType": None, "paymentState": "Frozen", "amount": None, "releasePaymentDate": "soon"})
    assert odd.reference.startswith("?") and odd.release_date is None
    assert (kind_of(odd.event_type), state_of(odd.state), signed(odd).known) == ("other", "unknown", False)
    assert Operation.parse(None) is None and Operation.parse([]) is None
    assert Payment.parse({"amount": 3}) is None and CommissionInvoice.parse({"invoiceDate": "2026-11-09"}) is None


def test_an_operation_without_reference_keeps_its_name_while_its_state_changes():
    raw = {"eventType": "Sale", "orderReference": "A", "sale": {"amountWithVat": 10}, "paymentState": "Estimated"}
    before = Operation.parse(raw).reference
    assert Operation.parse({**raw, "paymentState": "Paid", "releasePaymentDate": "2026-11-21"}).reference == before
    assert Operation.parse({**raw, "orderReference": "B"}).reference != before


@pytest.mark.parametrize(
    ("day", "payout", "invoice"),
    [
        (date(2026, 11, 1), date(2026, 11, 1), date(2026, 11, 9)),
        (date(2026, 11, 9), date(2026, 11, 11), date(2026, 11, 19)),
        (date(2026, 11, 22), date(2026, 12, 1), date(2026, 11, 29)),
        (date(2026, 12, 29), date(2027, 1, 1), date(2027, 1, 9)),
        (date(2027, 2, 20), date(2027, 2, 21), date(2027, 2, 28)),
        (date(2027, 2, 28), date(2027, 3, 1), date(2027, 3, 9)),
    ],
)
def test_payouts_and_invoices_come_on_their_days(day, payout, invoice):
    assert (next_payout(day), invoice_of(day)) == (payout, invoice)


def test_every_day_is_in_exactly_one_invoice():
    assert period_of(date(2026, 11, 19)) == (date(2026, 11, 9), date(2026, 11, 18))
    assert period_of(date(2027, 3, 9)) == (date(2027, 2, 28), date(2027, 3, 8))
    day = date(2026, 11, 1)
    while day < date(2028, 4, 1):
        first, last = period_of(invoice_of(day))
        assert first <= day <= last
        day = date.fromordinal(day.toordinal() + 1)


def test_the_accounts_are_read_once_after_each_day_and_late_after_a_downtime():
    assert poll_due(None, utc(2026, 11, 3))
    assert not poll_due(utc(2026, 11, 3), utc(2026, 11, 8, 23))
    assert not poll_due(utc(2026, 11, 8), utc(2026, 11, 9, 9, 59))
    assert poll_due(utc(2026, 11, 8), utc(2026, 11, 9, 10))
    assert poll_due(utc(2026, 11, 9, 3), utc(2026, 11, 9, 10))
    assert not poll_due(utc(2026, 11, 9, 10), utc(2026, 11, 11, 9))
    assert poll_due(utc(2026, 10, 2), utc(2026, 11, 17))
    assert poll_due(utc(2027, 2, 27), utc(2027, 2, 28, 12))


def test_the_next_payout_is_what_is_due_by_then_and_blocked_money_is_told_apart():
    today = date(2026, 11, 23)
    rows = [
        ("paid", date(2026, 11, 21), Decimal(500)),
        ("estimated", date(2026, 11, 21), Decimal(7)),
        ("estimated", date(2026, 12, 1), Decimal(100)),
        ("in_process", date(2026, 12, 1), Decimal(-9)),
        ("estimated", date(2026, 12, 11), Decimal(30)),
        ("estimated", None, Decimal(2)),
        ("blocked", date(2026, 12, 1), Decimal(40)),
        ("not_payable", None, Decimal(60)),
    ]
    assert forecast(rows, today) == Forecast(date(2026, 12, 1), Decimal(100), Decimal(30), Decimal(40))
    assert forecast([("blocked", None, Decimal(4))], today) == Forecast(blocked=Decimal(4))
    assert forecast([("estimated", date(2026, 11, 1), Decimal(4))], today).day == date(2026, 12, 1)
    paid_today = [("in_process", today, Decimal(9)), ("estimated", date(2026, 12, 1), Decimal(1))]
    assert forecast(paid_today, today) == Forecast(today, Decimal(9), Decimal(1)), "what is paid today is still to come"
