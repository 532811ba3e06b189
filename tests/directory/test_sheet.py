"""Holders in a spreadsheet, and back."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.directory.file import directory_of, read_directory
from adapters.directory.shape import DirectoryFile, Seat
from adapters.directory.sheet import COLUMNS, Sheet, columns_left_out, read_sheet, seats_of, write_sheet
from adapters.directory.tables import FileFault
from adapters.directory.writing import differences, losses, with_seats, written

FOLDER = Path(__file__).parents[2] / "directories"
WHOLE = sorted(p for p in FOLDER.glob("*.toml") if p.name.count(".") == 1 and "same_as" not in p.read_text("utf-8"))
LINCS = FOLDER / "lincolnshire.toml"
HEADING = ",".join(COLUMNS)


@pytest.fixture(scope="module")
def lincs() -> DirectoryFile:
    return read_directory(LINCS)


def read(tmp_path: Path, text: str, file: DirectoryFile) -> Sheet:
    path = tmp_path / "holders.csv"
    path.write_bytes(text.encode())
    return read_sheet(path, file)


@pytest.mark.parametrize("path", WHOLE, ids=lambda path: path.stem)
def test_a_shipped_directory_comes_back_from_its_sheet_word_for_word(path: Path, tmp_path: Path) -> None:
    file, text = read_directory(path), path.read_text(encoding="utf-8")

    sheet = read(tmp_path, write_sheet(file), file)

    assert sheet.faults == ()
    assert differences(file, sheet.seats) == ()
    assert written(with_seats(file, sheet.seats), text, path) == (text, 0)


WORDS = (
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1)
    .map(str.strip)
    .filter(bool)
)
DAYS = st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2030, 1, 1)))
SEATS = st.builds(
    lambda role, title, text, webhook, telephone, deputy, starts, verified, source, channels: Seat.model_validate(
        {
            "role": role,
            "title": title,
            "email": ("a@example.org",),
            "text": text,
            "webhook": webhook,
            "telephone": telephone,
            "deputy": deputy,
            "from": starts,
            "verified_on": verified,
            "source": source,
            "channels": channels,
        }
    ),
    st.sampled_from(["slo", "line-manager", "chair.quality-assurance"]),
    WORDS,
    st.sampled_from([(), ("+44 7700 900123",), ("07700 900123", "+44 7700 900124")]),
    st.sampled_from([(), ("https://hooks.example.org/a,b",)]),
    st.sampled_from([(), "01632 960123", ("+44 20 7946 0123 (day, and night)", "01632 960124 ext. 7")]),
    *(st.booleans(), DAYS, DAYS, st.one_of(st.just(""), WORDS)),
    st.sampled_from([(), ("text",), ("text", "email", "webhook")]),
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["", "police", "schools"]), SEATS), min_size=1, max_size=6, unique_by=repr))
def test_any_holders_go_through_sheet_and_file_and_come_back_the_same(tmp_path: Path, lincs, seats) -> None:
    file = with_seats(lincs, seats)

    sheet = read(tmp_path, write_sheet(file), file)
    text, _ = written(file, LINCS.read_text(encoding="utf-8"), LINCS)
    path = tmp_path / "written.toml"
    path.write_bytes(text.encode())

    assert sheet.faults == ()
    assert sorted(map(repr, sheet.seats)) == sorted(map(repr, seats_of(file)))
    assert read_directory(path) == file


def test_only_what_changed_is_written_anew_and_comments_stay(tmp_path: Path, lincs) -> None:
    old = LINCS.read_text(encoding="utf-8")
    sheet = read(tmp_path, write_sheet(lincs).replace("ppet@", "ppet2@").replace("slo.cafcass@", "x@"), lincs)

    text, lost = written(with_seats(lincs, sheet.seats), old, LINCS)

    changed = [(was, now) for was, now in zip(old.splitlines(), text.splitlines(), strict=True) if was != now]
    assert [(was.replace("ppet@", "ppet2@").replace("slo.cafcass@", "x@"), now) for was, now in changed] == [
        (now, now) for _, now in changed
    ]
    assert (len(changed), lost) == (2, 0)


def test_what_is_added_changed_and_taken_out_is_told(tmp_path: Path, lincs) -> None:
    rows = write_sheet(lincs).splitlines()
    gone = next(row for row in rows if row.startswith("cps,"))
    rows.remove(gone)
    rows[1] = rows[1].replace("ppet@", "ppet2@")
    rows.append("police,slo,New Head,,new@lincs.example.org")

    found = differences(lincs, read(tmp_path, "\n".join(rows), lincs).seats)

    assert [(one.kind, one.agency, (one.after or one.before).role) for one in found] == [  # type: ignore[union-attr]
        *(("changed", "", "ppet"), ("added", "police", "slo"), ("taken out", "cps", "slo")),
    ]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("polce,slo,Head", "'polce' is no agency of the directory; did you mean police."),
        ("zzz,slo,Head", "'zzz' is no agency of the directory; add it to the directory file first."),
        ("police,,Head", "role is empty; fill it in."),
        ("police,slo,", "title is empty; fill it in."),
        ("police,Line Manager,Head", "role is no role id; write one of the policy's"),
        ("police,slo,Head,fax", "channels names a channel that there is not; write email, text or webhook."),
        ("police,slo,Head,text; text", "a channel is named twice"),
        ("police,slo,Head,,a@b", "email 1 cannot work: "),
        ("police,slo,Head,,,020 7946 0123", "text 1 cannot work: It is no mobile number, or not a whole one; write"),
        ("police,slo,Head,,,,http://x.example.org", "webhook 1 cannot work: It must begin with https"),
        ("police,slo,Head,,,,,01632 960", "telephone 1 cannot work: It is no telephone number, or not a whole one"),
        ("police,slo,Head,,,,,999", "telephone 1 cannot work: It is a short number, which stands for a service"),
        ("police,slo,Head,,,,,,perhaps", "deputy is 'perhaps'; write yes or no."),
        ("police,slo,Head,,,,,,,31/01/2026", "from is '31/01/2026'; write a day like 2026-01-31."),
        ("police,slo,Head,,,,,,,2026-02-01,2026-01-01", "the seat ends before it starts"),
        ("police,slo,Head,,,,,,,,,,,more", "the row has more cells than the heading"),
        ("police,slo,Good", "this says the same as line 2; take one out."),
        ("police,slo,GOOD,,,,,,yes", "this is the same holder as in line 2, said otherwise; take one out."),
        (",slo,Head", "agency is empty below 'boston'; write the agency into each row, or (partnership) for a seat"),
        ("police,slo,Caf\ufffd", "a letter of it was lost when the sheet was saved; save it as CSV UTF-8."),
    ],
)
def test_a_wrong_row_is_told_in_one_sentence_with_its_line(tmp_path: Path, lincs, row, expected) -> None:
    sheet = read(tmp_path, f'{HEADING}\npolice,slo,Good\nboston,slo,"two\nlines"\n\n{row}\n', lincs)

    (fault,) = sheet.faults
    assert fault.startswith(f"{tmp_path / 'holders.csv'}, line 6: {expected}"), fault
    assert "\n" not in fault


def test_every_wrong_row_is_told(tmp_path: Path, lincs) -> None:
    assert len(read(tmp_path, f"{HEADING}\npolce,slo,x\npolice,,x\n", lincs).faults) == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "the sheet is empty; its columns are agency, role"),
        (HEADING, "the sheet has no rows"),
        ("role,title\nslo,x", "line 1: the sheet has no column agency"),
        (HEADING + ",phone\n", "line 1: the sheet has a column 'phone' that means nothing here"),
        (f'{HEADING}\n"police,slo', "line 2: this is not CSV"),
        (HEADING + ",email\n", "line 1: columns 5 and 14 are both headed 'email'; keep one, with all that is in them."),
        (HEADING + ", E\u200bMAIL \n", "line 1: columns 5 and 14 are both headed 'email'"),
        (HEADING + ",Verified on\n", "line 1: columns 12 and 14 are both headed 'verified_on'"),
        (HEADING + ",\npolice,slo,Head,,,,,,,,,,,x\n", "line 2: column 14 holds something and has no heading"),
    ],
)
def test_a_sheet_that_cannot_be_read_is_refused_whole(tmp_path: Path, lincs, text, expected) -> None:
    with pytest.raises(FileFault) as fault:
        read(tmp_path, text, lincs)
    assert expected in str(fault.value)


def test_a_sheet_as_a_spreadsheet_saves_it_is_read(tmp_path: Path, lincs) -> None:
    """A mark at its beginning, semicolons, an agency by its title, capitals in the heading."""
    text = '\ufeffAgency;Role;Title;Email\r\nLincolnshire Police;slo;Head;"a@example.org; b@example.org"\r\n'

    sheet = read(tmp_path, text, lincs)

    assert sheet.faults == ()
    assert [(agency, seat.email) for agency, seat in sheet.seats] == [("police", ("a@example.org", "b@example.org"))]


def test_no_cell_is_a_formula(lincs) -> None:
    seat = Seat(role="slo", title='=HYPERLINK("x")', email=("a@example.org",), text=("+44 7700 900123",))

    cells = write_sheet(with_seats(lincs, [("police", seat)])).splitlines()[1]

    assert cells.startswith("police,slo,\"'=HYPERLINK")
    assert ",'+44 7700 900123," in cells


def test_a_file_not_written_table_by_table_is_left_to_people(lincs) -> None:
    old = LINCS.read_text(encoding="utf-8")
    with pytest.raises(FileFault, match="change it by hand"):
        written(with_seats(lincs, seats_of(lincs)[1:]), old.replace("[[seat]]", "[['seat']]", 1), LINCS)


def test_an_agency_on_its_first_row_alone_makes_nobody_a_seat_of_the_partnership(tmp_path: Path, lincs) -> None:
    sheet = read(tmp_path, f"{HEADING}\n,ppet,Group\n,slo,Head\npolice,slo,Head\n,line-manager,Sergeant\n", lincs)
    named = read(tmp_path, f"{HEADING}\npolice,slo,Head\n(Partnership),ppet,Group\n", lincs)

    assert [(agency, seat.role) for agency, seat in sheet.seats] == [("", "ppet"), ("", "slo"), ("police", "slo")]
    assert ["line 5: agency is empty below 'police'" in fault for fault in sheet.faults] == [True]
    assert ([agency for agency, _ in named.seats], named.faults) == (["police", ""], ())


def test_signs_that_show_nothing_are_no_part_of_an_address(tmp_path: Path, lincs) -> None:
    row = "police\u200b,\u00a0slo,Head,,\ufeffa@example.org\u200b,\u202a+44\u00a07700 900123\u202c"
    sheet = read(tmp_path, f"{HEADING}\n{row}\n", lincs)

    assert sheet.faults == ()
    ((agency, seat),) = sheet.seats
    assert (agency, seat.role, seat.email) == ("police", "slo", ("a@example.org",))
    assert [way.address for way in seat.ways()] == ["a@example.org", "+447700900123"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "cp1252"])
def test_a_sheet_in_another_encoding_is_refused_whole(tmp_path: Path, lincs, encoding: str) -> None:
    path = tmp_path / "holders.csv"
    path.write_bytes(f"{HEADING}\npolice,slo,Café\n".encode(encoding))

    with pytest.raises(FileFault):
        read_sheet(path, lincs)


def test_a_column_that_a_sheet_leaves_out_is_told_where_the_directory_has_something_there(tmp_path, lincs) -> None:
    sheet = read(tmp_path, "agency,role,title,email\npolice,slo,Head,a@example.org\n", lincs)

    assert columns_left_out(sheet, lincs) == {"telephone": 54, "deputy": 2, "source": 56}


def test_whom_a_change_leaves_without_a_way_to_be_reached_is_told(lincs) -> None:
    """A seat that another agency fills, and one whose last address goes, are among them."""
    day = date(2026, 11, 23)
    none = [(agency, seat.but(email=())) for agency, seat in seats_of(lincs)]
    one = [(a, seat.but(email=()) if (a, seat.role) == ("police", "slo") else seat) for a, seat in seats_of(lincs)]
    before = directory_of(lincs)

    all_gone, one_gone = (losses(before, directory_of(with_seats(lincs, seats)), day) for seats in (none, one))

    assert {"line-manager@police", "slo@police", "ppet"} <= set(all_gone.unreachable)
    assert all_gone.fewer == 59
    assert (one_gone.unreachable, one_gone.fewer) == (("slo@police",), 0)


def _with_emails(file, emails):
    """The seats of a directory, with other addresses in the same order."""
    return [(agency, seat.but(email=email)) for (agency, seat), email in zip(seats_of(file), emails, strict=True)]


def test_addresses_that_would_be_in_other_seats_or_become_one_are_told_however_many_there_are(lincs) -> None:
    emails = [seat.email for _, seat in seats_of(lincs)]
    shifted = with_seats(lincs, _with_emails(lincs, emails[1:] + emails[:1]))
    filled = with_seats(lincs, _with_emails(lincs, [emails[10]] * len(emails)))

    before, on = directory_of(lincs), date(2026, 11, 30)
    assert losses(before, directory_of(shifted), on).moved > 40
    assert losses(before, directory_of(filled), on).fewer > 40
    assert losses(before, before, on) == ((), 0, 0)


def test_a_seat_that_nobody_holds_after_somebodys_last_day_is_told_while_they_are_still_there(lincs) -> None:
    agency, seat = next(one for one in seats_of(lincs) if one[0] == "police" and one[1].role == "slo")
    seats = [(a, s.but(until=date(2026, 12, 1)) if (a, s) == (agency, seat) else s) for a, s in seats_of(lincs)]
    after = directory_of(with_seats(lincs, seats))

    assert losses(directory_of(lincs), after, date(2026, 11, 30)).unreachable == ("slo@police",)


def test_what_several_agencies_are_called_names_none_of_them(tmp_path: Path, lincs) -> None:
    first, second, *others = lincs.agency
    both = [one.but(aliases=("The Trust",)) for one in (first, second)]
    (tmp_path / "sheet.csv").write_text("agency,role,title,email\nThe Trust,slo,Lead,lead@example.org\n")

    sheet = read_sheet(tmp_path / "sheet.csv", lincs.but(agency=(*both, *others)))

    assert sheet.seats == ()
    assert "line 2: several agencies are called 'The Trust'; write the id" in sheet.faults[0]


@pytest.mark.parametrize("cell", ["#NAME?", "#REF!", "#N/A", "#DIV/0!", "#BEZUG!", "Err:508"])
def test_what_a_spreadsheet_writes_for_a_wrong_formula_is_nobodys_title(tmp_path: Path, lincs, cell: str) -> None:
    (tmp_path / "sheet.csv").write_text(f"agency,role,title,email\npolice,slo,{cell},lead@example.org\n")

    sheet = read_sheet(tmp_path / "sheet.csv", lincs)

    assert sheet.seats == ()
    assert f"line 2: a cell says '{cell}'" in sheet.faults[0]


def test_a_sheet_that_was_saved_with_tabs_is_read(tmp_path: Path, lincs) -> None:
    sheet = read(tmp_path, "agency\trole\ttitle\temail\npolice\tslo\tLead, police\tlead@example.org\n", lincs)

    assert [(agency, seat.title, seat.email) for agency, seat in sheet.seats] == [
        ("police", "Lead, police", ("lead@example.org",))
    ]
