"""What a browser sends with a form, and whether it came from a page of ours."""

from collections.abc import Sequence
from urllib.parse import parse_qsl

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from .guard import body_of

LARGEST_FORM = 256 * 1024
"""Bytes. A text may hold 20,000 characters, and each may be written as nine."""
MOST_FIELDS = 400


async def form_of(request: Request) -> FormData:
    """Return the fields of a form that was sent as a link's are, each as often as it was sent.

    Raises:
        TooLarge: more was sent than a form of ours sends.
        ValueError: it is no form.
    """
    body = await body_of(request, LARGEST_FORM)
    fields: list[tuple[str, str | UploadFile]] = [*parse_qsl(body, keep_blank_values=True, max_num_fields=MOST_FIELDS)]
    return FormData(fields)


def text(form: FormData, name: str) -> str:
    """Return what was typed into a field, without blanks around it and with plain ends of lines; empty for none."""
    said = form.get(name, "")
    return "\n".join(said.splitlines()).strip() if isinstance(said, str) else ""


def texts(form: FormData, name: str) -> Sequence[str]:
    """Return everything that was typed into, or chosen in, the fields of one name; without those left empty."""
    return [one for said in form.getlist(name) if isinstance(said, str) and (one := said.strip())]
