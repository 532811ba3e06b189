from datetime import date

import pytest

from services.privacy import findings

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize("text", ["9434765919", "see 943 476 5919.", "NHS 943-476-5919", "on 03/04 about 9434765919"])
def test_ten_digits_with_a_fitting_check_digit_look_like_an_nhs_number(text: str) -> None:
    assert findings({"words.x": text}, TODAY) == ["words.x holds what looks like an NHS number."]


@pytest.mark.parametrize("text", ["9434765918", "01522 943476", "94347659191", "EXAMPLE-0001", ""])
def test_other_numbers_do_not(text: str) -> None:
    assert findings({"words.x": text}, TODAY) == []


@pytest.mark.parametrize(
    "text",
    [
        "Sam Example (02/03/2014)",
        "Sam Example 2.3.14",
        "2014-03-02, Sam Example",
        "Zoë O’Example born on 2 March 2014",
        "dob 1/11/26",
        "date of birth: 1st November 2026",
    ],
)
def test_a_name_near_a_date_looks_like_a_date_of_birth(text: str) -> None:
    assert findings({"words.x": text}, TODAY) == ["words.x holds what looks like a name with a date of birth."]


@pytest.mark.parametrize(
    "text",
    [
        "The school met the police on 2 March 2026 and again on 3 March 2026.",
        "Children's Services wrote on 12/03/2026.",
        "Joint visit asked for on 20/11/2026 by Sam Example",
        "Step Two was left on 2026-03-02",
        "99/99/2014",
    ],
)
def test_a_date_of_the_dispute_does_not(text: str) -> None:
    assert findings({"words.x": text}, TODAY) == []
