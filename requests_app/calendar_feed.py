"""Due dates in a person's own calendar (RFC 5545), behind a token that only they have."""

import secrets
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from disclosures import access
from requests_app.desk import due_work
from requests_app.models import CalendarFeed

TOKEN_BYTES = 24  # 192 bits
MOST = 500


def hashed(token: str) -> str:
    return salted_hmac("requests_app.calendar_feed", token, algorithm="sha256").hexdigest()


def renew(*, user: Any) -> str:
    """A new token, told once; the one before no longer works."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    CalendarFeed.objects.update_or_create(user=user, defaults={"token_hash": hashed(token)})
    return token


def revoke(*, user: Any) -> None:
    CalendarFeed.objects.filter(user=user).delete()


def address(token: str) -> str:
    return settings.SITE_URL + reverse("calendar_feed", args=[token])


def events(user: Any, day: date, made_at: datetime) -> bytes:
    """The person's open work, an all-day entry at each last day."""
    from icalendar import Calendar, Event  # slow to load, and every command line would wait for it

    calendar = Calendar()
    calendar.add("prodid", "-//Gongkai//due dates//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "政府信息公开到期日")
    for due in due_work(user, day, most=MOST):
        entry = Event()
        entry.add("uid", f"{due.kind}-{due.pk}@{settings.SITE_URL.split('//')[-1]}")
        entry.add("dtstamp", made_at)
        entry.add("dtstart", due.due_on)
        entry.add("summary", f"{due.name} 答复期限")
        entry.add("url", settings.SITE_URL + reverse(f"admin:requests_app_{due.kind}_change", args=[due.pk]))
        calendar.add_component(entry)
    return calendar.to_ical()


def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The same answer for a token that never was, one revoked, and a person who has gone."""
    found = CalendarFeed.objects.select_related("user").filter(token_hash=hashed(token)).first()
    if found is None or not found.user.is_active or not access.is_staff_member(found.user):
        raise Http404
    response = HttpResponse(
        events(found.user, timezone.localdate(), timezone.now()), content_type="text/calendar; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="due.ics"'
    response["Cache-Control"] = "private, no-store"
    return response
