"""Links: what each opens, and that nobody can make or alter one without the key."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.links import LEAD, SHORTEST_KEY, Linked, Links, NoSuchLink
from domain.case.effects import Notice, Recipient

from .conftest import minimal

ADDRESS = "https://escalations.partnership.example.org"
KEY, OLD = "k" * SHORTEST_KEY, "o" * SHORTEST_KEY
LINKS = Links(ADDRESS, (KEY,))
ON_CALL = Recipient(role=LEAD, title="safeguarding lead on call")
CASE = "ESC-7K2M-9QX4"


def a_notice(role: str = LEAD, agency: str = "") -> Notice:
    to = Recipient(role=role, title="seat", agency=agency)
    return minimal("alert", case=CASE, ref=f"{CASE}/12/1", to=to)


def path_of(notice: Notice, links: Links = LINKS) -> str:
    return links.to(notice).removeprefix(ADDRESS)


@pytest.mark.parametrize(
    ("role", "agency"),
    [(LEAD, ""), ("on-call.second", ""), ("ppet", ""), ("line-manager", "police"), ("chair", "sea.raising")],
)
def test_a_link_opens_the_notice_and_the_seat_it_went_to(role: str, agency: str) -> None:
    linked = LINKS.read(path_of(a_notice(role, agency)))

    assert linked == Linked(ref=f"{CASE}/12/1", role=role, agency=agency)
    assert (linked.case, linked.entry) == (CASE, 12)


def test_the_lead_on_calls_link_is_short_enough_for_a_text_message() -> None:
    link = LINKS.to(a_notice())

    assert link.startswith(f"{ADDRESS}/n/{CASE}/12/1/")
    assert len(link) - len(ADDRESS) <= 42
    assert set(link.removeprefix(ADDRESS)) <= {*string.ascii_letters, *string.digits, "/", "-"}
    assert link[-1].isalnum(), "telephones leave other signs out of a link's end"


@given(place=st.integers(min_value=0), sign=st.characters(codec="ascii", exclude_categories=["Cc"]))
def test_any_altered_character_is_refused(place: int, sign: str) -> None:
    path = path_of(a_notice("line-manager", "police"))
    place %= len(path)
    altered = path[:place] + sign + path[place + 1 :]

    if altered != path:
        with pytest.raises(NoSuchLink):
            LINKS.read(altered)


@given(st.text())
def test_whatever_else_is_asked_for_is_refused_and_nothing_worse(path: str) -> None:
    for asked in (path, f"/n/{path}", f"/n/{CASE}/12/1/{path}"):
        with pytest.raises(NoSuchLink):
            LINKS.read(asked)


@pytest.mark.parametrize("cut", range(1, 40))
def test_a_link_that_was_cut_short_or_runs_on_is_refused(cut: int) -> None:
    path = path_of(a_notice())

    for altered in (path[:-cut], path + "a" * cut, path + "/"):
        with pytest.raises(NoSuchLink):
            LINKS.read(altered)


def test_a_signature_for_one_seat_or_notice_opens_no_other() -> None:
    own, sign = path_of(a_notice("line-manager", "police")).rsplit("/", 1)

    for other in (own.replace("police", "schools"), own.replace("/12/", "/13/"), own.removesuffix("/police")):
        with pytest.raises(NoSuchLink):
            LINKS.read(f"{other}/{sign}")


def test_the_first_key_signs_and_every_key_is_known() -> None:
    before = path_of(a_notice(), Links(ADDRESS, (OLD,)))
    both = Links(ADDRESS, (KEY, OLD))

    assert both.read(before).ref == f"{CASE}/12/1"
    assert path_of(a_notice(), both) == path_of(a_notice())
    with pytest.raises(NoSuchLink):
        LINKS.read(before)


@pytest.mark.parametrize("keys", [(), ("",), ("short",), (KEY, "short")])
def test_without_a_key_that_is_long_enough_there_are_no_links(keys: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"^(links need a key|the key that signs links is too short)"):
        Links(ADDRESS, keys)


def test_a_message_of_no_case_carries_no_link() -> None:
    """The doctor's test message has none."""
    assert LINKS.to(minimal("told", case="TEST-MESSAGE", ref="TEST-MESSAGE/20261123T100000/1")) == ""
