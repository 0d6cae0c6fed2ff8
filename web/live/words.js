// Which sentence, and what stands in its places. The sentences come from the analysis; nothing is worded here.

/** A wording with its {number} places filled. `numbers` is a Map of key to text. */
function fill(text, numbers, wordings) {
  const place = new RegExp(wordings.place, "g");
  const filled = text
    .replace(place, (whole, key) =>
      numbers.has(key)
        ? formed(numbers.get(key), whole.slice(1, -1).split(":")[1], wordings.korean)
        : wordings.no_number,
    )
    .split(/\s+/)
    .filter(Boolean)
    .join(" ");
  return withParticles(filled, wordings.korean);
}

/** The wordings with those of the page's language in the place of the English ones, where there are any. */
function inLanguage(wordings, language) {
  const words = wordings.languages[language];
  if (!words) return wordings;
  const over = (kind) =>
    Object.fromEntries(
      Object.entries(wordings[kind]).map(([key, entry]) => [
        key,
        { ...entry, ...words[kind][key] },
      ]),
    );
  return {
    ...wordings,
    ...words,
    claims: over("claims"),
    figures: over("figures"),
    options: over("options"),
  };
}

/** A title, caption or alt text: one wording, or one for each case of a claim. */
function byCase(wording, cases, numbers, wordings) {
  if (!wording) return "";
  return fill(
    typeof wording === "string" ? wording : (wording[cases.get(wording.claim)] ?? ""),
    numbers,
    wordings,
  );
}

const caseOf = (holds, wordings) => wordings.cases[String(holds)];

/** Quotation marks, dashes and dots as the build sets them (`typeset` in the data: [[pattern, replacement], …]). */
const typeset = (text, wordings) =>
  wordings.typeset.reduce((t, [pattern, put]) => t.replace(new RegExp(pattern, "g"), put), text);

/** What the reader's changes are laid over: the published edition, or an altered one that was built, which never passes for it. */
const basis = {
  was: "Published",
  data: "the published data",
  status: "Published data.",
  rest: "as published",
};

function nameBasis(edition) {
  if (!edition.is_published)
    Object.assign(basis, {
      was: "This altered edition",
      data: "this altered edition’s data",
      status: "This altered edition’s own data.",
      rest: "as in this altered edition",
    });
}
