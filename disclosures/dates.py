"""How a day is written: 2026年1月31日, without leading zeros (GB/T 15835, GB/T 9704)."""

from datetime import date, datetime

from django.utils import timezone


def told(day: date | None) -> str:
    """Empty for no day."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def told_moment(moment: datetime) -> str:
    """To the minute, in the time of the offices."""
    local = timezone.localtime(moment)
    return f"{told(local)} {local:%H:%M}"
