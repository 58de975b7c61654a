"""Years and months in addresses, always of the same length, so that each page has one address."""

from django.urls import register_converter

from disclosures.asked import FIRST_YEAR, LAST_YEAR


class FourDigits:
    """Years of which there can be records; any other is an address that is not there."""

    regex = "[0-9]{4}"

    def to_python(self, value: str) -> int:
        if not FIRST_YEAR <= int(value) <= LAST_YEAR:
            raise ValueError(value)
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:04d}"


class Month:
    """01 to 12."""

    regex = "0[1-9]|1[0-2]"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:02d}"


def register() -> None:
    """Once, before the addresses of any floor are read."""
    register_converter(FourDigits, "year4")
    register_converter(Month, "month2")
