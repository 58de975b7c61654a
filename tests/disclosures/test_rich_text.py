"""The allow-list of formatted text, and what is nested deeper than the release gate reads."""

import time

import pytest

from disclosures import rich_text
from disclosures.gate.markup import Markup
from disclosures.rich_text import sanitise

NUMBER = "11010519491231002X"


@pytest.mark.parametrize("tag", ["div", "b", "span", "blockquote", "ul><li", "table><tr><td"])
@pytest.mark.parametrize("levels", [59, 61, 260, 999, 1001])
@pytest.mark.parametrize("closed", [True, False])
def test_gate_reads_all_that_is_shown_however_deep_it_lies(tag, levels, closed):
    ends = "".join(f"</{name}>" for name in reversed(tag.split("><")))
    deep = f"<{tag}>" * levels + "x" + (ends * levels if closed else "")

    for html in (deep.replace("x", NUMBER), f"{deep}<p>{NUMBER}</p>"):
        shown = sanitise(html)
        assert NUMBER in shown and NUMBER in Markup(shown).text


def test_twin_deeper_the_gate_cannot_read(monkeypatch):
    monkeypatch.setattr(rich_text, "DEEPEST", 10_000)

    with pytest.raises(RecursionError):
        Markup(sanitise("<b>" * 999 + NUMBER))


def test_ends_of_what_never_began_hide_no_depth():
    deep = "<b>" * 300 + "x"

    assert sanitise("</b>" * 500 + deep) == sanitise('<a title="' + "</b>" * 500 + f'"></a>{deep}') == "<p>x</p>"


def test_depth_costs_no_time():
    began = time.monotonic()
    sanitise("<div>" * 100_000)

    assert time.monotonic() - began < 5  # a hundred seconds where it is cleaned as it is


def test_what_offices_write_stays_as_it_is():
    written = (
        '<p class="signature">示例局<br>2026年3月1日</p><ul><li><p>一</p></li></ul>'
        "<table><tbody><tr><td>1</td></tr></tbody></table>"
    )

    assert sanitise(written) == written
    assert sanitise("<p>段" * 3000) == "<p>段</p>" * 3000
    assert sanitise("<ul>" + "<li>项" * 3000 + "</ul>") == "<ul>" + "<li>项</li>" * 3000 + "</ul>"
    assert sanitise(sanitise(written)) == sanitise(written)


def test_a_text_of_any_length_is_read_to_its_end():
    assert NUMBER in Markup("<p>" + "x" * 10_500_000 + NUMBER + "</p>").text
