// Search over the index that the build writes (search-index.js): chapters, claims, figures, tables, sources.
// Plain words or a question; a word must begin a word of the entry, and titles count more than text. Nothing leaves the page.
(() => {
  "use strict";
  const entries = window.briefSearch || [];
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

  /** Where a word begins in a text, or -1; Hangul words match anywhere, for their particles differ. */
  function find(text, word) {
    if (/[\uac00-\ud7a3]/.test(word)) return text.indexOf(word);
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
      if (at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1])) return at;
    }
    return -1;
  }

  // Words of questions that say nothing of what is asked for; dropped while others remain.
  const QUESTION_WORDS = new Set(
    (
      "a an and are as at be been by can did do does for from had has have how i in is it its me many much of on or" +
      " people show tell that the their them there they this to was we were what when where which who why with you"
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

  /** The words of a question: what is asked for, without the endings of English words. */
  function asked(question) {
    const all = fold(question)
      .split(/[^\p{L}\p{N}]+/u)
      .filter(Boolean);
    const telling = all.filter((word) => !QUESTION_WORDS.has(word));
    return (telling.length ? telling : all).map((word) =>
      word.length > 4 ? word.replace(/(?:ies|ed|ing|es|s)$/, "") : word,
    );
  }

  /** All numbers must be there, and of three or more other words all but one. */
  function score(entry, words) {
    let sum = 0,
      missing = 0;
    for (const word of words) {
      const inTitle = find(entry.heads, word) >= 0,
        inText = find(entry.words, word) >= 0;
      if (!inTitle && !inText) {
        if (/^\p{N}+$/u.test(word) || words.length < 3 || missing) return 0;
        missing += 1;
      }
      sum += (inTitle ? 6 : 0) + (inText ? 1 : 0);
    }
    return (sum * (WEIGHT[entry.kind] || 1)) / (1 + missing);
  }

  const found = (words) =>
    folded
      .map((entry) => [score(entry, words), entry])
      .filter(([points]) => points)
      .sort((a, b) => b[0] - a[0]);

  let vocabulary;

  /** The word of the book nearest to one that is nowhere in it: one letter more, less or other. */
  function nearest(word) {
    vocabulary ||= [
      ...new Set(
        folded.flatMap((entry) => `${entry.heads} ${entry.words}`.match(/\p{L}{4,}/gu) || []),
      ),
    ];
    if (word.length < 5 || folded.some((entry) => find(`${entry.heads} ${entry.words}`, word) >= 0))
      return word;
    return (
      vocabulary.find((other) => isOneLetterOff(word, other.slice(0, word.length + 1))) || word
    );
  }

  function isOneLetterOff(a, b) {
    let at = 0;
    while (at < a.length && a[at] === b[at]) at += 1;
    const rest = a.slice(at);
    return (
      b.startsWith(rest.slice(1), at + 1) || // another letter
      b.startsWith(rest, at + 1) || // one is missing
      b.startsWith(rest.slice(1), at) || // one too many
      b.startsWith(rest[1] + rest[0] + rest.slice(2), at) // two changed places
    );
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
        nodes.push(rest);
        break;
      }
      const [at, length] = hits.reduce((a, b) => (b[0] < a[0] ? b : a));
      const mark = document.createElement("mark");
      mark.textContent = rest.slice(at, at + length);
      nodes.push(rest.slice(0, at), mark);
      rest = rest.slice(at + length);
    }
    return nodes;
  }

  function show() {
    let words = asked(input.value);
    let hits = words.length ? found(words) : [];
    if (!hits.length && words.length) {
      words = words.map(nearest);
      hits = found(words);
    }
    list.replaceChildren(
      ...hits.slice(0, MOST).map(([, entry]) => {
        const item = document.createElement("li"),
          link = document.createElement("a"),
          kind = document.createElement("span"),
          text = document.createElement("p");
        link.href = entry.url;
        link.append(...marked(entry.title, words));
        kind.className = "kind";
        kind.textContent = entry.place ? `${entry.kind} · ${entry.place}` : entry.kind;
        text.append(...snippet(entry, words));
        item.append(kind, link, text);
        return item;
      }),
    );
    const more = hits.length > MOST ? `, the first ${MOST} shown` : "";
    count.textContent = words.length
      ? `${hits.length || "No"} ${hits.length === 1 ? "place" : "places"}${more}`
      : "";
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
