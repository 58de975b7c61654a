"""What is public already and may be what somebody is about to ask for."""

from typing import Any

from disclosures.models import Agency

try:
    from disclosures.search import suggest
except ImportError:  # the search is not here yet

    def suggest(agency: Agency, text: str) -> list[Any]:
        return []


__all__ = ["suggest"]
