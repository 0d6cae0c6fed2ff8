// What a reader altered, in words: tables by their titles, rows by what they are about, cells by what they mean.

const MOST_NAMED = 8; // cells of a table; of more the rest is counted
const MOST_WORDS = 60; // letters of a column's meaning

const spaced = (name) => name.replaceAll("_", " ");

/** A value as a person writes it. */
function shownValue(value, unit = "") {
  if (value === null || value === undefined || value === "") return "empty";
  if (typeof value !== "number") return printable(spaced(value), 80);
  return unit === "year"
    ? String(value)
    : value.toLocaleString("en", { maximumFractionDigits: 6 }).replace("-", "−");
}

/** What a column holds, in few words: its meaning, else its name. */
function columnWords({ name, meaning }) {
  const few = meaning.split(/[;(:]/)[0].trim();
  return few && few.length <= MOST_WORDS ? few : spaced(name);
}

/** What a row is about: its key; where that is a number of ours, what stands beside it. */
function rowWords(table, row) {
  const beside = table.columns
    .map((column, i) => [column, i])
    .filter(([{ name, key }]) => !key && !/_precision$|^note$|^confidence$|^source_id$/.test(name));
  const isOurs = table.keys.length === 1 && /_id$/.test(table.names[table.keys[0]]),
    places = isOurs ? beside.slice(0, 2).map(([, i]) => i) : table.keys;
  const words = places
    .map((i) => row[i])
    .filter((value) => value !== null)
    .map((value) => (typeof value === "number" ? String(value) : printable(spaced(value), 60)));
  return words.join(", ") || "a new row";
}

const parameterWords = (row, { names }) => row[names.indexOf("meaning")].replace(/\.$/, "");

/** {title, lines} for each table that a scenario changes, and one for its parameters. */
function scenarioInWords({ p, t }, pack) {
  const found = [],
    { parameters } = pack.tables,
    [value, unit] = ["value", "unit"].map((name) => parameters.names.indexOf(name));
  const choices = Object.entries(p).map(([name, now]) => {
    const row = parameters.rows[parameters.place.get(name)];
    const said = (number) => shownValue(number, row[unit]);
    return `${parameterWords(row, parameters)}: ${said(row[value])} → ${said(now)}${row[unit] === "year" ? "" : ` ${row[unit]}`}`;
  });
  if (choices.length) found.push({ title: "Choices of ours", lines: choices });
  for (const [name, change] of Object.entries(t))
    found.push({ title: pack.tables[name].title, lines: changeInWords(pack.tables[name], change) });
  return found;
}

function changeInWords(table, { set, cut, add }) {
  const rowOf = (key) => table.rows[table.place.get(key)],
    cells = set.flatMap(([key, now]) =>
      Object.entries(now).map(([name, after]) => {
        const i = table.names.indexOf(name),
          { unit } = table.columns[i];
        return `${rowWords(table, rowOf(key))}, ${columnWords(table.columns[i])}: ${shownValue(rowOf(key)[i], unit)} → ${shownValue(after, unit)}`;
      }),
    ),
    lines = cells.slice(0, MOST_NAMED);
  if (cells.length > MOST_NAMED)
    lines.push(`and ${(cells.length - MOST_NAMED).toLocaleString("en")} more cells`);
  const listedRows = (rows) =>
    rows.slice(0, MOST_NAMED).join("; ") +
    (rows.length > MOST_NAMED
      ? ` and ${(rows.length - MOST_NAMED).toLocaleString("en")} more`
      : "");
  if (add.length) lines.push(`added: ${listedRows(add.map((row) => rowWords(table, row)))}`);
  if (cut.length)
    lines.push(`taken away: ${listedRows(cut.map((key) => rowWords(table, rowOf(key))))}`);
  return lines;
}
