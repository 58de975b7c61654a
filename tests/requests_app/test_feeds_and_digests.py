"""Due dates that come to the officer: by mail once a working day, and in their own calendar."""

from datetime import date
from io import StringIO
from smtplib import SMTPException

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from icalendar import Calendar

from disclosures.models import Membership, Role
from requests_app import calendar_feed
from requests_app.models import CalendarFeed
from tests.factories.disclosures import MembershipFactory
from tests.factories.requests_app import DisclosureRequestFactory, ProposalFactory

pytestmark = pytest.mark.django_db

CANARY = "金丝雀某某"
MONDAY = "2026-03-09"


@pytest.fixture
def officer():
    membership = MembershipFactory(role=Role.CASE_OFFICER)
    membership.user.email = "officer@example.cn"
    membership.user.save()
    return membership


def case(officer, due_on, **details):
    given = {"agency": officer.agency, "received_on": date(2026, 2, 2), "applicant_name": CANARY}
    return DisclosureRequestFactory(**{**given, "due_on": due_on, **details})


def digest(day=MONDAY, **options):
    told = StringIO()
    call_command("daily_digest", date=date.fromisoformat(day), stdout=told, stderr=told, **options)
    return told.getvalue()


def test_one_mail_tells_what_is_late_and_due_within_seven_working_days(officer, settings):
    settings.SITE_URL = "https://gk.example"
    late, today = case(officer, date(2026, 3, 6)), case(officer, date(2026, 3, 9))
    week = case(officer, date(2026, 3, 18))
    case(officer, date(2026, 3, 19))  # the eighth working day
    case(officer, date(2026, 3, 9), answered=True, answered_on=date(2026, 3, 3))

    digest()

    (message,) = mail.outbox
    assert message.subject == "到期提醒：3件，其中1件已超期" and message.to == ["officer@example.cn"]
    told = [line for line in message.body.splitlines() if line.startswith("- ")]
    assert [number in line for number, line in zip((late.number, today.number, week.number), told, strict=True)]
    assert "【已超期】" in told[0] and "【今日到期】" in told[1]
    assert f"https://gk.example/admin/requests_app/disclosurerequest/{late.pk}/change/" in message.body
    assert CANARY not in message.body + message.subject


def test_second_run_of_a_day_sends_nothing_more(officer):
    case(officer, date(2026, 3, 9))

    digest()
    digest()
    assert len(mail.outbox) == 1
    digest("2026-03-10")

    assert len(mail.outbox) == 2


@pytest.mark.parametrize("day", ["2026-03-08", "2026-02-17"])
def test_no_mail_on_a_day_off(officer, day):
    case(officer, date(2026, 2, 1))

    assert "不是工作日" in digest(day) and mail.outbox == []


def test_make_up_saturday_is_a_working_day(officer):
    case(officer, date(2026, 2, 1))

    digest("2026-02-14")

    assert len(mail.outbox) == 1


def test_nobody_gets_an_empty_mail_and_who_has_no_address_is_named(officer):
    colleague = MembershipFactory(role=Role.CASE_OFFICER)
    colleague.user.last_name = "无邮箱"
    colleague.user.email = ""
    colleague.user.save()
    case(colleague, date(2026, 3, 9))

    told = digest()

    assert mail.outbox == [] and "无邮箱 没有登记邮箱，有1件" in told


def test_case_of_a_colleague_is_theirs(officer):
    colleague = MembershipFactory(agency=officer.agency, role=Role.CASE_OFFICER)
    colleague.user.email = "colleague@example.cn"
    colleague.user.save()
    case(officer, date(2026, 3, 9), handler=colleague.user)

    digest()

    assert [message.to for message in mail.outbox] == [["colleague@example.cn"]]


def test_one_failing_mail_does_not_stop_the_others_and_is_sent_later(officer, monkeypatch):
    other = MembershipFactory(role=Role.CASE_OFFICER)
    other.user.email = "other@example.cn"
    other.user.save()
    case(officer, date(2026, 3, 9))
    case(other, date(2026, 3, 9))
    send = mail.EmailMessage.send

    def broken(self, *arguments, **options):
        if self.to == ["officer@example.cn"]:
            raise SMTPException("拒收")
        return send(self, *arguments, **options)

    with monkeypatch.context() as failing:
        failing.setattr(mail.EmailMessage, "send", broken)
        with pytest.raises(CommandError, match="1封没有发出"):
            digest()
    assert [message.to for message in mail.outbox] == [["other@example.cn"]]

    digest()

    assert [message.to for message in mail.outbox] == [["other@example.cn"], ["officer@example.cn"]]


def test_dry_run_sends_and_remembers_nothing(officer):
    case(officer, date(2026, 3, 9))

    assert "到期提醒：1件" in digest(dry_run=True)
    assert mail.outbox == []
    digest()
    assert len(mail.outbox) == 1


def test_year_without_a_calendar_is_said(officer):
    with pytest.raises(CommandError, match="2098"):
        digest("2098-03-03")


# The calendar feed


def entries(client, token):
    response = client.get(f"/calendar/{token}.ics")
    assert response.status_code == 200
    found = Calendar.from_ical(response.content).walk("VEVENT")
    return response, {str(each["summary"]): each.decoded("dtstart") for each in found}


def test_feed_holds_my_open_work_by_number_only(client, officer, django_assert_max_num_queries):
    mine = case(officer, date(2026, 3, 30))
    case(officer, None)
    proposal = ProposalFactory(agency=officer.agency, due_on=date(2026, 5, 1))
    case(MembershipFactory(role=Role.CASE_OFFICER), date(2026, 3, 30))
    token = calendar_feed.renew(user=officer.user)

    with django_assert_max_num_queries(7):
        response, found = entries(client, token)

    assert found == {f"{mine} 答复期限": date(2026, 3, 30), f"{proposal} 答复期限": date(2026, 5, 1)}
    assert CANARY not in response.content.decode() and response["Cache-Control"] == "private, no-store"


def test_entry_keeps_its_identity(client, officer):
    case(officer, date(2026, 3, 30))
    token = calendar_feed.renew(user=officer.user)
    uids = [
        [str(each["uid"]) for each in Calendar.from_ical(client.get(f"/calendar/{token}.ics").content).walk("VEVENT")]
        for _ in range(2)
    ]

    assert uids[0] == uids[1] and len(uids[0]) == 1


def test_token_is_long_kept_only_as_a_hash_and_shown_once(client, officer):
    client.force_login(officer.user)

    page = client.post("/admin/calendar-feed/")

    token = page.context["address"].rsplit("/", 1)[1].removesuffix(".ics")
    assert len(token) >= 32 and token not in CalendarFeed.objects.get().token_hash
    assert token in page.content.decode() and token not in client.get("/admin/calendar-feed/").content.decode()
    assert "no-store" in page["Cache-Control"]


def test_feed_ends_with_its_token_the_account_or_the_last_role(client, officer):
    """The twin: each of them alone ends it."""
    first = calendar_feed.renew(user=officer.user)
    assert client.get(f"/calendar/{first}.ics").status_code == 200
    second = calendar_feed.renew(user=officer.user)
    assert [client.get(f"/calendar/{token}.ics").status_code for token in (first, second, "x" * 32)] == [404, 200, 404]

    officer.user.is_active = False
    officer.user.save()
    assert client.get(f"/calendar/{second}.ics").status_code == 404
    officer.user.is_active = True
    officer.user.save()
    assert client.get(f"/calendar/{second}.ics").status_code == 200
    Membership.objects.filter(user=officer.user).delete()
    assert client.get(f"/calendar/{second}.ics").status_code == 404

    MembershipFactory(user=officer.user, role=Role.CASE_OFFICER)
    client.force_login(officer.user)
    client.post("/admin/calendar-feed/", {"revoke": "1"})
    assert client.get(f"/calendar/{second}.ics").status_code == 404


def test_feed_of_an_officer_who_moved_shows_the_new_agency_only(client, officer):
    case(officer, date(2026, 3, 30))
    token = calendar_feed.renew(user=officer.user)
    Membership.objects.filter(user=officer.user).delete()
    moved = MembershipFactory(user=officer.user, role=Role.CASE_OFFICER)
    new = case(moved, date(2026, 4, 30))

    assert list(entries(client, token)[1]) == [f"{new} 答复期限"]
