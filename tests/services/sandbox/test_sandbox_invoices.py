"""Invoices at the marketplace: what is taken, what is refused, what replaces what."""

import hashlib
import io
import zipfile

import pytest

PDF = b"%PDF-1.4 an invoice"
UBL = b'<?xml version="1.0"?><Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>'


def send(api, order_id, content=PDF, name="invoice.pdf", field="file"):
    return api.post(f"/orders/{order_id}/invoice-documents", data={field: (io.BytesIO(content), name)})


def place(api, status="Shipped"):
    return api.create(status=status, scenario="plain")["orderId"]


def listed(api, order_id):
    return api.get(f"/orders/{order_id}/invoice-documents").get_json()["items"]


@pytest.mark.parametrize(("content", "kind"), [(PDF, "application/pdf"), (UBL, "application/xml")])
def test_an_invoice_is_taken_and_listed(empty, content, kind):
    order_id = place(empty)
    answer = send(empty, order_id, content)
    assert answer.status_code == 201
    (row,) = listed(empty, order_id)
    assert row["documentId"] == answer.get_json()["documentId"]
    assert (row["fileName"], row["size"], row["contentType"]) == ("invoice.pdf", len(content), kind)
    (seen,) = empty.control("/invoices")["invoices"]
    assert (seen["orderId"], seen["sha256"]) == (order_id, hashlib.sha256(content).hexdigest())
    assert empty.client.get(f"/_sandbox/invoices/{row['documentId']}").data == content


def test_the_last_one_counts(empty):
    order_id = place(empty)
    send(empty, order_id, name="first.pdf")
    send(empty, order_id, PDF + b" corrected", name="second.pdf")
    assert [row["fileName"] for row in listed(empty, order_id)] == ["second.pdf"]
    assert [row["current"] for row in empty.control(f"/invoices?order={order_id}")["invoices"]] == [False, True]
    assert empty.counters()["invoices_replaced"] == 1
    send(empty, order_id, PDF + b" corrected", name="second.pdf")
    assert empty.counters()["invoices_posted_twice"] == 1


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"<html></html>", b"<Invoice/>"])
def test_what_is_no_invoice_is_refused(empty, content):
    order_id = place(empty)
    assert send(empty, order_id, content).status_code == 400
    assert listed(empty, order_id) == []


def test_an_unknown_order_a_large_file_and_an_order_that_was_not_accepted_are_refused(empty):
    assert send(empty, "NOBODY").status_code == 404
    empty.control("/settings", {"invoice_max_bytes": 10})
    assert send(empty, place(empty)).status_code == 413
    empty.control("/settings", {"invoice_max_bytes": 1000})
    assert send(empty, place(empty, "WaitingAcceptance")).status_code == 400
    assert send(empty, place(empty, "Cancelled")).status_code == 400


def test_a_body_of_json_or_without_a_file_is_refused(empty):
    order_id = place(empty)
    assert empty.post(f"/orders/{order_id}/invoice-documents", {"file": "x"}).status_code == 415
    answer = empty.post(f"/orders/{order_id}/invoice-documents", data={"note": "x"}, content_type="multipart/form-data")
    assert answer.status_code == 400


def test_it_can_be_answered_as_a_download(empty):
    empty.control("/settings", {"invoice_reading": "download"})
    order_id = place(empty)
    assert empty.get(f"/orders/{order_id}/invoice-documents").status_code == 404
    send(empty, order_id)
    assert empty.get(f"/orders/{order_id}/invoice-documents").data == PDF


def test_an_import_takes_many_and_says_which_it_refused(empty):
    good, other = place(empty), place(empty)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as bundle:
        bundle.writestr(f"{good}.pdf", PDF)
        bundle.writestr("NOBODY.pdf", PDF)
    files = [(io.BytesIO(archive.getvalue()), "many.zip"), (io.BytesIO(PDF), f"{other}.pdf")]
    answer = empty.post("/order-invoice-imports", data={"file": files})
    assert answer.status_code == 202
    path = f"/order-invoice-imports/{answer.get_json()['importId']}"
    assert empty.get(path).get_json()["status"] == "InProgress"
    empty.control("/clock", {"advance": 60})
    done = empty.get(path).get_json()
    assert [row["status"] for row in done["files"]] == ["Uploaded", "Refused", "Uploaded"]
    assert [row["importId"] for row in empty.get("/order-invoice-imports").get_json()["items"]] == [done["importId"]]
    assert len(listed(empty, good)) == len(listed(empty, other)) == 1
