"""The sentences typed by hand, one by one."""

import pytest

from disclosures.gate.patterns import find, mask
from tests.disclosures.gate.corpus import DAY
from tests.disclosures.gate.written_by_hand import HARMLESS, LEAKS


@pytest.mark.parametrize(("text", "expected"), LEAKS, ids=lambda value: ascii(value) if isinstance(value, str) else "")
def test_a_clerk_would_have_published_it(text, expected):
    hits = find(text, on=DAY)

    assert [(hit.kind, hit.text) for hit in hits] == expected
    assert find(mask(text, hits), on=DAY) == []


@pytest.mark.parametrize("text", HARMLESS, ids=ascii)
def test_an_official_sentence_is_left_alone(text):
    assert [(hit.kind, hit.text) for hit in find(text, on=DAY)] == []
