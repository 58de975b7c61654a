"""Every address by every kind of person: one table, and it fails when an address has no row."""

import re
from datetime import UTC, date, datetime

import pytest
from django.core.files.base import ContentFile
from django.urls import get_resolver

from disclosures.models import (
    Attachment,
    CalendarChange,
    CalendarNotice,
    InspectionSetting,
    LedgerImport,
    Membership,
    Role,
)
from reports.models import ReportBatch
from requests_app.models import ApplicantMessage, CaseFile
from tests.factories.disclosures import (
    AdministrativeDecisionFactory,
    AgencyFactory,
    ApiTokenFactory,
    CleanUpFactory,
    ComplaintFactory,
    DutyTermFactory,
    FeeCollectionFactory,
    ItemFactory,
    MembershipFactory,
    NormativeDocumentFactory,
    PublicationFactory,
    UserFactory,
)
from tests.factories.reports import AnnualReportFactory, DeliveryFactory, FormerReportFactory, OutlineSectionFactory
from tests.factories.requests_app import (
    DisclosureRequestFactory,
    DisputeFactory,
    LetterFactory,
    ProposalFactory,
    ProposalTermFactory,
    ResultClassFactory,
)

pytestmark = pytest.mark.django_db

PEOPLE = ["anonymous", "nobody", *Role.values, "stranger", "superuser"]
INSIDE = list(Role.values)

# Who gets the page (200); of the others those inside the back office are told 403 and those outside sent to log in.
# "=302" answers with a redirect, "=404" with nothing found, for whoever gets through.
EVERYONE = set(PEOPLE)
STAFF = {*INSIDE, "stranger", "superuser"}
PUBLISHING = {"clerk", "reviewer", "case_officer", "report_officer", "auditor", "manager", "superuser"}
KEEPS_ITEMS = {"clerk", "manager", "superuser"}
CASES = {"case_officer", "report_officer", "auditor", "manager", "superuser"}
KEEPS_CASES = {"case_officer", "manager", "superuser"}
PROPOSALS = PUBLISHING
KEEPS_PROPOSALS = {"clerk", "case_officer", "manager", "superuser"}
SETUP = PUBLISHING
KEEPS_SETUP = {"manager", "superuser"}
KEEPS_CALENDAR = {"manager", "stranger", "superuser"}  # one calendar for all: managers of an agency with none above
PEOPLE_PAGES = {"auditor", "manager", "superuser"}
REPORTS = PUBLISHING
KEEPS_REPORTS = {"report_officer", "manager", "superuser"}
IMPORTS = {"clerk", "case_officer", "manager", "superuser"}
LEDGER = {"clerk", "reviewer", "case_officer", "report_officer", "manager", "superuser"}


def model_pages(name, view, add, change=None, delete=frozenset()):
    """The five pages of a model in the back office, for a record of the persons' own agency.

    ``stranger`` manages another agency: lists open but empty, the record itself is not found.
    """
    change = change or add
    lists = view | ({"stranger"} if "manager" in view else set())
    adds = add | ({"stranger"} if "manager" in add else set())
    return {
        f"admin/{name}/": lists,
        f"admin/{name}/add/": adds,
        f"admin/{name}/<path:object_id>/history/": view,
        f"admin/{name}/<path:object_id>/delete/": delete,
        f"admin/{name}/<path:object_id>/change/": view,
        f"admin/{name}/<path:object_id>/": EVERYONE | {"=302"},
    }


TABLE = {
    "": EVERYONE | {"=302"},
    "healthz": EVERYONE,
    "display/": EVERYONE | {"=302"},
    "site/theme.css": EVERYONE,
    "site/logo": EVERYONE | {"=404"},
    "robots.txt": EVERYONE,
    "sitemap.xml": EVERYONE,
    # The open API; pushing wants a token, which no account has.
    "api/v1/": EVERYONE,
    **{
        f"api/v1/{names}/": EVERYONE
        for names in ("agencies", "categories", "items", "documents", "decisions", "proposals", "reports", "figures")
    },
    "api/v1/agencies/<api_code:code>/": EVERYONE,
    "api/v1/categories/<api_key:pk>/": EVERYONE,
    "api/v1/items/<api_key:pk>/": EVERYONE,
    "api/v1/documents/<api_key:pk>/": EVERYONE,
    "api/v1/decisions/<api_key:pk>/": EVERYONE,
    "api/v1/proposals/<api_key:pk>/": EVERYONE,
    "api/v1/reports/<api_code:agency>/<api_year:year>/": EVERYONE | {"=404"},
    "api/v1/reports/<api_code:agency>/<api_year:year>/v<api_version:version>/": EVERYONE | {"=404"},
    "api/v1/figures/<api_code:agency>/<api_year:year>/<api_cell:cell>/": EVERYONE | {"=404"},
    "api/v1/reports/schema.json": EVERYONE,
    "api/v1/schema/": EVERYONE,
    "api/v1/docs/": EVERYONE,
    "api/v1/incoming/items/": EVERYONE | {"=401"},
    "api/v1/incoming/items/<api_external:external_id>/": EVERYONE | {"=401"},
    "api/": EVERYONE | {"=404"},
    "data/": EVERYONE | {"=404"},
    "data/<str:name>": EVERYONE | {"=404"},
    "<slug:agency>/": EVERYONE,
    "<slug:agency>/guide/": EVERYONE,
    "<slug:agency>/rules/": EVERYONE,
    "<slug:agency>/items/": EVERYONE,
    "<slug:agency>/items/<int:pk>/": EVERYONE,
    "<slug:agency>/items/<int:item>/attachments/<int:pk>/": EVERYONE,
    "<slug:agency>/documents/": EVERYONE,
    "<slug:agency>/documents/in-force/": EVERYONE,
    "<slug:agency>/documents/in-force.xlsx": EVERYONE,
    "<slug:agency>/documents/<int:pk>/": EVERYONE,
    # Reading pages: columns, months, the law's items, years of documents, decisions.
    "<slug:agency>/items/by-law/": EVERYONE,
    "<slug:agency>/items/<year4:year>/<month2:month>/": EVERYONE,
    "<slug:agency>/items/<year4:year>/<month2:month>/<int:sheet>/": EVERYONE | {"=404"},
    "<slug:agency>/columns/<int:pk>/": EVERYONE,
    "<slug:agency>/columns/<int:pk>/<year4:year>/<month2:month>/": EVERYONE,
    "<slug:agency>/columns/<int:pk>/<year4:year>/<month2:month>/<int:sheet>/": EVERYONE | {"=404"},
    "<slug:agency>/documents/years/<year4:year>/": EVERYONE,
    "<slug:agency>/documents/years/<year4:year>/<int:sheet>/": EVERYONE | {"=404"},
    "<slug:agency>/decisions/": EVERYONE,
    "<slug:agency>/decisions/<int:pk>/": EVERYONE,
    "<slug:agency>/decisions/years/<year4:year>/": EVERYONE,
    "<slug:agency>/decisions/years/<year4:year>/<int:sheet>/": EVERYONE | {"=404"},
    # Feeds, sitemaps, answers to deputies, the register of requests, statistics.
    "sitemap-<slug:name>-<int:number>.xml": EVERYONE,
    "<slug:agency>/feed/": EVERYONE,
    "<slug:agency>/columns/<int:pk>/feed/": EVERYONE,
    "<slug:agency>/proposals/": EVERYONE,
    "<slug:agency>/proposals/<int:pk>/": EVERYONE,
    "<slug:agency>/proposals/years/<year4:year>/": EVERYONE,
    "<slug:agency>/proposals/years/<year4:year>/<int:sheet>/": EVERYONE | {"=404"},
    "<slug:agency>/requests/register/years/<year4:year>/": EVERYONE | {"=404"},
    "<slug:agency>/requests/register/years/<year4:year>/<int:sheet>/": EVERYONE | {"=404"},
    "<slug:agency>/requests/register/": EVERYONE | {"=404"},  # switched off until the agency says otherwise
    "<slug:agency>/statistics/": EVERYONE,
    "<slug:agency>/requests/": EVERYONE,
    # Asking: nobody has a draft here, so that every page but the first leads back to it.
    "<slug:agency>/requests/new/": EVERYONE,
    "<slug:agency>/requests/new/<slug:step>/": EVERYONE | {"=302"},
    "<slug:agency>/requests/new/found/": EVERYONE | {"=302"},
    "<slug:agency>/requests/new/check/": EVERYONE | {"=302"},
    "<slug:agency>/requests/new/done/": EVERYONE | {"=302"},
    "<slug:agency>/requests/new/done.pdf": EVERYONE | {"=302"},
    "<slug:agency>/requests/new/give-up/": EVERYONE | {"=405"},
    "<slug:agency>/reports/": EVERYONE,
    "<slug:agency>/reports/<year4:year>/": EVERYONE | {"=404"},
    "<slug:agency>/reports/<year4:year>/v<int:version>/": EVERYONE | {"=404"},
    "<slug:agency>/reports/<year4:year>/verify/": EVERYONE | {"=404"},
    "<slug:agency>/reports/<year4:year>/v<int:version>/files/<slug:key>/": EVERYONE | {"=404"},
    "<slug:agency>/reports/<year4:year>.pdf": EVERYONE | {"=404"},
    # Search.
    "search/": EVERYONE,
    "<slug:agency>/search/": EVERYONE,
    "admin/": STAFF,
    "admin/login/": EVERYONE,
    "admin/logout/": STAFF | {"=405"},
    "admin/password_change/": STAFF,
    "admin/password_change/done/": STAFF,
    "admin/autocomplete/": STAFF | {"=403"},
    "admin/jsi18n/": STAFF,
    "admin/r/<path:content_type_id>/<path:object_id>/": STAFF | {"=404"},
    "admin/search/": STAFF,
    "admin/<app_label>/": STAFF,
    "admin/(?P<url>.*)$": STAFF | {"=404"},
    "admin/calendar-feed/": STAFF,
    "admin/inspection/": PUBLISHING,
    "admin/inspection/download/": PUBLISHING,
    "admin/reports/rollup/": REPORTS | {"stranger"},
    "admin/reports/rollup/download/": KEEPS_REPORTS,
    "admin/reports/rollup/accept/": KEEPS_REPORTS,
    **{f"admin/reports/rollup/{what}/": STAFF | {"=405"} for what in ("receive", "batch", "day")},
    "admin/reports/deliveries/<int:pk>/": REPORTS,
    **{f"admin/reports/deliveries/<int:pk>/{what}/": STAFF | {"=405"} for what in ("accept", "return")},
    "admin/reports/batches/<int:pk>/": KEEPS_REPORTS,
    "admin/reports/batches/<int:pk>/download/": KEEPS_REPORTS,
    **{f"admin/reports/batches/<int:pk>/{what}/": STAFF | {"=405"} for what in ("cancel", "again")},
    "calendar/<str:token>.ics": EVERYONE | {"=404"},
    "admin/ledger/": LEDGER | {"stranger"},
    "admin/ledger/template/": LEDGER | {"stranger"},
    "admin/ledger/export/": LEDGER,
    "admin/ledger/imports/<int:pk>/": {"clerk"},
    "admin/ledger/imports/<int:pk>/faults/": STAFF | {"=404"},
    **{f"admin/ledger/imports/<int:pk>/{what}/": STAFF | {"=405"} for what in ("confirm", "cancel", "again", "undo")},
    **model_pages("disclosures/agency", SETUP, {"superuser"}, KEEPS_SETUP, {"superuser"}),
    **model_pages("disclosures/membership", PEOPLE_PAGES, {"manager", "superuser"}, None, {"manager", "superuser"}),
    # A token is made and revoked, never changed or deleted.
    **model_pages("disclosures/apitoken", PEOPLE_PAGES, {"manager", "superuser"}),
    "admin/disclosures/apitoken/<int:pk>/revoke/": STAFF | {"=405"},
    **model_pages("disclosures/category", SETUP, KEEPS_SETUP, None, {"superuser"}),
    **model_pages("disclosures/channel", SETUP, KEEPS_SETUP, None, {"superuser"}),
    **model_pages("disclosures/inspectionsetting", SETUP, KEEPS_SETUP, None, {"superuser"}),
    **model_pages("disclosures/calendarnotice", STAFF, KEEPS_CALENDAR, None, KEEPS_CALENDAR),
    "admin/disclosures/calendarnotice/changes/<int:pk>/": STAFF,
    **model_pages("disclosures/item", PUBLISHING, KEEPS_ITEMS, None, {"manager", "superuser"}),
    "admin/disclosures/item/<int:pk>/step/<slug:name>/": STAFF | {"=405"},
    "admin/disclosures/item/attachments/<int:pk>/": PUBLISHING,
    "admin/disclosures/item/attachments/<int:pk>/original/": {"=404"},
    "admin/disclosures/item/<int:pk>/preview/": PUBLISHING,
    "admin/disclosures/item/<int:pk>/gate/": STAFF | {"=405"},
    "admin/disclosures/item/log/": KEEPS_ITEMS | {"stranger"},
    "admin/disclosures/item/autosave/": STAFF | {"=405"},
    "admin/disclosures/item/alike/": STAFF,
    **model_pages("disclosures/normativedocument", PUBLISHING, KEEPS_ITEMS, None, {"manager", "superuser"}),
    "admin/disclosures/normativedocument/stock/": PUBLISHING | {"stranger"},
    "admin/disclosures/normativedocument/stock/download/": PUBLISHING | {"stranger"},
    **model_pages("disclosures/cleanup", PUBLISHING, KEEPS_ITEMS | {"reviewer"}, PUBLISHING),
    "admin/disclosures/cleanup/<int:pk>/undo/": STAFF | {"=405"},
    **model_pages("disclosures/dutyterm", SETUP, KEEPS_SETUP, None, {"superuser"}),
    "admin/disclosures/administrativedecision/paste/": KEEPS_ITEMS | {"stranger"},
    "admin/disclosures/feecollection/paste/": KEEPS_ITEMS | {"stranger"},
    "admin/disclosures/feecollection/monthly/": PUBLISHING | {"stranger"},
    **model_pages("disclosures/administrativedecision", PUBLISHING, KEEPS_ITEMS, None, {"manager", "superuser"}),
    **model_pages("disclosures/feecollection", PUBLISHING, KEEPS_ITEMS, None, {"manager", "superuser"}),
    **model_pages("requests_app/disclosurerequest", CASES, KEEPS_CASES, None, {"manager", "superuser"}),
    **model_pages("requests_app/dispute", CASES, KEEPS_CASES, None, {"manager", "superuser"}),
    "admin/requests_app/disclosurerequest/<int:pk>/step/<slug:name>/": KEEPS_CASES,
    "admin/requests_app/disclosurerequest/<int:pk>/letter/<slug:code>/": KEEPS_CASES,
    "admin/requests_app/disclosurerequest/<int:pk>/sheet/<slug:code>/": KEEPS_CASES | {"=302"},
    "admin/requests_app/disclosurerequest/<int:pk>/undo/": KEEPS_CASES | {"=302"},
    "admin/requests_app/disclosurerequest/<int:pk>/summary/": KEEPS_CASES | {"=302"},
    "admin/requests_app/disclosurerequest/<int:pk>/summary/withdraw/": STAFF | {"=405"},
    "admin/requests_app/disclosurerequest/<int:pk>/files/": STAFF | {"=405"},
    "admin/requests_app/disclosurerequest/<int:pk>/files/<int:file>/": KEEPS_CASES,
    # A letter is drafted from its case and never deleted.
    **model_pages("requests_app/letter", CASES, set(), CASES),
    "admin/requests_app/letter/<int:pk>/pdf/": KEEPS_CASES | {"=302"},
    "admin/requests_app/letter/<int:pk>/docx/": KEEPS_CASES,
    "admin/requests_app/letter/<int:pk>/do/<slug:what>/": STAFF | {"=404"},
    **model_pages("requests_app/proposal", PROPOSALS, KEEPS_PROPOSALS, None, {"manager", "superuser"}),
    "admin/requests_app/proposal/<int:pk>/step/<slug:name>/": STAFF | {"=405"},
    **model_pages("requests_app/resultclass", SETUP, KEEPS_SETUP, None, {"superuser"}),
    **model_pages("requests_app/proposalterm", SETUP, KEEPS_SETUP, None, {"superuser"}),
    **model_pages("reports/annualreport", REPORTS, KEEPS_REPORTS),
    **model_pages("reports/outlinesection", REPORTS, KEEPS_REPORTS, None, {"superuser"}),
    "admin/reports/outlinesection/adopt/": STAFF | {"=405"},
    "admin/reports/annualreport/<int:pk>/pdf/": REPORTS,
    "admin/reports/annualreport/<int:pk>/cells/<path:code>/": REPORTS,
    "admin/reports/annualreport/<int:pk>/files/<slug:key>/": REPORTS,
    "admin/reports/annualreport/<int:pk>/adjust/": STAFF | {"=405"},
    "admin/reports/annualreport/<int:pk>/carry/": STAFF | {"=405"},
    "admin/reports/annualreport/<int:pk>/reset/": STAFF | {"=405"},
    "admin/reports/annualreport/<int:pk>/charts/": STAFF | {"=405"},
    "admin/reports/annualreport/<int:pk>/justify/": STAFF | {"=405"},
    "admin/reports/annualreport/<int:pk>/unjustify/": STAFF | {"=405"},
    "admin/reports/annualreport/<int:pk>/changes/": REPORTS | {"=404"},
    "admin/reports/annualreport/<int:pk>/step/<slug:name>/": STAFF | {"=405"},
    **model_pages("reports/formerreport", REPORTS, KEEPS_REPORTS),
    "admin/reports/check/": REPORTS | {"stranger"},
    **model_pages("auth/user", {"manager", "superuser"}, {"superuser"}, {"superuser"}, {"superuser"}),
    "admin/auth/user/add/": {"superuser"},
    "admin/auth/user/<id>/password/": {"superuser"},
}
# Status of a request, 我要纠错
TABLE |= {
    "<slug:agency>/requests/status/": EVERYONE,
    **{
        f"<slug:agency>/requests/status/{page}/": EVERYONE | {"=403"}
        for page in ("case", "letters/<int:pk>", "files/<int:pk>", "correction", "withdrawal")
    },
    "<slug:agency>/requests/status/leave/": EVERYONE | {"=405"},
    "<slug:agency>/complaints/new/": EVERYONE,
    "<slug:agency>/complaints/done/": EVERYONE | {"=302"},
    "<slug:agency>/complaints/status/": EVERYONE,
    "admin/requests_app/disclosurerequest/<int:pk>/messages/<int:message>/decline/": KEEPS_CASES,
    **model_pages("disclosures/complaint", PUBLISHING, set(), PUBLISHING),
}
TABLE["admin/auth/user/<path:object_id>/change/"] = {"superuser", "manager"}
TABLE["admin/auth/user/<path:object_id>/history/"] = {"superuser", "manager"}


def patterns(resolver=None, prefix=""):
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + re.sub(r"^\^\(\?P<app_label>.*", "<app_label>/", str(entry.pattern))
        if hasattr(entry, "url_patterns"):
            yield from patterns(entry, path)
        else:
            yield path


def test_every_address_has_a_row_and_every_row_an_address():
    addresses = set(patterns())

    assert addresses - set(TABLE) == set(), "addresses without a row"
    assert set(TABLE) - addresses == set(), "rows without an address"


@pytest.fixture
def records():
    agency = AgencyFactory(code="bureau")
    category_item = PublicationFactory(item=ItemFactory(agency=agency, public=True))
    request = DisclosureRequestFactory(agency=agency)
    clerk = MembershipFactory(agency=agency, role=Role.CLERK).user
    return {
        "agency": agency,
        "disclosures/agency": agency,
        "disclosures/membership": Membership.objects.get(user=clerk),
        "disclosures/apitoken": ApiTokenFactory(agency=agency, owner=clerk),
        "disclosures/category": category_item.item.category,
        "disclosures/channel": category_item.channel,
        "disclosures/calendarnotice": CalendarNotice.objects.get(year=2021),
        "calendar change": CalendarChange.objects.create(pk=2021, year=2021, what="示例"),
        "disclosures/inspectionsetting": InspectionSetting.objects.create(
            agency=agency, indicator="late", threshold=15
        ),
        "disclosures/item": category_item.item,
        "disclosures/normativedocument": NormativeDocumentFactory(agency=agency),
        "disclosures/cleanup": CleanUpFactory(agency=agency),
        "disclosures/dutyterm": DutyTermFactory(agency=agency),
        "disclosures/administrativedecision": AdministrativeDecisionFactory(
            agency=agency, published_on=date(2022, 6, 2)
        ),
        "disclosures/feecollection": FeeCollectionFactory(agency=agency),
        "requests_app/disclosurerequest": request,
        "requests_app/dispute": DisputeFactory(agency=agency),
        "requests_app/letter": LetterFactory(request=request, number="示〔2022〕1号"),
        "file": CaseFile.objects.create(request=request, name="示例.pdf", file=ContentFile(b"%PDF-1.7", "a.pdf")),
        "requests_app/proposal": ProposalFactory(agency=agency, item=category_item.item, is_public=True),
        "message": ApplicantMessage.objects.create(
            request=request, kind="correction", submission="1", sent_at=datetime(2026, 3, 9, tzinfo=UTC)
        ),
        "disclosures/complaint": ComplaintFactory(agency=agency),
        "requests_app/resultclass": ResultClassFactory(agency=agency),
        "requests_app/proposalterm": ProposalTermFactory(agency=agency),
        "reports/annualreport": AnnualReportFactory(agency=agency),
        "reports/outlinesection": OutlineSectionFactory(agency=agency),
        "reports/formerreport": FormerReportFactory(agency=agency, year=2020),
        "reports/deliveries": DeliveryFactory(to_agency=agency, agency=AgencyFactory(parent=agency, has_portal=False)),
        "reports/batches": ReportBatch.objects.create(
            agency=agency, year=2022, user=clerk, state="done", file=ContentFile(b"PK", "a.zip")
        ),
        "auth/user": clerk,
        "clerk": clerk,
        "attachment": Attachment.objects.create(
            item=category_item.item, name="示例.pdf", file=ContentFile(b"%PDF-1.7", "a.pdf")
        ),
        "import": LedgerImport.objects.create(
            user=clerk, agency=agency, file="private/imports/x.xlsx", name="x.xlsx", result={"counts": [], "faults": []}
        ),
    }


def person(name, records):
    if name == "nobody":
        return UserFactory(is_staff=True)
    if name == "superuser":
        return UserFactory(is_superuser=True, is_staff=True)
    if name == "stranger":
        return MembershipFactory(agency=AgencyFactory(has_portal=False), role=Role.MANAGER).user
    return records["clerk"] if name == "clerk" else MembershipFactory(agency=records["agency"], role=name).user


def address_of(pattern, records):
    if "app_label" in pattern:
        return "/admin/disclosures/"
    if pattern.startswith("admin/("):
        return "/admin/no-such-page/"
    parts = pattern.split("/")
    record = records.get("/".join(parts[1:3]))
    values = {
        "<slug:agency>": "bureau",
        "<year4:year>": "2022",
        "<month2:month>": "03",
        "<int:sheet>": "2",
        "<path:object_id>": str(record.pk) if record else "1",
        "<id>": str(record.pk) if record else "1",
        "<path:content_type_id>": "0",
        "<int:item>": str(records["disclosures/item"].pk),
        "<int:version>": "1",
        "<str:name>": "items.csv",
        "<api_code:code>": "bureau",
        "<api_code:agency>": "bureau",
        "<api_year:year>": "2022",
        "<api_version:version>": "1",
        "<api_cell:cell>": "requests.new.total",
        "<api_external:external_id>": "cms-1",
        "<slug:key>": "pdf",
        "<slug:step>": "applicant",
        "<str:token>": "unknown",
        "<path:code>": "requests.new.total",
        "<slug:name>": "items"
        if pattern.startswith("sitemap")
        else "consult"
        if "disclosurerequest" in pattern
        else "submit",
        "<slug:code>": "P1" if "sheet" in pattern else "P2",
        "<slug:what>": "send",
        "<int:file>": str(records["file"].pk),
        "<int:message>": str(records["message"].pk),
    }
    pk = records["import"] if "imports" in pattern else record or records["disclosures/item"]
    if "attachments" in pattern:
        pk = records["attachment"]
    if pattern.startswith("<slug:agency>/documents"):
        pk = records["disclosures/normativedocument"]
    if pattern.startswith("<slug:agency>/proposals"):
        pk = records["requests_app/proposal"]
    if pattern.startswith("<slug:agency>/columns"):
        pk = records["disclosures/category"]
    if pattern.startswith("<slug:agency>/decisions"):
        pk = records["disclosures/administrativedecision"]
    if pattern.startswith("api/v1/"):
        kinds = {
            "categories": "disclosures/category",
            "documents": "disclosures/normativedocument",
            "decisions": "disclosures/administrativedecision",
            "proposals": "requests_app/proposal",
        }
        pk = records.get(kinds.get(parts[2], "disclosures/item"))
    values["<int:pk>"] = values["<api_key:pk>"] = str(pk.pk)
    values["<int:number>"] = "0"
    for name, value in values.items():
        pattern = pattern.replace(name, value)
    query = f"?agency={records['agency'].pk}" if pattern.endswith("export/") else ""
    return f"/{pattern}{query}"


def expected(pattern, who):
    row = TABLE[pattern]
    through = next((int(mark[1:]) for mark in row if mark.startswith("=")), 200)
    if pattern == "admin/login/":
        return {302} if who in STAFF else {200}
    if who in row:
        return {through}
    if who in ("anonymous", "nobody"):
        return {302}  # to the login page
    # Another agency's record is not there at all; one's own is forbidden.
    return {403, 404, 302} if who == "stranger" else {403, 302, 404}


@pytest.mark.parametrize("who", PEOPLE)
def test_every_address_answers_each_person_as_the_table_says(client, records, settings, who):
    settings.FONTS_DIR = settings.FONTS_DIR / "absent"  # a PDF costs a second; asked for, it says what is missing
    if who != "anonymous":
        client.force_login(person(who, records))
    client.raise_request_exception = False

    wrong = {}
    for pattern in TABLE:
        address = address_of(pattern, records)
        status = client.get(address).status_code
        wanted = expected(pattern, who)
        if pattern.endswith(("/pdf/", "admin/reports/annualreport/<int:pk>/files/<slug:key>/")) and wanted == {200}:
            wanted = {302}  # back to the workspace with the message
        if status not in wanted:
            wrong[address] = (status, wanted)

    assert wrong == {}
