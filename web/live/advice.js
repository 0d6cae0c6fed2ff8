// What helps with a refused cell, header or line below a table: brief/tables/advice.py and brief/tables/header_advice.py for the page,
// with their own patterns and words (they come with the data). What is altered there is altered here: tests/site/test_two_doors.py.

const HEADER_WITHIN = 40,
  MANY_NAMES = 6;

const begins = ([pattern, flags], text) => new RegExp(`^(?:${pattern})`, `${flags}u`).test(text);

/** The help for a cell that was refused; `told` is what the reader of numbers and dates said of it, or "". */
function cellHelp(text, column, columns, told, { advice }) {
  const isDate = Boolean(column.dates),
    names = new Set(columns.map((c) => c.name));
  if (column.kind === "TEXT" && !isDate) return told || "A remark belongs in a column of your own.";
  if (column.yes_or_no) return "Write 1 for yes and 0 for no.";
  let kind = "",
    match;
  if ([...text].length <= advice.most) {
    const plain = text.replace(/[\u00a0\u202f\u2009]/g, " ");
    for (const [name, pattern] of advice.kinds) {
      if (isDate && !advice.in_dates.includes(name)) continue;
      match = whole(pattern, plain);
      if (match) {
        kind = name;
        break;
      }
    }
  }
  if (told && (kind === "" || kind === "fraction")) return told;
  const words = advice.words[kind || (isDate ? "date" : "other")];
  let form = "plain";
  if (words.bounds && names.has(`${column.name}_low`) && names.has(`${column.name}_high`))
    form = "bounds";
  else if (words.required && column.required) form = "required";
  const unit = column.unit ?? "",
    place = /^see (.*)/.exec(unit);
  const values = {
    column: column.name,
    note: names.has("note") && column.name !== "note" ? "the column note" : "a column of your own",
    unit: place
      ? ` (the column ${place[1]} says what is counted)`
      : unit && unit !== "year"
        ? ` (the column's unit is ${unit})`
        : "",
  };
  (match ? [...match].slice(1).filter(Boolean) : []).forEach((group, i) => {
    values[i + 1] = strip(group);
  });
  values.found = text;
  return Object.entries(values).reduce(
    (filled, [name, value]) => filled.replaceAll(`{${name}}`, () => value),
    words[form],
  );
}

/** The column that a heading in other words or another language means, or "". */
function meant(heading, wanted, { advice, patterns }) {
  const text = strip(heading).toLowerCase().slice(0, 100),
    unit = new RegExp(patterns.UNIT[0], "u");
  for (const form of [text, text.replace(unit, "")]) {
    const small = form.replace(/[ \u00a0_()-]/g, "");
    for (const name of wanted) {
      if (
        small &&
        (small === name.replaceAll("_", "") ||
          (advice.headings[name] ?? "").split(" ").includes(small))
      )
        return name;
    }
  }
  const first = text.split(/[ \u00a0(]/)[0];
  return advice.times.includes(first) && wanted.includes(first) ? first : "";
}

/** Which column each cell of a row names, "" for none, each column once. */
function named(row, wanted, cells) {
  const names = [];
  for (const cell of row) {
    const name = meant(cell, wanted, cells);
    names.push(names.includes(name) ? "" : name);
  }
  return names;
}

/** How many columns a row names. A row that came as one cell may be one with other delimiters. */
function countNamed(row, wanted, cells) {
  let filled = row.filter(strip);
  if (filled.length === 1)
    filled = filled[0].split(new RegExp(cells.patterns.BETWEEN[0], "u")).slice(0, 200);
  return named(filled, wanted, cells).filter(Boolean).length;
}

/** The numbers of the columns (from 1) that are headed by a year, where these are most of a row, else none. */
function yearsIn(row, { patterns }) {
  const places = row
    .map((cell, i) => (whole(patterns.YEAR, strip(cell)) ? i + 1 : 0))
    .filter(Boolean);
  return places.length >= 3 && 2 * places.length > row.filter(strip).length ? places : [];
}

/** Two rows as one: the lower cell, or the upper one where that is empty. */
const joined = (above, below) =>
  Array.from({ length: Math.max(above.length, below.length) }, (_, i) =>
    strip(below[i] ?? "") ? below[i] : (above[i] ?? ""),
  );

/** What is wrong with a header that lacks columns, where one thing explains the whole: {row, found, help} or undefined. */
function headerFault(header, wanted, row, records, cells) {
  const { turn } = cells.advice,
    rows = [[row, header], ...records.slice(0, HEADER_WITHIN - 1)];
  const known = countNamed(header, wanted, cells),
    fault = (at, found, help) => ({ row: at, found, help });
  for (const [number, cellsOfRow] of rows) {
    const years = yearsIn(cellsOfRow, cells);
    if (!years.length || 2 * known >= wanted.length) continue;
    const above = number === row ? "" : `, and delete the lines above row ${number}`;
    return fault(
      number,
      `years across (columns ${years[0]} to ${years.at(-1)}), where a year is a row`,
      `${turn}${above}.`,
    );
  }
  const below = rows[1]?.[1] ?? [];
  if (
    countNamed(joined(header, below), wanted, cells) >
    Math.max(known, countNamed(below, wanted, cells)) + 1
  ) {
    return fault(row, "a header of two rows", "Write each column's name in one row.");
  }
  const counts = rows.map(([, texts]) => countNamed(texts, wanted, cells)),
    most = Math.max(...counts),
    best = counts.indexOf(most);
  if (most >= 2 && most > known + 1) {
    return fault(
      row,
      `'${printable(header[0] || "a line", 60)}' where the header belongs`,
      `The header stands in row ${rows[best][0]}: delete the lines above it.`,
    );
  }
  const down = named(
    rows.map(([, texts]) => texts[0] ?? ""),
    wanted,
    cells,
  ).filter(Boolean).length;
  if (down >= 3 && down > known + 1)
    return fault(row, "the columns' names down the first column", `${turn}.`);
  const filled = header.map(strip).filter(Boolean);
  if (filled.length === 1 && known >= 2)
    return fault(
      row,
      "a header in one cell",
      "Save it as CSV UTF-8, with commas between the columns.",
    );
  const numbers = filled.filter((cell) => whole(cells.patterns.NUMBER, cell)).length;
  if (!known && numbers >= 2 && 2 * filled.length > wanted.length)
    return fault(
      row,
      "no header",
      `Row ${row} holds data: write the columns' names in a row above it.`,
    );
  return undefined;
}

/** The columns that a header lacks and those that the table has not, each a refusal; as one where they are many. */
function unnamedRefusals(columns, missing, extra, row, cells) {
  const wanted = columns.map((c) => c.name),
    allowed = wanted.join(", "),
    taken = new Map();
  if (missing.length < wanted.length && extra.every((name) => name === "edition"))
    return withoutKey(missing, columns, row);
  for (const heading of extra) {
    const name = meant(
      heading,
      missing.filter((one) => ![...taken.values()].includes(one)),
      cells,
    );
    if (name) taken.set(heading, name);
  }
  // A file of edits, once its columns have the names that they mean.
  if (columns.every((c) => !c.key || !missing.includes(c.name))) missing = [];
  if (missing.length + extra.length > MANY_NAMES) {
    const renamed = [...taken].map(([heading, name]) => `${heading} to ${name}`).join(", ");
    const left = missing.filter((name) => ![...taken.values()].includes(name));
    const help = [
      renamed ? `Rename ${printable(renamed, 400)}.` : "",
      left.length ? `Add the columns ${left.join(", ")}.` : "",
    ]
      .filter(Boolean)
      .join(" ");
    return [
      new Refused(
        `a header of other columns: ${printable(extra.join(", "), 200)}`,
        `a header row with ${allowed}`,
        { row, help },
      ),
    ];
  }
  return [
    ...extra.map((heading) => {
      const near = taken.get(heading) ?? nearest(heading, wanted);
      return new Refused(`the unknown column '${heading}'`, allowed, {
        row,
        column: heading,
        help: near ? `Did you mean '${near}'?` : "",
      });
    }),
    ...missing.map((name) => new Refused(`no column '${name}'`, allowed, { row, column: name })),
  ];
}

/** The records (header first) without the lines that are no rows of the table, and these as refusals: {kept, refusals}. */
function withoutNotes(records, header, columns, { patterns }) {
  const needed = columns.filter((c) => c.required).map((c) => header.indexOf(c.name));
  if (needed.length < 2) return { kept: records, refusals: [] };
  const filledIn = (record) => record.map(strip).filter(Boolean),
    firstRow = records[0][1].map(strip);
  const isLine = ([, record]) => {
    const filled = filledIn(record);
    return (
      filled.length === 1 && !whole(patterns.FIGURE, filled[0]) && !whole(patterns.TOTAL, filled[0])
    );
  };
  const isNote = (entry) => {
    const filled = filledIn(entry[1]);
    if (needed.every((place) => strip(entry[1][place] ?? ""))) return false;
    if (isLine(entry)) return true;
    const isText = filled[0].includes(" ") && !filled.some((cell) => whole(patterns.FIGURE, cell));
    return 2 * filled.length <= columns.length && (isText || begins(patterns.NOTE, filled[0]));
  };
  const isHeader = ([, record]) =>
    record.filter((cell, i) => strip(cell) && strip(cell) === firstRow[i]).length > 2;
  let end = records.length;
  while (end > 1 && isNote(records[end - 1])) end--;
  if (end === 1) return { kept: records, refusals: [] };
  const rows = records.slice(1, end),
    lines = rows.filter(isLine),
    again = rows.filter(isHeader);
  const told = [
    [
      records.slice(end),
      "below the table",
      "A note below the table",
      "keep it elsewhere, and delete it here",
    ],
    [
      lines,
      "alone in a row",
      "A line between the rows",
      "delete it, and write what it says beside the rows, in a column of your own",
    ],
    [again, "in a second header", "The header again", "delete it here"],
  ];
  const refusals = told
    .filter(([found]) => found.length)
    .map(([found, where, what, help]) => {
      const [row, record] = found[0];
      return new Refused(
        `'${printable(filledIn(record)[0], 60)}' ${where}`,
        "the table's rows alone",
        { row, help: `${what} (${rowsNamed(found.map(([number]) => number))}): ${help}.` },
      );
    });
  return {
    kept: [records[0], ...rows.filter((entry) => !lines.includes(entry) && !again.includes(entry))],
    refusals,
  };
}

/** Row numbers in words: "row 3", "rows 3, 5 and 9 more". */
function rowsNamed(numbers) {
  if (numbers.length === 1) return `row ${numbers[0]}`;
  return `rows ${numbers.slice(0, 5).join(", ")}${numbers.length > 5 ? ` and ${numbers.length - 5} more` : ""}`;
}
