"""Discussions at the marketplace: what customers and sellers write, what is refused, what it does to the status."""

import base64

import pytest

BODY = "Bonjour, le remplacement part demain."


@pytest.fixture
def talk(empty):
    """A discussion a customer has opened about a shipped order."""
    order = empty.create(status="Shipped", lines=[{"sku": "CSM-0001"}], scenario="plain")
    return empty.control("/discussions", {"order_id": order["orderId"], "files": ["photo.png"]}, status=201)


def show(api, talk):
    return api.get(f"/discussions/{talk['discussionId']}").get_json()


def answer(api, talk, body=BODY, **more):
    customer = {"userId": talk["customerId"], "userType": "Customer"}
    sent = {"discussionId": talk["discussionId"], "salesChannel": "CDISFR", "body": body}
    return api.post("/messages", {**sent, **(more or {"receivers": [customer]})})


def patch(api, path, change):
    return api.call("PATCH", path, json=[change])


def test_an_answer_treats_it_and_the_customer_asks_again(empty, talk):
    assert (talk["status"], talk["isOpen"], talk["graduation"]) == ("ToTreat", True, "Discussion")
    answered = answer(empty, talk)
    assert answered.status_code == 201
    seen = show(empty, talk)
    assert seen["status"] == "Treated" and seen["updatedAt"] >= talk["updatedAt"]
    assert seen["messages"][-1]["messageId"] == answered.get_json()["messageId"]
    empty.control(f"/discussions/{talk['discussionId']}/messages", {"body": "Et alors ?"}, status=201)
    assert show(empty, talk)["status"] == "ToTreat"


def test_both_spellings_of_the_receiver(empty, talk):
    assert answer(empty, talk, receiver="GrcOperator").status_code == 201
    assert show(empty, talk)["messages"][-1]["receivers"][0]["userType"] == "GrcOperator"
    for wrong in (
        {"receiver": "President"},
        {"receivers": []},
        {"receivers": [{"userType": "Customer", "userId": "?"}]},
    ):
        assert answer(empty, talk, **wrong).status_code == 400


@pytest.mark.parametrize(
    ("body", "status"),
    [("x" * 12, 400), ("x" * 13, 201), ("x" * 5000, 201), ("x" * 5001, 400), (" " * 20, 400), (None, 400)],
)
def test_the_length_of_a_message(empty, talk, body, status):
    assert answer(empty, talk, body).status_code == status


@pytest.mark.parametrize(
    ("files", "status"),
    [
        ([("a.png", 1)] * 3, 201),
        ([("a.png", 1)] * 4, 400),
        ([("a.exe", 1)], 400),
        ([("a.pdf", 4 * 1024 * 1024)], 201),
        ([("a.pdf", 4 * 1024 * 1024), ("b.pdf", 1)], 400),
    ],
)
def test_the_files_of_a_message(empty, talk, files, status):
    sent = [{"fileName": name, "content": base64.b64encode(b"x" * size).decode()} for name, size in files]
    assert answer(empty, talk, receiver="Customer", attachments=sent).status_code == status


def test_a_file_comes_as_it_was_sent(empty, talk):
    (file,) = show(empty, talk)["messages"][0]["attachments"]
    got = empty.get(f"/attachments?attachmentId={file['attachmentId']}")
    assert got.content_type == "image/png" and len(got.data) == file["size"]
    empty.control("/settings", {"attachment_reply": "json"})
    wrapped = empty.get(f"/attachments?attachmentId={file['attachmentId']}").get_json()
    assert base64.b64decode(wrapped["content"]) == got.data
    assert empty.get("/attachments?attachmentId=A9").status_code == 404
    assert empty.get("/attachments").status_code == 400


@pytest.mark.parametrize(
    "change",
    [
        {"op": "replace", "path": "/isOpen", "value": False},
        {"opt": "replace", "path": "/isOpen", "value": "false"},
    ],
)
def test_closing_in_both_spellings_and_the_customer_reopens(empty, talk, change):
    path = f"/discussions/{talk['discussionId']}"
    assert patch(empty, path, change).status_code == 204
    assert show(empty, talk)["isOpen"] is False
    assert answer(empty, talk).status_code == 409
    empty.control(f"{path}/messages", {}, status=201)
    assert show(empty, talk)["isOpen"] is True


def test_a_patch_of_something_else_is_refused(empty, talk):
    path = f"/discussions/{talk['discussionId']}"
    assert patch(empty, path, {"op": "replace", "path": "/graduation", "value": "Claim"}).status_code == 400
    assert patch(empty, path, {"op": "remove", "path": "/isOpen"}).status_code == 400


def test_a_message_is_marked_as_read(empty, talk):
    number = show(empty, talk)["messages"][0]["messageId"]
    assert patch(empty, f"/messages/{number}", {"op": "replace", "path": "/hasRead", "value": True}).status_code == 204
    assert show(empty, talk)["messages"][0]["hasRead"] is True
    assert patch(empty, "/messages/M9", {"op": "replace", "path": "/hasRead", "value": True}).status_code == 404


def test_escalation_goes_step_by_step(empty, talk):
    path = f"/discussions/{talk['discussionId']}"
    steps = [empty.control(path, {"escalate": True})["graduation"] for _ in range(3)]
    assert steps == ["Claim", "Level_1", "Level_1"]
    assert empty.get("/discussions?graduationCode=Level_1").get_json()["itemsPerPage"] == 1


def test_a_seller_opens_one_about_an_order(empty, talk):
    sent = {
        "subject": "Votre commande",
        "orderId": talk["orderSellerId"],
        "salesChannel": "CDISFR",
        "subtypologyCode": "orderNotShipped",
        "message": {"body": BODY, "receiver": "Customer"},
    }
    made = empty.post("/discussions", sent)
    assert made.status_code == 201
    seen = empty.get(f"/discussions/{made.get_json()['discussionId']}").get_json()
    assert (seen["status"], seen["messages"][0]["sender"]["userType"]) == ("Treated", "Seller")
    for wrong in ({"orderId": "?"}, {"subject": ""}, {"subtypologyCode": "?"}, {"message": {"body": BODY}}):
        assert empty.post("/discussions", {**sent, **wrong}).status_code == 400
    assert empty.post("/discussions", sent).status_code == 201
    assert empty.counters()["messages_posted_twice"] == 1


def test_the_list_shows_the_message_that_is_asked_for_newest_first(empty, talk):
    answer(empty, talk)
    for which, sender in (("FirstMessage", "Customer"), ("LastMessage", "Seller")):
        (row,) = empty.get(f"/discussions?includeMessages={which}&sort=updatedAt&desc=true").get_json()["items"]
        assert row["message"]["sender"]["userType"] == sender and "messages" not in row
    assert empty.get("/discussions?includeMessages=All").status_code == 400


def test_without_the_right_nothing_can_be_read_or_written(empty, talk):
    empty.control("/settings", {"discussions_allowed": False})
    path = f"/discussions/{talk['discussionId']}"
    for status in (
        empty.get(path).status_code,
        answer(empty, talk).status_code,
        patch(empty, path, {"op": "replace", "path": "/isOpen", "value": False}).status_code,
        empty.get("/attachments?attachmentId=A1").status_code,
        empty.get("/sales-channel-configurations/CDISFR").status_code,
    ):
        assert status == 403


def test_a_document_can_be_bent(empty, talk):
    path = f"/discussions/{talk['discussionId']}"
    empty.control(path, {"patch": {"graduation": "Level_9", "subject": None}})
    assert show(empty, talk)["graduation"] == "Level_9"
    empty.control(f"{path}/messages", {"sender": "GrcOperator", "patch": {"messageId": None}}, status=201)
    assert show(empty, talk)["messages"][-1]["messageId"] is None
