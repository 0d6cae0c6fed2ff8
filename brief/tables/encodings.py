"""Bytes to text: UTF-8, UTF-16, UTF-32, the Korean code page and Windows-1252; all else is refused,
never guessed.

The rules, in this order (the page keeps the same):

1. A byte-order mark says what the file is. Without one, zero bytes in every second place (or three
   of four) say UTF-16 (or UTF-32), and what decodes strictly as UTF-8 is UTF-8.
2. *It can be Korean* (CP949, of which EUC-KR is a part) where it decodes strictly, every sign is
   one that Korean texts hold, at least three of four of its syllables are `COMMON`, and there are
   twice as many syllables as Chinese characters.
3. *It can be Windows-1252* where it decodes strictly and no sign stands where no Western text has
   it (`OUT_OF_PLACE`): an accented capital after a small letter, a word of accented letters alone,
   a sign of measure within a word.
4. Where one of the two holds, it is that. Where both hold or none does, the file is refused; so is
   one that is UTF-8 by accident: Korean syllables whose bytes are also accented letters, each
   alone.

Other code pages (Japanese, Chinese, Cyrillic, Greek, …) fail both, for their letters become rare
syllables or words of accents alone. The neighbors of Windows-1252 (Central European, Turkish) are
told from it only by such places.
"""

from __future__ import annotations

import re

from brief.words import InputError, Problem

UTF8_HELP = "In a spreadsheet choose 'CSV UTF-8' when saving."
MARKS = (  # the longer first: a mark of UTF-32 begins like one of UTF-16
    (b"\xff\xfe\x00\x00", "utf-32", "UTF-32"),
    (b"\x00\x00\xfe\xff", "utf-32", "UTF-32"),
    (b"\xff\xfe", "utf-16", "UTF-16"),
    (b"\xfe\xff", "utf-16", "UTF-16"),
    (b"\xef\xbb\xbf", "utf-8-sig", ""),
)

# Some 550 syllables, of which 98 of 100 in Korean texts are. The code page has 11,172, and another
# language's bytes hit them at random.
COMMON = set(
    "가각간갈감갑값갔강같개객거건걸검것게겠격견결겼경계고곡골곱공"
    "과관괄광괴교구국군굴권귀규균그극근금급기긴길김까께끝나낙난날"
    "남납났내냅너널넣네녀년녕노논농높누눈느는능니닉닌닙닛다단달담"
    "당대더덕데덱도독돈돌동됐되된될됨됩두둔둘뒤듈드득든들듭등디딩"
    "따때떤떻또라락란람랑래램략량러런럴럼렇레렉려력련렸령례로록론"
    "롭료루류률르른를름리릭린릴림립릿링마막만많말망매맵맹머먼메며"
    "면명몇모목몰못몽무문물므미민밀밍및바박반받발방배백버번벌범법"
    "벗베벡변별병보복본볼봄봅봉부북분불붙브블비빈빌사산살삼삽상새"
    "색생섀서석선설섬성세섹셈션소속손송수숙순술숨숫쉬쉽슈스슬습승"
    "시식신실심십싱싶싸쌀쓰씁씨씩씬아악안않알암압았앙앞애액야약양"
    "어억언얻얼엄업없었에엘여역연열염였영예오옥온올옵와완왔왕외요"
    "욕용우운울웁웅워원월웨위유육윤율융으은을음의이익인일읽임입있"
    "잉자작잔잘잠장재쟁저적전절점접정제젝져졌조족존졸종좋좌죄주죽"
    "준줄줍중즉증지직진질집징째쪽차착찬참창찾채책처척천철첨첩첫청"
    "체초촌총최추축출충취측치칙친칠침칭카칼캐캡커컬컴케코콘콜콤쿠"
    "크큰클키킬킵타탁탄탈탑태택터턴텀테텍템토통퇴투튜트특티팅파판"
    "팔패팬퍼페펴편평폐포폭표풀품풍프플피필핑하학한할함합항해핵핸"
    "했행향허헌험혁현혈협형혜호혼홍화확환활황회획횟횡효후훈훨훼휴"
    "흐흑흥희히힘힙"
)
# What CP949 has besides syllables and no Korean table holds: jamo by themselves, kana, Greek,
# Cyrillic, box drawing.
NOT_KOREAN = re.compile("[\u0370-\u03b0\u03b4-\u04ff\u2500-\u257f\u3040-\u30ff\u3131-\u318c\u318e]")

# not Ð Ý Þ ð ý þ: in these places other code pages have their commonest letters
ACCENTED = "À-ÏÑ-ÖØ-Üß-ïñ-öø-üŒœŠšŽž"
LETTER = f"A-Za-z{ACCENTED}"
PUNCTUATION = "\u00a0–—‘’“”„…•·«»´¡¿"
MEASURE = "°²³¹ºª½¼¾×÷±€£¥§©®™"
WESTERN = re.compile(f"[\x00-\x7f{ACCENTED}{PUNCTUATION}{MEASURE}]*")
ALONE = "àáèéíóöå"  # letters that are a word by themselves
ALONE_CAPITAL = "ÀÁÈÉÓÖ"
NOT_ALONE = re.compile(  # in a UTF-8 text: anything but accented letters, each without a neighbor
    "[^\x00-\x7f\u00c0-\u024f]|[×÷]|(?<=[A-Za-z])[\u00c0-\u024f]|[\u00c0-\u024f](?=[A-Za-z])"
)
OUT_OF_PLACE = re.compile(
    "|".join(
        (
            "[a-zß-üœšž][À-ÜŒŠŽ]",  # a capital after a small letter
            f"(?<![{LETTER}])[{ACCENTED}]{{2,}}(?![{LETTER}])",  # a word of accents alone
            (
                f"(?<![{LETTER}])[^\\x00-\\x7f{ALONE}{ALONE_CAPITAL}–—‘’“”„…•"
                f"«»¡¿·´\u00a0{MEASURE}](?![{LETTER}])"
            ),
            # such a word of one letter after a sign
            f"[^\\x00-\\x7f –—“”‘’«…]\\b[{ALONE}{ALONE_CAPITAL}](?![{LETTER}])",
            # or before one
            f"(?<![{LETTER}])[{ALONE}{ALONE_CAPITAL}](?=[^\\x00-\\x7f–—’…])(?![{LETTER}])",
            f"[{MEASURE}](?=[{ACCENTED}¡¿´])|(?<=[{ACCENTED}¡¿´])[{MEASURE}]",
            f"(?!°±|±½|½°|¼°|¾°)[{MEASURE}][{MEASURE}]",
            # a sign within a word
            f"[{LETTER}][°±×÷½¼¾©®²³¹ªº€£¥§](?=[{LETTER}])",
            f"[€£¥](?!bn|m|k)[{LETTER}]",
            "(?<![0-9)kcdm ]m)(?<![0-9)]m)(?<![0-9)])[²³]",  # m², km², 10³
            "(?<![0-9])¹",
            "(?<![0-9])(?<![nN])(?<![0-9nN]\\.)[ºª]",
            # two accents, the first on a capital
            f"(?!ÇÃ|ÇÕ|ÄÄ|ÖÖ|ÉÉ|Ää)[À-ÜŒŠŽ][{ACCENTED}]",
            f"[{LETTER}0-9][«¡¿„]",  # what opens, right after a letter
            f"’[{MEASURE}]|[{MEASURE}][‘“„«¿¡]",
            f"[”»](?=[{LETTER}])",  # what closes, right before one
            "¿¡(?![A-Za-zÀ-ü])|¡¿(?![A-Za-zÀ-ü])",
            f"[·´](?=[{ACCENTED}¡¿])",
        )
    )
)


def decode(raw: bytes, file: str, is_json: bool = False) -> tuple[str, str]:
    """The text of a file, and in words how it was encoded where that is not UTF-8. Raises
    InputError.

    JSON is UTF-8 by its standard: what reads as that is not taken for anything else.
    """
    codec, words = declared(raw)
    try:
        text = raw.decode(codec)
    except UnicodeDecodeError as error:
        if codec != "utf-8":
            raise unreadable(file, f"half a character (byte {error.start:,})") from None
        return decode_code_page(raw, file, error.start)
    if is_json:
        return text, words
    if codec == "utf-8" and not raw.isascii() and not NOT_ALONE.search(text) and as_korean(raw):
        # 탈 and 청 in the Korean code page are the bytes of Ż and û in UTF-8
        raise ambiguous(file, raw, as_korean(raw), text)
    return text, words


def encode(text: str) -> bytes:
    """A text as a file of UTF-8 that `decode` reads as the same: with a byte-order mark where its
    bytes alone could be Korean.
    """
    raw = text.encode()
    if raw.isascii() or NOT_ALONE.search(text) or not as_korean(raw):
        return raw
    return "\ufeff".encode() + raw


def declared(raw: bytes) -> tuple[str, str]:
    """The codec that a byte-order mark or the places of zero bytes show, and its name in words;
    UTF-8 where none does.
    """
    for mark, codec, words in MARKS:
        if raw.startswith(mark):
            return codec, words
    start = raw[:200]
    zeros = [start[place::4].count(0) for place in range(4)]
    quarter = len(start) // 4
    if quarter and sum(zeros) > quarter:
        little = not raw.startswith(b"\x00")
        if sum(zeros) > 2.5 * quarter:
            return ("utf-32-le" if little else "utf-32-be"), "UTF-32 without a byte-order mark"
        return ("utf-16-le" if little else "utf-16-be"), "UTF-16 without a byte-order mark"
    return "utf-8", ""


def decode_code_page(raw: bytes, file: str, start: int) -> tuple[str, str]:
    """The Korean code page or Windows-1252, where it can be only one of them. Raises InputError."""
    korean, western = as_korean(raw), as_western(raw)
    if korean and western:
        raise ambiguous(file, raw, korean, western)
    if not korean and re.search(rb"\xed[\xa0-\xbf][\x80-\xbf]", raw):
        # half of a surrogate pair, written as if it were a character: of no code page
        raise unreadable(file, f"half a character (byte {start:,})")
    if korean:
        return korean, "the Korean code page (CP949)"
    if western:
        return western, "Windows-1252"
    line = 1 + raw[:start].count(b"\n")
    raise unreadable(file, f"bytes that are not UTF-8 (line {line:,}, byte {start:,})")


def as_korean(raw: bytes) -> str:
    """The bytes as Korean text; '' where they cannot be."""
    try:
        text = raw.decode("cp949")
    except UnicodeDecodeError:
        return ""
    syllables = re.findall("[가-힣]", text)
    common = sum(syllable in COMMON for syllable in syllables)
    chinese = len(re.findall("[\u4e00-\u9fff\uf900-\ufaff]", text))
    can_be = (
        bool(syllables)
        and 4 * common >= 3 * len(syllables)
        and len(syllables) >= 2 * chinese
        and not NOT_KOREAN.search(text)
    )
    return text if can_be else ""


def as_western(raw: bytes) -> str:
    """The bytes as Windows-1252; '' where they cannot be."""
    try:
        text = raw.decode("cp1252")
    except UnicodeDecodeError:
        return ""
    # each once: a file repeats them
    words = f" {' '.join({word for word in text.split() if not word.isascii()})} "
    return text if WESTERN.fullmatch(words) and not OUT_OF_PLACE.search(words) else ""


def ambiguous(file: str, raw: bytes, korean: str, western: str) -> InputError:
    one, other = (
        re.search("[^\\s,;]*[^\x00-\x7f][^\\s,;]*", text)[0] for text in (korean, western)
    )
    line = 1 + raw[: re.search(rb"[\x80-\xff]", raw).start()].count(b"\n")
    return unreadable(
        file,
        f"bytes that can be Korean or Western letters (line {line}: {one[:20]} or {other[:20]})",
    )


def unreadable(file: str, found: str) -> InputError:
    return InputError(
        [
            Problem(
                file,
                found,
                (
                    "a file saved as UTF-8 (or UTF-16, or the Korean code page, or "
                    "Windows-1252, where they are sure)"
                ),
                help=UTF8_HELP,
            )
        ]
    )
