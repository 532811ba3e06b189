"""Everything that may be asked, as one table: the routes and the description for programs are made of it."""

from domain.command_table import WORDS, CommandKind
from domain.command_table.built_in import RISK_ACT
from services.command_fields import RISK

from . import answers, of_the_case, reads, risk, wire, writes
from .asked import Operation
from .command_bodies import OF_THE_POLICY, REOPEN, SAID_HERE, form_of
from .problem import Code

HEALTH = "/health"
DESCRIPTION = "/openapi.json"
COMMAND = "/cases/{ref}/commands"
_CANNOT: tuple[Code, ...] = ("refused", "away")

_READS: tuple[Operation, ...] = (
    Operation(
        method="GET",
        path="/cases",
        name="list-cases",
        does="See the open cases that the account may see, the next due first.",
        scope="read",
        handler=reads.list_cases,
        words="list",
        query=wire.Listing,
        answers={200: answers.Cases},
        is_read=False,
    ),
    Operation(
        method="POST",
        path="/search",
        name="find-cases",
        does="Find cases by the raising agency's own number, or by words that people wrote in them.",
        scope="read",
        handler=reads.find,
        words="find",
        body=wire.Search,
        answers={200: answers.Found},
        is_read=False,
    ),
    Operation(
        method="GET",
        path="/cases/{ref}",
        name="show-case",
        does="See where one case stands, what it owes and what may be recorded now.",
        scope="read",
        handler=reads.show,
        words="show",
        answers={200: answers.Case},
    ),
    Operation(
        method="GET",
        path="/cases/{ref}/history",
        name="show-history",
        does="Read everything that happened in one case, in order.",
        scope="read",
        handler=reads.show_history,
        words="history",
        query=wire.Paged,
        answers={200: answers.History},
    ),
    Operation(
        method="GET",
        path="/cases/{ref}/deadlines",
        name="explain-deadlines",
        does="How each deadline of a case came about.",
        scope="read",
        handler=reads.show_deadlines,
        words="explain",
        query=wire.Which,
        answers={200: answers.Deadlines},
    ),
    Operation(
        method="GET",
        path="/cases/{ref}/notices",
        name="show-notices",
        does="Who was told: each notice that was decided, and every try to send it.",
        scope="read",
        handler=reads.show_told,
        words="history",
        query=wire.Paged,
        answers={200: answers.Told},
    ),
    Operation(
        method="GET",
        path="/cases/{ref}/offers",
        name="show-offers",
        does="What may be recorded now, by whom, and what each needs.",
        scope="read",
        handler=reads.show_offers,
        words="show",
        answers={200: answers.Offers},
    ),
    Operation(
        method="GET",
        path="/cases/{ref}/looks",
        name="show-looks",
        does="Who looked at a case, how they were known, and by what right.",
        scope="read",
        handler=reads.show_looks,
        words="reads",
        query=wire.Paged,
        answers={200: answers.Looks},
    ),
    Operation(
        method="GET",
        path="/cases/{ref}/bundle",
        name="take-bundle",
        does="Take the bundle of a case for an inspector.",
        scope="export",
        handler=reads.take_bundle,
        words="export",
        answers={200: "application/zip"},
    ),
    Operation(
        method="GET",
        path="/policies",
        name="list-policies",
        does="See which policies there are.",
        scope="read",
        handler=reads.list_policies,
        answers={200: answers.Policies},
        is_read=False,
    ),
    Operation(
        method="GET",
        path="/policies/{policy}",
        name="show-policy",
        does="One policy, as its file says: steps, duties, ways on, our readings, the gaps.",
        scope="read",
        handler=reads.show_policy,
        answers={200: answers.Policy},
        problems=("unknown",),
        is_read=False,
    ),
)

_WRITES: tuple[Operation, ...] = (
    Operation(
        method="POST",
        path="/cases",
        name="open-case",
        does="Open a case from a referral.",
        told=(
            "Sent again under the same id with the same content it opens no second case, and answers 200. With "
            "`immediate_risk` the risk is raised in the case that there is, and any token that was made here will do."
        ),
        scope="open",
        handler=writes.open_one,
        words="start",
        body=wire.Opening,
        answers={201: answers.Opened, 200: answers.Opened, 202: answers.MayBeSentAgain},
        problems=("unknown", *_CANNOT),
        is_read=False,
        has_key=True,
        may_cry=True,
    ),
    Operation(
        method="POST",
        path="/cases/{ref}/links",
        name="link-cases",
        does="Note in two cases that they concern the same person.",
        scope="record",
        handler=writes.link,
        words="link",
        body=wire.Linking,
        answers={200: answers.Linked, 202: answers.MayBeSentAgain},
        problems=_CANNOT,
        is_read=False,
        has_key=True,
    ),
    Operation(
        method="POST",
        path="/cases/{ref}/adoptions",
        name="adopt-edition",
        does="Let a case go on under another edition of its policy or its calendar, and see what that moves.",
        told=(
            "With `show_only` nothing is done. What was done stays as it was judged, and what is late stays late. The "
            "policy is one of this installation, by its id."
        ),
        scope="record",
        handler=of_the_case.adopt,
        words="adopt",
        body=wire.Adopting,
        answers={200: answers.Adopted, 202: answers.MayBeSentAgain},
        problems=_CANNOT,
        has_key=True,
    ),
    Operation(
        method="POST",
        path="/cases/{ref}/guests",
        name="add-guest",
        does="Let somebody be reached in one case alone.",
        told=(
            "Their address is kept in a file of the case and nowhere else: the record says that somebody was added for "
            "the seat, and no more. Delete it once the case is closed."
        ),
        scope="record",
        handler=of_the_case.add_guest,
        words="directory add-guest",
        body=wire.Guest,
        answers={200: answers.Recorded, 202: answers.MayBeSentAgain},
        problems=_CANNOT,
        is_read=False,
        has_key=True,
    ),
    Operation(
        method="POST",
        path="/cases/{ref}/guests/delete",
        name="delete-guests",
        does="Delete the addresses that were kept for one case alone, at once.",
        told="Where there is none, `deleted` is 0 and a remark says who there is.",
        scope="record",
        handler=of_the_case.remove_guests,
        words="directory remove-guest",
        body=wire.GuestsLeaving,
        answers={200: answers.GuestsDeleted},
        is_read=False,
    ),
    Operation(
        method="POST",
        path=f"{COMMAND}/{RISK}",
        name="raise-risk",
        does="Immediate risk to a child: anybody, at any time, nothing more is needed.",
        told=(
            "Telephone first. Nobody is asked who they are: it is heard without a token, with one that is over or "
            "revoked, and whatever cannot be read is left out. Where the case does not answer, the safeguarding lead "
            "on call is told from here after ten seconds."
        ),
        scope=None,
        handler=None,
        raw=risk.raise_here,
        answers={200: answers.Recorded, 202: answers.MayBeSentAgain},
        problems=("unknown", "away", "unreadable"),
        is_read=False,
        has_key=True,
    ),
)


def _of_command(name: str) -> Operation:
    row, way = WORDS[name]
    return _recording(
        f"{COMMAND}/{name}", f"record-{name}", f"{way.does[:1].upper()}{way.does[1:]}.", row, name
    )._replace(handler=writes.recorder(name), words=REOPEN if name == REOPEN else "record")


def _recording(path: str, name: str, does: str, row: CommandKind | None, form: str) -> Operation:
    return Operation(
        method="POST",
        path=path,
        name=name,
        does=does,
        told=row.told if row else "",
        scope="record",
        handler=writes.record_of_policy,
        words="record",
        body=form_of(form),
        answers={200: answers.Recorded, 202: answers.MayBeSentAgain},
        problems=_CANNOT,
        is_read=False,
        has_key=True,
    )


_COMMANDS: tuple[Operation, ...] = (
    *(_of_command(name) for name in SAID_HERE),
    _recording(
        f"{COMMAND}/{{name}}",
        "record-of-policy",
        f"An act or an outcome that the case's policy names, such as `{RISK_ACT}`: its offers say which.",
        None,
        OF_THE_POLICY,
    ),
)
OPERATIONS: tuple[Operation, ...] = (*_READS, *_WRITES, *_COMMANDS)
"""In the order in which they are looked for: the words of commands before the names of a policy."""
