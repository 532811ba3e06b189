"""Somebody who has signed in: what they open and send, as a browser does."""

import re
from typing import Any

import httpx

from console.entrance import Entrance

from .conftest import ADDRESS, Site


class Visit:
    """Opens pages as one account of a role."""

    def __init__(self, site: Site, account: str) -> None:
        self._site = site
        self._account = account
        self._browser = httpx.AsyncClient(transport=httpx.ASGITransport(site.app), base_url=ADDRESS)

    async def opens(self, path: str, **asked: str) -> httpx.Response:
        """Sign in, for the test's clock may have gone on by hours, and open a page."""
        cookie = self._site.parts.visitors.begins(self._account, "signed in for a test")
        self._browser.cookies.set(Entrance(self._site.parts).cookie, cookie)
        return await self._browser.get(path, params=asked or None)

    async def sends(self, page: httpx.Response, **said: Any) -> httpx.Response:
        """Send the form of a page, with the hidden fields that stand in it."""
        held: dict[str, Any] = {}
        form = page.text.partition('<form method="post"')[2].partition("</form>")[0]
        for name, value in re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)">', form):
            held.setdefault(name, []).append(value)
        where = re.search(r'action="([^"]*)"', form.partition(">")[0])
        path = where[1] if where else page.url.raw_path.decode()
        return await self._browser.post(path, data={**held, **said})
