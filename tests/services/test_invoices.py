"""Invoices sent as files: the body, the answer, and what is read back after a lost answer."""

import hashlib
import io

import pytest
from test_against_sandbox import Shop
from werkzeug.wrappers import Request

from services.errors import InvalidRequest, NotFound, OutcomeUnknown
from services.multipart import FilePart, encode_multipart
from services.payloads.invoice_document import InvoiceDocument

PDF = b"%PDF-1.4\r\n--boundary\r\n\x00\xff"


@pytest.fixture
def shop(clock):
    return Shop(clock, orders=0)


def place(shop):
    return shop.control("orders", {"status": "Shipped"})["orders"][0]["orderId"]


def facts(content):
    return len(content), hashlib.sha256(content).hexdigest()


def parse(body, content_type):
    environ = {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
    }
    return Request(environ)


def test_a_body_of_parts_is_read_as_it_was_meant():
    parts = [FilePart("file", "a.pdf", PDF, "application/pdf"), FilePart("file", "b.xml", b"<x/>")]
    request = parse(*encode_multipart(parts, {"note": "é"}))
    first, second = request.files.getlist("file")
    assert (first.filename, first.mimetype, first.read()) == ("a.pdf", "application/pdf", PDF)
    assert (second.filename, second.read()) == ("b.xml", b"<x/>")
    assert request.form["note"] == "é"


def test_a_name_cannot_write_headers():
    request = parse(*encode_multipart([FilePart("file", 'a"\r\nX: y.pdf', PDF)]))
    assert request.files["file"].filename == "a___X: y.pdf"


@pytest.mark.parametrize("reading", ["list", "download"])
def test_what_was_sent_is_known_again(shop, reading):
    order_id = place(shop)
    shop.control("settings", {"invoice_reading": reading})
    invoices = shop.client.invoices
    number = invoices.send(order_id, "F-1.pdf", PDF)
    (found,) = invoices.of_order(order_id)
    assert found.is_file("F-1.pdf", *facts(PDF))
    assert not found.is_file("F-1.pdf", *facts(PDF + b"more"))
    assert reading == "download" or found.document_id == number


def test_nothing_sent_yet_is_nothing_found(shop):
    order_id = place(shop)
    assert shop.client.invoices.of_order(order_id) == ()
    with pytest.raises(NotFound):
        shop.client.invoices.of_order("NOBODY")


def test_a_lost_answer_is_not_repeated_but_told(shop):
    order_id = place(shop)
    shop.fault("lost_answer", path="/orders/{order_id}/invoice-documents")
    with pytest.raises(OutcomeUnknown):
        shop.client.invoices.send(order_id, "F-1.pdf", PDF)
    assert len(shop.control("invoices", method="GET")["invoices"]) == 1
    assert shop.client.invoices.of_order(order_id)[0].is_file("F-1.pdf", *facts(PDF))


def test_a_refusal_is_told_in_its_own_words(shop):
    order_id = place(shop)
    with pytest.raises(InvalidRequest) as refused:
        shop.client.invoices.send(order_id, "F-1.pdf", b"no invoice")
    assert "PDF" in str(refused.value)


def test_a_document_is_read_whatever_its_fields_are_called():
    digest = hashlib.sha256(PDF).hexdigest()
    assert InvoiceDocument.parse({"id": 7, "sha256": digest.upper()}).is_file("other", *facts(PDF))
    assert InvoiceDocument.parse({"filename": "F.pdf"}).is_file("F.pdf", *facts(PDF))
    assert not InvoiceDocument.parse({"filename": "F.pdf", "fileSize": None}).is_file("G.pdf", *facts(PDF))
    assert InvoiceDocument.parse({"size": 3}) is None
    assert InvoiceDocument.parse(None) is None
