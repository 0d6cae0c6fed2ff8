// Reading what a reader hands in, as brief/tables/readers.py reads it: bytes to text, text to rows, rows to a table. What is
// not in the published form is either read rightly, with a line that says so, or refused. `cells` is `cells` of the data.

const DELIMITERS = { ";": "semicolons", "\t": "tabs", "|": "bars" };
const MOST_COLUMNS = 500,
  MOST_REFUSALS = 200,
  MOST_SIGNS = 131_072; // of a table; of a cell as a CSV file may hold it

// Bytes to text

const KINDS = [
  ["PK\x03\x04", "a workbook or a packed folder"],
  ["\xd0\xcf\x11\xe0", "an old workbook"],
  ["SQLite format 3\0", "a SQLite database"],
  ["%PDF", "a PDF"],
  ["PAR1", "a Parquet file"],
];
const UTF32 = [
  ["\xff\xfe\0\0", "UTF-32"],
  ["\0\0\xfe\xff", "UTF-32"],
];
const WESTERN_HOLES = /[\x81\x8d\x8f\x90\x9d]/; // codes that Windows-1252 leaves open; a browser makes controls of them

/** The bytes as letters U+0000 to U+00FF, for patterns. */
function asLetters(bytes) {
  const parts = [];
  for (let at = 0; at < bytes.length; at += 8192)
    parts.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
  return parts.join("");
}

/** The text of a file, and in words how it was encoded where that is not UTF-8: [text, said]. Throws Refused. */
function decode(bytes, cells) {
  const strictly = (encoding) => {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch {
      return undefined;
    }
  };
  const start = asLetters(bytes.subarray(0, 200)),
    kind = KINDS.find(([sign]) => start.startsWith(sign));
  if (kind)
    throw new Refused(kind[1], "a CSV or TSV file here", {
      help: "`python3 run.py check FILE` reads workbooks (.xlsx), JSON and SQLite; `python3 run.py take FILE --into mine` takes a publisher’s own file, packed or not.",
    });
  const wide = declared(start),
    text = wide[0] === "utf-32" ? undefined : strictly(wide[0]);
  if (text === undefined)
    return wide[0] === "utf-8"
      ? decodePage(bytes, strictly, cells)
      : unreadable(wide[0] === "utf-32" ? wide[1] : "half a character", cells);
  if (
    wide[0] === "utf-8" &&
    /[^\x00-\x7f]/.test(text) &&
    !new RegExp(cells.encodings.NOT_ALONE[0], "u").test(text)
  ) {
    const korean = asKorean(strictly, cells); // 탈 and 청 in the Korean code page are the bytes of Ż and û in UTF-8
    if (korean) ambiguous(korean, text, cells);
  }
  return [text, wide[1]];
}

/** The encoding that a byte-order mark or the places of zero bytes show, and its name in words; UTF-8 where none does. */
function declared(start) {
  const utf32 = UTF32.find(([mark]) => start.startsWith(mark));
  if (utf32) return ["utf-32", utf32[1]];
  if (start.startsWith("\xff\xfe")) return ["utf-16le", "UTF-16"];
  if (start.startsWith("\xfe\xff")) return ["utf-16be", "UTF-16"];
  if (start.startsWith("\xef\xbb\xbf")) return ["utf-8", ""];
  const zeros = start.split("\0").length - 1,
    quarter = Math.floor(start.length / 4);
  if (!quarter || zeros <= quarter) return ["utf-8", ""];
  if (zeros > 2.5 * quarter) return ["utf-32", "UTF-32 without a byte-order mark"];
  return [start.startsWith("\0") ? "utf-16be" : "utf-16le", "UTF-16 without a byte-order mark"];
}

/** The Korean code page or Windows-1252, where it can be only one of them: the rules of brief/tables/encodings.py. */
function decodePage(bytes, strictly, cells) {
  const korean = asKorean(strictly, cells),
    western = asWestern(bytes, strictly, cells);
  if (korean && western) ambiguous(korean, western, cells);
  if (!korean && /\xed[\xa0-\xbf][\x80-\xbf]/.test(asLetters(bytes)))
    unreadable("half a character", cells);
  if (korean) return [korean, "the Korean code page (CP949)"];
  if (western) return [western, "Windows-1252"];
  return unreadable("bytes that are not UTF-8", cells);
}

function asKorean(strictly, cells) {
  const text = strictly("euc-kr") ?? ""; // in browsers this is the whole of CP949
  const syllables = text.match(/[가-힣]/g) ?? [],
    common = new Set(cells.encodings.common);
  const known = syllables.filter((s) => common.has(s)).length,
    chinese = text.match(/[\u4e00-\u9fff\uf900-\ufaff]/g)?.length ?? 0;
  const canBe =
    syllables.length && 4 * known >= 3 * syllables.length && syllables.length >= 2 * chinese;
  return canBe && !new RegExp(cells.encodings.NOT_KOREAN[0], "u").test(text) ? text : "";
}

function asWestern(bytes, strictly, cells) {
  const text = WESTERN_HOLES.test(asLetters(bytes)) ? "" : (strictly("windows-1252") ?? "");
  const words = ` ${[...new Set(text.split(/[\s\x1c-\x1f\x85]+/).filter((word) => /[^\x00-\x7f]/.test(word)))].join(" ")} `;
  return whole(cells.encodings.WESTERN, words) &&
    !new RegExp(cells.encodings.OUT_OF_PLACE[0], "u").test(words)
    ? text
    : "";
}

function ambiguous(korean, western, cells) {
  const [one, other] = [korean, western].map((text) =>
    /[^\s,;]*[^\x00-\x7f][^\s,;]*/.exec(text)[0].slice(0, 20),
  );
  unreadable(`bytes that can be Korean or Western letters (${one} or ${other})`, cells);
}

function unreadable(found, cells) {
  const allowed =
    "a file saved as UTF-8 (or UTF-16, or the Korean code page, or Windows-1252, where they are sure)";
  throw new Refused(found, allowed, { help: cells.encodings.help });
}

// Text to rows

/**
 * The rows of a delimited text that are not blank, with their numbers, and the delimiter that its header shows:
 * {rows: [[number, cells]], delimiter}. `wanted` are the names of columns, `most` rows are read. Throws Refused.
 */
function split(text, wanted, most) {
  const first = text.slice(0, 100_000).split("\n", 1)[0].replace(/\r+$/, "");
  const named = /^"?sep=(.)"?$/iu.exec(first);
  let delimiter,
    skipped = 0;
  if (named) {
    [delimiter, skipped] = [named[1], 1];
    text = text.includes("\n") ? text.slice(text.indexOf("\n") + 1) : "";
  } else {
    const columns = new Set(wanted),
      known = (d) =>
        new Set(
          first
            .split(d)
            .map((h) =>
              strip(h)
                .replace(/^"+|"+$/g, "")
                .toLowerCase()
                .replaceAll(" ", "_"),
            )
            .filter((h) => columns.has(h)),
        ).size;
    delimiter = [",", ...Object.keys(DELIMITERS)]
      .map((d) => [known(d), d])
      .reduce((best, one) => (one[0] > best[0] ? one : best))[1];
  }
  if (!strip(text)) throw new Refused("an empty file", `a header row with ${wanted.join(", ")}`);
  const lines = text.includes("\n") ? text.replaceAll("\r\n", "\n") : text.replaceAll("\r", "\n");
  return {
    rows: recordsOf(lines, delimiter, most, skipped),
    delimiter,
  };
}

/** The quoted cell that opens at a place, and the place behind it: [text, at]; undefined where no mark closes it. */
function quotedCell(text, at) {
  let cell = "";
  for (let open = at + 1; ;) {
    const close = text.indexOf('"', open);
    if (close < 0) return undefined;
    cell += text.slice(open, close);
    if (text[close + 1] !== '"') return [cell, close + 1];
    cell += '"';
    open = close + 2;
  }
}

/** Rows of cells as Python's csv reads them strictly: quotes around a cell, doubled inside it, and nothing behind them. */
function recordsOf(text, delimiter, most, skipped = 0) {
  const broken = (why, row) =>
    new Refused(`broken CSV (${why})`, "comma-separated values, quotes closed", { row });
  const isEnd = (place) => place >= text.length || text[place] === "\n" || text[place] === "\r";
  if (delimiter === '"') throw broken("a quotation mark between cells");
  const rows = [];
  for (let at = 0, number = 1 + skipped; at < text.length; at++, number++) {
    const cells = [];
    for (let isMore = !isEnd(at); isMore;) {
      if (text[at] === '"') {
        const quoted = quotedCell(text, at);
        if (!quoted) throw broken("a quotation mark that is not closed", number);
        cells.push(quoted[0]);
        at = quoted[1];
        if (!isEnd(at) && text[at] !== delimiter)
          throw broken("text behind a cell's closing quotation mark", number);
      } else {
        const from = at;
        while (!isEnd(at) && text[at] !== delimiter) at++;
        cells.push(text.slice(from, at));
      }
      if (cells.at(-1).length > MOST_SIGNS)
        throw broken(
          `a cell of more than ${MOST_SIGNS.toLocaleString("en")} characters, or a quote that is not closed`,
          number,
        );
      isMore = !isEnd(at);
      if (isMore && isEnd(++at)) {
        // a delimiter at the end of the line
        cells.push("");
        isMore = false;
      }
    }
    if (!cells.some(strip)) continue;
    rows.push([number, cells]);
    if (rows.length - 1 > most) throw tooManyRows(most);
  }
  return rows;
}

const tooManyRows = (most) =>
  new Refused(
    `more than ${most.toLocaleString("en")} rows`,
    `at most ${most.toLocaleString("en")} rows in the page`,
    { help: "`python3 run.py check FILE` reads more." },
  );

/**
 * Cells that were copied from a spreadsheet, as rows of texts: tabs between them, quotes only around one that holds a
 * line break or a tab (any other quotation mark is what the cell says).
 */
function pastedRows(text, most) {
  const clean = text.replace(/\r\n?/g, "\n").replace(/\n$/, ""),
    rows = [[]];
  const isEnd = (place) => place >= clean.length || clean[place] === "\n" || clean[place] === "\t";
  for (let at = 0; at <= clean.length; at++) {
    const quoted = clean[at] === '"' ? quotedCell(clean, at) : undefined;
    if (quoted && isEnd(quoted[1]) && /[\t\n]/.test(quoted[0])) {
      rows.at(-1).push(quoted[0]);
      at = quoted[1];
    } else {
      const from = at;
      while (!isEnd(at)) at++;
      rows.at(-1).push(clean.slice(from, at));
    }
    if (clean[at] !== "\n") continue;
    rows.push([]);
    if (rows.length > most) throw tooManyRows(most);
  }
  return rows;
}

// Rows to a table

/**
 * Rows of text, the header first, as typed rows: {rows, lines, leftOut, readings, refusals}. Throws Refused when the
 * header is wrong. `readings` say in words what was not in the published form and how it was understood; `leftOut` are the
 * columns that a file of edits has not, empty in its rows.
 */
function tableOf(records, columns, delimiter, cells, name) {
  const names = columns.map((c) => c.name);
  if (!records.length) throw new Refused("an empty file", `a header row with ${names.join(", ")}`);
  const [[headRow, head], ...below] = records,
    { header, renamed } = folded(head, names);
  while (header.length && !header.at(-1)) header.pop();
  if (header.length > MOST_COLUMNS)
    throw new Refused(
      `${header.length.toLocaleString("en")} columns`,
      `at most ${MOST_COLUMNS} columns: ${names.join(", ")}`,
      { row: headRow },
    );
  const wrong = headerRefusals(header, columns, headRow, below, cells),
    left = leftOut(header, columns),
    readings = [];
  if (wrong.length) throw together(wrong);
  if (left.length && !below.length)
    throw new Refused("a header and no rows", "rows with the key and what is edited");
  if (renamed.length)
    readings.push(`the columns ${printable(renamed.join(", "))} read in small letters`);
  const extra = header.filter((name) => name && name !== "edition" && !names.includes(name));
  if (extra.length)
    readings.push(
      `the extra column${extra.length > 1 ? "s" : ""} ${printable(extra.join(", "))} left aside`,
    );

  const place = names.map((column) => header.indexOf(column)),
    taken = [],
    short = [],
    refusals = [];
  let totals = 0;
  // Of a row with a key and an empty cell nobody can say that it is a note.
  const { kept, refusals: notes } = left.length
    ? { kept: records, refusals: [] }
    : withoutNotes(records, header, columns, cells);
  for (const [row, record] of kept.slice(1)) {
    if (record.slice(header.length).some(strip)) {
      refusals.push(
        new Refused(`${record.length} cells`, `${header.length} cells, as in the header`, {
          row,
          help: `${cells.advice.inside[delimiter] ?? `'${delimiter}'`} inside a cell needs quotes around the cell.`,
        }),
      );
      if (refusals.length >= MOST_REFUSALS) break;
      continue;
    }
    if (record.length < header.length) short.push(row);
    taken.push([row, place.map((at) => record[at] ?? "")]);
  }
  refusals.push(...notes);
  if (short.length)
    readings.push(
      `fewer cells than the header in row ${short.slice(0, 5).join(", ")}${short.length > 5 ? " and more" : ""}; taken as empty at the end`,
    );

  const single = taken.filter(([row, texts]) => {
    const total = totalByName(
      name,
      Object.fromEntries(names.map((column, i) => [column, texts[i]])),
      columns,
      row,
      cells,
    );
    if (total && ++totals <= MOST_REFUSALS) refusals.push(total);
    return !total;
  });
  const dialect = new Dialect(
      columns,
      single.map(([, texts]) => texts),
      delimiter,
      cells,
    ),
    rows = [],
    lines = [];
  for (const [row, texts] of single) {
    const before = refusals.length,
      values = texts.map((text, i) => {
        try {
          return valueOf(text, columns[i], dialect);
        } catch (error) {
          if (!(error instanceof Refused)) throw error;
          refusals.push(Object.assign(error, { row }));
          return null;
        }
      });
    if (refusals.length === before) {
      rows.push(values);
      lines.push(row);
    } else if (refusals.length >= MOST_REFUSALS) {
      refusals.push(
        new Refused(`${MOST_REFUSALS} problems up to here`, "the rows below were not read", {
          row: row + 1,
        }),
      );
      break;
    }
  }
  if (!left.length) refusals.push(...sumsAmong(name, rows, lines, columns, cells));
  readings.push(...smallPercentages(rows, names));
  const formulas = formulasIn(rows, cells);
  if (formulas) readings.push(formulaWords(formulas));
  readings.push(...formsSaid(dialect));
  refusals.sort((a, b) => a.row - b.row);
  return { rows, lines, leftOut: left, readings, refusals };
}

/** In words, the columns of percent that look like shares of one: all numbers are between 0 and 1, and three or more within. */
function smallPercentages(rows, names) {
  return names.flatMap((name, place) => {
    const filled = name.endsWith("_pct")
      ? rows.map((row) => row[place]).filter((value) => value !== null)
      : [];
    const within = filled.filter((value) => value > 0 && value < 1);
    if (within.length < 3 || filled.some((value) => value < 0 || value > 1)) return [];
    return [
      `every number of ${name} lies between 0 and 1 and is read as percent: ${within[0]} is ${within[0]} percent`,
    ];
  });
}

/** The forms that a dialect met, with how many cells had each. */
const formsSaid = (dialect) =>
  [...dialect.said].map(([words, count]) => `${words} (${count} cell${count > 1 ? "s" : ""})`);

const formulasIn = (rows, cells) =>
  rows
    .flat()
    .filter(
      (value) =>
        typeof value === "string" &&
        new RegExp(`^(?:${cells.patterns.FORMULA[0]})`, "u").test(value),
    ).length;
const formulaWords = (count) =>
  `${count} cell${count > 1 ? "s" : ""} that a spreadsheet would take for a formula, kept as text`;

/** The header with the schema's names where only case and spaces differ ("Source ID"), and the names that did. */
function folded(head, names) {
  const renamed = [],
    header = head.map((text) => {
      const name = strip(strip(text).replace(/^\ufeff+|\ufeff+$/g, "")),
        small = name
          .slice(0, 100)
          .toLowerCase()
          .replace(/[ \u00a0-]/g, "_");
      if (names.includes(name) || !names.includes(small)) return name;
      renamed.push(name);
      return small;
    });
  return { header, renamed };
}

/** What is wrong with a header row: missing, doubled, nameless columns, each named. */
function headerRefusals(header, columns, row, below, cells) {
  const names = columns.map((c) => c.name),
    allowed = names.join(", "),
    refusals = [],
    missing = names.filter((name) => !header.includes(name));
  for (const name of [...new Set(header)].filter(Boolean).sort()) {
    const count = header.filter((h) => h === name).length;
    if (count > 1)
      refusals.push(
        new Refused(`the column '${name}' ${count} times`, "each column once", {
          row,
          column: name,
        }),
      );
  }
  header.forEach((name, i) => {
    if (!name && below.some(([, record]) => strip(record[i] ?? "")))
      refusals.push(
        new Refused(`a column without a name (number ${i + 1})`, allowed, {
          row,
          help: "Name it, or delete it.",
        }),
      );
  });
  if (!missing.length || leftOut(header, columns).length) return refusals;
  const fault = headerFault(header, names, row, below, cells);
  if (fault)
    return [
      new Refused(fault.found, `a header row with ${allowed}`, {
        row: fault.row,
        help: fault.help,
      }),
    ];
  return [
    ...refusals,
    ...unnamedRefusals(
      columns,
      missing,
      header.filter((h) => h && !names.includes(h)),
      row,
      cells,
    ),
  ];
}

/** The name that is most like a word, where six tenths of their letters agree (as Python's difflib counts them). */
function nearest(word, names) {
  if (word.length > 60) return undefined;
  const common = (a, b) => {
    let [at, to, size] = [0, 0, 0];
    for (let i = 0; i < a.length; i++)
      for (let j = 0; j < b.length; j++) {
        let k = 0;
        while (i + k < a.length && a[i + k] === b[j + k]) k++;
        if (k > size) [at, to, size] = [i, j, k];
      }
    return (
      size &&
      size + common(a.slice(0, at), b.slice(0, to)) + common(a.slice(at + size), b.slice(to + size))
    );
  };
  const rated = names
    .map((name) => [(2 * common(name, word)) / (name.length + word.length), name])
    .filter(([ratio]) => ratio >= 0.6);
  return rated.sort((a, b) => b[0] - a[0] || (a[1] < b[1] ? 1 : -1))[0]?.[1];
}

/** One file or text as a table: {rows, lines, leftOut, readings, refusals}. Throws Refused. `text` stands for what was no file. */
function readDelimited({ bytes, text }, columns, most, cells, name) {
  const [content, encoding] = bytes ? decode(bytes, cells) : [text, ""];
  const { rows, delimiter } = split(
    content,
    columns.map((c) => c.name),
    most,
  );
  const table = tableOf(rows, columns, delimiter, cells, name);
  const said = [
    encoding,
    delimiter === "," ? "" : (DELIMITERS[delimiter] ?? `'${delimiter}'`),
  ].filter(Boolean);
  return { ...table, readings: [...said, ...table.readings] };
}

/** Rows as CSV with line feeds, quoted where they must be. */
function writeCsv(rows) {
  const cell = (value) =>
    /[",\n\r]|^\s|\s$/.test(cellText(value))
      ? `"${cellText(value).replaceAll('"', '""')}"`
      : cellText(value);
  return rows.map((row) => row.map(cell).join(",")).join("\n") + "\n";
}
