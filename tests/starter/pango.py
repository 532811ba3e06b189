"""What makes PDFs, for the tests of them."""

import os

import pytest

from adapters.export.pdf import CannotMakePdf, PdfWriter


def writer() -> PdfWriter:
    """Return it; a test without it is skipped, and fails where nothing may be."""
    try:
        return PdfWriter()
    except CannotMakePdf as missing:
        said = f"No PDF is tried. {missing}"
        if os.environ.get("ESCALATION_REQUIRE_PANGO") == "1":
            pytest.fail(said)
        pytest.skip(said)
