"""Rows of the table of commands: the case itself, its clocks, and who does it or is told.

Messages and handlers are named, not imported, so that a screen lists commands without loading what decides them.
"""

from .command_kind import Button, CommandKind, Field, Spelling
from .fields import AGENCY, CASE, CLOCKS, DUTY, MENDING, NEXT, REASON, SEATS, TIMESCALE, UNTIL, WHY, WRITTEN

ROWS: tuple[CommandKind, ...] = (
    CommandKind(
        kind="link",
        message="endings.Linked",
        handler="endings.linked",
        entries=("linked",),
        group=CASE,
        does="another case concerns the same person",
        fields=(Field("other", "Which other case?", "name"), WHY),
        place="link",
        taken_when_void=True,
    ),
    CommandKind(
        kind="void",
        message="voiding.CaseVoided",
        handler="voiding.voided",
        entries=("voided", "void-proposed"),
        group=MENDING,
        does="your partnership's office: the case was opened in error; two people say so",
        fields=(REASON,),
        who="named person",
        lacks='Say why it was opened in error, and which of the office you are: --reason "…" --person HANDLE.',
        told=(
            "It counts when a second person of the office has said the same. All who were told of the case are then "
            "told that it was opened in error, nothing is owed in it any more, and nothing but immediate risk is "
            "taken. Its record stays. There is no way back: if it was a case after all, open a new one and link them."
        ),
        example='--role operations --person staff-0007 --reason "The referral was about another child."',
        taken_when_void=True,
    ),
    CommandKind(
        kind="fact",
        message="facts.FactSaid",
        handler="facts.fact_said",
        entries=("fact-said",),
        group=CASE,
        does="answer what the policy asks, or answer it anew with a reason",
        fields=(
            Field("fact", "What is answered, and how?", "name=text", ("fact", "value"), typed="NAME=VALUE"),
            WHY,
        ),
        lacks="Say what is answered, and how: --fact NAME=VALUE; a change needs --reason too.",
        example="--by police --role practitioner --fact consent=given",
    ),
    CommandKind(
        kind="join",
        message="parties.PartyJoined",
        handler="parties.joined",
        entries=("party-joined",),
        group=CASE,
        does="an agency becomes a party",
        fields=(AGENCY, Field("side", "On which side?", "name", choices=("raising", "receiving")), REASON),
        lacks=('Say which agency joins, on which side and why: --agency AGENCY --side raising|receiving --reason "…".'),
        example='--by schools --role practitioner --agency health-trust --side receiving --reason "…"',
    ),
    CommandKind(
        kind="leave",
        message="parties.PartyLeft",
        handler="parties.left",
        entries=("party-left", "leave-proposed"),
        group=CASE,
        does="an agency is no party any more, by its own word; else it is asked",
        fields=(AGENCY._replace(into=("party",)), REASON),
        lacks='Say which party leaves and why: --agency AGENCY --reason "…".',
        example='--by police --role practitioner --agency police --reason "…"',
    ),
    CommandKind(
        kind="correct-party",
        message="parties.PartyCorrected",
        handler="parties.party_corrected",
        entries=("party-corrected",),
        group=MENDING,
        does="your partnership's office: another agency was meant as a party",
        fields=(
            Field("party", "Which party was entered by mistake?", "agency"),
            Field("agency", "Which agency was meant?", "agency"),
            REASON,
        ),
        who="named person",
        lacks='Say which party is wrong, which agency was meant, and why: --party AGENCY --agency AGENCY --reason "…".',
        told=(
            "It takes the place of a party that has said nothing in the case yet. Both are told, and the others. One "
            "that has acted leaves by its own word."
        ),
        example=(
            "--party health-trust --agency health-trust-north --role operations --person staff-0007 "
            '--reason "The other trust looks after this school."'
        ),
    ),
    CommandKind(
        kind="own-record",
        message="facts.OwnRecordCorrected",
        handler="facts.own_record_corrected",
        entries=("own-record-corrected",),
        group=MENDING,
        does="the raising agency's own record number was wrong",
        fields=(Field("own-record", "What is the right number? Never a name.", "text", ("number",)), REASON),
        lacks='Say what the number is, and why it changes: --own-record NUMBER --reason "…".',
        example='--own-record EXAMPLE-0002 --by schools --role practitioner --reason "Two digits were swapped."',
        taken_when_void=True,
    ),
    CommandKind(
        kind="adopt",
        message="editions.EditionAdopted",
        handler="editions.edition_adopted",
        entries=("edition-adopted",),
        group=CASE,
        does="take another edition of the policy",
        place="adopt",
    ),
    CommandKind(
        kind="adopt-calendar",
        message="editions.CalendarAdopted",
        handler="editions.calendar_adopted",
        entries=("calendar-adopted",),
        group=CASE,
        does="take another edition of the calendar",
        place="adopt --calendar",
    ),
    CommandKind(
        kind="agree-date",
        message="times.DateAgreed",
        handler="times.date_agreed",
        entries=("date-agreed", "date-proposed"),
        group=CLOCKS,
        does="a date for this case, where the policy leaves the time to those concerned",
        fields=(TIMESCALE, UNTIL, WHY),
        lacks="Say what the date is for, and the date: --timescale NAME --until TIME.",
        example="--by schools --role practitioner --timescale panel-reply --until 2026-12-03",
    ),
    CommandKind(
        kind="fill",
        message="times.NumberFilled",
        handler="times.number_filled",
        entries=("number-filled",),
        group=CLOCKS,
        does="set a number that the policy's text leaves unknown",
        fields=(
            TIMESCALE,
            Field("within", "What is the number, such as `5 working days`?", "period"),
            Field("whose", "Who set the number, and where does it stand?", "text", sample=WRITTEN),
        ),
        lacks='Say which number it is, what it is, and whose: --timescale NAME --within "5 working days" --whose "…".',
        example=(
            '--by schools --role practitioner --timescale panel-reply --within "5 working days" '
            '--whose "The partnership\'s flowchart of 2026"'
        ),
    ),
    CommandKind(
        kind="meetings",
        message="times.MeetingsPlanned",
        handler="times.meetings_planned",
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
    CommandKind(
        kind="extend",
        message="pauses.Extended",
        handler="pauses.extended",
        entries=("extended", "extension-proposed"),
        group=CLOCKS,
        does="consent to a later deadline, where your partnership's settings allow it",
        fields=(DUTY, UNTIL, REASON),
        lacks='Say what is put off, until when and why: --duty NUMBER --until TIME --reason "…".',
        told="It counts when every party has said the same.",
        example='--by schools --role practitioner --duty 4 --until 2026-12-03 --reason "…"',
    ),
    CommandKind(
        kind="pause",
        message="pauses.Paused",
        handler="pauses.paused",
        entries=("paused", "pause-proposed"),
        group=CLOCKS,
        does="consent to stop the clocks, where your partnership's settings allow it",
        fields=(UNTIL, REASON),
        lacks='Say until when the clocks stand still, and why: --until TIME --reason "…".',
        told="It counts when every party has said the same. The clocks of immediate risk never stand still.",
        example='--by schools --role practitioner --until 2026-12-03 --reason "…"',
    ),
    CommandKind(
        kind="unpause",
        message="pauses.Unpaused",
        handler="pauses.unpaused",
        entries=("unpaused",),
        group=CLOCKS,
        does="the clocks go on before the date set for it",
        fields=(WHY,),
        example='--by schools --role practitioner --reason "…"',
    ),
    CommandKind(
        kind="hand-over",
        message="delegation.DutyHandedOver",
        handler="delegation.handed_over",
        entries=("handed-over", "handed-back"),
        group=SEATS,
        does="somebody else has a duty until a time",
        fields=(
            DUTY,
            Field("to", "To which seat?", "seat", typed="ROLE@AGENCY, with :HANDLE of the person if you like"),
            UNTIL._replace(optional=True),
            REASON,
        ),
        lacks='Say what goes to whom, until when and why: --duty NUMBER --to ROLE@AGENCY --until TIME --reason "…".',
        told="Who owes it still owes it, and takes it back by handing it to their own seat, without a time.",
        example=(
            '--duty 4 --to practitioner@police:staff-0042 --until 2026-12-03 --reason "On leave." '
            "--by police --role practitioner"
        ),
    ),
    CommandKind(
        kind="misdirected",
        message="wrong_recipient.Misdirected",
        handler="wrong_recipient.misdirected",
        entries=("misdirected",),
        group=SEATS,
        does="whoever was told in a seat is the wrong person",
        fields=(WHY,),
        answers_an_alarm=True,
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
            Button("not-mine", "This is not my case", "Is this not your case?", NEXT, "Yes, this is not my case"),
            Button("left", "I have left this post", "Have you left this post?", NEXT, "Yes, I have left this post"),
        ),
    ),
    CommandKind(
        kind="mended",
        message="wrong_recipient.SeatMended",
        handler="wrong_recipient.mended",
        entries=("seat-mended",),
        group=SEATS,
        does="your partnership's office: the right person sits there now",
        fields=(Field("seat", "Which seat has the right person now?", "seat", typed="ROLE@AGENCY"),),
        lacks="Say which seat has the right person now: --seat ROLE@AGENCY.",
        example="--seat practitioner@police --role operations --person staff-0007",
    ),
    CommandKind(
        kind="guest",
        message="wrong_recipient.GuestAdded",
        handler="wrong_recipient.guest_added",
        entries=("guest-added",),
        group=SEATS,
        does="somebody with no place in the directory can be reached in this case",
        place="directory add-guest",
    ),
)
