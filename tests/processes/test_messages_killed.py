"""Answers to customers while the workers that send them are killed: what was typed once arrives once."""

from __future__ import annotations

MESSAGE = "cdiscount.discussion.message"
ARRIVED = {"model": MESSAGE, "method": "_note_sent", "when": "before"}
NOT_SENT = {"model": MESSAGE, "method": "_send", "when": "before"}
BODIES = ("Bonjour, le remplacement part demain.", "Voici le numéro de suivi.", "Bonne journée.")


class Inbox:
    """A customer who has written about an order, and somebody who answers in Odoo's chatter."""

    def __init__(self, fleet, shop):
        self.fleet, self.shop = fleet, shop
        (order,) = shop.add_orders(1)
        shop.move(order, "Shipped")
        shop.pull()
        reader = fleet.spawn(rest=0.05)
        shop.wait_quiet()
        asked = fleet.market.ask(f"/discussions?seller={shop.seller}", {"order_id": order})
        self.number = asked["discussionId"]
        shop.act("action_pull_discussions")
        found = f"SELECT id FROM cdiscount_discussion WHERE config_id = {shop.id}"
        self.id = int(fleet.eventually(lambda: fleet.sql(found), "the discussion in Odoo", 60)[0][0])
        shop.wait_quiet()
        reader.kill()

    def answer(self, body):
        said = {"body": body, "message_type": "comment", "subtype_xmlid": "mail.mt_comment"}
        self.fleet.session.call("cdiscount.discussion", "message_post", [self.id], **said)

    def there(self):
        """What the customer has read of us, in that order."""
        shown = self.fleet.market.ask(f"/discussions/{self.number}?seller={self.shop.seller}")
        return [one["body"] for one in shown["messages"] if one["sender"]["userType"] == "Seller"]

    def in_state(self, state):
        look = (
            f"SELECT count(*) FROM cdiscount_discussion_message WHERE discussion_id = {self.id} AND direction = 'out'"
        )
        return self.fleet.number(f"{look} AND state = '{state}'")

    def in_chatter(self):
        """How often the chatter holds something of ours."""
        return self.fleet.number(
            f"SELECT count(*) FROM mail_message WHERE model = 'cdiscount.discussion' AND res_id = {self.id} "
            "AND message_type = 'comment' AND subtype_id = (SELECT res_id FROM ir_model_data "
            "WHERE module = 'mail' AND name = 'mt_comment') AND author_id IN (SELECT partner_id FROM res_users)"
        )

    def assert_answered(self, *bodies):
        self.fleet.eventually(lambda: self.in_state("sent") == len(bodies), "every answer sent", 90)
        self.shop.wait_quiet()
        assert self.there() == list(bodies)
        assert self.in_state("sent") == self.in_chatter() == len(bodies), "read back, it is still one message"

    def let_time_pass(self):
        """Some minutes go by: for the answer that was lost, and for the jobs that wait."""
        self.fleet.sql(
            f"UPDATE cdiscount_discussion_message SET posted_at = posted_at - interval '3 minutes' "
            f"WHERE discussion_id = {self.id} AND posted_at IS NOT NULL"
        )


def test_an_answer_arrives_once_although_the_worker_dies_when_it_has_arrived(fleet, account):
    inbox = Inbox(fleet, account())
    inbox.answer(BODIES[0])
    victim = fleet.spawn(halt=ARRIVED)
    victim.wait_halted()
    victim.kill()
    assert inbox.there() == [BODIES[0]]
    assert inbox.in_state("to_send") == 1, "nobody in Odoo knows that it has arrived"
    for _ in range(2):
        fleet.spawn(rest=0.05)
    inbox.assert_answered(BODIES[0])


def test_an_answer_is_not_lost_when_the_worker_dies_before_it_is_sent(fleet, account):
    inbox = Inbox(fleet, account())
    inbox.answer(BODIES[0])
    victim = fleet.spawn(halt=NOT_SENT)
    victim.wait_halted()
    victim.kill()
    assert inbox.there() == []
    inbox.let_time_pass()
    fleet.spawn(rest=0.05)
    inbox.assert_answered(BODIES[0])


def test_answers_that_several_workers_send_arrive_once_and_in_order(fleet, account):
    inbox = Inbox(fleet, account())
    for _ in range(3):
        fleet.spawn(rest=0.05)
    for body in BODIES:
        inbox.answer(body)
        arrived = BODIES.index(body) + 1
        fleet.eventually(lambda arrived=arrived: len(inbox.there()) >= arrived, "the answer", 60)
    inbox.assert_answered(*BODIES)
