"""The accessibility statement, for anybody."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from console.entrance import Page
from console.parts import Parts
from console.rendering import render


class StatementPage:
    """Answers whoever asks how accessible these pages are."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def pages(self) -> list[Page]:
        """Return the page."""
        return [Page("/accessibility", self.opened)]

    async def opened(self, _: Request) -> Response:
        """Show it."""
        training = self._parts.settings.training == "yes"
        title = "Accessibility of these pages"
        return HTMLResponse(render("accessibility.html", base=self._parts.base, title=title, training=training))
