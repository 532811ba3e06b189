"""Rows of the table of commands: the dispute, immediate risk and alerts, and what was wrong or is let go.

Messages and handlers are named, not imported, so that a screen lists commands without loading what decides them.
"""

from .command_kind import Button, CommandKind, Field
from .fields import ALARMS, DISPUTE, DUTY, ENTRY, MENDING, REASON, STAGE, TEXTS, VERSION

ROWS: tuple[CommandKind, ...] = (
    CommandKind(
        kind="act",
        message="acts.act_done.ActDone",
        handler="acts.done.act_done",
        entries=("act",),
        group=DISPUTE,
        does="an act of the case's policy was done",
        named=True,
        fields=(
            STAGE,
            Field("method", "How was it done?", "text", optional=True),
            Field("with", "Who else took part?", "agency", ("with_parties",), optional=True, several=True),
            Field("date", "For when is the meeting set?", "time ahead", optional=True, sample='"{day} 15:00"'),
            Field("chair", "From which agency does the chair come?", "agency:role", optional=True),
            Field(
                "appoint",
                "Who is appointed?",
                "seat",
                ("appointees",),
                optional=True,
                several=True,
                for_needs=("appointee", "appointees"),
            ),
            Field("action", "Which action of the plan, by its number?", "number", optional=True, is_text=True),
            *TEXTS,
        ),
        example='discussion --by schools --role practitioner --method telephone --at "today 15:00"',
        buttons=(
            Button(
                "rang",
                "I rang the services",
                "Have you rung the services?",
                "Say yes if you have rung 999 or children’s social care about this. That you rang, and when, goes on "
                "the record.",
                "Yes, I rang 999 or children’s social care",
            ),
        ),
    ),
    CommandKind(
        kind="outcome",
        message="outcomes.OutcomeSaid",
        handler="outcomes.outcome_said",
        entries=("outcome", "claim"),
        group=DISPUTE,
        does="an outcome of a step is said",
        named=True,
        fields=(STAGE, Field("to", "To which step does it go on?", "name", optional=True), *TEXTS),
        example='not-agreed --by schools --role practitioner --reason "…" --interim-safety "…"',
    ),
    CommandKind(
        kind="propose",
        message="plans.PlanProposed",
        handler="plans.proposed",
        entries=("plan-proposed",),
        group=DISPUTE,
        does="propose a plan, or a new version of it",
        fields=(
            Field(
                "action",
                "What will be done, by whom, by which day?",
                "what; owner; day",
                ("actions",),
                optional=True,
                several=True,
            ),
            Field(
                "residual",
                "What does the plan leave open, who pursues it, until when?",
                "what; owner; day",
                optional=True,
                several=True,
            ),
            Field("no-residual", "Does the plan leave nothing open?", "flag", optional=True, empties="residual"),
            *TEXTS,
        ),
        told="Proposing is confirming. It counts when every party has confirmed the newest version.",
        example=(
            "--by schools --role practitioner --fits-existing-plan yes "
            '--action "Visit the home together; police; 2026-12-03"'
        ),
    ),
    CommandKind(
        kind="confirm",
        message="plans.PlanConfirmed",
        handler="plans.confirmed",
        entries=("plan-confirmed",),
        group=DISPUTE,
        does="confirm a version of the plan",
        fields=(VERSION,),
        example="--by police --role practitioner",
    ),
    CommandKind(
        kind="unconfirm",
        message="plans.ConfirmationWithdrawn",
        handler="plans.unconfirmed",
        entries=("plan-unconfirmed",),
        group=DISPUTE,
        does="take a confirmation back, before all have confirmed",
        fields=(VERSION,),
        example="--by police --role practitioner",
    ),
    CommandKind(
        kind="withdraw",
        message="endings.Withdrawn",
        handler="endings.withdrawn",
        entries=("withdrawn",),
        group=DISPUTE,
        does="withdraw what was raised, where your partnership's settings allow it",
        fields=(REASON,),
        lacks='Say why it is withdrawn: --reason "…".',
        example='--by schools --role practitioner --reason "…"',
    ),
    CommandKind(
        kind="risk",
        message="alarms.RiskRaised",
        handler="alarms.risk_raised",
        entries=("risk", "risk-again"),
        group=ALARMS,
        does="immediate risk to a child: anybody, at any time, nothing more is needed",
        fields=(Field("note", "What is the risk, without names?", "text", ("wording",), optional=True),),
        who="anybody",
        answers_an_alarm=True,
        told="Nothing else on the line holds it up: what cannot be read is left out.",
        example='--note "what has happened, without names"',
    ),
    CommandKind(
        kind="acknowledge",
        message="alarms.AlertAcknowledged",
        handler="alarms.acknowledged",
        entries=("acknowledged",),
        group=ALARMS,
        does="the alert was seen, or somebody has the immediate risk",
        who="on call",
        answers_an_alarm=True,
        told="It ends nothing: what is overdue is still owed, and the alert comes back if it is not done.",
        buttons=(
            Button(
                "acknowledge",
                "I have this alert",
                "Do you have this alert?",
                "Say yes if you see to it now. The alert is then quiet for {hours} hours, and wakes nobody else.",
                "Yes, I have this alert",
                "No, I have only looked",
            ),
            Button(
                "acknowledge",
                "I have this",
                "Do you have this?",
                "Say yes if you see to it now. That you have it goes on the record.",
                "Yes, I have this",
                "No, I have only looked",
                on="risk",
            ),
        ),
    ),
    CommandKind(
        kind="contest",
        message="corrections.Contested",
        handler="corrections.contested",
        entries=("contested",),
        group=MENDING,
        does="an entry that was made for you too is not so",
        fields=(ENTRY, REASON),
        lacks='Say which entry is contested and why: --entry NUMBER --reason "…".',
        example='--by police --role practitioner --entry 4 --reason "We did not speak."',
    ),
    CommandKind(
        kind="correct",
        message="corrections.Corrected",
        handler="corrections.corrected",
        entries=("corrected",),
        group=MENDING,
        does="an entry of yours was wrong: it happened at another time, or not at all",
        fields=(
            ENTRY,
            REASON,
            Field("happened", "When did it really happen?", "past time", ("happened_at",), optional=True),
            Field("strike", "Did it not happen at all?", "flag", optional=True),
        ),
        one_of=("happened", "strike"),
        lacks=(
            'Say which entry was wrong, why, and what is right: --entry NUMBER --reason "…" with --happened TIME, '
            "or with --strike where it did not happen at all."
        ),
        told="Nothing is taken out of the record: the correction stands beside the entry.",
        example=(
            '--by schools --role practitioner --entry 3 --happened "yesterday 16:30" '
            '--reason "The wrong day was typed."'
        ),
    ),
    CommandKind(
        kind="waive",
        message="endings.Waived",
        handler="endings.waived",
        entries=("waived",),
        group=MENDING,
        does="a named person lets go what keeps an ended case from closing",
        fields=(DUTY, REASON),
        who="named person",
        lacks='Say what is let go, by whom and why: --duty NUMBER --person HANDLE --reason "…".',
        example='--duty 7 --by schools --role practitioner --person staff-0042 --reason "…"',
    ),
    CommandKind(
        kind="reopen",
        message="endings.Reopened",
        handler="endings.reopened",
        entries=("reopened",),
        group=MENDING,
        does="go on with a dispute that had ended",
        fields=(REASON,),
        lacks='Say why it goes on: --reason "…".',
        told=(
            "It goes on at the step it was left at, as a new visit of it. The case keeps its reference, its policy "
            "edition and its record. What was decided by somebody with the say stays decided: then a new case is "
            "opened, and the two are linked. A closed case is brought back from its record."
        ),
        example='--by schools --role practitioner --reason "The plan fell apart."',
        place="reopen",
    ),
)
