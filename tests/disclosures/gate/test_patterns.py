"""Recall and precision of the search for personal data, kind by kind, on a corpus made from a seed."""

import pytest

from disclosures.gate.patterns import Kind, find, mask
from tests.disclosures.gate import corpus

LEAKS = [sample for kind in Kind for sample in corpus.leaks(kind)]
FEWEST = 200


@pytest.mark.parametrize("sample", LEAKS, ids=lambda sample: f"{sample.kind}-{sample.text!a}")
def test_every_leak_is_found_and_covered(sample):
    hits = find(sample.text, on=corpus.DAY)

    assert sample.kind in [hit.kind for hit in hits], sample.text
    covered = mask(sample.text, hits)
    assert all(sample.text[hit.start : hit.end] == hit.text for hit in hits)
    assert sample.secret.lower() not in covered.lower(), covered
    assert find(covered, on=corpus.DAY) == [], covered


@pytest.mark.parametrize("kind", Kind)
def test_what_only_looks_so_is_left_alone(kind):
    near = corpus.near_misses(kind)
    true = corpus.leaks(kind)
    wrong = [(sample.text, hit.text) for sample in near for hit in find(sample.text, on=corpus.DAY) if hit.kind is kind]
    more = [
        (sample.text, [hit.text for hit in hits])
        for sample in true
        if len(hits := [hit for hit in find(sample.text, on=corpus.DAY) if hit.kind is kind]) > 1
    ]
    precision = len(true) / (len(true) + len(wrong) + len(more))

    assert len({sample.text for sample in near}) >= FEWEST and len({sample.text for sample in true}) >= FEWEST
    assert precision >= 0.99, wrong + more
    assert wrong + more == []


@pytest.mark.parametrize("kind", Kind)
def test_what_only_looks_so_is_nothing_else_either(kind):
    found = [
        (sample.text, hit.kind.label, hit.text)
        for sample in corpus.near_misses(kind)
        for hit in find(sample.text, on=corpus.DAY)
    ]

    assert found == []
