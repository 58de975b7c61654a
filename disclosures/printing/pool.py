"""Many PDFs at once: some child processes, each printing one document after the other."""

from collections.abc import Hashable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from itertools import islice
from queue import SimpleQueue
from types import TracebackType
from typing import Any, TypeVar

from disclosures.printing.pdf import Renderer, RenderingFailed

Key = TypeVar("Key", bound=Hashable)


class Renderers:
    """``with Renderers(processes=2) as pool: for key, pdf in pool.render_all(pages): …``"""

    def __init__(self, processes: int = 2) -> None:
        self._number = processes

    def __enter__(self) -> "Renderers":
        with ExitStack() as stack:
            renderers = [stack.enter_context(Renderer()) for _ in range(self._number)]
            # Left last: a page still in work is waited for, at most as long as it may take.
            self._threads = stack.enter_context(ThreadPoolExecutor(self._number))
            self._stack = stack.pop_all()
        self._faces = renderers[0].font_faces()
        self._free: SimpleQueue[Renderer] = SimpleQueue()
        for renderer in renderers:
            self._free.put(renderer)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def font_faces(self) -> str:
        """``@font-face`` rules for the pages' own style elements."""
        return self._faces

    def render_all(
        self, pages: Iterable[tuple[Key, str, dict[str, Any]]]
    ) -> Iterator[tuple[Key, bytes | RenderingFailed]]:
        """For each (key, HTML, options of ``Renderer.render``) its key with the PDF or why there is none, as they end.

        Pages are asked for in the caller's thread, when a child is about to be free: a query or a template in there
        runs beside the children, and no more pages are held than there are children and one for each to begin next.
        """
        coming = iter(pages)
        working: dict[Future[bytes], Key] = {}
        try:
            while True:
                for key, html, options in islice(coming, 2 * self._number - len(working)):
                    working[self._threads.submit(self._render, html, options)] = key
                if not working:
                    return
                for ended in wait(working, return_when=FIRST_COMPLETED).done:
                    failed = ended.exception()
                    if failed is not None and not isinstance(failed, RenderingFailed):
                        raise failed
                    key = working.pop(ended)
                    yield key, failed if isinstance(failed, RenderingFailed) else ended.result()
        finally:
            for future in working:
                future.cancel()

    def _render(self, html: str, options: dict[str, Any]) -> bytes:
        renderer = self._free.get()
        try:
            return renderer.render(html, **options)
        finally:
            self._free.put(renderer)
