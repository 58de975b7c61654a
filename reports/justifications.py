"""A broken identity that a named person answers for: the report may be issued, and says why."""

from collections.abc import Iterable, Mapping

from reports import checks
from reports.models import Justification

# These are put right in the report itself; no reason makes a report with a gap in it.
NEVER = {"N-BIND", "STRUCT", "B-NONNEG"}


def may_be_justified(result: checks.Result) -> bool:
    return result.holds is False and result.level == "error" and result.id not in NEVER


def used(results: Iterable[checks.Result], reasons: Iterable[Justification]) -> tuple[Mapping[str, str], ...]:
    """The reasons given for what does not hold now; one for a rule that holds again is left aside."""
    given = {(reason.rule, reason.cell): reason for reason in reasons}
    broken: dict[tuple[str, str], str] = {}
    for result in results:
        if may_be_justified(result):
            broken.setdefault((result.id, result.cell), result.message)
    return tuple(
        {
            "rule": rule,
            "cell": cell,
            "message": message,
            "reason": given[rule, cell].reason,
            "by": given[rule, cell].by_name,
        }
        for (rule, cell), message in broken.items()
        if (rule, cell) in given
    )


def open_errors(results: Iterable[checks.Result], justified: Iterable[Mapping[str, str]]) -> list[checks.Result]:
    """Errors that stand in the way of issuing."""
    answered = {(each["rule"], each["cell"]) for each in justified}
    return [result for result in checks.failures(results, "error") if (result.id, result.cell) not in answered]


def notes(justified: Iterable[Mapping[str, str]]) -> tuple[str, ...]:
    """One sentence each, printed under 数据统计需要说明的事项."""
    return tuple(f"{each['message'].rstrip('。')}。说明：{each['reason'].rstrip('。')}。" for each in justified)
