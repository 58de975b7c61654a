"""How a day is written: 2026年1月31日, without leading zeros (GB/T 15835, GB/T 9704)."""

from datetime import date


def told(day: date | None) -> str:
    """Empty for no day."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""
