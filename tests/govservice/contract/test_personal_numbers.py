"""Which numbers are a person's, and what stands for them."""

import pytest

from govservice.contract.personal_numbers import masked, masked_name, stand_in


@pytest.mark.parametrize(
    ("case_no", "shown"),
    [
        ("11010519491231002X", "110****2X"),
        ("11010519491231002x", "110****2x"),
        ("110105194912310021", "110****21"),  # another check character
        ("110105491231002", "110****02"),
        ("13800000001", "138****01"),
    ],
)
def test_a_number_of_a_person_has_a_stand_in(case_no: str, shown: str) -> None:
    mask, _, rest = stand_in(case_no).partition("-")
    assert (mask, len(rest)) == (shown, 4)


@pytest.mark.parametrize(
    "case_no",
    [
        "610112202109060001",  # region, day and serial; the check character is another one
        "610112210906001",
        "110105194913310026",  # no thirteenth month
        "990105194912310022",  # no such province
        "23800000001",
        "1380000000",
        "20210906001",
        "12441500196720244T",
        "11310000MB2F30661Y2312003564000202109060001",
        "",
    ],
)
def test_any_other_number_of_a_case_stands_for_itself(case_no: str) -> None:
    assert stand_in(case_no) == case_no


def test_the_same_number_has_the_same_stand_in_and_another_one_another() -> None:
    assert stand_in("13800000001") == stand_in("13800000001") != stand_in("13800010001")
    assert stand_in("11010519491231002x")[-4:] == stand_in("11010519491231002X")[-4:]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("王芳110105194912310021.xlsx", "王芳110****21.xlsx"),
        ("李13800000001 九月", "李138****01 九月"),
        ("138-0000-0001", "138****01"),
        ("110105491231002.csv", "110****02.csv"),
        ("2021-09-06 办件.xlsx", "2021-09-06 办件.xlsx"),
        ("20210906120000", "20210906120000"),
        ("610111202111180001", "610111202111180001"),  # region, day and serial
        ("202111180000001.csv", "202111180000001.csv"),
        ("11310000MB2F30661Y2312003564000202109060001", "11310000MB2F30661Y2312003564000202109060001"),
    ],
)
def test_a_number_of_a_person_in_the_name_of_a_file_is_masked(name: str, shown: str) -> None:
    assert masked(name) == shown


def test_the_masked_names_of_two_folders_are_two() -> None:
    names = ["王110105194912310021", "王110105194812310021", "2021-36"]
    assert [masked_name(name).partition("-")[0] for name in names] == ["王110****21", "王110****21", "2021"]
    assert len({masked_name(name) for name in names}) == 3
    assert masked_name("2021-36") == "2021-36"
