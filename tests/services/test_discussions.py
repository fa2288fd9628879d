"""Discussions: reading what the marketplace may mean, checking what is sent, knowing our own message again."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest
from stub_app import Stub
from test_client import client

from services.errors import OutcomeUnknown
from services.payloads.discussion import Discussion, Message, Person, SubTypology
from services.rules.discussion import (
    MessageLimits,
    answer_by,
    check_message,
    find_sent,
    graduation_of,
    same_text,
    state_of,
    text_length,
    waiting_since,
)
from services.rules.plain_text import text_of_html

NOW = datetime(2026, 11, 23, 10, tzinfo=timezone.utc)


def message(body="Où est mon colis ?", sender="Customer", minutes=0, **more):
    moment = (NOW + timedelta(minutes=minutes)).isoformat()
    return {"sender": {"userType": sender, "userId": "X"}, "createdAt": moment, "body": body, **more}


def parsed(*entries):
    return [Message.parse(one) for one in entries]


def test_a_discussion_with_nulls_everywhere_is_read():
    names = ("subject", "orderReference", "isOpen", "status", "graduation", "customerId", "message", "messages")
    found = Discussion.parse({"discussionId": "D1", **dict.fromkeys(names)})
    assert found.is_open and not found.messages and found.status == ""
    assert Discussion.parse({"subject": "no id"}) is None


@pytest.mark.parametrize(
    "raw",
    [
        {"discussionId": "D1", "messages": [message("zwei, drei, vier", minutes=5), message("eins")]},
        {"discussion": {"id": "D1"}, "messages": {"items": [message("eins"), message("zwei, drei, vier", minutes=5)]}},
    ],
)
def test_messages_come_oldest_first_in_any_wrapping(raw):
    found = Discussion.parse(raw)
    assert found.discussion_id == "D1"
    assert [one.body for one in found.messages] == ["eins", "zwei, drei, vier"]


def test_a_message_listed_twice_counts_once_with_an_id_and_without():
    twice = Discussion.parse({"discussionId": "D1", "messages": [message(), message(), message(messageId="M1")] * 2})
    assert len(twice.messages) == 2


def test_words_are_kept_out_of_logs():
    found = Discussion.parse({"discussionId": "D1", "customerId": "C-1", "messages": [message("Anne Dupont, 06")]})
    assert "Dupont" not in repr(found) and "C-1" not in repr(found)


def test_markup_of_a_customer_becomes_text():
    assert Message.parse(message("<p>Bonjour,</p><p>l&#39;article&nbsp;est cass&eacute;</p>")).body == (
        "Bonjour,\nl'article est cassé"
    )


def test_reasons_in_any_shape():
    flat = [{"subTypologyCode": "a", "label": "A", "typologyCode": "Order"}, {"code": "b"}, None]
    nested = {"items": [{"typologyCode": "Order", "subTypologies": [{"code": "a", "label": "A"}, {"code": "b"}]}]}
    for data in (flat, {"data": flat}, nested):
        assert [(one.code, one.label) for one in SubTypology.parse_all(data)] == [("a", "A"), ("b", "b")]


# ---------------------------------------------------------------------- limits
@pytest.mark.parametrize(
    ("body", "files", "codes"),
    [
        ("x" * 13, (), []),
        ("x" * 12, (), ["too_short"]),
        ("   " + "x" * 12 + "  \n", (), ["too_short"]),
        ("x" * 5000, (), []),
        ("x" * 5001, (), ["too_long"]),
        ("😀" * 2501, (), ["too_long"]),
        ("😀" * 12, (), ["too_short"]),
        ("x" * 20, [("a.png", 1), ("b.PDF", 1), ("c.docx", 4 * 1024 * 1024 - 2)], []),
        ("x" * 20, [("a.png", 1)] * 4, ["too_many_files"]),
        ("x" * 20, [("a.png", 4 * 1024 * 1024), ("b.png", 1)], ["files_too_large"]),
        ("x" * 20, [("a.exe", 1), ("png", 1)], ["file_type", "file_type"]),
        ("x" * 20, [("a.png", 0)], ["file_empty"]),
        ("", [("a.zip", 5 * 1024 * 1024)], ["too_short", "files_too_large", "file_type"]),
    ],
)
def test_what_would_be_refused_is_found_before(body, files, codes):
    assert [problem.code for problem in check_message(body, files)] == codes


def test_the_channels_own_limits_win_and_nonsense_does_not():
    limits = MessageLimits.parse({"data": {"messaging": {"bodyMaxLength": 100, "maxAttachments": -1}}})
    assert (limits.longest, limits.files, limits.shortest) == (100, 3, 13)
    assert MessageLimits.parse(None) == MessageLimits()


def test_length_is_counted_as_the_marketplace_counts():
    assert text_length("é😀") == 3


# ---------------------------------------------------------------------- where it stands
@pytest.mark.parametrize(
    ("code", "name"),
    [("Claim", "claim"), ("Level_1", "escalated"), ("Discussion", "discussion"), ("", "discussion"), ("New", "other")],
)
def test_graduations(code, name):
    assert graduation_of(code) == name


def test_a_status_nobody_knows_is_decided_by_who_wrote_last():
    mine, theirs = parsed(message(sender="Seller"), message())
    assert state_of(True, "Pending", mine) == "answered"
    assert state_of(True, "Pending", theirs) == state_of(True, "", None) == "to_answer"
    assert state_of(True, "Treated", theirs) == "answered"
    assert state_of(False, "ToTreat", theirs) == "closed"


def test_the_answer_is_due_from_the_first_message_that_waits():
    talk = parsed(message(), message(sender="Seller", minutes=5), message(minutes=10), message(minutes=20))
    since = waiting_since(talk)
    assert since == NOW + timedelta(minutes=10)
    assert answer_by("to_answer", since, 48) == since + timedelta(hours=48)
    assert answer_by("closed", since, 48) is None
    assert waiting_since(talk[:2]) is None


def test_customer_care_waits_for_an_answer_too():
    assert waiting_since(parsed(message(sender="GrcOperator"))) == NOW


# ---------------------------------------------------------------------- a lost answer
def test_our_message_is_known_again_with_other_line_breaks():
    talk = parsed(message("Bonjour,  \r\n\r\nà demain.", sender="Seller", minutes=1, messageId="M1"))
    assert find_sent(talk, "Bonjour,\nà demain.", NOW).message_id == "M1"


def test_the_same_words_of_last_week_or_of_the_customer_are_not_ours():
    words = "Bonjour, à demain."
    old = message(words, sender="Seller", minutes=-600, messageId="M0")
    theirs = message(words, minutes=1, messageId="M1")
    other = message(words, sender="Seller", minutes=1, messageId="M2")
    assert find_sent(parsed(old, theirs), words, NOW) is None
    assert find_sent(parsed(other), words, NOW, known=["M2"]) is None
    assert same_text("a  b", "a\nb")


# ---------------------------------------------------------------------- calls
def test_a_message_names_its_receiver_by_number_where_one_is_known(clock):
    app = Stub((201, {"messageId": "M9"}), (201, None))
    talk = client(app, clock).discussions
    assert talk.send("D1", "Bonjour Madame", Person("Customer", "C-1"), [("a.pdf", b"%PDF")]) == "M9"
    assert talk.send("D1", "Bonjour Madame", Person("GrcOperator")) == ""
    first, second = (json.loads(seen["body"]) for seen in app.seen)
    assert first["receivers"] == [{"userId": "C-1", "userType": "Customer"}] and "receiver" not in first
    assert first["attachments"] == [{"fileName": "a.pdf", "content": "JVBERg=="}]
    assert second["receiver"] == "GrcOperator" and "receivers" not in second


def test_a_message_whose_answer_is_lost_is_not_sent_again_by_itself(clock):
    app = Stub((502, "<html>"))
    with pytest.raises(OutcomeUnknown):
        client(app, clock).discussions.send("D1", "Bonjour Madame", Person("Customer", "C-1"))
    assert len(app.seen) == 1


def test_closing_is_a_json_patch(clock):
    app = Stub((200, None))
    client(app, clock).discussions.set_open("D/1", False)
    assert json.loads(app.seen[0]["body"]) == [{"op": "replace", "path": "/isOpen", "value": False}]


def test_the_addresses_of_links_stay_when_asked_for():
    html = (
        '<p>Votre <a href="https://suivi.example/1">suivi</a> et <a href="https://a.example">https://a.example</a></p>'
    )
    assert text_of_html(html, links=True) == "Votre suivi (https://suivi.example/1) et https://a.example"
    assert text_of_html(html) == "Votre suivi et https://a.example"
