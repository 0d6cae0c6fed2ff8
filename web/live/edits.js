// A file with the key and the columns that were edited, and no others: laid over the known rows, as brief/tables/edits.py
// does it.

const MEANT = 2; // known keys that a new one may mean; more are no help
const NAMED_ONE_BY_ONE = 6; // columns; of more the rest is counted

/** The columns that a file of edits has not; none for a header that is whole, or wrong. */
function leftOut(header, columns) {
  const names = columns.map((c) => c.name),
    keys = columns.filter((c) => c.key).map((c) => c.name),
    given = new Set(header.filter((name) => names.includes(name)));
  const isUnknown = (name) => name && name !== "edition" && !names.includes(name);
  const isEdits =
    keys.length &&
    keys.every((name) => given.has(name)) &&
    given.size > keys.length &&
    !header.some(isUnknown);
  return isEdits ? names.filter((name) => !given.has(name)) : [];
}

/** The refusals of a header that has columns of the table alone, and neither all of them nor the key and one more. */
function withoutKey(missing, columns, row) {
  const keys = columns.filter((c) => c.key).map((c) => c.name),
    allowed = columns.map((c) => c.name).join(", "),
    lost = keys.filter((name) => missing.includes(name));
  const help = `The key tells the rows apart: ${keys.join(", ")}. Beside it stand all columns, or those alone that are edited.`;
  if (!lost.length) return [new Refused("no column beside the key", allowed, { row, help })];
  return lost.map(
    (name) => new Refused(`no column '${name}'`, allowed, { row, column: name, help }),
  );
}

/**
 * The known rows with those of a file of edits (as `readDelimited` gives it) laid over them by key: {rows, lines, readings,
 * refusals}. A row that stands as it was has no line; `rest` says what it stays like. A whole table is returned as it is.
 */
function laidOver(read, known, columns, name, cells, rest = "as published") {
  if (!read.leftOut.length) return read;
  const isGiven = columns.map((c) => !read.leftOut.includes(c.name)),
    keyOf = (row) => JSON.stringify(row.filter((_, i) => columns[i].key)),
    place = new Map(known.map((row, index) => [keyOf(row), index])),
    needed = columns.filter((c, i) => c.required && !isGiven[i]).map((c) => c.name);
  const rows = [...known],
    lines = known.map(() => null),
    added = [],
    emptied = new Map();
  let refusals = [];
  read.rows.forEach((row, at) => {
    const line = read.lines[at],
      index = place.get(keyOf(row)),
      empty = columns.find((c, i) => c.key && row[i] === null);
    if (empty) {
      const allowed = "a value: this column may not be empty";
      refusals.push(new Refused("an empty cell", allowed, { row: line, column: empty.name }));
    } else if (index === undefined && needed.length)
      refusals.push(newRowRefusal(row, line, columns, needed, knownAs(columns, row, known)));
    else if (index === undefined) added.push([line, row]);
    else {
      const was = known[index],
        merged = was.map((before, i) => (isGiven[i] ? row[i] : before));
      columns.forEach((c, i) => {
        if (was[i] !== null && merged[i] === null)
          emptied.set(c.name, (emptied.get(c.name) ?? 0) + 1);
      });
      if (lines[index] !== null) added.push([line, merged]);
      else {
        rows[index] = merged.every((value, i) => value === was[i]) ? was : merged;
        lines[index] = line;
      }
    }
  });
  if (needed.length && refusals.length) {
    const misspelt = new Map();
    for (const near of nearKeys(read.rows, known, columns, cells, read.lines))
      misspelt.set(near.row, near);
    refusals = refusals.map((refused) => misspelt.get(refused.row) ?? refused);
  }
  const laid = {
    rows: [...rows, ...added.map(([, row]) => row)],
    lines: [...lines, ...added.map(([line]) => line)],
  };
  if (!refusals.length) refusals = sumsAmong(name, laid.rows, laid.lines, columns, cells);
  const changed = rows.filter((row, index) => row !== known[index]).length;
  const said = editsInWords(
    columns.filter((_, i) => isGiven[i]).map((c) => c.name),
    read.leftOut,
    { changed, added: added.length, emptied, stay: known.length - changed, rest },
  );
  return {
    ...laid,
    leftOut: [],
    readings: [...read.readings, said],
    refusals: [...read.refusals, ...refusals.slice(0, MOST_REFUSALS)],
  };
}

/** A row's key as a person reads it. */
const keyInWords = (columns, row) =>
  columns.flatMap((c, i) => (c.key ? [`${c.name} = ${row[i]}`] : [])).join(", ");

/** The known keys that a key may mean, in words; '' where there are none, or many. */
function knownAs(columns, row, known) {
  const isLike = (column, place, other) => {
    const named = column.name.replace(/_code$/, ""),
      beside = columns.findIndex((c) => c.name === named);
    if (row[place] === other[place] || column.kind !== "TEXT" || !row[place] || !other[place])
      return row[place] === other[place];
    const [text, value] = [row[place].toLowerCase(), other[place].toLowerCase()];
    if (named === column.name) return value === text || value.endsWith(`/${text}`);
    const name = beside < 0 ? null : other[beside];
    return value.startsWith(text) || text.startsWith(value) || text === name?.toLowerCase();
  };
  const alike = known.filter((other) => columns.every((c, i) => !c.key || isLike(c, i, other)));
  return alike.length <= MEANT ? alike.map((other) => keyInWords(columns, other)).join(" or ") : "";
}

/** The refusal of a new row from a file that lacks the `needed` columns. `meant` are known keys like its own, in words. */
function newRowRefusal(row, line, columns, needed, meant) {
  const keys = columns.map((c, i) => [c.key, c.name, row[i]]).filter(([key]) => key);
  return new Refused(
    `a new row (${keyInWords(columns, row)})`,
    `rows that are known, or with what a new one needs: ${needed.join(", ")}`,
    {
      row: line,
      column: keys.map(([, name]) => name).join(", "),
      help: `${meant ? `Is ${meant} meant? ` : ""}Correct the key, or add these columns for the new rows.`,
    },
  );
}

/** What became of a file of edits, in one line. */
function editsInWords(given, left, { changed, added, emptied, stay, rest }) {
  const rows = (count) => `${count.toLocaleString("en")} row${count === 1 ? "" : "s"}`,
    has = given.length <= left.length ? `only ${listed(given)}` : `without ${listed(left)}`,
    sources = changed && left.includes("source_id") ? ", their sources as before" : "";
  const parts = [
    `${rows(changed)} edited${sources}`,
    added && `${rows(added)} added`,
    emptied.size &&
      `cells emptied: ${[...emptied].map(([name, count]) => `${name} (${count})`).join(", ")}`,
  ].filter(Boolean);
  return `${has}, so merged by key: ${parts.join(", ")}, ${rows(stay)} ${rest}`;
}

/** Names as a person lists them: "year, male and persons", "year, male and 7 more". */
function listed(names) {
  const shown =
    names.length <= NAMED_ONE_BY_ONE
      ? names
      : [...names.slice(0, NAMED_ONE_BY_ONE - 1), `${names.length - NAMED_ONE_BY_ONE + 1} more`];
  return [shown.slice(0, -1).join(", "), shown.at(-1)].filter(Boolean).join(" and ");
}
