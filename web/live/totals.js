// Rows that are totals of other rows, as brief/tables/totals.py finds them: by a word, by a code that is no country's, by their
// numbers. They are refused, since the book adds up by itself. Words, codes and the list of tables come with the data.

/** A cell without case, width, brackets, colons and double spaces: "(TOTAL :)" is "total". */
function plainWords(text, most) {
  return text
    .slice(0, 2 * most)
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[∑ς]/g, "σ")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/** Whether a cell names a total of other rows. */
function isTotal(text, { totals, patterns }) {
  if (!strip(text) || [...text].length > totals.most) return false;
  const words = plainWords(text, totals.most),
    together = words.replaceAll(" ", "");
  return (
    totals.words.includes(words) ||
    totals.words.includes(together) ||
    whole(patterns.TOTAL_PHRASE, words) ||
    whole(patterns.KOREAN_TOTAL, together)
  );
}

/** What shows a row of texts ({column: text}) to be a total, or undefined. `name` is the table's. */
function totalByName(name, texts, columns, row, cells) {
  const { totals } = cells,
    checks = totals.tables[name];
  if (!checks) return undefined;
  for (const { name: column } of columns.filter((c) => c.key || checks.labels.includes(c.name))) {
    const text = texts[column],
      [beside, value] = totals.no_total[[name, column, strip(text)].join("|")] ?? [];
    if (isTotal(text, cells) && !(beside && strip(texts[beside]) === value)) {
      return new Refused(
        `a row of totals (“${printable(strip(text), 60)}”)`,
        "rows of one year, place or group each",
        { row, column, help: totals.help },
      );
    }
  }
  const code = checks.codes ? strip(texts[checks.codes]) : "";
  if (!/^[A-Z]{3}$/.test(code) || totals.codes.includes(code)) return undefined;
  return new Refused(
    `“${code}”, which is no country's code (a total, a group of countries, or unknown)`,
    "ISO 3166 codes, as AUS",
    { row, column: checks.codes, help: totals.help },
  );
}

/** The rows of values that are the sum of the other rows of their group, by every count that they fill, as refusals. */
function sumsAmong(name, rows, lines, columns, { totals }) {
  const checks = totals.tables[name];
  if (!checks?.group) return [];
  const names = columns.map((c) => c.name),
    counts = checks.counts.map((column) => names.indexOf(column));
  const beside = columns.filter((c) => c.key && c.name !== checks.group).map((c) => c.name);
  if (names.includes("unit")) beside.push("unit");
  const groups = new Map();
  rows.forEach((values, at) => {
    const key = beside.map((column) => values[names.indexOf(column)]),
      id = JSON.stringify(key);
    if (!groups.has(id)) groups.set(id, { key, members: [] });
    groups.get(id).members.push(at);
  });
  const refusals = [];
  for (const { key, members } of groups.values()) {
    const all = counts.map((index) => members.reduce((sum, at) => sum + (rows[at][index] ?? 0), 0));
    const filled = counts.map((index) => members.filter((at) => rows[at][index]).length);
    for (const at of members) {
      if (
        !isSum(
          counts.map((index) => rows[at][index]),
          all,
          filled,
        )
      )
        continue;
      const of = key.filter((part) => part !== null).join(", ") || "the table";
      refusals.push(
        new Refused(
          `a row that is the sum of the other ${members.length - 1} rows of ${of}`,
          "rows of one place or group each",
          { row: lines[at], column: checks.group, help: totals.help },
        ),
      );
    }
  }
  return refusals.slice(0, MOST_REFUSALS);
}

/** Whether a row's counts are half of their group's, the other half being its parts, beyond coincidence (see `is_sum`). */
function isSum(values, all, filled) {
  if (values.some((v, i) => v !== null && Math.abs(2 * v - all[i]) > 1e-6 * Math.abs(all[i])))
    return false;
  const different = new Set(values.filter(Boolean));
  const parts = Math.max(0, ...filled.filter((_, i) => values[i]).map((count) => count - 1));
  if (parts < 2) return false;
  if (parts === 2) return different.size >= 3;
  return different.size >= 2 || (different.size > 0 && Math.max(...different) >= 50);
}
