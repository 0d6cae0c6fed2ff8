// Search over the index that the build writes (search-index.js): chapters, claims, figures, tables, sources.
// Plain words or a question; a word must begin a word of the entry, and titles count more than text. Nothing leaves the page.
(() => {
  "use strict";
  const entries = window.briefSearch || [];
  const { inLanguages } = window.brief;
  const input = document.getElementById("search-words");
  const list = document.querySelector(".search-results");
  const count = document.querySelector(".search-count");
  const fold = (text) =>
    text
      .toLowerCase()
      .normalize("NFD")
      .replace(/[\u0300-\u036f]/g, "")
      .normalize("NFC");
  const folded = entries.map((entry) => ({
    ...entry,
    heads: fold(entry.title),
    words: fold(entry.text),
  }));
  const MOST = 60;

  const isLetter = (sign) => sign !== undefined && /[\p{L}\p{N}]/u.test(sign);

  /** Where a word begins in a text, or -1. Hangul words match anywhere, for their particles differ; "UN" and "UK" stand
      alone, for half the language begins with them. */
  function find(text, word) {
    if (/[\uac00-\ud7a3]/.test(word)) return text.indexOf(word);
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
      if (isLetter(text[at - 1])) continue;
      if (word.length > 3 || !isLetter(text[at + word.length])) return at;
    }
    return -1;
  }

  // Words of questions that say nothing of what is asked for; dropped while others remain.
  const QUESTION_WORDS = new Set(
    (
      "a an and are as at be been by can did do does for from had has have how i in is it its me many much of on or" +
      " people show tell that the their them there these they this those to was we were what when where which who why with you"
    ).split(" "),
  );
  const WEIGHT = {
    Number: 2.5,
    Page: 2,
    Claim: 1.6,
    Text: 1.2,
    Figure: 1.2,
    Table: 1,
    Source: 0.05,
  };

  // What a reader may call what the book calls otherwise.
  const SAME = [
    ["repatriat", "return", "deport", "refoul"],
    ["uk", "britain", "british"],
    ["usa", "american", "washington"],
  ];
  const LONG = 2500; // letters of a text in which a word tells little of what it is about

  /** The words of a question that say what is asked for. */
  function asked(question) {
    const all = fold(question)
      .split(/[^\p{L}\p{N}]+/u)
      .filter(Boolean);
    const telling = all.filter((word) => !QUESTION_WORDS.has(word));
    return telling.length ? telling : all;
  }

  /** An English word without its endings, as long as five letters stay: resettle for resettlements. */
  function stem(word) {
    if (word.length < 5) return word;
    const single = word.replace(/(?:ies|ed|ing|es|s)$/, "");
    const short = single.replace(/(?:ment|ship|ion)$/, "");
    return short.length < 5 ? single : short;
  }

  /** What may stand for a word of a question: its stem, and what the book calls the same. */
  function formsOf(word) {
    const own = stem(word);
    return [own, ...(SAME.find((group) => group.some((form) => form === own)) || [])];
  }

  /** All numbers must be there, and of three or more other words all but one. `asks` has the forms of each word. */
  function score(entry, asks) {
    let sum = 0,
      missing = 0;
    for (const forms of asks) {
      const inTitle = forms.some((word) => find(entry.heads, word) >= 0),
        inText = forms.some((word) => find(entry.words, word) >= 0);
      if (!inTitle && !inText) {
        if (/^\p{N}+$/u.test(forms[0]) || asks.length < 3 || missing) return 0;
        missing += 1;
      }
      sum += (inTitle ? 6 : 0) + (inText ? (entry.words.length > LONG ? 0.4 : 1) : 0);
    }
    return (sum * (WEIGHT[entry.kind] || 1)) / (1 + missing);
  }

  /** "Figure 2" asks for that figure: ahead of all that has both words. */
  const isNamed = (entry, asks) =>
    /^(?:figure|table)$/.test(asks[0]?.[0]) &&
    entry.title.toLowerCase().startsWith(`${asks.map((forms) => forms[0]).join(" ")}.`);

  const found = (asks) =>
    folded
      .map((entry) => [score(entry, asks) * (isNamed(entry, asks) ? 100 : 1), entry])
      .filter(([points]) => points)
      .sort((a, b) => b[0] - a[0]);

  let vocabulary;

  /** The words of the book, by how often each stands in it. */
  function wordsOfTheBook() {
    if (!vocabulary) {
      vocabulary = new Map();
      for (const entry of folded)
        for (const word of `${entry.heads} ${entry.words}`.match(/\p{L}{4,}/gu) || [])
          vocabulary.set(word, (vocabulary.get(word) || 0) + 1);
    }
    return vocabulary;
  }

  const isKnown = (word) =>
    folded.some((entry) => find(entry.heads, word) >= 0 || find(entry.words, word) >= 0);

  /** A word that is nowhere in the book, as the nearest one that is: one slip of the keys, in long words two. */
  function nearest(word) {
    if (word.length < 5 || isKnown(stem(word))) return word;
    let best = word,
      slips = word.length < 8 ? 2 : 3, // one too many: what is found has to have fewer
      often = 0;
    for (const [other, times] of wordsOfTheBook()) {
      const [apart, beginning] = slipsBetween(word, other);
      if (apart < slips || (apart === slips && best !== word && times > often))
        [best, slips, often] = [beginning, apart, times];
    }
    return best;
  }

  /** How many letters are other, missing, too many or swapped between a word and the nearest beginning of another. */
  function slipsBetween(word, other) {
    if (other.length + 2 < word.length) return [Infinity, ""];
    const width = Math.min(other.length, word.length + 2);
    let before,
      last = Array.from({ length: width + 1 }, (_, j) => j);
    for (let i = 1; i <= word.length; i += 1) {
      const row = [i];
      for (let j = 1; j <= width; j += 1) {
        const isSame = word[i - 1] === other[j - 1];
        row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + !isSame);
        const isSwapped = before && word[i - 1] === other[j - 2] && word[i - 2] === other[j - 1];
        if (isSwapped) row[j] = Math.min(row[j], before[j - 2] + 1);
      }
      [before, last] = [last, row];
    }
    const apart = Math.min(...last);
    return [apart, other.slice(0, last.lastIndexOf(apart))];
  }

  /** About 180 characters around the first hit, with every hit marked. Only text is ever written. */
  function snippet(entry, words) {
    const hits = words.map((word) => find(entry.words, word)).filter((at) => at >= 0);
    const start = Math.max(0, Math.min(...hits, entry.text.length) - 60);
    const from = start ? entry.text.indexOf(" ", start) + 1 : 0;
    return marked(
      (from ? "… " : "") +
        entry.text.slice(from, from + 180) +
        (entry.text.length > from + 180 ? " …" : ""),
      words,
    );
  }

  function marked(text, words) {
    const nodes = [];
    let rest = text;
    while (rest) {
      const low = fold(rest);
      // Folding may change lengths (ligatures, say); then the text is shown unmarked.
      const hits =
        low.length === rest.length
          ? words.map((word) => [find(low, word), word.length]).filter(([at]) => at >= 0)
          : [];
      if (!hits.length) {
        nodes.push(...inLanguages(rest));
        break;
      }
      const [at, length] = hits.reduce((a, b) => (b[0] < a[0] ? b : a));
      const mark = document.createElement("mark");
      mark.append(...inLanguages(rest.slice(at, at + length)));
      nodes.push(...inLanguages(rest.slice(0, at)), mark);
      rest = rest.slice(at + length);
    }
    return nodes;
  }

  function show() {
    const typed = asked(input.value),
      meant = typed.map(nearest),
      asks = meant.map(formsOf),
      words = asks.flat();
    const hits = asks.length ? found(asks) : [];
    const mended = meant.filter((word, i) => word !== typed[i]);
    list.replaceChildren(
      ...hits.slice(0, MOST).map(([, entry]) => {
        const item = document.createElement("li"),
          link = document.createElement("a"),
          kind = document.createElement("span"),
          text = document.createElement("p");
        link.href = entry.url;
        link.append(...marked(entry.title, words));
        kind.className = "kind";
        kind.append(...inLanguages(entry.place ? `${entry.kind} · ${entry.place}` : entry.kind));
        text.append(...snippet(entry, words));
        item.append(kind, link, text);
        return item;
      }),
    );
    const more = hits.length > MOST ? `, the first ${MOST} shown` : "";
    const places = `${hits.length || "No"} ${hits.length === 1 ? "place" : "places"}${more}`;
    const instead = mended.length ? ` for “${mended.join("”, “")}”` : "";
    count.textContent = words.length ? places + instead : "";
  }

  input.value = new URLSearchParams(location.search).get("q") || "";
  input.addEventListener("input", show);
  document.querySelector(".search-form").addEventListener("submit", (event) => {
    event.preventDefault();
    history.replaceState(null, "", `?q=${encodeURIComponent(input.value)}`);
    show();
  });
  input.focus({ preventScroll: true });
  show();
})();
