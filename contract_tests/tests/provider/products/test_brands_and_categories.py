"""What products name can be looked up: brands, the category tree, attributes and their values."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest

from contract_tests.tests.provider.conftest import INT, NOW_MS, TR, Ask, Opener
from contract_tests.tests.provider.support.packages import refusal

DAY_MS = 86_400_000
PRODUCT = "/integration/product"
BRANDS, BY_NAME, TREE = f"{PRODUCT}/brands", f"{PRODUCT}/brands/by-name", f"{PRODUCT}/product-categories"
CATEGORY = f"{PRODUCT}/categories"
HEADERS = {"tr": TR, "int": INT}
EDITIONS = tuple(HEADERS)
SELLERS = {"tr": 2738, "int": 2748}
# 13 September 2026 at noon in Istanbul; 1 August 2026.
BEFORE_GROUPS_MS, WITH_V1_MS = 1_789_290_000_000, 1_785_574_800_000
PICTURE = b"\x89PNG\r\n\x1a\n--not-the-boundary\xff"


@pytest.fixture(scope="module")
def world(app: Any) -> Ask:
    """Ask the default world, which these tests only read."""
    return Ask(app, "")


def rows(ask: Ask, path: str, headers: dict[str, str] | None = None, **query: Any) -> Any:
    answer = ask(path, headers or TR, **query)
    assert answer.status_code == 200, answer.text
    return answer.json


def leaves(nodes: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for node in nodes:
        if node["subCategories"]:
            yield from leaves(node["subCategories"])
        else:
            yield node


def new_brand(
    ask: Ask, edition: str, pictures: int, headers: dict[str, str] | None = None, **form: Any
) -> Any:
    files = [(io.BytesIO(PICTURE), f"proof{number}.png") for number in range(pictures)]
    return ask.send(
        "POST",
        f"{PRODUCT}/sellers/{SELLERS[edition]}/brands",
        headers={**HEADERS[edition], "storeFrontCode": {"tr": "TR", "int": "RO"}[edition]} | (headers or {}),
        data={**form, "images": files},
        content_type="multipart/form-data",
    )


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize(
    ("size", "length"), [(None, 1000), (1, 1000), (1500, 1500), (2000, 2000), (9999, 2000)]
)
def test_page_of_brands_carries_1000_to_2000(world: Ask, edition: str, size: int | None, length: int) -> None:
    query = {} if size is None else {"size": size}
    assert len(rows(world, BRANDS, HEADERS[edition], **query)["brands"]) == length


def test_every_brand_is_on_one_page(world: Ask) -> None:
    pages = [rows(world, BRANDS, page=number)["brands"] for number in range(4)]
    brands = [brand for page in pages for brand in page]
    assert ([len(page) for page in pages], len({brand["id"] for brand in brands})) == ([1000] * 3 + [0], 3000)
    assert 0 < sum(brand.get("luxe", False) for brand in brands) < 50


@pytest.mark.parametrize(("query", "error"), [({"page": -1}, "page-invalid"), ({"size": 0}, "size-invalid")])
def test_page_of_brands_has_a_number_and_a_size(world: Ask, query: dict[str, int], error: str) -> None:
    assert refusal(world(BRANDS, TR, **query)) == (400, error)


@pytest.mark.parametrize("edition", EDITIONS)
def test_brand_is_found_by_its_whole_name_alone(world: Ask, edition: str) -> None:
    assert rows(world, BY_NAME, HEADERS[edition], name="Ünverli") == [{"id": 315999, "name": "Ünverli"}]
    assert rows(world, BY_NAME, HEADERS[edition], name="ünverli") == []
    assert rows(world, BY_NAME, HEADERS[edition], name="Ünver") == []
    assert refusal(world(BY_NAME, HEADERS[edition])) == (400, "parameter-missing")


def test_brand_is_found_by_a_part_of_its_name_as_decided(open_world: Opener) -> None:
    ask = open_world("empty", decisions={"brand-name-match": "substring"})
    assert {"id": 315999, "name": "Ünverli"} in rows(ask, BY_NAME, name="NVERL")


@pytest.mark.parametrize("edition", EDITIONS)
def test_brand_that_was_asked_for_is_listed_a_day_later(open_world: Opener, edition: str) -> None:
    ask = open_world("empty", now_ms=NOW_MS)
    answer = new_brand(ask, edition, 3, name="Şirin Çağ")
    assert answer.status_code == 201, answer.text
    assert rows(ask, BY_NAME, HEADERS[edition], name="Şirin Çağ") == []
    ask.control("POST", "/clock/advance", {"ms": DAY_MS})
    brand = {"id": answer.json["brandId"], "name": "Şirin Çağ"}
    assert rows(ask, BY_NAME, HEADERS[edition], name="Şirin Çağ") == [brand]
    assert rows(ask, BRANDS, HEADERS[edition], page=3)["brands"] == [brand]


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize(
    ("pictures", "form"), [(0, {"name": "A"}), (4, {"name": "A"}), (1, {}), (1, {"name": ""})]
)
def test_brand_needs_a_name_and_one_to_three_pictures(
    world: Ask, edition: str, pictures: int, form: dict[str, Any]
) -> None:
    assert refusal(new_brand(world, edition, pictures, **form)) == (400, "brand-body-invalid")


@pytest.mark.parametrize("edition", EDITIONS)
def test_brand_needs_the_header_of_the_storefront(world: Ask, edition: str) -> None:
    assert refusal(new_brand(world, edition, 1, {"storeFrontCode": ""}, name="A")) == (
        400,
        "storefront-missing",
    )


@pytest.mark.parametrize(
    ("content_type", "error"),
    [
        ("application/json", (415, "media-type-unsupported")),
        ("multipart/form-data", (400, "body-malformed")),
        ("multipart/form-data; boundary=other", (400, "body-malformed")),
    ],
)
def test_brand_is_a_form_in_parts(world: Ask, content_type: str, error: tuple[int, str]) -> None:
    headers = {**INT, "Content-Type": content_type}
    answer = world.send("POST", f"{PRODUCT}/sellers/2748/brands", headers=headers, data=b"--x\r\n\r\n--x--")
    assert refusal(answer) == error


FIELD = "--x\r\nContent-Disposition: form-data; name={name}\r\n\r\nAyla\r\n"
FILE_PART = "--x\r\nContent-Disposition: form-data; name=images; filename=a.png\r\n\r\npng\r\n"


@pytest.mark.parametrize(("name", "status"), [("season", 201), ("name", 400)])
def test_field_that_is_there_twice_counts_where_the_service_knows_it(
    open_world: Opener, name: str, status: int
) -> None:
    fields = [FIELD.format(name=each) for each in {"name": 1, name: 2}]
    body = "".join([*fields, FIELD.format(name=name), FILE_PART, "--x--\r\n"]).encode()
    headers = {**INT, "Content-Type": "multipart/form-data; boundary=x"}
    answer = open_world().send("POST", f"{PRODUCT}/sellers/2748/brands", headers=headers, data=body)
    assert answer.status_code == status, answer.text


@pytest.mark.parametrize("edition", EDITIONS)
def test_tree_has_leaves_under_roots(world: Ask, edition: str) -> None:
    roots = rows(world, TREE, HEADERS[edition])
    assert len(roots) == 12
    assert len(list(leaves(roots))) >= 150
    assert [root.get("parentId", "absent") for root in roots] == [{"tr": "absent", "int": None}[edition]] * 12
    assert all(child["parentId"] == root["id"] for root in roots for child in root["subCategories"])


@pytest.mark.parametrize(
    ("headers", "name"),
    [
        (TR, "Elbise"),
        (INT, "Dresses"),
        ({**INT, "Accept-Language": "ro"}, "Rochii"),
        ({**INT, "storeFrontCode": "GR", "Accept-Language": "el"}, "Φορέματα"),
        ({**INT, "storeFrontCode": "SA", "Accept-Language": "ar"}, "فساتين"),
    ],
)
def test_names_are_in_the_language_of_the_caller(world: Ask, headers: dict[str, str], name: str) -> None:
    assert {leaf["id"]: leaf["name"] for leaf in leaves(rows(world, TREE, headers))}[560] == name


def test_tree_can_be_narrowed_to_nodes_with_a_word(world: Ask) -> None:
    nodes = rows(world, TREE, name="ELBİSE")
    assert [node["name"] for node in nodes] == ["Elbise ve Dış Giyim", "Elbise"]
    assert len(nodes[0]["subCategories"]) == 6
    assert rows(world, TREE, name="böyle bir kategori yok") == []


def test_tree_is_wrapped_as_decided(open_world: Opener) -> None:
    ask = open_world("empty", decisions={"category-tree-form": "wrapped"})
    assert len(rows(ask, TREE)["categories"]) == 12


@pytest.mark.parametrize("edition", EDITIONS)
def test_attributes_say_what_they_take(world: Ask, edition: str) -> None:
    document = rows(world, f"{CATEGORY}/604/attributes", HEADERS[edition])
    attributes = {row["attribute"]["id"]: row for row in document["categoryAttributes"]}
    flags = ("required", "allowCustom", "varianter", "slicer", "allowMultipleAttributeValues")
    assert [attributes[47][flag] for flag in flags] == [True, True, False, True, False]
    assert [attributes[293][flag] for flag in flags] == [True, False, True, False, False]
    assert [attributes[14][flag] for flag in flags] == [False, False, False, False, True]
    assert all("attributeValues" not in row for row in attributes.values())


@pytest.mark.parametrize("edition", EDITIONS)
def test_attributes_can_be_narrowed_to_those_required_or_not(world: Ask, edition: str) -> None:
    path = f"{CATEGORY}/604/attributes"
    both, *halves = (
        rows(world, path, HEADERS[edition], **query)["categoryAttributes"]
        for query in ({}, {"required": "true"}, {"required": "false"})
    )
    assert [{row["required"] for row in half} for half in halves] == [{True}, {False}]
    assert len(both) == sum(map(len, halves))


@pytest.mark.parametrize("edition", EDITIONS)
def test_attributes_of_v1_have_their_values(world: Ask, edition: str) -> None:
    document = rows(world, f"{TREE}/604/attributes", HEADERS[edition])
    attributes = {row["attribute"]["id"]: row for row in document["categoryAttributes"]}
    assert {"id": 82, "name": {"tr": "Deri", "int": "Leather"}[edition]} in attributes[14]["attributeValues"]
    assert attributes[47]["attributeValues"] == []
    assert "allowMultipleAttributeValues" not in attributes[14]


@pytest.mark.parametrize("edition", EDITIONS)
def test_attributes_of_v1_close_with_v1(open_world: Opener, edition: str) -> None:
    path, decisions = f"{TREE}/604/attributes", {"product-v1": "by-date"}
    assert refusal(open_world("empty", decisions=decisions)(path, HEADERS[edition])) == (
        404,
        "product-v1-closed",
    )
    earlier = open_world("empty", decisions=decisions, now_ms=WITH_V1_MS)
    assert earlier(path, HEADERS[edition]).status_code == 200


@pytest.mark.parametrize("edition", EDITIONS)
def test_values_come_page_by_page(world: Ask, edition: str) -> None:
    path, headers = f"{CATEGORY}/604/attributes/14/values", HEADERS[edition]
    pages = [rows(world, path, headers, size=5, page=number) for number in range(4)]
    values = [row["attributeValueId"] for page in pages for row in page["content"]]
    assert (pages[0]["totalElements"], pages[0]["totalPages"]) == (14, 3)
    assert [page["page"] for page in pages] == [0, 1, 2, 3]
    assert (len(set(values)), pages[3]["content"]) == (14, [])


def test_values_can_be_narrowed(world: Ask) -> None:
    path = f"{CATEGORY}/604/attributes/14/values"
    row = {"attributeValueId": 107, "attributeValueName": "Süet"}
    assert rows(world, path, attributeValueId=107)["content"] == [row]
    assert rows(world, path, attributeValue="süet")["content"] == [row]
    assert rows(world, path, attributeValue="sü")["content"] == []


def test_values_have_the_name_of_the_decision(open_world: Opener) -> None:
    ask = open_world("empty", decisions={"attribute-value-name": "attributeValue"})
    row, *_ = rows(ask, f"{CATEGORY}/604/attributes/14/values")["content"]
    assert row == {"attributeValueId": 82, "attributeValue": "Deri"}


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize(
    ("address", "error"),
    [
        (f"{CATEGORY}/1/attributes", (404, "category-unknown")),
        (f"{CATEGORY}/522/attributes", (400, "category-no-leaf")),
        (f"{TREE}/1/attributes", (404, "category-unknown")),
        (f"{CATEGORY}/604/attributes/1/values", (404, "attribute-unknown")),
        (f"{CATEGORY}/604/attributes/14/values?size=1001", (400, "size-invalid")),
        (f"{CATEGORY}/604/attributes/14/values?page=1001", (400, "page-invalid")),
        (f"{CATEGORY}/x/attributes", (400, "parameter-invalid")),
    ],
)
def test_what_no_list_has_is_refused(world: Ask, edition: str, address: str, error: tuple[int, str]) -> None:
    assert refusal(world.send("GET", address, headers=HEADERS[edition])) == error


@pytest.mark.parametrize("edition", EDITIONS)
def test_products_name_what_can_be_looked_up(world: Ask, edition: str) -> None:
    headers = HEADERS[edition]
    path = f"{PRODUCT}/sellers/{SELLERS[edition]}/products/approved"
    names = {leaf["id"]: leaf["name"] for leaf in leaves(rows(world, TREE, headers))}
    for content in rows(world, path, headers, size=30)["content"]:
        assert names[content["category"]["id"]] == content["category"]["name"]
        assert content["brand"] in rows(world, BY_NAME, headers, name=content["brand"]["name"])
        attributes = rows(world, f"{TREE}/{content['category']['id']}/attributes", headers)[
            "categoryAttributes"
        ]
        values = {row["attribute"]["id"]: row for row in attributes}
        for variant in content["variants"]:
            attribute_rows = [*content["attributes"], *variant["attributes"]]
            assert {row["attributeId"] for row in attribute_rows} >= {
                key for key, row in values.items() if row["required"]
            }
            for row in attribute_rows:
                value = {"id": row.get("attributeValueId"), "name": row["attributeValue"]}
                attribute = values[row["attributeId"]]
                assert value in attribute["attributeValues"] or attribute["allowCustom"]


def test_lookups_were_asked_50_times_a_minute(open_world: Opener) -> None:
    ask = open_world("empty", limits="on", now_ms=BEFORE_GROUPS_MS)
    ask.control("POST", "/clock/freeze", {})
    for _ in range(5):
        assert [ask(BRANDS, TR, size=1).status_code for _ in range(10)] == [200] * 10
        ask.control("POST", "/clock/advance", {"ms": 10_000})
    assert [ask(path, TR).status_code for path in (BRANDS, TREE)] == [429, 200]
    ask.control("POST", "/clock/advance", {"ms": DAY_MS})
    assert [ask(BRANDS, TR, size=1).status_code for _ in range(50)] == [200] * 50
