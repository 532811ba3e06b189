"""What an e-mail holds: plain text, the same as a page, and a calendar file."""

from datetime import timedelta

import icalendar
import pytest

from adapters.post import SmtpPost, kinds, write_letter

from .conftest import NOW, POLICE, Mailbox, full, minimal
from .test_smtp import FIRST, SECOND, SENDER, post_to, read


def unfolded(part) -> str:
    return str(part.get_content()).replace("\r\n", "\n")


def test_an_email_says_what_the_letter_says(serving, port) -> None:
    with serving(Mailbox(), port) as mailbox:
        receipt = post_to(port).send(full("overdue"), POLICE)

    mail = read(mailbox.mails[0])
    assert mailbox.recipients == [[FIRST, SECOND]]
    assert (receipt.channel, receipt.accepted_at) == ("smtp", NOW)
    assert mail["Message-ID"] == "<ESC-7K2M-Q.12.3@lincs.example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == NOW
    assert mail["From"] == SENDER
    assert mail["Subject"].startswith("ESC-7K2M-Q, overdue: Step 2")
    letter = write_letter(full("overdue"), POLICE)
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    for part, said in zip(mail.iter_parts(), (letter.body, letter.html), strict=True):
        assert part.get_content_charset() == "utf-8"
        assert unfolded(part) == said
    assert "– OVERDUE" in letter.body


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_every_kind_arrives_whole_with_its_calendar(serving, port, kind) -> None:
    notice = full(kind, owed=(full(kind).owed[0].but(overdue=False), full(kind).owed[1]))
    early = NOW - timedelta(days=7)
    with serving(Mailbox(), port) as mailbox:
        SmtpPost("127.0.0.1", port, SENDER, lambda: early).send(notice, POLICE)

    mail = read(mailbox.mails[0])
    letter = write_letter(notice, POLICE)
    plain, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert (unfolded(plain), unfolded(page)) == (letter.body, letter.html)
    (attached,) = mail.iter_attachments()
    assert (attached.get_filename(), attached.get_content_type()) == ("deadlines.ics", "text/calendar")
    assert attached["Content-Type"].params["method"] == "PUBLISH"
    (entry,) = icalendar.Calendar.from_ical(str(attached.get_content())).walk("VEVENT")
    assert entry["summary"] == f"ESC-7K2M-Q: {notice.owed[0].what}"
    assert entry.decoded("dtend") == notice.owed[0].due
    assert entry["uid"] == "ESC-7K2M-Q.12.3.1@lincs.example.org"


def test_two_refs_never_share_a_message_id() -> None:
    refs = ["a/1/2", "a.1.2", "a 1 2", "a=2F=1/2", "é/1/2", "a\r\nBcc: x/1/2", "a-1-2"]

    made = {post_to(1).write(minimal("alert", ref=ref), POLICE)["Message-ID"] for ref in refs}

    assert len(made) == len(refs)


def test_no_header_can_be_smuggled_in(serving, port) -> None:
    sly = "x\r\nBcc: thief@example.org\r\n\r\nbody"
    notice = full("overdue", ref=f"{sly}/1/1", case=sly, step=sly, fact=sly, by=sly)

    with serving(Mailbox(), port) as mailbox:
        post_to(port).send(notice, POLICE)

    mail = read(mailbox.mails[0])
    assert mail["Bcc"] is None
    assert mailbox.recipients == [[FIRST, SECOND]]
    standard = {"MIME-Version", "Content-Type", "Content-Transfer-Encoding"}
    assert set(mail.keys()) - standard == {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"}
