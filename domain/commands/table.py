"""Every command, declared once. What reads this table, and how one is added: docs/extending.md.

Messages and handlers are named, not imported, so that a screen lists commands without loading what decides them.
"""

from .command import Button, Command, Field, Spelling

DISPUTE = "The dispute"
ALARMS = "Immediate risk and alerts"
MENDING = "What was wrong, or is let go"
CASE = "The case itself"
CLOCKS = "Its clocks"
SEATS = "Who does it, and who is told"
GROUPS = (DISPUTE, ALARMS, MENDING, CASE, CLOCKS, SEATS)
"""In the order in which they are listed."""

_WRITTEN = '"…"'
_REASON = Field("reason", "Why?", "text", sample=_WRITTEN)
_WHY = _REASON._replace(optional=True)
_STAGE = Field("stage", "Which step, where several are open?", "name", optional=True)
_DUTY = Field("duty", "Which duty, by its number as `show` gives it?", "number")
_ENTRY = Field("entry", "Which entry, by its number?", "number")
_UNTIL = Field("until", "Until when: a time, or a day to its end?", "day or time ahead")
_TIMESCALE = Field("timescale", "Which of the policy's times?", "name")
_AGENCY = Field("agency", "Which agency?", "agency")
_VERSION = Field("version", "Which version of the plan? The newest, unless given.", "number", optional=True)
_TEXTS = (
    Field("field", "Anything else that it needs, by its name?", "name=text", optional=True, several=True, is_text=True),
    _WHY._replace(is_text=True),
    Field(
        "interim-safety",
        "What keeps the child safe meanwhile?",
        "text",
        optional=True,
        is_text=True,
        sample=_WRITTEN,
    ),
    Field(
        "replacement", "What is the new date of the late action?", "day", optional=True, is_text=True, sample="{day}"
    ),
    Field(
        "fits-existing-plan",
        "Does it fit the child's plan?",
        "yes or no",
        optional=True,
        is_text=True,
        sample="yes",
    ),
    Field("note", "A few words more?", "text", optional=True, is_text=True),
)

_ROWS = (
    Command(
        kind="act",
        message="acts.ActDone",
        handler="acts.done.act_done",
        entries=("act",),
        group=DISPUTE,
        does="an act of the case's policy was done",
        named=True,
        fields=(
            _STAGE,
            Field("method", "How was it done?", "text", optional=True),
            Field("with", "Who else took part?", "agency", ("with_parties",), optional=True, several=True),
            Field("date", "For when is the meeting set?", "time ahead", optional=True, sample='"{day} 15:00"'),
            Field("chair", "From which agency does the chair come?", "agency:role", optional=True),
            Field("appoint", "Who is appointed?", "seat", ("appointees",), optional=True, several=True),
            Field("action", "Which action of the plan, by its number?", "number", optional=True, is_text=True),
            *_TEXTS,
        ),
        example='discussion --by schools --role practitioner --method telephone --at "today 15:00"',
        buttons=(Button("rang", "Have you rung the services?", "Yes, I rang 999 or children’s social care"),),
    ),
    Command(
        kind="outcome",
        message="moves.OutcomeSaid",
        handler="moves.outcomes.outcome_said",
        entries=("outcome", "claim"),
        group=DISPUTE,
        does="an outcome of a step is said",
        named=True,
        fields=(_STAGE, Field("to", "To which step does it go on?", "name", optional=True), *_TEXTS),
        example='not-agreed --by schools --role practitioner --reason "…" --interim-safety "…"',
    ),
    Command(
        kind="propose",
        message="plans.PlanProposed",
        handler="acts.plans.proposed",
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
            *_TEXTS,
        ),
        told="Proposing is confirming. It counts when every party has confirmed the newest version.",
        example=(
            "--by schools --role practitioner --fits-existing-plan yes "
            '--action "Visit the home together; police; 2026-12-03"'
        ),
    ),
    Command(
        kind="confirm",
        message="plans.PlanConfirmed",
        handler="acts.plans.confirmed",
        entries=("plan-confirmed",),
        group=DISPUTE,
        does="confirm a version of the plan",
        fields=(_VERSION,),
        example="--by police --role practitioner",
    ),
    Command(
        kind="unconfirm",
        message="plans.ConfirmationWithdrawn",
        handler="acts.plans.unconfirmed",
        entries=("plan-unconfirmed",),
        group=DISPUTE,
        does="take a confirmation back, before all have confirmed",
        fields=(_VERSION,),
        example="--by police --role practitioner",
    ),
    Command(
        kind="withdraw",
        message="moves.Withdrawn",
        handler="moves.withdrawing.withdrawn",
        entries=("withdrawn",),
        group=DISPUTE,
        does="withdraw what was raised, where your partnership's settings allow it",
        fields=(_REASON,),
        lacks='Say why it is withdrawn: --reason "…".',
        example='--by schools --role practitioner --reason "…"',
    ),
    Command(
        kind="risk",
        message="alarms.RiskRaised",
        handler="alarms.risk.risk_raised",
        entries=("risk",),
        group=ALARMS,
        does="immediate risk to a child: anybody, at any time, nothing more is needed",
        fields=(Field("note", "What is the risk, without names?", "text", ("wording",), optional=True),),
        who="anybody",
        told="Nothing else on the line holds it up: what cannot be read is left out.",
        example='--note "what has happened, without names"',
    ),
    Command(
        kind="acknowledge",
        message="alarms.AlertAcknowledged",
        handler="alarms.alerts.acknowledged",
        entries=("acknowledged",),
        group=ALARMS,
        does="the alert was seen, or somebody has the immediate risk",
        who="on call",
        told="It ends nothing: what is overdue is still owed, and the alert comes back if it is not done.",
        buttons=(Button("acknowledge", "Do you have this alert?", "Yes, I have this alert", "No, I have only looked"),),
    ),
    Command(
        kind="contest",
        message="mending.Contested",
        handler="mending.contests.contested",
        entries=("contested",),
        group=MENDING,
        does="an entry that was made for you too is not so",
        fields=(_ENTRY, _REASON),
        lacks='Say which entry is contested and why: --entry NUMBER --reason "…".',
        example='--by police --role practitioner --entry 4 --reason "We did not speak."',
    ),
    Command(
        kind="correct",
        message="mending.Corrected",
        handler="mending.corrections.corrected",
        entries=("corrected",),
        group=MENDING,
        does="an entry of yours was wrong: it happened at another time, or not at all",
        fields=(
            _ENTRY,
            _REASON,
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
    Command(
        kind="waive",
        message="mending.Waived",
        handler="moves.reopening.waived",
        entries=("waived",),
        group=MENDING,
        does="a named person lets go what keeps an ended case from closing",
        fields=(_DUTY, _REASON),
        who="named person",
        lacks='Say what is let go, by whom and why: --duty NUMBER --person HANDLE --reason "…".',
        example='--duty 7 --by schools --role practitioner --person staff-0042 --reason "…"',
    ),
    Command(
        kind="reopen",
        message="moves.Reopened",
        handler="moves.reopening.reopened",
        entries=("reopened",),
        group=MENDING,
        does="go on with a dispute that had ended",
        fields=(_REASON,),
        place="reopen",
    ),
    Command(
        kind="link",
        message="mending.Linked",
        handler="moves.reopening.linked",
        entries=("linked",),
        group=CASE,
        does="another case concerns the same person",
        fields=(Field("other", "Which other case?", "name"), _WHY),
        place="link",
    ),
    Command(
        kind="fact",
        message="facts.FactSaid",
        handler="acts.facts.fact_said",
        entries=("fact-said",),
        group=CASE,
        does="answer what the policy asks, or answer it anew with a reason",
        fields=(
            Field("fact", "What is answered, and how: NAME=VALUE?", "name=text", ("fact", "value")),
            _WHY,
        ),
        lacks="Say what is answered, and how: --fact NAME=VALUE; a change needs --reason too.",
        example="--by police --role practitioner --fact consent=given",
    ),
    Command(
        kind="join",
        message="facts.PartyJoined",
        handler="people.parties.joined",
        entries=("party-joined",),
        group=CASE,
        does="an agency becomes a party",
        fields=(_AGENCY, Field("side", "On which side?", "name", choices=("raising", "receiving")), _REASON),
        lacks=('Say which agency joins, on which side and why: --agency AGENCY --side raising|receiving --reason "…".'),
        example='--by schools --role practitioner --agency health-trust --side receiving --reason "…"',
    ),
    Command(
        kind="leave",
        message="facts.PartyLeft",
        handler="people.parties.left",
        entries=("party-left", "leave-proposed"),
        group=CASE,
        does="an agency is no party any more, by its own word; else it is asked",
        fields=(_AGENCY._replace(into=("party",)), _REASON),
        lacks='Say which party leaves and why: --agency AGENCY --reason "…".',
        example='--by police --role practitioner --agency police --reason "…"',
    ),
    Command(
        kind="adopt",
        message="editions.EditionAdopted",
        handler="mending.adopting.edition_adopted",
        entries=("edition-adopted",),
        group=CASE,
        does="take another edition of the policy",
        place="adopt",
    ),
    Command(
        kind="adopt-calendar",
        message="editions.CalendarAdopted",
        handler="mending.adopting.calendar_adopted",
        entries=("calendar-adopted",),
        group=CASE,
        does="take another edition of the calendar",
        place="adopt --calendar",
    ),
    Command(
        kind="agree-date",
        message="clocks.DateAgreed",
        handler="clocks.agreed_dates.date_agreed",
        entries=("date-agreed", "date-proposed"),
        group=CLOCKS,
        does="a date for this case, where the policy leaves the time to those concerned",
        fields=(_TIMESCALE, _UNTIL, _WHY),
        lacks="Say what the date is for, and the date: --timescale NAME --until TIME.",
        example="--by schools --role practitioner --timescale panel-reply --until 2026-12-03",
    ),
    Command(
        kind="fill",
        message="clocks.NumberFilled",
        handler="clocks.filling.number_filled",
        entries=("number-filled",),
        group=CLOCKS,
        does="set a number that the policy's text leaves unknown",
        fields=(
            _TIMESCALE,
            Field("within", "What is the number, such as `5 working days`?", "period"),
            Field("whose", "Who set the number, and where does it stand?", "text", sample=_WRITTEN),
        ),
        lacks='Say which number it is, what it is, and whose: --timescale NAME --within "5 working days" --whose "…".',
        example=(
            '--by schools --role practitioner --timescale panel-reply --within "5 working days" '
            '--whose "The partnership\'s flowchart of 2026"'
        ),
    ),
    Command(
        kind="meetings",
        message="clocks.MeetingsPlanned",
        handler="clocks.group_meetings.meetings_planned",
        entries=("meetings-planned",),
        group=CLOCKS,
        does="when a group meets: all its meetings still ahead",
        fields=(
            Field("group", "Who meets?", "name", ("of",)),
            Field("meeting", "When is each meeting still ahead?", "time ahead", ("at_times",), several=True),
        ),
        lacks="Say who meets, and each meeting still ahead: --group ROLE --meeting TIME.",
        example="--role quality-group --group quality-group --meeting 2026-12-03T10:00",
    ),
    Command(
        kind="extend",
        message="clocks.Extended",
        handler="clocks.delays.extended",
        entries=("extended", "extension-proposed"),
        group=CLOCKS,
        does="consent to a later deadline, where your partnership's settings allow it",
        fields=(_DUTY, _UNTIL, _REASON),
        lacks='Say what is put off, until when and why: --duty NUMBER --until TIME --reason "…".',
        told="It counts when every party has said the same.",
        example='--by schools --role practitioner --duty 4 --until 2026-12-03 --reason "…"',
    ),
    Command(
        kind="pause",
        message="clocks.Paused",
        handler="clocks.pauses.paused",
        entries=("paused", "pause-proposed"),
        group=CLOCKS,
        does="consent to stop the clocks, where your partnership's settings allow it",
        fields=(_UNTIL, _REASON),
        lacks='Say until when the clocks stand still, and why: --until TIME --reason "…".',
        told="It counts when every party has said the same. The clocks of immediate risk never stand still.",
        example='--by schools --role practitioner --until 2026-12-03 --reason "…"',
    ),
    Command(
        kind="unpause",
        message="clocks.Unpaused",
        handler="clocks.pauses.unpaused",
        entries=("unpaused",),
        group=CLOCKS,
        does="the clocks go on before the date set for it",
        fields=(_WHY,),
        example='--by schools --role practitioner --reason "…"',
    ),
    Command(
        kind="hand-over",
        message="seats.DutyHandedOver",
        handler="people.handing.handed_over",
        entries=("handed-over", "handed-back"),
        group=SEATS,
        does="somebody else has a duty until a time",
        fields=(
            _DUTY,
            Field("to", "To which seat: ROLE@AGENCY, with :HANDLE of the person if you like?", "seat"),
            _UNTIL._replace(optional=True),
            _REASON,
        ),
        lacks='Say what goes to whom, until when and why: --duty NUMBER --to ROLE@AGENCY --until TIME --reason "…".',
        told="Who owes it still owes it, and takes it back by handing it to their own seat, without --until.",
        example=(
            '--duty 4 --to practitioner@police:staff-0042 --until 2026-12-03 --reason "On leave." '
            "--by police --role practitioner"
        ),
    ),
    Command(
        kind="misdirected",
        message="seats.Misdirected",
        handler="people.misdirecting.misdirected",
        entries=("misdirected",),
        group=SEATS,
        does="whoever was told in a seat is the wrong person",
        fields=(_WHY,),
        spellings=(
            Spelling(
                "not-mine",
                "you were told, and it is not your case",
                (("why", "not-mine"),),
                "--by police --role practitioner",
            ),
            Spelling("left", "whoever was told has left that post", (("why", "left"),), "--role on-call"),
        ),
        told="The next person is told at once, and your partnership's office. What is owed is still owed.",
        buttons=(
            Button("not-mine", "Is this not your case?", "Yes, this is not my case"),
            Button("left", "Have you left this post?", "Yes, I have left this post"),
        ),
    ),
    Command(
        kind="mended",
        message="seats.SeatMended",
        handler="people.misdirecting.mended",
        entries=("seat-mended",),
        group=SEATS,
        does="your partnership's office: the right person sits there now",
        fields=(Field("seat", "Which seat has the right person now: ROLE@AGENCY?", "seat"),),
        lacks="Say which seat has the right person now: --seat ROLE@AGENCY.",
        example="--seat practitioner@police --role operations --person staff-0007",
    ),
    Command(
        kind="guest",
        message="seats.GuestAdded",
        handler="people.guests.guest_added",
        entries=("guest-added",),
        group=SEATS,
        does="somebody with no place in the directory can be reached in this case",
        place="directory add-guest",
    ),
)

COMMANDS: dict[str, Command] = {row.kind: row for row in _ROWS}
"""Every command by its kind."""
COMMAND_OF_ENTRY: dict[str, str] = {entry: row.kind for row in _ROWS for entry in row.entries}
"""Kinds of entry to the kind of the command that made them."""
TYPED: dict[str, tuple[Command, Spelling]] = {one.name: (row, one) for row in _ROWS for one in row.typed}
"""What is typed as it is, in every policy; every other word is an act or an outcome of the policy."""
BUTTONS: dict[str, Button] = {button.name: button for row in _ROWS for button in row.buttons}
"""Buttons of the page behind a link."""
