"""Who may what: one table of every command and page. `starter.access` and the console ask it and nothing else.

It imports nothing heavy, for every command asks it.
"""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, get_args

Role = Literal["operations", "agency manager", "on-call lead", "auditor", "administrator"]
ROLES: tuple[Role, ...] = get_args(Role)
OPERATIONS: Role = "operations"
AGENCY_MANAGER: Role = "agency manager"
ON_CALL_LEAD: Role = "on-call lead"
AUDITOR: Role = "auditor"
ADMINISTRATOR: Role = "administrator"

DOES: Mapping[Role, str] = {
    OPERATIONS: "the partnership's office: sees every case, records for everybody, keeps directories and rota",
    AGENCY_MANAGER: "sees the cases of which their agency is a party, and speaks for that agency alone",
    ON_CALL_LEAD: "sees the cases that alert, or have alerted, and answers alerts",
    AUDITOR: "sees every case and the record of reads, and records nothing",
    ADMINISTRATOR: "looks after the installation; may all, and every look of theirs is on the record too",
}
"""What each role is for, in one line."""

_OFFICE = frozenset({OPERATIONS, ADMINISTRATOR})
_ALL = frozenset(ROLES)
_SPEAKERS = _ALL - {AUDITOR}
_SEES_ALL = frozenset({OPERATIONS, AUDITOR, ADMINISTRATOR})
Needs = Literal["", "case", "cases"]


class Right(NamedTuple):
    """Who may use one command or page."""

    roles: frozenset[Role]
    """Empty: anybody at all, for it shows and changes no case."""
    of: Needs = ""
    """`case`: it is about one case, which its role must be one to see. `cases`: it lists those that its role sees."""
    read: str = ""
    """What a look by it is in the record of reads; empty where it shows nothing of a case."""

    @property
    def is_opened_by_glass(self) -> bool:
        """May somebody open it who may not see the case, by saying why?"""
        return self.of == "case" and bool(self.read) and self.roles == _ALL


_ANYBODY = Right(frozenset())
_OF_THE_OFFICE = Right(_OFFICE)
_OF_ADMINISTRATORS = Right(frozenset({ADMINISTRATOR}))
_OF_ROTA = Right(_OFFICE | {ON_CALL_LEAD})

COMMANDS: Mapping[str, Right] = {
    "start": Right(_SPEAKERS),
    "list": Right(_ALL, "cases", "listed"),
    "find": Right(_ALL, "cases", "listed"),
    "digest": Right(_SEES_ALL, "cases", "listed"),
    "show": Right(_ALL, "case", "showed"),
    "history": Right(_ALL, "case", "showed"),
    "explain": Right(_ALL, "case", "explained"),
    "record": Right(_SPEAKERS, "case", "showed"),
    "reopen": Right(_SPEAKERS, "case"),
    "adopt": Right(_OFFICE | {AGENCY_MANAGER}, "case", "showed"),
    "link": Right(_OFFICE | {AGENCY_MANAGER}, "case"),
    "resume": Right(_OFFICE, "case"),
    "restore": _OF_THE_OFFICE,
    "move-on": _OF_THE_OFFICE,
    "policy list": _ANYBODY,
    "policy check": _ANYBODY,
    "policy show": _ANYBODY,
    "policy schema": _ANYBODY,
    "policy deadlines": _ANYBODY,
    "directory check": Right(_OFFICE | {AUDITOR}),
    "directory export": _OF_THE_OFFICE,
    "directory import": _OF_THE_OFFICE,
    "directory add-guest": Right(_OFFICE, "case"),
    "directory remove-guest": Right(_OFFICE, "case"),
    "letter revoke": Right(_OFFICE | {AGENCY_MANAGER}, "case"),
    "letter again": Right(_OFFICE | {AGENCY_MANAGER}, "case"),
    "rota check": Right(_OFFICE | {ON_CALL_LEAD, AUDITOR}),
    "rota show": Right(_ALL),
    "rota export": _OF_ROTA,
    "rota import": _OF_ROTA,
    "rota hand-over": _OF_ROTA,
    "rota swap": _OF_ROTA,
    "rota test": _OF_ROTA,
    "export": Right(_OFFICE | {AUDITOR}, "case", "exported"),
    "retention show": Right(_OFFICE | {AUDITOR}),
    "retention due": Right(_OFFICE | {AUDITOR}),
    "retention lists": Right(_OFFICE | {AUDITOR}),
    "retention hold": Right(_OFFICE, "case"),
    "retention release": Right(_OFFICE, "case"),
    "retention propose": _OF_THE_OFFICE,
    "retention approve": _OF_THE_OFFICE,
    "retention withdraw": _OF_THE_OFFICE,
    "retention destroy": _OF_ADMINISTRATORS,
    "checkpoint make": _OF_ADMINISTRATORS,
    "checkpoint show": Right(_OFFICE | {AUDITOR}),
    "checkpoint key": _OF_ADMINISTRATORS,
    "checkpoint cosign": _ANYBODY,
    "checkpoint check": _ANYBODY,
    "register backup": Right(frozenset({ADMINISTRATOR}), "cases", "exported"),
    "register rebuild": _OF_ADMINISTRATORS,
    "verify": Right(_SEES_ALL),
    "reads": Right(_SEES_ALL | {AGENCY_MANAGER}),
    "people check": _ANYBODY,
    "people show": _ANYBODY,
    "people new": _ANYBODY,
    "token new": _OF_ADMINISTRATORS,
    "token list": Right(_OFFICE | {AUDITOR}),
    "token revoke": _OF_THE_OFFICE,
    "webhook check": _ANYBODY,
    "webhook test": _OF_ADMINISTRATORS,
    "webhook secret": _OF_ADMINISTRATORS,
    "decrypt link": Right(_SEES_ALL),
    "decrypt serve": _ANYBODY,
    "keys new": _OF_ADMINISTRATORS,
    "keys rotate": _OF_ADMINISTRATORS,
    "keys rewrap": _OF_ADMINISTRATORS,
    "keys check": _OF_ADMINISTRATORS,
    "sign-in": Right(_ALL),
    "doctor": _ANYBODY,
    "up": _ANYBODY,
    "worker": _ANYBODY,
    "console": _ANYBODY,
    "watch": _ANYBODY,
}
"""Every command. What runs the installation is anybody's: a service has an account of its own, and no role."""

Page = Literal["by a link", "by a token", "anybody"]
PAGES: Mapping[str, Page | Right] = {
    "/n/{rest:path}": "by a link",
    "/api/v1": "by a token",
    "/static/style.css": "anybody",
    "/health": "anybody",
    "/accessibility": "anybody",
    "/sign-in": "anybody",
    "/sign-in/once/{given}": "anybody",
    "/sign-in/provider": "anybody",
    "/sign-in/back": "anybody",
    "/sign-out": Right(_ALL),
    "/": Right(_ALL, "cases", "listed"),
    "/cases": Right(_ALL, "cases", "listed"),
    "/cases/{ref}": Right(_ALL, "case", "showed"),
    "/cases/{ref}/record": COMMANDS["record"],
    "/cases/{ref}/record/{name}": COMMANDS["record"],
    "/cases/{ref}/risk": Right(_ALL),
    "/cases/{ref}/reads": Right(_SEES_ALL | {AGENCY_MANAGER}, "case", "listed"),
    "/cases/{ref}/export": Right(_OFFICE | {AUDITOR}, "case", "exported"),
    "/board": Right(_OFFICE | {ON_CALL_LEAD, AUDITOR}, "cases", "listed"),
    "/board/acknowledge": Right(_OFFICE | {ON_CALL_LEAD}, "cases", "listed"),
    "/turns": Right(_ALL),
    "/turns/awake": _OF_ROTA,
    "/turns/cover": _OF_ROTA,
    "/turns/cover/{id}": _OF_ROTA,
    "/on-call/telephone": "anybody",
    "/on-call/contact.vcf": "anybody",
    "/on-call/test": _OF_ROTA,
    "/views": Right(_ALL),
    "/open": Right(_ALL),
    "/plans": _OF_THE_OFFICE,
    "/plans/{number}": Right(_OFFICE, "cases", "listed"),
    "/directory": Right(_OFFICE | {AUDITOR}),
    "/directory/{policy}": Right(_OFFICE | {AUDITOR}),
    "/rota": Right(_ALL),
    "/rota/{policy}": Right(_ALL),
    "/answers": Right(_SEES_ALL, "cases", "listed"),
    "/policies": Right(_ALL),
    "/policies/{policy}": Right(_ALL),
    "/retention": Right(_OFFICE | {AUDITOR}),
    "/retention/{number}": Right(_OFFICE | {AUDITOR}),
    "/retention/{number}/approve": COMMANDS["retention approve"],
    "/retention/{number}/withdraw": COMMANDS["retention withdraw"],
}
"""Every page: behind a signed link for the seat that it was sent to; for whoever has a token, as far as its account may
(`console.api`); for anybody, as it shows no case; or for roles.

`/open` and `/cases/{ref}/risk` are for every role and about any case, since immediate risk is taken from all of them;
what else `/open` opens, `start` says above.
"""


def sees(role: str, agency: str, case: Mapping[str, Any], *, has_alerted: bool) -> bool:
    """Say whether somebody of a role and an agency is to know of a case, as the register lists it (need-to-know)."""
    if role in _SEES_ALL:
        return True
    is_party = is_of_party(agency, case)
    if role == ON_CALL_LEAD:
        return is_party or has_alerted or bool(case["overdue"]) or case["urgency"] == "immediate risk"
    return role == AGENCY_MANAGER and is_party


def sees_all(role: str) -> bool:
    """Say whether a role sees every case."""
    return role in _SEES_ALL


def is_of_party(agency: str, case: Mapping[str, Any]) -> bool:
    """Say whether an agency is a party of a case, as the register lists it."""
    return bool(agency) and agency in case["agencies"]
