"""How bytes become text: each code page is read as what it is, or refused in words; never one for another."""

from __future__ import annotations

import pytest

from brief.tables.encodings import decode, encode
from brief.words import InputError

HEAD = "date,persons,note\n2018,1,"
WESTERN = """Müller|Straße|für Übersetzung|Äußerung|ÖSTERREICH|GRÖSSE|café|été|Élysée|À Paris|à la carte|déjà vu|l’État|«État»|« naïf »|vis-à-vis|n° 5|N°5|Côte d’Ivoire|São Tomé|repatriação|OPÇÕES E AÇÃO são|España|¿Qué?|¡Sí!|niño|Ñandú|coração|Ångström|Ærø|Øresund|København|Malmö|Göteborg|Pääministeri Sipilä|Äänekoski Jyväskylä|China’s border|“quoted”, she said|don’t|the Brief’s – first – part|5 €|€5 million|£5bn|25 °C|10 m²|3 km³|½ share|1 ½|1.º|n.º 3|20 ± 3|€|naïve|œuvre|Cœur de sœur|réfugié·e·s|col·lecció|piñata … x|Zürich – naïve|ÉTÉ|CORÉE DU NORD|Crèche|Noël|façade|Île-de-France|où est|“Été”|©2018|2018 ©|§ 5|§5|Brontë|Gödel’s""".split(
    "|"
)
KOREAN = """가|총|명|년|남|여|계|월|일|미|북|한|중|국|약|만|씨|에|을|은|의|이|오|령|원|안|도|2018년|100명|A씨|TV에|NGO가|탈북U턴|북한이탈주민|통일부 “잠정” ※|①②③ 자료·통계|㈜하나|(북)中 국경|北 주민 추방|총계 Ⅱ|서울|제주|평양|강원도|경기|인천 외|똠방각하 공연|펩시콜라|추정치|관계자는 ‘없다’고|자료: 통일부, 2018년|입국 인원(명)|재북송|중국 내 체류|여성|남성|합계|소계|비고|확인되지 않음|잠정치|조선일보|난민 신청|ㆍ자료|약 1,000명～2,000명""".split(
    "|"
)
STRANGE = {
    "shift_jis": "北朝鮮|脱北者|日本|難民の数|ﾆﾎﾝ|脱北者は中国に",
    "euc_jp": "日本|北朝鮮|脱北者|難民の数",
    "gb18030": "朝鲜|难民|中国|脱北者|北京|统计数据|韩国统一部|中国政府遣返",
    "big5": "北韓|難民|中國|台灣|脫北者|統計|中華民國|韓國統一部",
    "cp1251": "КНДР|Москва|беженцы|Да|Северная Корея|СССР|Иванов",
    "koi8-r": "Москва|КНДР|беженцы",
    "cp866": "Москва|Корея",
    "cp1253": "Αθήνα|Κορέα",
    "cp1255": "שלום",
    "cp1256": "لاجئ",
    "cp874": "ไทย",
    "johab": "북한|통일부",
    "cp1250": "Łódź|Wałęsa|Śląsk|są|Łukasz|Paweł|źródło|można",
    "cp1254": "göçmen sığınmacı|İstanbul|ağ|Muş",
    "cp850": "Müller|Café|Köln",
    "mac_roman": "Müller|Café",
}


def file_of(text: str, codec: str) -> bytes:
    return (HEAD + text + "\n").encode(codec)


@pytest.mark.parametrize("text", WESTERN)
def test_western_words_are_windows_1252(text):
    assert decode(file_of(text, "cp1252"), "x.csv") == (HEAD + text + "\n", "Windows-1252")


@pytest.mark.parametrize("text", KOREAN)
def test_korean_words_and_single_syllables_are_korean(text):
    assert decode(file_of(text, "cp949"), "x.csv") == (
        HEAD + text + "\n",
        "the Korean code page (CP949)",
    )


@pytest.mark.parametrize(
    "codec, text", [(c, t) for c, all_of in STRANGE.items() for t in all_of.split("|")]
)
def test_other_code_pages_are_refused(codec, text):
    with pytest.raises(InputError, match="CSV UTF-8"):
        decode(file_of(text, codec), "x.csv")


@pytest.mark.parametrize(
    "codec, text", [("cp1252", "EDUCAÇÃO"), ("cp1252", "¿Él?"), ("cp949", "탈"), ("cp949", "청")]
)
def test_bytes_of_two_readings_are_refused_with_both(codec, text):
    with pytest.raises(InputError, match="can be Korean or Western letters .line 2: "):
        decode(file_of(text, codec), "x.csv")


@pytest.mark.parametrize(
    "codec",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"],
)
def test_unicode_in_every_form(codec):
    text, words = decode(file_of("북한 é Ż", codec), "x.csv")
    assert text == HEAD + "북한 é Ż\n"
    assert words.startswith(codec[:6].upper() if codec[:5] != "utf-8" else "")


@pytest.mark.parametrize(
    "raw", [b"\xff\xfea", b"\xff\xfe\x00\xd8a\x00", b"\xed\xa0\xbdx,1", b"a,\x81\x8d\n"]
)
def test_halves_of_characters_are_refused(raw):
    with pytest.raises(InputError, match="half a character|not UTF-8"):
        decode(raw, "x.csv")


@pytest.mark.parametrize("text", ["ó", "Ż", "é ó", "북한 ó", "plain", ""])
def test_what_the_book_writes_is_read_back(text):
    """A lone ó in UTF-8 is 처 in the Korean code page: refused as ambiguous from others, marked in our own files."""
    assert decode(encode(HEAD + text), "x.csv") == (HEAD + text, "")


def test_only_what_could_be_korean_is_marked():
    marked = [
        text for text in ("ó", "북한 ó", "Gödel", "plain") if encode(text)[:3] == b"\xef\xbb\xbf"
    ]
    assert marked == ["ó"]
