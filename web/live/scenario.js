// A scenario: what differs from the edition's own tables, and nothing else.
// {p: {parameter: value}, t: {table: {set: [[key, {column: value}]], cut: [key], add: [row]}}}. Never changed in
// place: every edit makes a new one, which is what undo and redo walk through.

const NOTHING = Object.freeze({ p: {}, t: {} });
const isNothing = (scenario) => !Object.keys(scenario.p).length && !Object.keys(scenario.t).length;
const unchanged = () => ({ set: [], cut: [], add: [] });

/** Give each table of the data what the editor needs: names, keys, places. */
function indexTables(tables) {
  for (const table of Object.values(tables)) {
    table.names = table.columns.map((c) => c.name);
    table.keys = table.columns
      .map((c, i) => [c.key, i])
      .filter(([k]) => k)
      .sort((a, b) => a[0] - b[0])
      .map(([, i]) => i);
    // As database.row_key joins them: in a key of several parts their own bars and backslashes are escaped.
    table.keyOf = (row) =>
      table.keys
        .map((i) =>
          table.keys.length > 1 ? cellText(row[i]).replace(/[\\|]/g, "\\$&") : cellText(row[i]),
        )
        .join("|");
    table.place = new Map(table.rows.map((row, index) => [table.keyOf(row), index]));
  }
}

/** The rows of a table in a scenario: [{key, row, was}] in the edition's order, then added rows [{added, row}]. */
function rowsOf(table, change = unchanged()) {
  const cells = new Map(change.set),
    cut = new Set(change.cut);
  const kept = table.rows
    .map((was, index) => ({ key: table.keyOf(was), was, row: was, index }))
    .filter(({ key }) => !cut.has(key))
    .map((entry) =>
      cells.has(entry.key)
        ? {
            ...entry,
            row: entry.row.map((v, i) =>
              Object.hasOwn(cells.get(entry.key), table.names[i])
                ? cells.get(entry.key)[table.names[i]]
                : v,
            ),
          }
        : entry,
    );
  return [...kept, ...change.add.map((row, added) => ({ added, row }))];
}

/** The change that leads from the edition's rows to these ones (matched by key; others are added at the end). */
function changeTo(table, rows) {
  const change = unchanged(),
    seen = new Set();
  for (const row of rows) {
    const key = table.keyOf(row),
      index = table.place.get(key);
    if (index === undefined || seen.has(key)) {
      change.add.push(row);
      continue;
    }
    seen.add(key);
    const was = table.rows[index];
    const cells = Object.fromEntries(
      table.names
        .map((name, i) => [name, row[i], was[i]])
        .filter(([, now, before]) => now !== before)
        .map(([name, now]) => [name, now]),
    );
    if (Object.keys(cells).length) change.set.push([key, cells]);
  }
  for (const key of table.place.keys()) if (!seen.has(key)) change.cut.push(key);
  change.set.sort((a, b) => table.place.get(a[0]) - table.place.get(b[0]));
  return change;
}

function withTable(scenario, name, change) {
  const t = { ...scenario.t };
  if (change.set.length || change.cut.length || change.add.length) t[name] = change;
  else delete t[name];
  return { p: scenario.p, t };
}

/** The scenario with another row in the place of one: `entry` as `rowsOf` gives it. */
function withRow(scenario, name, table, entry, row) {
  return withTable(
    scenario,
    name,
    changeTo(
      table,
      rowsOf(table, scenario.t[name]).map((other) => (sameEntry(other, entry) ? row : other.row)),
    ),
  );
}
const sameEntry = (a, b) =>
  a.added !== undefined ? a.added === b.added : a.key === b.key && b.added === undefined;

const withoutRow = (scenario, name, table, entry) =>
  withTable(
    scenario,
    name,
    changeTo(
      table,
      rowsOf(table, scenario.t[name])
        .filter((other) => !sameEntry(other, entry))
        .map((other) => other.row),
    ),
  );

const withMoreRows = (scenario, name, table, rows) =>
  withTable(
    scenario,
    name,
    changeTo(table, [...rowsOf(table, scenario.t[name]).map((entry) => entry.row), ...rows]),
  );

function withParameter(scenario, name, value, published) {
  const p = { ...scenario.p };
  if (value === published) delete p[name];
  else p[name] = value;
  return { p, t: scenario.t };
}

/** How many rows and parameters differ. */
const sizeOf = (scenario) =>
  Object.keys(scenario.p).length +
  Object.values(scenario.t).reduce((sum, c) => sum + c.set.length + c.cut.length + c.add.length, 0);

// Keys that are spelt almost as a published one, as brief/tables/near_keys.py finds them

/** What of a name meets the eye: no case, width or accents, no spaces and marks but between digits, no unseen letters, one alphabet. */
function looks(text, cells) {
  const pattern = (name) => new RegExp(cells.patterns[`near.${name}`][0], "gu");
  const plain = text
    .replace(pattern("UNSEEN"), "")
    .normalize("NFKD")
    .replace(pattern("ACCENTS"), "");
  const words = plain
    .replace(pattern("DASHES"), "-")
    .toLowerCase()
    .split(/[\s\x1c-\x1f\x85]+/)
    .filter(Boolean)
    .join(" ");
  return [...words]
    .map((letter) => cells.near_keys.alike[letter] ?? letter)
    .join("")
    .replace(pattern("DIGITS_AS_LETTERS"), (digit) => (digit === "0" ? "o" : "l"))
    .replace(pattern("BETWEEN_DIGITS"), "$1")
    .replace(pattern("ELSEWHERE"), "");
}

/** Each cell of a table's key that looks like a published one (`known` rows), or like one further up, and is another text. `lines` are the rows' numbers in a file. */
function nearKeys(rows, known, columns, cells, lines = []) {
  const refusals = [];
  columns.forEach((column, place) => {
    if (!column.key || column.kind !== "TEXT" || column.dates) return;
    if (cells.near_keys.ids.some((end) => column.name.endsWith(end))) return;
    const published = new Set(known.map((row) => row[place])),
      spelt = new Map();
    for (const text of [...published].filter(Boolean)) {
      const look = looks(text, cells);
      if (!spelt.has(look)) spelt.set(look, text);
    }
    for (const [at, row] of rows.entries()) {
      const text = row[place];
      if (!text || published.has(text) || [...text].length > cells.near_keys.longest) continue;
      const look = looks(text, cells),
        other = spelt.get(look) ?? text;
      spelt.set(look, other);
      if (other === text) continue;
      const strange = [...text].find((c) => c > "\x7f" && !other.includes(c)),
        code = strange?.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
      refusals.push(
        new Refused(
          `“${printable(text, 60)}”, which differs from “${printable(other, 60)}”${code ? ` by U+${code}` : ""}`,
          "one spelling of each name",
          {
            row: lines[at],
            column: column.name,
            help: `Write “${printable(other, 60)}”, or a name that one can tell from it.`,
          },
        ),
      );
    }
  });
  return refusals.concat(otherCodes(rows, known, columns, lines));
}

/** Each row whose name is published with another code than its key has: it would be laid over the row of another country. */
function otherCodes(rows, known, columns, lines) {
  const refusals = [],
    names = columns.map((column) => column.name);
  columns.forEach((column, place) => {
    const beside = names.indexOf(column.name.replace(/_code$/, ""));
    if (!column.key || beside < 0 || beside === place) return;
    const codes = new Map();
    for (const row of known)
      codes.set(row[beside], (codes.get(row[beside]) ?? new Set()).add(row[place]));
    for (const [at, row] of rows.entries()) {
      const [name, code] = [row[beside], row[place]],
        published = codes.get(name);
      if (!name || !code || !published || published.has(code)) continue;
      refusals.push(
        new Refused(
          `“${printable(name, 60)}” with the code “${printable(code, 60)}”`,
          `a name and a code that belong together (${[...published].sort()[0]} is the code of that name)`,
          {
            row: lines[at],
            column: names[beside],
            help: "Correct the name or the code: rows are told apart by the code.",
          },
        ),
      );
    }
  });
  return refusals;
}

/** The near keys of all tables that a scenario changes, as one Refused, or undefined. */
function nearKeysOf(scenario, pack) {
  const found = Object.entries(scenario.t).flatMap(([name, change]) => {
    const table = pack.tables[name];
    return nearKeys(
      rowsOf(table, change).map(({ row }) => row),
      table.rows,
      table.columns,
      pack.cells,
    );
  });
  return found.length ? together(found) : undefined;
}

// Links: data and parameters only, packed, and believed in nothing until checked

/** A scenario from a stranger: every name, key, type and size checked. Throws Refused; returns a clean copy. */
function checkScenario(given, pack) {
  const refuse = (found, allowed = "tables, columns and rows of this edition") => {
    throw new Refused(found, allowed);
  };
  const isPlain = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
  const shown = (value) => `“${String(value).slice(0, 60)}”`;
  if (!isPlain(given) || given.v !== pack.format)
    refuse("a scenario of another form", `form ${pack.format}`);
  const clean = { p: {}, t: {} },
    parameters = pack.tables.parameters;
  if (!isPlain(given.p ?? {}) || !isPlain(given.t ?? {}))
    refuse("a scenario of another form", "parameters and tables by name");
  for (const [name, value] of Object.entries(given.p ?? {})) {
    if (!parameters.place.has(name)) refuse(`the unknown parameter ${shown(name)}`);
    if (typeof value !== "number" || !Number.isFinite(value))
      refuse(`${shown(value)} for ${name}`, "a number");
    clean.p[name] = value;
  }
  let count = 0;
  for (const [name, change] of Object.entries(given.t ?? {})) {
    if (!Object.hasOwn(pack.tables, name) || name === "parameters")
      refuse(`the unknown table ${shown(name)}`);
    const table = pack.tables[name],
      column = (c) => table.columns[table.names.indexOf(c)];
    const {
      set = [],
      cut = [],
      add = [],
    } = isPlain(change) ? change : refuse(`no change of ${name}`, "set, cut and add");
    if (![set, cut, add].every(Array.isArray))
      refuse(`a change of ${name} of another form`, "lists of rows");
    count += set.length + cut.length + add.length;
    if (count > pack.limits.changes)
      refuse(`more than ${pack.limits.changes} changed rows`, `at most ${pack.limits.changes}`);
    const known = (key) =>
      table.place.has(key) ? key : refuse(`the unknown row ${shown(key)} of ${name}`);
    const value = (v, c) =>
      c && isOfKind(v, c, pack.cells)
        ? v
        : refuse(
            `${shown(v)} in ${c ? c.name : "an unknown column"} of ${name}`,
            c ? pack.cells[c.kind] : "columns of this table",
          );
    const keys = new Set();
    const once = (key) =>
      keys.has(known(key))
        ? refuse(`the row ${shown(key)} of ${name} twice`, "each row once")
        : keys.add(key) && key;
    clean.t[name] = {
      set: set.map((pair) => {
        if (!Array.isArray(pair) || !isPlain(pair[1]))
          refuse(`a change of ${name} of another form`, "a row's key and its cells");
        return [
          once(pair[0]),
          Object.fromEntries(
            Object.entries(pair[1]).map(([c, v]) =>
              column(c)?.key
                ? refuse(`another key for the row ${shown(pair[0])}`, "cells that are no key")
                : [c, value(v, column(c))],
            ),
          ),
        ];
      }),
      cut: cut.map(once),
      add: add.map((row) =>
        Array.isArray(row) && row.length === table.columns.length
          ? row.map((v, i) => value(v, table.columns[i]))
          : refuse(`a row of another length in ${name}`, `${table.columns.length} cells`),
      ),
    };
    if (table.rows.length + add.length > pack.limits.rows)
      refuse(`more than ${pack.limits.rows} rows`, `at most ${pack.limits.rows}`);
  }
  return differing(clean, pack);
}

/** A scenario without what is as published: one that changes nothing is none. */
function differing({ p, t }, pack) {
  const { place, rows, names } = pack.tables.parameters,
    value = names.indexOf("value");
  let found = {
    p: Object.fromEntries(
      Object.entries(p).filter(([name, now]) => rows[place.get(name)][value] !== now),
    ),
    t: {},
  };
  for (const [name, change] of Object.entries(t)) {
    const table = pack.tables[name];
    found = withTable(
      found,
      name,
      changeTo(
        table,
        rowsOf(table, change).map(({ row }) => row),
      ),
    );
  }
  return found;
}

async function through(bytes, stream, most = Infinity) {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader(),
    parts = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > most) {
      await reader.cancel();
      throw new Refused(
        "a link that unpacks to too much",
        `at most ${most.toLocaleString("en")} bytes`,
      );
    }
    parts.push(value);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Bytes of either alphabet. The browser's own decoder, where it has one, takes a millisecond for what takes a tenth of a second letter by letter. */
function fromBase64(text) {
  const plain = text.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.fromBase64
    ? Uint8Array.fromBase64(plain)
    : Uint8Array.from(atob(plain), (c) => c.charCodeAt(0));
}
const toBase64 = (bytes) =>
  btoa(Array.from(bytes, (b) => String.fromCharCode(b)).join(""))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");

/** The scenario as the part of a link after #live= . */
async function packLink(scenario, pack) {
  const text = JSON.stringify({ v: pack.format, of: pack.edition.fingerprint, ...scenario });
  return toBase64(
    await through(new TextEncoder().encode(text), new CompressionStream("deflate-raw")),
  );
}

/** A link's part as {scenario, of}. Throws Refused for anything that is not one. */
async function unpackLink(text, pack) {
  if (text.length > pack.limits.link_bytes)
    throw new Refused(
      `a link of ${text.length.toLocaleString("en")} characters`,
      `at most ${pack.limits.link_bytes.toLocaleString("en")}`,
    );
  let given;
  try {
    const bytes = await through(
      fromBase64(text),
      new DecompressionStream("deflate-raw"),
      pack.limits.link_bytes * 40,
    );
    given = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw error instanceof Refused
      ? error
      : new Refused("a link that cannot be read", "links that this panel made");
  }
  return {
    scenario: checkScenario(given, pack),
    of: typeof given.of === "string" ? given.of.slice(0, 12) : "",
  };
}
