"""Korean around numbers: particles, units and dates, in Python and in the page's script alike."""

from __future__ import annotations

import json
import subprocess

import pytest

from brief import korean, paths
from brief.notebook import assets
from brief.site import live
from tests.site.test_parity import node_of_wheel

# how each number is read, by its last syllable: ends in a consonant, in ㄹ, or in a vowel
READ = {
    "0": "영",
    "1": "일",
    "2": "이",
    "3": "삼",
    "4": "사",
    "5": "오",
    "6": "육",
    "7": "칠",
    "8": "팔",
    "9": "구",
    "10": "십",
    "20": "십",
    "11": "일",
    "100": "백",
    "300": "백",
    "1,000": "천",
    "2,914": "사",
    "10,000": "만",
    "34,000": "천",
    "1,000,000": "만",
    "30,000,000": "만",
    "100,000,000": "억",
    "20,000,000,000": "억",
    "1,000,000,000,000": "조",
    "0.7": "칠",
    "3.10": "영",
    "2.5": "오",
    "80.6": "육",
    "−17": "칠",
    "807억": "억",
    "1,000만": "만",
    "93.9%": "트",
    "12명": "명",
    "3건": "건",
    "2018년": "년",
    "10월": "월",
    "4일": "일",
    "UN": "엔",
    "(알 수 없음)": "음",
    "2012–2019": "구",
    "“만”": "만",
}
PAIRS = {
    "은(는)": ("은", "는", "은"),
    "이(가)": ("이", "가", "이"),
    "을(를)": ("을", "를", "을"),
    "과(와)": ("과", "와", "과"),
    "(으)로": ("으로", "로", "로"),
    "(이)": ("이", "", "이"),
}
FORMED = [
    ("80.7", "억", "807"),
    ("1,234.56", "억", "12,345.6"),
    ("100", "억", "1,000"),
    ("10", "만", "1,000"),
    ("0.5", "만", "50"),
    ("−2.5", "만", "−250"),
    ("(알 수 없음)", "억", "(알 수 없음)"),
    ("$10 million", "달러", "1,000만"),
    ("$1.5 billion", "달러", "15억"),
    ("$950", "달러", "950"),
    ("$3,000", "달러", "3,000"),
    ("4 million won", "원", "400만 원"),
    ("0.5 million won", "원", "50만 원"),
    ("(알 수 없음)", "원", "(알 수 없음)"),
    ("10,000 euros", "유로", "1만 유로"),
    ("6,000 euros", "유로", "6,000유로"),
    ("12,500 euros", "유로", "12,500유로"),
    ("20,000,000 euros", "유로", "2,000만 유로"),
    ("less than once in a thousand times", "빈도", "천 번에 한 번 미만"),
    ("about once in a hundred times", "빈도", "백 번에 한 번쯤"),
    ("about two times in a hundred", "빈도", "백 번에 두 번쯤"),
    ("about one time in eight", "빈도", "여덟 번에 한 번쯤"),
    ("about nine times in ten", "빈도", "열 번에 아홉 번쯤"),
    ("nearly always", "빈도", "거의 언제나"),
    ("4 October 2026", "날짜", "2026년 10월 4일"),
    ("October 2026", "날짜", "2026년 10월"),
    ("2026", "날짜", "2026년"),
    ("20 percent", "비율", "20%"),
    ("7", "", "7"),
]


def final(syllable: str) -> int:
    """0 for a syllable that ends in a consonant, 1 for a vowel, 2 for ㄹ: the place in PAIRS."""
    jong = (ord(syllable) - ord("가")) % 28
    return 1 if jong == 0 else 2 if jong == 8 else 0


@pytest.mark.parametrize("mark", PAIRS)
@pytest.mark.parametrize("text", READ)
def test_a_particle_follows_the_reading_of_what_stands_before_it(text, mark):
    assert (
        korean.with_particles(f"그 수 {text}{mark} 끝")
        == f"그 수 {text}{PAIRS[mark][final(READ[text])]} 끝"
    )


def test_words_without_a_mark_are_left_alone():
    text = "The South (of 12) is read as it stands; 한국은 그대로다."
    assert korean.with_particles(text) == text


@pytest.mark.parametrize(("text", "form", "wanted"), FORMED)
def test_numbers_take_the_units_in_which_koreans_count(text, form, wanted):
    assert (korean.FORMS[form](text) if form else text) == wanted


def test_the_page_s_letters_show_whatever_a_number_is_turned_into():
    shown = {*assets.characters(), *assets.characters(korean=True)}
    for text, form, _ in FORMED:
        said = korean.FORMS[form](text) if form else text
        assert {*map(ord, said)} <= shown, said
    assert {ord(c) for words in korean.PARTICLES.values() for c in "".join(words)} <= shown


@pytest.mark.parametrize("text", ["{n}은 많다", "{n:억}를 냈다", "{n}으로, 또"])
def test_a_bare_particle_behind_a_number_is_seen(text):
    assert korean.BARE.search(text)
    assert not korean.BARE.search(text.replace("}", "}명", 1))


def test_the_page_s_script_says_the_same():
    """Every case above, by web/live/korean.js with the tables that the page gets."""
    asked = {
        "particles": [f"그 수 {text}{mark} 끝" for text in READ for mark in PAIRS],
        "forms": [[text, form] for text, form, _ in FORMED],
        "korean": live.korean_tables(),
    }
    script = (paths.WEB / "live" / "korean.js").read_text(encoding="utf-8") + (
        "const asked = JSON.parse(require('fs').readFileSync(0, 'utf8'));"
        "const particles = asked.particles.map((text) => withParticles(text, asked.korean));"
        "const forms = asked.forms.map(([text, form]) => formed(text, form, asked.korean));"
        "console.log(JSON.stringify({ particles, forms }));"
    )
    done = subprocess.run(
        [node_of_wheel() or "node", "-e", script],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    said = json.loads(done.stdout)
    assert said["particles"] == [korean.with_particles(text) for text in asked["particles"]]
    assert said["forms"] == [wanted for _, _, wanted in FORMED]
