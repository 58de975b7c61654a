"""Who has no right gets nothing out and brings nothing in, whatever is sent to whichever address."""

import re
from io import BytesIO

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from disclosures.ledger import jobs
from disclosures.models import Agency, Attachment, Category, Channel, HistoryEntry, Item, LedgerImport, Role
from tests.disclosures.ledger.test_messy_files import PUBLISHED, ROW, csv, xlsx
from tests.factories.disclosures import AgencyFactory, MembershipFactory
from tests.test_url_roles import TABLE, address_of, person
from tests.test_url_roles import records as records  # a fixture

pytestmark = pytest.mark.django_db

# Addresses by which something comes in or goes out, or which do it by job.
TRANSFERS = re.compile(
    r"ledger|export|import|download|paste|/log/|stock|monthly|inspection/|attachments|preview|autosave|alike|autocomplete"
    r"|/step/|/gate/|undo|files/|sheet/|/pdf/|/docx/|/do/|/letter/|adjust|calendar-feed"
)
ADDRESSES = sorted(pattern for pattern in TABLE if pattern.startswith("admin/") and TRANSFERS.search(pattern))
MARK = "绝密标记"
OUTSIDE = ("anonymous", "nobody", "stranger")
SPENT = {"sessions", "admin", "messages"}


def bodies(records):
    """What somebody may send who knows the form: the agency's number, rows, a file, a confirmation, a reason."""
    agency = records["agency"].pk
    upload = SimpleUploadedFile("公开信息.csv", csv(PUBLISHED, ROW))
    rows = "行政处罚\t示罚〔2022〕9号\t2022-03-01"
    answers = {"facts": "on", "secrecy": "on", "privacy": "on", "until": "2030-01-01"}
    gate = {"item": records["disclosures/item"].pk, "title": "改写", "body": "改写", "finding": "x", "do": "mask"}
    everything = {"agency": agency, "year": "2022", "reason": "核对", "text": rows, "confirm": "1", **answers, **gate}
    return [{}, {**everything, "file": upload}]


def marked(records):
    """Everything of the agency bears a mark that must not be seen."""
    Agency.objects.filter(pk=records["agency"].pk).update(name=f"{MARK}局")
    Item.objects.update(title=MARK, summary=MARK, body=f"<p>{MARK}</p>")
    Attachment.objects.update(name=f"{MARK}.pdf")
    LedgerImport.objects.update(name=f"{MARK}.xlsx", result={"faults": [[MARK, 1, MARK, MARK]], "counts": []})
    for name in ("disclosures/normativedocument", "requests_app/proposal"):
        type(records[name]).objects.update(title=MARK)
    type(records["disclosures/administrativedecision"]).objects.update(party=MARK)
    type(records["disclosures/feecollection"]).objects.update(name=MARK)
    type(records["requests_app/disclosurerequest"]).objects.update(description=MARK)


def counts():
    ours = [model for model in apps.get_models() if model._meta.app_label not in SPENT]
    return {model._meta.label: model._base_manager.count() for model in ours if model._meta.managed}


@pytest.mark.parametrize("who", OUTSIDE)
def test_outsiders_get_nothing_out_and_nothing_in(client, records, settings, who):
    settings.FONTS_DIR = settings.FONTS_DIR / "absent"
    marked(records)
    if who != "anonymous":
        client.force_login(person(who, records))
    client.raise_request_exception = False
    before, last = counts(), HistoryEntry.objects.count()

    wrong = {}
    for pattern in ADDRESSES:
        address = address_of(pattern, records)
        answers = [client.get(address, {"agency": records["agency"].pk, "year": "2022"})]
        answers += [client.post(address, body) for body in bodies(records)]
        for answer in answers:
            content = b"".join(answer) if answer.streaming else answer.content
            if answer.status_code >= 500 or MARK.encode() in content:
                wrong.setdefault(pattern, []).append(answer.status_code)

    assert wrong == {}
    after = counts()
    own = {"disclosures.Autosave", "requests_app.CalendarFeed"}  # of the stranger's own
    assert {name: n for name, n in after.items() if n != before[name] and name not in own} == {}
    assert HistoryEntry.objects.count() == last


def test_mark_is_seen_by_those_who_may_see_it(client, records):
    """The twin: what is looked for stands on the pages."""
    marked(records)
    client.force_login(person("manager", records))

    for pattern in ("admin/inspection/", "admin/disclosures/normativedocument/stock/", "admin/ledger/"):
        assert MARK in client.get(address_of(pattern, records)).content.decode(), pattern


@pytest.mark.parametrize("role", [role for role in Role.values if role not in ("clerk", "case_officer", "manager")])
def test_roles_that_do_not_import_bring_nothing_in(client, records, settings, role):
    client.force_login(person(role, records))
    client.raise_request_exception = False
    before = counts()

    statuses = {}
    for pattern in ADDRESSES:
        if re.search(r"paste|/log/|admin/ledger/$|imports", pattern):
            statuses[pattern] = {
                client.post(address_of(pattern, records), body).status_code for body in bodies(records)
            }

    assert {pattern: found for pattern, found in statuses.items() if not found <= {403, 404}} == {}
    assert counts() == before


# Jobs


@pytest.fixture
def checked():
    """A clerk's upload that waits for its confirmation."""
    membership = MembershipFactory(agency=AgencyFactory(), role=Role.CLERK)
    upload = ContentFile(xlsx(PUBLISHED, ROW), "台账.xlsx")
    Category.objects.create(agency=membership.agency, name="业务动态")
    Channel.objects.create(agency=membership.agency, name="政府网站", kind="website")
    return jobs.start(upload=upload, agency=membership.agency, by=membership.user)


def test_job_of_another_is_not_there_even_for_those_with_more_rights(client, checked):
    for user in (
        MembershipFactory(agency=checked.agency, role=Role.MANAGER).user,
        MembershipFactory(agency=checked.agency, role=Role.CLERK).user,
    ):
        client.force_login(user)
        page = f"/admin/ledger/imports/{checked.pk}/"
        assert client.get(page).status_code == client.get(f"{page}?as=json").status_code == 404
        for what in ("confirm", "cancel", "again", "undo"):
            assert client.post(f"{page}{what}/", {"reason": "试"}).status_code == 404
    checked.refresh_from_db()
    assert checked.state == "checked" and not Item.objects.exists()


def test_confirming_again_and_undoing_again_change_nothing(client, checked):
    client.force_login(checked.user)
    page = f"/admin/ledger/imports/{checked.pk}/"

    for _ in range(3):
        assert client.post(f"{page}confirm/", {"agency": 1, "file": "../../etc/passwd"}).status_code == 302
    assert Item.objects.count() == 1
    for _ in range(2):
        assert client.post(f"{page}undo/", {"reason": "试"}).status_code == 302
    client.post(f"{page}confirm/")

    assert not Item.objects.exists()


def test_right_that_was_taken_away_meanwhile_confirms_nothing(client, checked):
    client.force_login(checked.user)
    checked.user.memberships.update(role=Role.AUDITOR)

    client.post(f"/admin/ledger/imports/{checked.pk}/confirm/")

    assert not Item.objects.exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("台账.xlsx", b"%PDF-1.7"),
        ("台账.xlsx", b"PK\x03\x04broken"),
        ("台账.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1broken"),
        ("台账.csv", b"\x00\x01\x02"),
        ("图片.png", b"\x89PNG\r\n\x1a\n"),
        ("a" * 300 + ".xlsx", b"x"),
    ],
)
def test_wrong_kind_of_file_is_refused_on_the_page(client, checked, name, content):
    client.force_login(checked.user)

    answer = client.post(
        "/admin/ledger/", {"agency": checked.agency_id, "file": SimpleUploadedFile(name, content)}, follow=True
    )

    assert answer.status_code == 200 and ("没有写入" in answer.content.decode() or "文件名" in answer.content.decode())


def test_expired_session_leads_to_the_login(client, checked):
    client.force_login(checked.user)
    client.session.flush()

    answer = client.post(f"/admin/ledger/imports/{checked.pk}/confirm/")

    assert answer.status_code == 302 and answer.url.startswith("/admin/login/")
    assert not Item.objects.exists()


def test_forged_fields_do_not_widen_an_export(client, records):
    """The agency, the year and the wish for identities are asked for; what may be had is decided by the role."""
    client.force_login(person("reviewer", records))
    other = AgencyFactory()

    assert client.get(f"/admin/ledger/export/?agency={other.pk}").status_code == 404
    assert client.post("/admin/ledger/export/", {"agency": records["agency"].pk, "reason": "试"}).status_code == 404
    for year in ("-1", "99999999999", "２０２２", "2022'"):
        answer = client.get("/admin/ledger/export/", {"agency": records["agency"].pk, "year": year})
        assert answer.status_code == 200 and BytesIO(answer.content).read(2) == b"PK"
