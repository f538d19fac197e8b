import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haidang.core import registration as r

SEEN = [
    ("QNa 92368 TS", "QNa-92368-TS"),
    ("QNa-00882TS", "QNa-00882-TS"),
    ("QNG 97468TS", "QNg-97468-TS"),
    ("QNg-95581 TS", "QNg-95581-TS"),
    ("KH96275-TS", "KH-96275-TS"),
    ("QB-91239TS", "QB-91239-TS"),
    ("B\u00d0 94555 TS", "BĐ-94555-TS"),
    ("ĐN 77091-TS", "ĐN-77091-TS"),
    ("dna-90123-ts", "ĐNa-90123-TS"),
    ("TS QNa 91234", "QNa-91234-TS"),
    ("QNaTS 91234", "QNa-91234-TS"),
    ("  qna\u00a091\u200b234.TS ", "QNa-91234-TS"),
    ("ＱＮａ－９１２３４－ＴＳ", "QNa-91234-TS"),
    ("TTH 95012 TS", "TTH-95012-TS"),
    ("QNa91234", "QNa-91234-TS"),
]
NUMBER = st.builds(
    lambda p, n: (p, f"{n:05d}"), st.sampled_from([p.letters for p in r.PREFIXES]), st.integers(1, 99999)
)


@pytest.mark.parametrize(("text", "canonical"), SEEN)
def test_every_spelling_seen_in_the_wild(text, canonical):
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        parsed = r.parse(unicodedata.normalize(form, text))
        assert parsed.canonical == canonical
        assert parsed.valid


def test_a_sixth_digit_is_kept_and_said():
    parsed = r.parse("QNa 917021-TS")
    assert not parsed.valid
    assert parsed.digits == "917021"
    assert parsed.problems == ("digits_not_five",)
    assert r.did_you_mean("QNa 917021-TS", ["QNa-91702-TS", "QNa-97021-TS", "KH-55555-TS"]) == [
        "QNa-91702-TS",
        "QNa-97021-TS",
    ]


def test_qn_qna_and_qng_are_three_provinces():
    assert [r.parse(f"{p} 91234 TS").prefix for p in ("QN", "qn", "QNA", "qna", "QNG", "qng")] == [
        "QN", "QN", "QNa", "QNa", "QNg", "QNg",
    ]  # fmt: skip
    keys = {r.search_key(f"{p}91234TS") for p in ("QN", "QNa", "QNg")}
    assert len(keys) == 3


def test_what_is_wrong_is_named():
    assert r.parse("").problems == ("empty",)
    assert r.parse("ABC").problems == ("not_a_number",)
    assert r.parse("91234-TS").problems == ("prefix_missing",)
    assert r.parse("XX-91234-TS").problems == ("prefix_unknown",)
    assert "digits_zero" in r.parse("QNa-00000-TS").problems
    assert r.parse("QNa-91234-TX").problems == ("suffix_unknown",)
    assert r.parse("QNa-91234").problems == ("suffix_missing",)
    assert r.parse("QNa-91234").valid


def test_look_alikes_come_first():
    known = ["QNa-91234-TS", "QNa-91284-TS", "QNg-91234-TS"]
    assert r.did_you_mean("QNa 9l234 TS", known)[0] == "QNa-91234-TS"
    assert r.did_you_mean("QNa 92134 TS", known)[0] == "QNa-91234-TS"
    assert r.did_you_mean("", known) == []
    assert r.did_you_mean("ZZZZZZ", known) == []


def test_eighty_thousand_boats_are_searched_quickly():
    known = [f"QNa-{n:05d}-TS" for n in range(1, 20001)]
    start = time.perf_counter()
    assert r.did_you_mean("QNa-12345-TS", known)[0] == "QNa-12345-TS"
    assert time.perf_counter() - start < 5


def test_fold_is_for_searching():
    assert r.fold("Đặng Văn  ĐÌNH") == "dang van dinh"
    assert r.fold(unicodedata.normalize("NFD", "Hội An")) == r.fold("HỘI AN") == "hoi an"


SEPARATOR = st.sampled_from(["", " ", "-", ".", " - ", "_", "\u2013"])


@given(NUMBER, SEPARATOR, SEPARATOR, st.booleans())
def test_any_separator_and_case_gives_one_number(number, sep1, sep2, upper):
    prefix, digits = number
    text = f"{prefix}{sep1}{digits}{sep2}TS"
    parsed = r.parse(unicodedata.normalize("NFD", text.upper() if upper else text.lower()))
    assert parsed.canonical == f"{prefix}-{digits}-TS"
    assert parsed.valid


@given(st.text(max_size=60))
def test_any_text_parses_keeps_its_digits_and_is_stable(text):
    parsed = r.parse(text)
    assert r.parse(parsed.canonical).digits == parsed.digits
    wanted = "".join(str(unicodedata.decimal(c)) for c in unicodedata.normalize("NFKC", text) if c.isdecimal())
    if parsed.problems not in {("not_a_number",), ("empty",)}:
        assert parsed.digits == wanted
        assert r.parse(parsed.canonical).canonical == parsed.canonical
    assert set(parsed.problems) <= set(r.PROBLEMS)
