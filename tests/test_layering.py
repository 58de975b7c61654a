"""Arrows go one way: reports → requests_app → disclosures; config joins them, nothing joins config."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FORBIDDEN = {
    "disclosures": {"requests_app", "reports", "config"},
    "requests_app": {"reports", "config"},
    "reports": {"config"},
}


def imports_of(source):
    """(line, top-level package) of each import, those inside functions included."""
    for node in ast.walk(ast.parse(source)):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
        for name in names:
            yield node.lineno, name.split(".")[0]


def offences(root):
    return [
        f"{path.relative_to(root)}:{line} imports {package}"
        for app, forbidden in FORBIDDEN.items()
        for path in sorted((root / app).rglob("*.py"))
        for line, package in imports_of(path.read_text("utf-8"))
        if package in forbidden
    ]


def test_no_app_imports_one_above_it():
    assert offences(ROOT) == []


def test_an_arrow_the_wrong_way_is_named(tmp_path):
    """The twin."""
    for app in FORBIDDEN:
        (tmp_path / app).mkdir()
    (tmp_path / "disclosures" / "views.py").write_text("def f():\n    from reports import figures\n")

    assert offences(tmp_path) == ["disclosures/views.py:2 imports reports"]


def test_rules_know_no_database_and_no_clock():
    pure = (
        "disclosures/working_days.py",
        "disclosures/state_council_notices.py",
        "disclosures/terms.py",
        "requests_app/clocks.py",
        "requests_app/fees.py",
        "requests_app/contact_data.py",
        "reports/text/statements.py",
        "reports/money.py",
    )
    for name in pure:
        source = (ROOT / name).read_text("utf-8")
        assert "django" not in {package for _, package in imports_of(source)}, name
        assert ".today(" not in source and ".now(" not in source, name
