"""Pages printed for tests, all by one child process: starting it takes longer than a page."""

from disclosures.printing.pdf import PRINT_CSS, Renderer

_shared: list[Renderer] = []


def page_of(body: str, font_faces: str) -> str:
    style = font_faces + PRINT_CSS.read_text("utf-8")
    return f"<html lang=zh-CN><head><title>示例</title><style>{style}</style></head><body>{body}</body></html>"


def printed(body: str, **options) -> bytes:
    if not _shared:
        _shared.append(Renderer().__enter__())
    return _shared[0].render(page_of(body, _shared[0].font_faces()), **options)


def printed_alone(body: str, **options) -> bytes:
    """By a child of its own."""
    with Renderer() as renderer:
        return renderer.render(page_of(body, renderer.font_faces()), **options)


def end() -> None:
    while _shared:
        _shared.pop().__exit__(None, None, None)
