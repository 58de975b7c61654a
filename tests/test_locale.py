"""The back office speaks Chinese: what the admin theme and the import-export library leave in English is ours."""

import ast
import re
from pathlib import Path

import django.contrib.admin
import django.contrib.auth
import import_export
import polib
import pytest
import unfold
from django.utils import translation
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation.template import templatize

CATALOGUE = Path(__file__).resolve().parent.parent / "locale" / "zh_Hans" / "LC_MESSAGES"
FUNCTIONS = {"_": gettext, "gettext": gettext, "ngettext": ngettext, "pgettext": pgettext}
FUNCTIONS |= {f"{name}_lazy": function for name, function in FUNCTIONS.items()}
# What makemessages makes of a template: calls with plain strings, the rest blotted out.
STRING = r"""u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
CALL = re.compile(rf"\b(_|[np]?gettext)\(\s*{STRING}(?:\s*,\s*{STRING})?")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|<[^>]+>")
# Proper nouns, and names of options in a message that only a developer can meet.
STAY = {"Django", "Excel", "use_natural_foreign_keys", "key_is_id", "True"}


def texts_of(folder):
    """(function, its strings) of every translated text in the templates and modules under ``folder``."""
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".html":
            for name, *strings in CALL.findall(templatize(path.read_text("utf-8"), origin=str(path))):
                yield name, tuple(ast.literal_eval(string) for string in strings if string)
        elif path.suffix == ".py":
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS:
                    strings = [part.value for part in node.args if isinstance(part, ast.Constant)]
                    if strings:
                        yield node.func.id, tuple(text for text in strings if isinstance(text, str))


def english_in(text):
    return set(re.findall(r"[A-Za-z_]{2,}", PLACEHOLDER.sub(" ", text))) - STAY


TEXTS = sorted({text for package in (unfold, import_export) for text in texts_of(Path(package.__file__).parent)})


def entries():
    return polib.pofile(str(CATALOGUE / "django.po"))


def test_compiled_catalogue_is_the_source_compiled():
    assert (CATALOGUE / "django.mo").read_bytes() == entries().to_binary(), "run: make catalogue"


@pytest.mark.parametrize("name, strings", TEXTS)
def test_every_text_of_the_libraries_is_chinese(name, strings):
    function = FUNCTIONS[name]
    numbers = (2,) if function is ngettext else ()

    with translation.override("zh-hans"):
        shown = function(*strings, *numbers)

    assert english_in(shown) == set()


def test_texts_are_found_in_templates_and_modules(tmp_path):
    """The twin: what is scanned for is found however it is written, and English is noticed."""
    (tmp_path / "page.html").write_text(
        "{% load i18n %}{% trans 'One word' %}{% include 'x' with title=_('Two words') %}"
        "{% blocktrans count n=n %}{{ n }} row{% plural %}{{ n }} rows{% endblocktrans %}"
    )
    (tmp_path / "module.py").write_text('x = _("Three " "words")\n')

    assert set(texts_of(tmp_path)) == {
        ("gettext", ("One word",)),
        ("_", ("Two words",)),
        ("ngettext", ("%(n)s row", "%(n)s rows")),
        ("_", ("Three words",)),
    }
    assert english_in("Django 的 %(name)s 有 <b>rows</b>") == {"rows"}


def test_catalogue_says_nothing_that_the_libraries_do_not_ask():
    # Django's own Chinese leaves blanks in the middle of a sentence.
    admin, auth = (Path(package.__file__).parent for package in (django.contrib.admin, django.contrib.auth))
    asked = {string for _, strings in (*TEXTS, *texts_of(admin), *texts_of(auth)) for string in strings}

    assert {entry.msgid for entry in entries()} - asked == set()


def test_translations_keep_the_placeholders():
    for entry in entries():
        for translated in [entry.msgstr, *entry.msgstr_plural.values()]:
            if translated:
                assert set(PLACEHOLDER.findall(translated)) == set(PLACEHOLDER.findall(entry.msgid)), entry.msgid
