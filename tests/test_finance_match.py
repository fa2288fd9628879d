"""What of the marketplace's accounts is explained, to the cent; the rest is shown where it comes from."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..services.payloads.finance import Operation
from .finance_case import LINES, FinanceCase


@tagged("post_install", "-at_install")
class TestFinanceMatch(FinanceCase):
    """An order of 23.00: two pieces of 10.00 and 3.00 of shipping."""

    def setUp(self):
        super().setUp()
        self.sold = self.sell()
        self.line = self.sold.line_ids
        self.count = 0

    def booked(self, event, amount, line=False, **more):
        """An operation as the marketplace tells it."""
        self.count += 1
        return {
            "operationReference": f"OP-{self.count}",
            "eventType": event,
            "orderReference": self.sold.reference,
            "orderLineId": self.line.external_id if line else None,
            "paymentState": "Estimated",
            "amount": {"amountWithVat": amount},
            **more,
        }

    def left_over(self, *raws):
        """Store these operations alone; returns (remainder, reason) of each, in their order."""
        self.operations().unlink()
        found = self.operations()._store_page(self.config, [Operation.parse(raw) for raw in raws])
        found._match(find_orders=True)
        shown = {one.reference: (f"{one.remainder:.2f}", one.reason) for one in found}
        self.assertEqual([one.unexplained for one in found], [bool(one.reason) for one in found])
        return [shown[raw["operationReference"]] for raw in raws]

    def give_back(self, **values):
        return self.env["cdiscount.refund"].create(
            {
                "mapping_id": self.sold.id,
                "kind": "refund",
                "reason_code": "x",
                "state": "done",
                "line_ids": [(6, 0, self.line.ids)],
                **values,
            }
        )

    def test_a_sale_is_compared_with_its_line_or_with_the_whole_order(self):
        nothing = ("0.00", False)
        self.assertEqual(self.left_over(self.booked("Sale", 23, line=True)), [nothing])
        self.assertEqual(self.left_over(self.booked("Sale", 23)), [nothing])
        self.assertEqual(self.left_over(self.booked("Sale", 20), self.booked("Sale", 3)), [nothing] * 2)
        self.assertEqual(self.left_over(self.booked("Sale", "22.99", line=True)), [("-0.01", "differs")])
        self.assertEqual(self.left_over(self.booked("Sale", "23.01")), [("0.01", "differs")])
        # The sum of what is left over is the whole difference.
        self.assertEqual(
            self.left_over(self.booked("Sale", 23, line=True), self.booked("Sale", "1.50")),
            [nothing, ("1.50", "differs")],
        )

    def test_a_commission_is_compared_with_the_announced_one_to_the_cent(self):
        announced = round(self.line.commission_with_vat, 2)
        self.assertTrue(announced)
        self.assertEqual(self.left_over(self.booked("Commission", announced, line=True)), [("0.00", False)])
        more = self.booked("Commission", round(announced + 0.01, 2), line=True)
        self.assertEqual(self.left_over(more), [("-0.01", "differs")])
        self.assertEqual(self.left_over(self.booked("Commission", 99)), [("0.00", False)], "it names no line")

    def test_a_commission_comes_back_with_its_line_only(self):
        announced = round(self.line.commission_with_vat, 2)
        back = self.booked("CommissionRefund", announced, line=True)
        self.assertEqual(self.left_over(back), [(f"{announced:.2f}", "differs")])
        self.give_back()
        self.assertEqual(self.left_over(back), [("0.00", False)])

    def test_a_refund_is_what_was_asked_with_or_without_its_shipping(self):
        self.assertEqual(self.left_over(self.booked("Refund", 23, line=True)), [("-23.00", "differs")])
        given = self.give_back(shipping_refund=False)
        self.assertEqual(self.left_over(self.booked("Refund", 20, line=True)), [("0.00", False)])
        self.assertEqual(self.left_over(self.booked("Refund", 23, line=True)), [("-3.00", "differs")])
        given.shipping_refund = True
        self.assertEqual(self.left_over(self.booked("Refund", 23, line=True)), [("0.00", False)])
        self.assertEqual(self.left_over(self.booked("Refund", 23)), [("0.00", False)])
        given.state = "refused"
        self.assertEqual(self.left_over(self.booked("Refund", 23)), [("-23.00", "differs")], "nobody has asked for it")

    def test_of_two_lines_the_one_that_was_not_asked_for_is_shown(self):
        other = {**LINES[0], "sku": "CSM-0002", "quantity": 1, "shipping": "2.00"}
        self.make_product("CSM-0002")
        self.sold = self.sell(lines=[LINES[0], other])
        first, second = self.sold.line_ids.sorted("external_id")
        self.line = first
        given = self.give_back()
        nothing = ("0.00", False)
        for shipping, amount in ((True, first.amount_total), (False, first.product_amount)):
            given.shipping_refund = shipping
            asked = self.booked("Refund", round(amount, 2), orderLineId=first.external_id)
            odd = self.booked("Refund", 7, orderLineId=second.external_id)
            self.assertEqual(self.left_over(asked, odd), [nothing, ("-7.00", "differs")])
            self.assertEqual(self.left_over(odd, asked), [("-7.00", "differs"), nothing])

    def test_what_is_paid_for_a_cancelled_order_differs(self):
        self.sold.state = "cancelled"
        self.assertEqual(self.left_over(self.booked("Sale", 23)), [("23.00", "differs")])
        self.assertEqual(self.left_over(self.booked("Sale", 0)), [("0.00", False)])

    def test_a_gesture_is_explained_once(self):
        self.give_back(kind="gesture", gesture_amount=5.0, line_ids=False)
        self.assertEqual(self.left_over(self.booked("CommercialGesture", 5)), [("0.00", False)])
        twice = self.left_over(self.booked("CommercialGesture", 5), self.booked("CommercialGesture", 5))
        self.assertEqual(sorted(twice), [("-5.00", "differs"), ("0.00", False)])

    def test_fees_that_nobody_announces_need_no_explanation_unless_they_are_odd(self):
        self.assertEqual(self.left_over(self.booked("Subscription", "47.99", orderReference=None)), [("0.00", False)])
        self.assertEqual(self.left_over(self.booked("LogisticFee", 4, line=True)), [("-4.00", "differs")])
        self.assertEqual(self.left_over(self.booked("LogisticFee", 4)), [("0.00", False)])

    def test_an_order_without_sale_order_and_one_of_before(self):
        self.sold.sale_order_id = False
        self.assertEqual(self.left_over(self.booked("Sale", 23)), [("23.00", "no_sale")])
        self.assertEqual(self.left_over(self.booked("Sale", 0)), [("0.00", False)])
        self.config.finance_from = fields.Date.today()
        before = f"{fields.Date.today() - timedelta(days=3)}T10:00:00Z"
        unknown = {"orderReference": "ELSEWHERE", "operationDate": before}
        self.assertEqual(self.left_over(self.booked("Sale", 23, **unknown)), [("0.00", False)])
        now = {**unknown, "operationDate": f"{fields.Date.today()}T10:00:00Z"}
        self.assertEqual(self.left_over(self.booked("Sale", 23, **now)), [("23.00", "no_order")])
