"""Many documents through a few children: a bad one fails alone, none waits for another, nothing stays behind."""

import os
import threading
from io import BytesIO

import pytest
from pypdf import PdfReader

from disclosures.printing import fonts, pdf_process
from disclosures.printing import pdf as engine
from disclosures.printing.pdf import Renderer, RenderingFailed
from disclosures.printing.pool import Renderers
from tests.printing import page_of

NESTED = "<div>" * 5000 + "x"
ENDLESS = "<table><tr><td colspan=100000>x</td></tr></table>" * 50


@pytest.fixture(autouse=True)
def _fonts_present(settings):
    if not (settings.FONTS_DIR / fonts.FACES[0].file).exists():
        pytest.skip("fonts are not there: make install")


def text_of(pdf):
    return "".join("".join(one.extract_text().split()) for one in PdfReader(BytesIO(pdf)).pages)


def test_one_child_prints_many_and_is_replaced_when_old(monkeypatch):
    monkeypatch.setattr(engine, "DOCUMENTS_A_CHILD", 2)
    started = []
    monkeypatch.setattr(pdf_process, "start", lambda start=pdf_process.start: started.append(start()) or started[-1])

    with Renderer() as renderer:
        texts = [text_of(renderer.render(page_of(f"<p>第{n}份</p>", renderer.font_faces()))) for n in range(3)]

    assert [text.split("—")[0] for text in texts] == ["第0份", "第1份", "第2份"]
    assert len(started) == 2 and all(child.poll() is not None for child in started)


def test_document_that_fails_fails_alone():
    with Renderer() as renderer:
        for bad in (NESTED, "<img alt='' src=http://example.invalid/x>", "<p>\U0003134a</p>"):
            with pytest.raises(RenderingFailed):
                renderer.render(page_of(bad, renderer.font_faces()))

        assert "还在" in text_of(renderer.render(page_of("<p>还在</p>", renderer.font_faces())))


def test_child_that_is_killed_says_so_and_the_next_document_prints():
    with Renderer() as renderer:
        page = page_of("<p>还在</p>", renderer.font_faces())
        renderer.render(page)
        os.kill(renderer._child.process.pid, 9)

        with pytest.raises(RenderingFailed, match="异常终止（-9）"):
            renderer.render(page)
        assert "还在" in text_of(renderer.render(page))


def test_pool_gives_each_page_its_pdf_or_its_reason(monkeypatch, tmp_path):
    monkeypatch.setattr(engine.tempfile, "tempdir", str(tmp_path))
    here, asked_in = threading.get_ident(), set()

    def pages(faces):
        for number in range(6):
            asked_in.add(threading.get_ident())
            body = {2: NESTED, 4: ENDLESS}.get(number, f"<p>第{number}份</p>")
            yield number, page_of(body, faces), {"timeout": 5} if number == 4 else {}

    with Renderers(processes=2) as pool:
        ended = dict(pool.render_all(pages(pool.font_faces())))

    assert sorted(ended) == [0, 1, 2, 3, 4, 5]
    assert {number for number, pdf in ended.items() if isinstance(pdf, bytes)} == {0, 1, 3, 5}
    assert all(f"第{number}份" in text_of(ended[number]) for number in (0, 1, 3, 5))
    assert "嵌套过深" in str(ended[2]) and "超过5秒" in str(ended[4])
    assert asked_in == {here}, "a query in there belongs to the caller's connection"
    assert list(tmp_path.iterdir()) == []


def test_pool_holds_few_pages_and_stops_when_its_caller_does():
    asked = []

    def pages(faces):
        for number in range(50):
            asked.append(number)
            yield number, page_of("<p>x</p>", faces), {}

    with Renderers(processes=1) as pool:
        for _, pdf in pool.render_all(pages(pool.font_faces())):
            assert isinstance(pdf, bytes)
            break

    assert len(asked) <= 3


def test_fault_of_the_caller_is_not_swallowed():
    def pages():
        yield 1, "<p>x</p>", {}
        raise KeyError("a report that is not there")

    with Renderers(processes=1) as pool, pytest.raises(KeyError):
        list(pool.render_all(pages()))


def test_site_answers_while_a_document_runs_wild(client, db):
    ended = []

    def run_wild():
        with Renderer() as renderer:
            try:
                renderer.render(page_of(ENDLESS, renderer.font_faces()), timeout=6)
            except RenderingFailed as failed:
                ended.append(str(failed))

    thread = threading.Thread(target=run_wild)
    thread.start()
    answers = [client.get("/healthz").status_code for _ in range(20)]
    still_running = thread.is_alive()
    thread.join()

    assert answers == [200] * 20 and still_running
    assert "超过6秒" in ended[0]
