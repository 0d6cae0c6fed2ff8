"""What the book says in another language than English: the wordings `ko` beside the English ones,
and the words of page, PDF and charts, whose catalogue is analysis/korean.yml.

The data pick the case as in English, and the same numbers are filled in. Whatever has no wording in
a language is refused where it is asked for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from brief import korean
from brief.analysis.claims import NO_NUMBER, Claim, fill
from brief.tables.entries import WordingError

ENGLISH, KOREAN = "en", "ko"
OTHERS = (KOREAN,)
PAGES, CHARTS = "korean", "korean_in_charts"  # the parts of the catalogue


class NumbersIn(Mapping):
    """The numbers of an edition as a language prints them; each is asked for when it is needed."""

    def __init__(self, numbers: Mapping, language: str):
        self._numbers, self._hole = numbers, korean.NO_NUMBER if language == KOREAN else NO_NUMBER

    def __getitem__(self, key: str) -> tuple[float | None, str]:
        value, text = self._numbers[key]
        return value, self._hole if text == NO_NUMBER else text

    def __iter__(self):
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)


def wordings_in(wordings: dict, language: str) -> dict:
    """The wordings with those of a language in the place of the English ones, where there are
    any.
    """
    if language == ENGLISH:
        return wordings
    return {
        kind: {key: translated(entry, language) for key, entry in entries.items()}
        for kind, entries in wordings.items()
    }


def translated(entry, language: str):
    """An entry with the parts that its wording in a language has; cases keep the claim that picks
    them.
    """
    said = entry.get(language) if isinstance(entry, dict) else None
    if not said:
        return entry
    named = lambda part: entry[part] if isinstance(entry.get(part), dict) else {}
    return entry | {
        part: named(part) | words if isinstance(words, dict) else words
        for part, words in said.items()
    }


def needs(kind: str, key: str, entry: dict, language: str) -> None:
    """Raises WordingError for an entry without a wording in the language."""
    if language != ENGLISH and language not in entry:
        raise WordingError(
            f"{key} has no wording in {language!r}: write one under {kind}: {key}: {language}: in "
            f"analysis/{entry['chapter']}.yml"
        )


def sentence(claim: Claim, numbers: Mapping, language: str) -> str:
    """The sentence that the data pick, in a language. Raises WordingError where there is none."""
    if language == ENGLISH:
        return claim.sentence
    needs("claims", claim.id, claim.entry, language)
    case = "not_testable" if claim.case == "untestable" else claim.case
    return fill(claim.entry[language][case], NumbersIn(numbers, language))


class Catalogue:
    """The words of page, PDF and charts in one language; English ones are their own keys.

    A key may have places, {}, for what is filled in.
    """

    def __init__(self, wordings: dict, language: str):
        self.language = language
        parts = [wordings.get(part, {}) for part in (CHARTS, PAGES)]
        self.in_charts = {} if language == ENGLISH else parts[0]
        self.words = {} if language == ENGLISH else parts[0] | parts[1]

    def parts(self, text: str) -> list[str]:
        """What stands around the places of a text in this language."""
        return (text if self.language == ENGLISH else self.words_for(text)).split("{}")

    def words_for(self, text: str) -> str:
        """What the catalogue has for a text; raises WordingError where it lacks it."""
        if text not in self.words:
            raise WordingError(
                f"{text!r} has no words in {self.language!r}: give it some in analysis/korean.yml"
            )
        return self.words[text]

    def say(self, text: str, *filled_in) -> str:
        """A text in this language, with its places filled in. Raises WordingError where the
        catalogue lacks it.
        """
        said = text if self.language == ENGLISH else self.words_for(text)
        return korean.with_particles(said.format(*filled_in)) if filled_in else said

    def date(self, text: str) -> str:
        """A date as the book prints it, in this language."""
        return text if self.language == ENGLISH else korean.day(text)


IN_ENGLISH = Catalogue({}, ENGLISH)


# Charts: the spec and its rows stay as they are; what is written into the picture goes through the
# catalogue when it is drawn, in the page as in the build.

LEGENDS = ("color", "fill", "stroke", "shape", "opacity", "strokeDash", "size")
GUIDES = {"x": "axis", "y": "axis", "row": "header", "column": "header", "facet": "header"}
GUIDES |= dict.fromkeys(LEGENDS, "legend")
WRITTEN = ("text", "tooltip")  # channels whose words are those of the rows
TEXTS = ("nominal", "ordinal")
IN_WORDS = "_in_words"  # of a field: the same by the catalogue


def chart_in(spec: dict, catalogue: Catalogue) -> dict:
    """A spec whose axes, legends and texts speak the catalogue's language."""
    if catalogue.language == ENGLISH:
        return spec
    chart = _in_words(spec, catalogue)
    words = {"name": "words", "value": dict(catalogue.in_charts)}
    return chart | {"params": [*chart.get("params", []), words]}


def _in_words(node, catalogue: Catalogue):
    """A part of a spec in other words. What is written from rows is calculated beside its encoding:
    a layer that has rows of its own has none of its parent's steps.
    """
    if isinstance(node, list):
        return [_in_words(child, catalogue) for child in node]
    if not isinstance(node, dict):
        return node
    fields: set[str] = set()
    made = {
        name: {
            channel: _channel(channel, definition, catalogue, fields)
            for channel, definition in value.items()
        }
        if name == "encoding"
        else value
        if name in ("datasets", "config", "data", "transform", "params")
        else _in_words(value, catalogue)
        for name, value in node.items()
    }
    if isinstance(made.get("mark"), dict) and isinstance(made["mark"].get("text"), dict):
        own = made["mark"]["text"]  # {expr: …}: what is written is computed
        said = expression(catalogue, f"({own['expr']})")
        made["mark"] = made["mark"] | {"text": own | {"expr": said}}
    if fields:
        made["transform"] = [
            *node.get("transform", []),
            *(
                {"calculate": expression(catalogue, f"datum[{json.dumps(f)}]"), "as": f + IN_WORDS}
                for f in sorted(fields)
            ),
        ]
    return made


def _channel(channel: str, definition, catalogue: Catalogue, fields: set[str]):
    if isinstance(definition, list):
        return [_channel(channel, one, catalogue, fields) for one in definition]
    if not isinstance(definition, dict):
        return definition
    made = dict(definition)
    is_text = definition.get("type") in TEXTS and "field" in definition
    if channel == "text" and isinstance(definition.get("value"), str):
        made["value"] = catalogue.say(definition["value"])
    if isinstance(definition.get("title"), str):
        made["title"] = catalogue.say(definition["title"])
    if channel == "tooltip" and "title" not in made and "field" in made:
        made["title"] = catalogue.say(made["field"])
    if is_text and channel in WRITTEN:
        fields.add(definition["field"])
        made["field"] = definition["field"] + IN_WORDS
    guide = GUIDES.get(channel)
    if guide and is_text and definition.get(guide, {}) is not None:
        own = dict(definition.get(guide) or {})
        if isinstance(own.get("title"), str):
            own["title"] = catalogue.say(own["title"])
        own.setdefault("labelExpr", expression(catalogue, "datum.label"))
        made[guide] = own
    return made


def expression(catalogue: Catalogue, field: str) -> str:
    """A Vega expression: a text by the chart's words, or as it is where they lack it. Words with
    places are patterns; what stands in the places goes where {} or {2} stand in the other words.
    """
    text = f"(words[{field}] || {field})"
    for key, said in catalogue.in_charts.items():
        if "{}" in key:
            pattern = f"^{re.escape(key).replace(re.escape('{}'), '(.+)')}$"
            changed = f"replace({field}, regexp({json.dumps(pattern)}), "
            changed += f"{json.dumps(in_order(said), ensure_ascii=False)})"
            text = f"(test(regexp({json.dumps(pattern)}), {field}) ? {changed} : {text})"
    return text


def in_order(said: str) -> str:
    """{} and {} as $1 and $2, {2} as $2."""
    count = iter(range(1, 10))
    return re.sub(r"\{(\d?)\}", lambda place: f"${place[1] or next(count)}", said)
