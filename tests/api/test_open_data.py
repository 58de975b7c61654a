"""The nightly files: whole or not at all, public records only, as the dictionary tells them, safe to open."""

import csv
import hashlib
import json
import tracemalloc
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from config.open_data import dump
from config.open_data.dictionary import dictionary
from config.open_data.kinds import kinds
from disclosures.models import Item, ItemState
from tests.factories.disclosures import (
    AdministrativeDecisionFactory,
    AgencyFactory,
    ItemFactory,
    NormativeDocumentFactory,
    PublicationFactory,
)
from tests.factories.requests_app import ProposalFactory
from tests.reports.test_figures_api import publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def out(settings):
    return settings.OPEN_DATA_DIR


@pytest.fixture
def agency():
    return AgencyFactory(code="bureau")


def export(out):
    return dump.export(out, now=timezone.localtime())


def lines(out, name):
    return [json.loads(line) for line in (out / f"{name}.jsonl").read_text("utf-8").splitlines()]


def table(out, name):
    text = (out / f"{name}.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(text.decode("utf-8-sig").splitlines()))


def test_files_hold_what_the_api_gives(client, agency, out):
    item = PublicationFactory(item__agency=agency, item__public=True).item
    NormativeDocumentFactory(agency=agency, item=item).interpretations.add(item)
    AdministrativeDecisionFactory(agency=agency, published_on=date(2022, 6, 2), party="王小二")
    ProposalFactory(agency=agency, is_public=True)
    publish(agency)

    manifest = export(out)

    for kind in manifest["kinds"]:
        served, address = [], f"/api/v1/{kind['name']}/"
        while address:
            page = client.get(address).json()
            served, address = served + page["results"], page["next"]
        assert sorted(map(str, lines(out, kind["name"]))) == sorted(map(str, served)), kind["name"]
        assert kind["records"] == len(served) == len(table(out, kind["name"])) > 0


def test_nothing_that_is_not_public_is_written(agency, out):
    for state in ItemState:
        if state != ItemState.PUBLISHED:
            ItemFactory(agency=agency, state=state, title="不公开的标题", release_at=timezone.now())
    ItemFactory(agency=AgencyFactory(has_portal=False), public=True, title="不公开的标题")
    AdministrativeDecisionFactory(agency=agency, party="王小二")
    AdministrativeDecisionFactory(agency=agency, party="王小二", published_on=date(2022, 6, 2))
    ProposalFactory(agency=agency, title="不公开的标题", reply="不公开的答复")

    export(out)

    written = "".join(path.read_text("utf-8") for path in out.iterdir())
    assert "不公开的" not in written and "王小二" not in written and "王＊" in written


def test_manifest_counts_and_seals_every_file(agency, out):
    ItemFactory(agency=agency, public=True)

    export(out)

    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    told = [file for kind in manifest["kinds"] for file in kind["files"]] + manifest["dictionary"]
    assert {file["name"] for file in told} | {"manifest.json"} == {path.name for path in out.iterdir()}
    for file in told:
        data = (out / file["name"]).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (file["bytes"], file["sha256"])


def test_table_has_chinese_headers_words_for_codes_and_no_formula(agency, out):
    ItemFactory(agency=agency, public=True, title="=HYPERLINK(1)", summary="＝1+1", office="正文\n第二行")

    export(out)

    (row,) = csv.DictReader((out / "items.csv").open(encoding="utf-8-sig", newline=""))
    assert (row["标题"], row["内容概述"], row["有效性"]) == ("'=HYPERLINK(1)", "'＝1+1", "有效")
    assert row["责任科室"] == "正文\n第二行" and row["成文日期"] == "2022-02-28"
    assert lines(out, "items")[0]["title"] == "=HYPERLINK(1)"


def test_escaped_text_is_read_back_by_the_import():
    from disclosures.ledger.delimited import _unescaped, escaped

    for text in ("=1", "+1", "-1", "@a", "\t1", "＝1", "普通", "1", "'普通"):
        assert _unescaped(escaped(text)) == text


def test_dictionary_tells_every_member(agency, out):
    ItemFactory(agency=agency, public=True)
    export(out)

    told = {kind["name"]: kind["members"] for kind in json.loads((out / "dictionary.json").read_text("utf-8"))}

    assert [member["name"] for member in told["items"]] == list(lines(out, "items")[0])
    assert all(member["label"] and member["type"] for members in told.values() for member in members)
    for kind in kinds():
        headers = (out / f"{kind.name}.csv").read_text("utf-8-sig").splitlines()[0].split(",")
        assert headers == [member["label"] for member in told[kind.name]]
    plain = (out / "dictionary.md").read_text("utf-8")
    assert all(f"| {member['name']} |" in plain for members in told.values() for member in members)


# Never half


def test_run_that_fails_leaves_the_last_one_and_no_rest(agency, out, monkeypatch):
    export(out)
    before = sorted(out.parent.iterdir()), (out / "manifest.json").read_bytes()
    monkeypatch.setattr(dump, "as_markdown", lambda: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        export(out)

    assert (sorted(out.parent.iterdir()), (out / "manifest.json").read_bytes()) == before


def test_reader_of_the_last_run_can_finish(agency, out):
    export(out)
    shown = out.resolve()
    with (shown / "items.jsonl").open():
        export(out)
        assert (shown / "manifest.json").exists() and out.resolve() != shown
    for _ in range(2):
        export(out)

    assert len(list(out.parent.glob(f".{out.name}-*"))) == 2 and not shown.exists()


def test_rest_of_a_killed_run_is_swept_away(out):
    out.parent.mkdir(exist_ok=True)
    rest = out.with_name(f".{out.name}-20260101000000-x")
    rest.mkdir()

    export(out)

    assert not rest.exists()


def test_what_somebody_else_put_there_is_left_alone(out):
    out.mkdir()
    (out / "theirs").write_text("x")

    with pytest.raises(CommandError, match="已经有别的文件"):
        call_command("export_open_data", out)

    assert (out / "theirs").read_text() == "x"


def test_two_runs_at_once_are_one(out):
    out.parent.mkdir(exist_ok=True)
    with dump._alone(out), pytest.raises(CommandError, match="另一次导出正在进行"):
        call_command("export_open_data", out)


def test_memory_does_not_grow_with_the_records(agency, out, monkeypatch):
    monkeypatch.setattr("config.open_data.kinds.BATCH", 20)
    item = ItemFactory(agency=agency, public=True, body="<p>" + "好" * 20_000 + "</p>")

    def peak(number):
        Item.objects.bulk_create(
            Item(
                agency=agency,
                category=item.category,
                title="示例",
                body=item.body,
                state=ItemState.PUBLISHED,
                published_on=date(2022, 3, 1),
            )
            for _ in range(number)
        )
        tracemalloc.start()
        export(out)
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    few = peak(40)
    assert peak(200) < few * 1.5


# Served


def test_files_are_listed_and_given_to_take_home(client, agency, out):
    ItemFactory(agency=agency, public=True)
    call_command("export_open_data", verbosity=0)

    page = client.get("/data/").content.decode()
    assert all(f'href="/data/{path.name}"' in page for path in out.iterdir())
    assert "<script" not in page.replace('<script src="/static/disclosures/portal.js" defer></script>', "")
    for path in out.iterdir():
        answer = client.get(f"/data/{path.name}")
        assert b"".join(answer.streaming_content) == path.read_bytes()
        assert answer["Content-Disposition"] == f'attachment; filename="{path.name}"'
        again = client.get(f"/data/{path.name}", headers={"if-none-match": answer["ETag"]})
        assert again.status_code == 304 and again["ETag"] == answer["ETag"]


@pytest.mark.parametrize("name", ["", "items.xlsx", ".lock", "..", "%2e%2e%2fkeys", "items.csv/", "%00", "汉"])
def test_nothing_else_is_given(client, out, name):
    assert client.get("/data/").status_code == client.get("/data/items.csv").status_code == 404
    call_command("export_open_data", verbosity=0)

    assert client.get(f"/data/{name}").status_code == (200 if name == "" else 404)


def test_dictionary_names_no_private_field():
    names = {member["name"] for kind in dictionary() for member in kind["members"]}

    assert not names & {"reply", "created_by", "reviewed_by", "external_id", "state", "review_note", "satisfaction"}
