import pytest
from catalogue_client import Shop


@pytest.fixture(scope="module")
def shop():
    return Shop()


def every(shop, query="fields=categoryReference,label,level,isActive,parentReferences,childCount,isVariant"):
    rows, page = [], 0
    while True:
        page += 1
        part = shop.get(f"/categories?pageSize=1000&pageIndex={page}&{query}").get_json()["items"]
        rows += part
        if len(part) < 1000:
            return rows


def test_without_fields_a_category_is_its_reference_and_nothing_else(shop):
    rows = shop.get("/categories?pageSize=100").get_json()
    assert rows["itemsPerPage"] == 100 and all(list(row) == ["categoryReference"] for row in rows["items"])
    (row,) = shop.get("/categories?pageSize=1&fields=label,level").get_json()["items"]
    assert row == {"label": "Luminaires", "level": 1}


def test_eight_thousand_categories_hang_on_three_levels(shop):
    rows = every(shop)
    assert len(rows) == 8000 == shop.get("/categories/count").get_json()
    known = {row["categoryReference"]: row for row in rows}
    assert len(known) == 8000 == len({row["label"] for row in rows})
    children = {}
    for row in rows:
        reference = row["categoryReference"]
        assert len(reference) == 2 * row["level"]
        assert row["parentReferences"] == [reference[:end] for end in range(2, len(reference), 2)]
        for parent in row["parentReferences"][-1:]:
            children[parent] = children.get(parent, 0) + 1
    assert all(row["childCount"] == children.get(reference, 0) for reference, row in known.items())
    levels = [sum(1 for row in rows if row["level"] == level) for level in (1, 2, 3)]
    assert levels == [24, 384, 7592]
    assert 10 < sum(1 for row in rows if not row["isActive"]) < 400
    assert 500 < sum(1 for row in rows if row["isVariant"]) < 2000


def test_categories_are_read_in_pages_and_sorted(shop):
    assert shop.get("/categories?pageIndex=81&pageSize=100").get_json() == {"itemsPerPage": 0, "items": []}
    assert shop.get("/categories?pageSize=1001").status_code == 400
    last = shop.get("/categories?pageSize=1&sort=categoryReference&desc=true").get_json()["items"][0]
    assert last["categoryReference"] == max(row["categoryReference"] for row in every(shop))
    labels = [row["label"] for row in shop.get("/categories?pageSize=50&sort=label&fields=label").get_json()["items"]]
    assert labels == sorted(labels)


def test_one_category_and_an_unknown_one(shop):
    row = shop.get("/categories/010101").get_json()
    assert (row["level"], row["parentReferences"]) == (3, ["01", "0101"]) and row["label"].startswith("Lampes ")
    assert shop.get("/categories/ZZ").status_code == 404 == shop.get("/categories/ZZ/properties").status_code


def test_properties_hang_on_the_lowest_level_and_some_are_mandatory(shop):
    assert shop.get("/categories/01/properties").get_json()["items"] == []
    listed = texts = 0
    for row in every(shop)[::97]:
        if row["level"] != 3:
            continue
        rows = shop.get(f"/categories/{row['categoryReference']}/properties").get_json()["items"]
        references = [prop["propertyReference"] for prop in rows]
        assert len(references) == len(set(references)) and 7 <= len(rows) <= 15
        assert {prop["necessity"] for prop in rows} <= {"Mandatory", "Recommended", "Optional"}
        mandatory = [prop for prop in rows if prop["necessity"] == "Mandatory"]
        listed += any(prop["choices"] for prop in mandatory)
        texts += any(not prop["choices"] for prop in mandatory)
        assert any(prop["isVariation"] for prop in rows) is row["isVariant"]
        assert any(prop["isSize"] for prop in rows) is row["isVariant"]
    assert listed > 50 and texts > 10


def test_brands_are_read_in_pages(shop):
    first = shop.get("/brands?pageSize=100").get_json()["items"]
    second = shop.get("/brands?pageSize=100&pageIndex=2&fields=label").get_json()["items"]
    assert first[0] == {"brandReference": "B00001", "label": "Lumélia"}
    assert len(second) == 100 and all(list(row) == ["label"] for row in second)


def test_the_tree_is_that_of_the_seed(shop):
    other = Shop(seed=2)
    mine, same, theirs = every(shop), every(Shop()), every(other)
    assert mine == same != theirs
    assert [row["categoryReference"] for row in mine] == [row["categoryReference"] for row in theirs]


def test_shapes_the_contract_leaves_open_can_be_switched():
    shop = Shop()
    shop.control("/settings", {"category_fields": "full", "count_shape": "object"})
    assert "label" in shop.get("/categories?pageSize=1").get_json()["items"][0]
    assert shop.get("/categories/count").get_json() == {"count": 8000}
