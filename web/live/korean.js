// Korean around a number that is filled in: the particle that its reading asks for, and the units in which Koreans
// count. It does what brief/korean.py does, whose tables come with the wordings (`korean` in the data).

/** How a text ends when it is read aloud: in "ㄹ", in another consonant ("ㅇ"), or in a vowel (""). */
function finalSound(text, { closing, l, consonants }) {
  let end = text.length;
  while (end && closing.includes(text[end - 1])) end -= 1;
  const read = text.slice(0, end),
    last = read.at(-1) ?? "";
  if (last >= "가" && last <= "힣") {
    const final = (last.codePointAt(0) - "가".codePointAt(0)) % 28;
    return final === 0 ? "" : final === 8 ? "ㄹ" : "ㅇ";
  }
  const number = read.match(/(\d[\d,]*)(\.\d+)?$/);
  if (number && !number[2]) {
    const whole = number[1].replaceAll(",", ""),
      zeros = whole.match(/0*$/)[0].length;
    if (zeros >= 12 && zeros < 16 && zeros < whole.length) return "";
  }
  const letter = last.toUpperCase();
  return l.includes(letter) && letter ? "ㄹ" : consonants.includes(letter) && letter ? "ㅇ" : "";
}

/** A sentence in which each marked particle, 은(는), has the form that its place asks for. */
function withParticles(text, korean) {
  const marked = new RegExp(korean.marked, "g");
  return text.replace(marked, (mark, place) => {
    const sound = finalSound(text.slice(0, place), korean),
      [afterConsonant, afterVowel] = korean.particles[mark];
    if (mark === "(으)로" && sound === "ㄹ") return afterVowel;
    return sound ? afterConsonant : afterVowel;
  });
}

/** A number as text with its point moved to the right. */
function moved(text, places) {
  const found = text.match(/^([−-]?)(\d[\d,]*)(?:\.(\d+))?$/);
  if (!found) return text;
  const decimals = (found[3] ?? "").padEnd(places, "0"),
    whole = BigInt(found[2].replaceAll(",", "") + decimals.slice(0, places)).toString(),
    rest = decimals.slice(places).replace(/0+$/, "");
  return found[1] + whole.replace(/\B(?=(\d{3})+$)/g, ",") + (rest && `.${rest}`);
}

function dollars(text) {
  const found = text.match(/^(?:US)?\$(\d[\d,]*(?:\.\d+)?)(?: (million|billion))?$/);
  if (!found) return text;
  const [places, unit] = { million: [2, "만"], billion: [1, "억"] }[found[2]] ?? [0, ""];
  return moved(found[1], places) + unit;
}

function won(text) {
  const [number, ...unit] = text.split(" ");
  return unit.join(" ") === "million won" ? `${moved(number, 2)}만 원` : text;
}

function euros(text) {
  const [number, unit] = text.split(" ");
  if (unit !== "euros") return text;
  const whole = number.replaceAll(",", ""),
    tens = whole.slice(0, -4);
  if (!tens || !whole.endsWith("0000")) return `${number}유로`;
  return `${tens.replace(/\B(?=(\d{3})+$)/g, ",")}만 유로`;
}

/** How often something happens, as numbers of the book say it: about two times in a hundred. */
function howOften(text, { counted, often }) {
  if (text === "nearly always") return "거의 언제나";
  const found = text.match(new RegExp(`^(?:${often})$`));
  if (!found) return text;
  const times = counted[found[2] ?? "one"],
    within = counted[found[3].replace(/^a /, "")];
  return `${within} 번에 ${times} 번${found[1] === "less than" ? " 미만" : "쯤"}`;
}

function koreanDay(text, { months }) {
  const found = text.match(new RegExp(`^(?:(?:(\\d{1,2}) )?(${months.join("|")}) )?(\\d{4})$`));
  if (!found) return text;
  const month = found[2] ? ` ${months.indexOf(found[2]) + 1}월` : "";
  return `${found[3]}년${month}${found[1] ? ` ${found[1]}일` : ""}`;
}

/** A number's text in the form that its place asks for: "" as it is, "억" from billions, and so on. */
function formed(text, form, korean) {
  if (form === "억") return moved(text, 1);
  if (form === "만") return moved(text, 2);
  if (form === "달러") return dollars(text);
  if (form === "원") return won(text);
  if (form === "유로") return euros(text);
  if (form === "빈도") return howOften(text, korean);
  if (form === "날짜") return koreanDay(text, korean);
  if (form === "비율") return text.replace(" percent", "%");
  return text;
}
