"""全文检索 over what is public: one entry an object, an index of pairs of characters, kept in step with the records."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from disclosures.models import Agency, SearchEntry


def suggest(agency: "Agency | None", text: str) -> "list[SearchEntry]":
    """Up to five public entries that a description in whole sentences speaks of, the nearest first.

    Each has ``title``, ``address`` and ``day``. ``agency`` None asks all of them.
    """
    from disclosures.search import suggesting  # models are not ready while the apps are being loaded

    return suggesting.suggest(agency, text)
