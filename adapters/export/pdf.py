"""The page of a case as a PDF: the same page, tagged for those who hear it read, with nothing from elsewhere.

WeasyPrint makes it, of the extra `pdf`, with the machine's Pango and fonts.
"""

import io
import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any, NoReturn

VARIANT = "pdf/ua-1"
"""ISO 14289-1: tagged, with a language and a title."""
PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core"
"""Debian's, from bookworm on."""
_BREAKS = 60
"""Letters after which a word may go on in the next line: to lay out one of thousands takes WeasyPrint minutes."""
_LONG_RUN = re.compile(rf"(?:&[#\w]+;|[^\s<>&]){{{_BREAKS}}}")
_MISSING = re.compile(r"\(U\+([0-9A-F]{4,6})\)")


class CannotMakePdf(Exception):  # noqa: N818 - reads as a sentence
    """This machine lacks what a PDF needs: one sentence with the mend."""


class PdfWriter:
    """Makes PDFs. One page comes to the same bytes each time, by one version of WeasyPrint with the same fonts."""

    def __init__(self) -> None:
        """Look for all that is needed.

        Raises CannotMakePdf.
        """
        self._weasyprint = _loaded()
        self.missing = set[str]()
        """Characters for which this machine has no font: a box stands in the place of each."""

    def write(self, page: bytes) -> bytes:
        """Return a page of `write_page` as a PDF."""
        from weasyprint.urls import FatalURLFetchingError, URLFetcher

        class Nothing(URLFetcher):  # type: ignore[misc]
            """The page needs no other file. Whatever comes to ask for one is a fault, and reaches nothing."""

            def fetch(self, *_: object, **__: object) -> NoReturn:
                raise FatalURLFetchingError("A page of a case asked for another file.")

        with self._missing_noted():
            document = self._weasyprint.HTML(string=_with_breaks(page.decode()), url_fetcher=Nothing())
            made: bytes = document.write_pdf(pdf_variant=VARIANT)
        return made

    @contextmanager
    def _missing_noted(self) -> Iterator[None]:
        """Take what WeasyPrint logs: it names single characters of what people wrote, which belong into no log."""
        logger, taken = logging.getLogger("weasyprint"), _Taken()
        logger.addHandler(taken)
        passed_on, logger.propagate = logger.propagate, False
        try:
            yield
        finally:
            logger.removeHandler(taken)
            logger.propagate = passed_on
        self.missing |= {chr(int(found[1], 16)) for said in taken.said if (found := _MISSING.search(said))}


def _with_breaks(page: str) -> str:
    """Return the page with places at which a word without end may be broken; nothing else in it is changed."""
    head, body, rest = page.partition("<body>")
    parts = re.split(r"(<[^>]*>)", rest)
    parts[::2] = (_LONG_RUN.sub(lambda run: f"{run[0]}<wbr>", text) for text in parts[::2])
    return f"{head}{body}{''.join(parts)}"


class _Taken(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


def _loaded() -> Any:
    """Return WeasyPrint once it has found its libraries and a font: without a font, Pango ends the whole process."""
    with warnings.catch_warnings(), redirect_stdout(io.StringIO()):  # it prints advice of its own
        warnings.simplefilter("ignore")
        warnings.filterwarnings("error", ".*Expect ugly output", UserWarning)
        try:
            import weasyprint
        except ImportError:
            raise CannotMakePdf(
                "No PDF can be made here, and nothing was written, for WeasyPrint is not installed: install this "
                "program with its extra `pdf` (docs/deployment.md), or leave out --pdf."
            ) from None
        except OSError:
            raise _lacks("Pango is not on this machine") from None
        except UserWarning:
            raise _lacks("there is no font on this machine") from None
    return weasyprint


def _lacks(what: str) -> CannotMakePdf:
    return CannotMakePdf(
        f"No PDF can be made here, and nothing was written, for {what}: install what is missing (on Debian "
        f"`apt-get install {PACKAGES}`), or leave out --pdf."
    )
