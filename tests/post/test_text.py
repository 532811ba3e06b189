"""A notice as one text message."""

from datetime import UTC, datetime

import pytest

from adapters.links import Links
from adapters.post import UnknownNotice, kinds, write_text
from adapters.post.text import LONGEST, in_gsm, length
from domain.case.effects import Owed, Recipient

from .conftest import FALLBACK, POLICE, full, minimal

CASE = "ESC-7K2M-9QX4"
LONGEST_WORDS = "by 10:30am BST on Wednesday 24 September 2025"


def real(kind: str, make=full, **said):
    """A notice with a reference as long as real ones are."""
    return make(kind, case=CASE, ref=f"{CASE}/1234/12", **said)


def owed(words: str, *, overdue: bool = False) -> tuple[Owed, ...]:
    return (
        Owed(what="discussion", by="police", due=datetime(2025, 9, 24, tzinfo=UTC), due_words=words, overdue=overdue),
    )


@pytest.mark.parametrize("contact", [POLICE, FALLBACK], ids=["held", "fallback"])
@pytest.mark.parametrize("make", [full, minimal])
@pytest.mark.parametrize("kind", sorted(kinds()))
def test_each_kind_is_one_text_that_says_which_case_and_ends_with_its_number(kind, make, contact) -> None:
    text = write_text(real(kind, make), contact)

    assert 40 < length(text) <= LONGEST
    assert f"{CASE}: " in text
    assert text.endswith(" Notice 1234/12")
    assert ("Please pass on" in text) is contact.fallback
    assert not set("{}<>[]\n") & set(text)
    assert "  " not in text


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_the_longest_time_fits_into_every_kind(kind) -> None:
    text = write_text(real(kind, owed=owed(LONGEST_WORDS)), POLICE)

    assert ("by 10:30am BST on Wed 24 Sep 2025" in text) is (
        kind
        not in {"risk", "alert-withdrawn", "cancellation", "record-fault", "stands-still", "glass-broken", "link-code"}
    )


def test_an_overdue_text_reads_like_this() -> None:
    text = write_text(real("overdue", owed=owed("by the end of Tuesday 23 September 2025", overdue=True)), POLICE)

    assert text == (
        "URGENT. ESC-7K2M-9QX4: a deadline has passed. Was due by the end of Tue 23 Sep 2025. "
        "Do it now, or record it if it is done. Notice 1234/12"
    )


def test_an_alert_that_may_be_answered_by_a_reply_reads_like_this() -> None:
    late = owed("by the end of Tuesday 23 September 2025", overdue=True)

    assert write_text(real("alert", owed=late), POLICE, replies=True) == (
        "URGENT. ESC-7K2M-9QX4: something is overdue. Was due by the end of Tue 23 Sep 2025. "
        "Reply YES to acknowledge. Then ring those who owe it. Notice 1234/12"
    )


def test_what_a_reply_does_is_left_out_before_that_it_is_urgent_and_the_time() -> None:
    long = owed("by the end of Tue 23 Sept 2025", overdue=True)
    text = write_text(real("alert", owed=long), FALLBACK, replies=True)

    assert "Reply YES" not in text
    assert "Acknowledge this" in text
    assert text.startswith("URGENT. ")
    assert length(text) <= LONGEST


def test_a_risk_text_says_to_ring_now() -> None:
    text = write_text(real("risk"), POLICE)

    assert "IMMEDIATE RISK. RING NOW: 999, or children's social care." in text


def test_a_time_that_nobody_gave_is_not_said() -> None:
    assert "no time" not in write_text(real("owed", owed=(Owed(what="minutes", by="police"),)), POLICE)


def test_no_two_notices_are_the_same_text() -> None:
    """Phone networks stop the same words to the same number."""
    texts = {write_text(minimal("alert", ref=f"ESC-7K2M-Q/{n}/{m}"), POLICE) for n in range(5) for m in range(5)}

    assert len(texts) == 25


def test_no_two_kinds_are_the_same_text() -> None:
    assert len({write_text(minimal(kind), POLICE) for kind in kinds()}) == len(kinds())


@pytest.mark.parametrize("kind", sorted(kinds() - {"link-code"}))
def test_a_text_holds_nothing_of_the_step_the_fact_or_who_did_it(kind) -> None:
    text = write_text(real(kind, step="secret", fact="secret", by="secret", owed=()), POLICE)

    assert "secret" not in text


def test_a_text_with_a_code_has_the_code_and_no_link() -> None:
    links = Links("https://escalations.partnership.example.org", ("k" * 32,))
    text = write_text(real("link-code", fact="004217", owed=()), POLICE, links=links)

    assert text == (
        "URGENT. ESC-7K2M-9QX4: your code is 004217. Type it into the page that asked. Tell it to nobody. "
        "Notice 1234/12"
    )


def test_a_title_too_long_is_left_out_before_the_time_is() -> None:
    seat = Recipient(role="x", title="a title of many words " * 8)
    text = write_text(real("overdue", owed=owed(LONGEST_WORDS), to=seat), FALLBACK)

    assert length(text) <= LONGEST
    assert "Please pass on. " in text
    assert "Was due by 10:30am" in text


def test_an_endless_time_is_left_out_and_what_to_do_stays() -> None:
    text = write_text(real("overdue", owed=owed("when the group has met " * 20)), POLICE)

    assert length(text) <= LONGEST
    assert "Do it now" in text
    assert text.endswith("Notice 1234/12")


def test_an_invented_case_says_so_first() -> None:
    for text in (
        write_text(minimal("alert", case="TRN-7K2M-Q"), POLICE),
        write_text(minimal("alert"), POLICE, training=True),
    ):
        assert text.startswith("TRAINING, invented. ")


def test_an_unknown_kind_is_refused_clearly() -> None:
    with pytest.raises(UnknownNotice, match="those known are act-recorded"):
        write_text(minimal("nonsense"), POLICE)


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("a – b", "a - b"),
        ("“it’s”", '"it\'s"'),
        ("Łódź ŷ", "?odz y"),
        ("né à", "né à"),
        ("日…", "?..."),
        ("one\u2028two", "one?two"),
    ],
)
def test_signs_that_would_shorten_a_text_to_70_are_made_plain(said, plain) -> None:
    assert in_gsm(said) == plain
    length(in_gsm(said))


def test_signs_of_the_second_alphabet_count_twice() -> None:
    assert (length("a€[]"), length("abc")) == (7, 3)
    with pytest.raises(ValueError, match="1 signs are not in the alphabet"):
        length("ŷ")
