// Search over the index that the build writes (search-index.js): chapters, claims, figures, tables, sources.
// Plain words, each of which must begin a word of the entry; titles count more than text. Nothing leaves the page.
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

  function score(entry, words) {
    let sum = 0;
    for (const word of words) {
      const inTitle = find(entry.heads, word) >= 0,
        inText = find(entry.words, word) >= 0;
      if (!inTitle && !inText) return 0;
      sum += (inTitle ? 6 : 0) + (inText ? 1 : 0);
    }
    return sum * ({ Claim: 1.5, Source: 0.6 }[entry.kind] || 1);
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
    const words = fold(input.value)
      .split(/[^\p{L}\p{N}]+/u)
      .filter(Boolean);
    const found = words.length
      ? folded
          .map((entry) => [score(entry, words), entry])
          .filter(([s]) => s)
          .sort((a, b) => b[0] - a[0])
      : [];
    list.replaceChildren(
      ...found.slice(0, MOST).map(([, entry]) => {
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
    const more = found.length > MOST ? `, the first ${MOST} shown` : "";
    count.textContent = words.length
      ? `${found.length || "No"} ${found.length === 1 ? "place" : "places"}${more}`
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
