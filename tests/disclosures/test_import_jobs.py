"""An import as a job: progress, cancelling, dying, confirming once, undoing."""

import os
import signal
import subprocess
import sys
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from disclosures import actions, background, history
from disclosures.ledger import jobs
from disclosures.models import (
    AdministrativeDecision,
    FeeCollection,
    HistoryEntry,
    ImportedRow,
    Item,
    LedgerImport,
    LedgerImportState,
    Publication,
    Role,
)
from requests_app.models import DisclosureRequest, Dispute, Letter, RequestEvent
from tests.disclosures.test_ledger import ITEM, REQUEST, book
from tests.factories.disclosures import CategoryFactory, ChannelFactory, MembershipFactory
from tests.factories.requests_app import LetterFactory

State = LedgerImportState
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def manager(db):
    membership = MembershipFactory(role=Role.MANAGER)
    CategoryFactory(agency=membership.agency, name=ITEM["栏目"])
    ChannelFactory(agency=membership.agency, name=ITEM["发布渠道"])
    return membership


def upload(manager, stream, name="台账.xlsx"):
    file = SimpleUploadedFile(name, stream.getvalue())
    return jobs.start(upload=file, agency=manager.agency, by=manager.user)


def imported(manager, stream):
    job = upload(manager, stream)
    assert job.state == State.CHECKED, job.result
    jobs.confirm(job)
    job.refresh_from_db()
    assert job.state == State.DONE, job.result
    return job


WATCHED = (Item, Publication, AdministrativeDecision, FeeCollection, DisclosureRequest, RequestEvent, Dispute)


def everything():
    """All rows of all ledgers, but for what tells the time of their last change."""
    ignored = {"updated_at", "version", "id_number", "contact"}
    return {
        model.__name__: [
            {name: value for name, value in row.items() if name not in ignored}
            for row in model.objects.order_by("pk").values()
        ]
        for model in WATCHED
    }


# Check and confirmation


def test_check_writes_nothing_and_takes_no_lock(manager, django_assert_num_queries):
    job = upload(manager, book(公开信息=[ITEM], 依申请公开=[REQUEST]))

    assert job.state == State.CHECKED and job.rows_done == job.rows_total == 2
    assert not Item.objects.exists() and not HistoryEntry.objects.exists()
    assert [counts[:2] for counts in job.result["counts"]] == [["公开信息", 1], ["依申请公开", 1]]
    assert any(ITEM["标题"] in row for _, _, rows in job.result["new"] for row in rows)


def test_row_that_points_to_a_row_of_the_same_file_is_checked(manager):
    dispute = {"案件类型": "行政复议", "案号": "示复〔2022〕1号", "登记编号": "2022-0009", "受理日期": date(2022, 5, 6)}
    request = {**REQUEST, "登记编号": "2022-0009"}

    job = upload(manager, book(依申请公开=[request], 复议诉讼=[dispute]))

    assert job.state == State.CHECKED, job.result["faults"]
    assert not DisclosureRequest.objects.exists() and not Dispute.objects.exists()


def test_what_will_change_is_shown_from_and_to(manager):
    imported(manager, book(公开信息=[{**ITEM, "内容概述": "旧的"}]))

    job = upload(manager, book(公开信息=[{**ITEM, "内容概述": "新的"}]))

    assert job.result["changed"][0][1][0][1] == {"内容概述": ["旧的", "新的"]}


def test_preview_keeps_no_identity(manager):
    job = upload(manager, book(依申请公开=[{**REQUEST, "申请人名称": "甲乙丙丁", "证件号码": "370000199001010000"}]))

    assert "甲乙丙丁" not in str(job.result) and "3700001990" not in str(job.result)


def test_confirming_twice_writes_once(manager):
    job = upload(manager, book(公开信息=[ITEM]))

    jobs.confirm(job)
    jobs.confirm(job)
    jobs.write.call(job.pk)

    assert Item.objects.count() == 1 and ImportedRow.objects.count() == 1


@pytest.mark.parametrize("state", [State.REFUSED, State.CANCELLED, State.DONE, State.UNDONE, State.QUEUED])
def test_only_what_was_checked_is_written(manager, state):
    job = upload(manager, book(公开信息=[ITEM]))
    LedgerImport.objects.update(state=state)

    jobs.confirm(job)

    assert not Item.objects.exists()


def test_right_that_was_taken_away_meanwhile_is_asked_anew(manager):
    job = upload(manager, book(公开信息=[ITEM]))
    manager.delete()

    jobs.confirm(job)

    job.refresh_from_db()
    assert job.state == State.REFUSED and "没有导入这张表的权限" in str(job.result) and not Item.objects.exists()


# Long work


def many(rows):
    return book(公开信息=[{**ITEM, "标题": f"示例信息{place}", "索引号": f"A/{place}"} for place in range(rows)])


def test_long_file_waits_in_the_queue_and_tells_how_far_it_is(manager, monkeypatch, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    monkeypatch.setattr(jobs, "SMALL", 0)
    monkeypatch.setattr(jobs, "TOLD_EVERY", 0)
    told = []
    monkeypatch.setattr(
        jobs.LedgerImport.objects, "filter", watched(jobs.LedgerImport.objects.filter, told), raising=False
    )
    job = upload(manager, many(120))
    assert job.state == State.QUEUED and job.is_running

    jobs.check.call(job.pk)

    job.refresh_from_db()
    assert job.state == State.CHECKED
    assert told[-2:] == [50, 100]


def watched(filter_, told):
    """``filter`` whose update notes the rows that were told."""

    def noting(*args, **kwargs):
        rows = filter_(*args, **kwargs)
        update = rows.update

        def note(**values):
            if isinstance(values.get("rows_done"), int) and values["rows_done"]:
                told.append(values["rows_done"])
            return update(**values)

        rows.update = note
        return rows

    return noting


def test_check_is_cancelled_between_two_rows(manager, monkeypatch, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    monkeypatch.setattr(jobs, "SMALL", 0)
    monkeypatch.setattr(jobs, "TOLD_EVERY", 0)
    job = upload(manager, many(120))
    LedgerImport.objects.update(cancel_asked=True)

    jobs.check.call(job.pk)

    job.refresh_from_db()
    assert job.state == State.CANCELLED and job.finished_at


@pytest.mark.parametrize("state", [State.QUEUED, State.CHECKED, State.WAITING])
def test_what_nobody_works_on_is_cancelled_at_once(manager, state):
    job = upload(manager, book(公开信息=[ITEM]))
    LedgerImport.objects.update(state=state)

    jobs.cancel(job)

    job.refresh_from_db()
    assert job.state == State.CANCELLED
    jobs.confirm(job)
    assert not Item.objects.exists()


@pytest.mark.parametrize(("state", "after"), [(State.CHECKING, State.CHECKED), (State.WRITING, State.DONE)])
def test_job_whose_process_died_is_told_and_run_again(manager, state, after):
    job = upload(manager, book(公开信息=[ITEM]))
    LedgerImport.objects.update(state=state, alive_at=timezone.now())
    job.refresh_from_db()
    with pytest.raises(ValidationError, match="正在处理"):
        jobs.run_again(job)

    LedgerImport.objects.update(alive_at=timezone.now() - timedelta(minutes=5))
    job.refresh_from_db()
    assert job.is_interrupted(timezone.now())
    jobs.run_again(job)

    job.refresh_from_db()
    assert job.state == after and Item.objects.count() == (1 if after == State.DONE else 0)


@pytest.mark.django_db(transaction=True)
def test_process_killed_while_it_writes_leaves_nothing_and_the_next_run_all(tmp_path):
    """SIGKILL in the middle of the writing transaction, with the program's own settings."""
    if connection.vendor != "sqlite":
        pytest.skip("the file database of this test is SQLite")
    program = ROOT / "tests" / "disclosures" / "killed_import.py"
    environment = os.environ | {"DATA_DIR": str(tmp_path), "DATABASE_URL": ""}

    def run(*args):
        return subprocess.run(
            [sys.executable, program, *args], env=environment, cwd=ROOT, capture_output=True, text=True
        )

    assert run("prepare").stdout.strip() == "checked"
    killed = run("write", "die")
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert run("look").stdout.split() == ["writing", "0", "0"]
    assert run("again").stdout.split() == ["done", "60", "60"]


def test_thread_of_the_web_process_does_what_is_queued(monkeypatch, settings):
    started = []
    monkeypatch.setattr(background.threading, "Thread", lambda **given: started.append(given) or Started())
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

    settings.SEPARATE_WORKER = True
    background.wake()
    assert started == []
    settings.SEPARATE_WORKER = False
    background.wake()
    assert started[0]["daemon"]


class Started:
    def start(self):
        pass


# Undo


def test_undo_takes_out_what_was_added_and_puts_back_what_was_changed(manager):
    decision = {"决定类别": "行政处罚", "决定书文号": "示罚〔2022〕1号", "决定日期": date(2022, 6, 1), "件数": 2}
    fee = {"收费项目": "示例收费", "收费日期": date(2022, 6, 1), "金额（元）": 100, "票据号": "P1"}
    request = {**REQUEST, "登记编号": "2022-0001", "申请内容": "旧的内容"}
    imported(manager, book(公开信息=[ITEM], 行政决定=[decision], 事业性收费=[fee], 依申请公开=[request]))
    CategoryFactory(agency=manager.agency, name="另一栏目")
    corrected = {**REQUEST, "登记编号": "2022-0002", "补正告知日期": date(2022, 3, 4)}
    before = everything()

    job = imported(
        manager,
        book(
            公开信息=[{**ITEM, "栏目": "另一栏目", "内容概述": "新概述"}, {**ITEM, "标题": "又一条", "索引号": "B/2"}],
            行政决定=[{**decision, "件数": 5, "相对人": "某公司"}, {**decision, "决定书文号": "示罚〔2022〕2号"}],
            事业性收费=[{**fee, "金额（元）": 250.5}, {**fee, "票据号": "P2"}],
            依申请公开=[{**request, "申请内容": "新的内容"}, corrected],
        ),
    )
    assert everything() != before
    jobs.undo(job=job, by=manager.user, reason="导错了文件")

    assert everything() == before
    job.refresh_from_db()
    assert (job.state, job.undo_reason) == (State.UNDONE, "导错了文件")
    assert HistoryEntry.objects.filter(what="撤销导入：导错了文件", by=manager.user).count() == 8


def test_undo_asks_for_a_reason(manager):
    job = imported(manager, book(公开信息=[ITEM]))

    for reason in ("", " ", "长" * 201):
        with pytest.raises(ValidationError, match="原因"):
            jobs.undo(job=job, by=manager.user, reason=reason)
    assert Item.objects.exists()


def test_what_was_touched_since_stands_in_the_way(manager):
    job = imported(manager, book(公开信息=[ITEM, {**ITEM, "标题": "又一条", "索引号": "B/2"}]))
    actions.withdraw(item=Item.objects.first(), by=manager.user, reason="有误")
    before = everything()

    with pytest.raises(ValidationError, match="1条在导入以后又办理"):
        jobs.undo(job=job, by=manager.user, reason="导错了")

    assert everything() == before


def test_what_something_depends_on_stands_in_the_way(manager):
    job = imported(manager, book(依申请公开=[{**REQUEST, "登记编号": "2022-0001"}]))
    LetterFactory(request=DisclosureRequest.objects.get())

    with pytest.raises(ValidationError, match="逐条处理"):
        jobs.undo(job=job, by=manager.user, reason="导错了")

    assert DisclosureRequest.objects.exists() and Letter.objects.exists()


def test_second_import_must_be_undone_first(manager):
    first = imported(manager, book(公开信息=[ITEM]))
    second = imported(manager, book(公开信息=[{**ITEM, "内容概述": "新的"}]))

    with pytest.raises(ValidationError, match="1条在导入以后"):
        jobs.undo(job=first, by=manager.user, reason="导错了")
    jobs.undo(job=second, by=manager.user, reason="导错了")

    assert Item.objects.get().summary != "新的"


def test_undone_twice_changes_nothing(manager):
    job = imported(manager, book(公开信息=[ITEM]))
    jobs.undo(job=job, by=manager.user, reason="导错了")

    with pytest.raises(ValidationError, match="已撤销"):
        jobs.undo(job=job, by=manager.user, reason="导错了")


def test_number_that_an_undone_import_gave_is_not_given_again(manager):
    request = {name: value for name, value in REQUEST.items() if name != "登记编号"}
    job = imported(manager, book(依申请公开=[request]))
    given = DisclosureRequest.objects.get().number
    jobs.undo(job=job, by=manager.user, reason="导错了")

    imported(manager, book(依申请公开=[request]))

    assert DisclosureRequest.objects.get().number != given


def test_sealed_identity_is_put_back(manager):
    request = {**REQUEST, "登记编号": "2022-0001", "申请人名称": "甲乙丙丁", "证件号码": "370000199001010000"}
    imported(manager, book(依申请公开=[request]))
    job = imported(manager, book(依申请公开=[{**request, "证件号码": "370000199001010001"}]))
    with connection.cursor() as cursor:
        cursor.execute("SELECT before FROM disclosures_importedrow WHERE job_id = %s", [job.pk])
        assert "3700001990" not in cursor.fetchone()[0]

    jobs.undo(job=job, by=manager.user, reason="导错了")

    assert DisclosureRequest.objects.get().id_number == "370000199001010000"


# On the pages


@pytest.mark.parametrize("what", ["confirm", "cancel", "again", "undo"])
def test_steps_are_the_uploaders_own(client, manager, what):
    job = upload(manager, book(公开信息=[ITEM]))
    client.force_login(MembershipFactory(agency=manager.agency, role=Role.MANAGER).user)

    assert client.post(f"/admin/ledger/imports/{job.pk}/{what}/", {"reason": "x"}).status_code == 404
    assert client.get(f"/admin/ledger/imports/{job.pk}/").status_code == 404
    assert client.get(f"/admin/ledger/imports/{job.pk}/?as=json").status_code == 404
    job.refresh_from_db()
    assert job.state == State.CHECKED


def test_page_tells_the_script_how_far_it_is(client, manager):
    job = upload(manager, book(公开信息=[ITEM]))
    LedgerImport.objects.update(state=State.CHECKING, rows_done=30, rows_total=120, alive_at=timezone.now())
    client.force_login(manager.user)

    told = client.get(f"/admin/ledger/imports/{job.pk}/?as=json").json()
    page = client.get(f"/admin/ledger/imports/{job.pk}/").content.decode()

    assert told == {"state": "checking", "done": 30, "total": 120, "percent": 25, "running": True}
    assert "30 / 120 行（25%）" in page and 'http-equiv="refresh"' in page


def test_undo_on_the_page_tells_why_not(client, manager):
    job = imported(manager, book(公开信息=[ITEM]))
    actions.withdraw(item=Item.objects.get(), by=manager.user, reason="有误")
    client.force_login(manager.user)

    page = client.post(f"/admin/ledger/imports/{job.pk}/undo/", {"reason": "导错了"}, follow=True).content.decode()

    assert "不能整批撤销" in page and history.entries_of(Item.objects.get()).last().step == "withdraw"


def test_faulty_rows_come_back_as_a_workbook_to_correct(client, manager):
    job = upload(manager, book(公开信息=[ITEM, {**ITEM, "标题": "日期写错的", "索引号": "B/2", "发布日期": "昨天"}]))
    client.force_login(manager.user)
    page = f"/admin/ledger/imports/{job.pk}/"
    assert job.state == State.REFUSED and "下载错误清单" in client.get(page).content.decode()

    answer = client.get(f"{page}faults/")
    given = openpyxl.load_workbook(BytesIO(answer.content))

    rows = list(given["公开信息"].iter_rows(values_only=True))
    assert rows[0][0] == "错误原因" and len(rows) == 3
    at = next(place for place, row in enumerate(rows) if "“昨天”不是日期" in str(row[0]))
    column = rows[0].index(next(name for name in rows[0] if str(name).startswith("发布日期")))
    given["公开信息"].cell(at + 1, column + 1).value = date(2022, 3, 1)
    stream = BytesIO()
    given.save(stream)
    imported(manager, stream)
    assert set(Item.objects.values_list("title", flat=True)) == {ITEM["标题"], "日期写错的"}


def test_workbook_of_faults_is_the_uploaders_own_and_of_refused_files_only(client, manager):
    job = upload(manager, book(公开信息=[ITEM]))
    client.force_login(manager.user)
    assert client.get(f"/admin/ledger/imports/{job.pk}/faults/").status_code == 404

    faulty = upload(manager, book(公开信息=[{**ITEM, "发布日期": "昨天"}]))
    client.force_login(MembershipFactory(agency=manager.agency, role=Role.MANAGER).user)
    assert client.get(f"/admin/ledger/imports/{faulty.pk}/faults/").status_code == 404


def test_old_uploads_go_with_their_files(manager):
    job = upload(manager, book(公开信息=[ITEM]))
    done = imported(manager, book(公开信息=[ITEM]))
    name, storage = job.file.name, job.file.storage
    LedgerImport.objects.update(created_at=timezone.now() - timedelta(days=2))

    long_ago = timezone.now() - timedelta(days=2)
    DBTaskResult.objects.create(
        status="SUCCESSFUL",
        finished_at=long_ago,
        args_kwargs={"args": [], "kwargs": {}},
        task_path="x",
        backend_name="x",
    )
    jobs.forget_old()

    assert not DBTaskResult.objects.exists()
    assert list(LedgerImport.objects.all()) == [done] and not storage.exists(name)
    assert ImportedRow.objects.exists()
    LedgerImport.objects.update(created_at=timezone.now() - timedelta(days=200))
    jobs.forget_old()
    assert not ImportedRow.objects.exists()
