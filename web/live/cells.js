// One cell: text into the value that its column holds, and back, and how a stranger's text is shown. The patterns and
// the words come with the data (`cells` in brief/site/live.py), so that they are those of the command.

/** A refusal in words: what was found, what is allowed, and where; `others` are the refusals of the same file behind it. */
class Refused extends Error {
  constructor(found, allowed, place = {}) {
    super(`Found ${found}; allowed: ${allowed}.`);
    Object.assign(this, { found, allowed, others: [] }, place);
  }
}

/** Many refusals as one to throw: the first, which carries the others. */
const together = (refusals) => Object.assign(refusals[0], { others: refusals.slice(1) });

// What steers the text behind it or cannot be seen: controls, marks of direction, halves of a character.
const STEERING = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/gu;
const SHORT_ESCAPES = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** A stranger's text for one line of the page: whatever would steer it is spelt out, and it has an end. */
function printable(text, most = 300) {
  const cut = text.length > most ? `${text.slice(0, most - 1)}…` : text;
  return cut.replace(
    STEERING,
    (c) => SHORT_ESCAPES[c] ?? `\\u${c.codePointAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** A refusal as the page says it. `where` is the file or the cell. */
function inWords({ found, allowed, row, column, help, others = [] }, where = "") {
  const place = [
    where,
    row && `row ${row}`,
    column && !where.endsWith(column) && `column ${column}`,
  ]
    .filter(Boolean)
    .map((part) => printable(String(part), 120))
    .join(", ");
  const more = others.length ? ` And ${others.length.toLocaleString("en")} more.` : "";
  return `${place ? `${place}: ` : ""}Not taken: found ${printable(found)}; allowed: ${printable(allowed, 1500)}.${help ? ` ${printable(help)}` : ""}${more} The page stays as it was.`;
}

const compiled = new Map();

/** Whether a pattern of the command ([source, flags]) matches a whole text; its groups, or null. */
function whole(pattern, text) {
  if (!compiled.has(pattern))
    compiled.set(pattern, new RegExp(`^(?:${pattern[0]})$`, `u${pattern[1]}`));
  return compiled.get(pattern).exec(text);
}

const BLANK = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** A text without what Python takes for white space at its ends (JavaScript's own differs in a few signs). */
function strip(text) {
  let from = 0,
    to = text.length;
  while (from < to && BLANK.test(text[from])) from++;
  while (to > from && BLANK.test(text[to - 1])) to--;
  return text.slice(from, to);
}

// Each sign is looked at once, however long the text: no two parts of a pattern can share a digit.
const INTEGER = /^[+-]?[0-9]{1,15}$/;
const REAL = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?$/;

/** Whether a text holds what no honest cell does: controls, halves of a character, marks that turn its direction. */
const isUnshowable = (text, cells) => new RegExp(cells.unshowable, "u").test(text);

const isTooLong = (text, cells) => text.length > cells.most && [...text].length > cells.most;

/** A cell of a table as the value of its column (null for an empty one), in the table's dialect. Throws Refused. */
function valueOf(text, column, dialect) {
  const found = strip(text),
    { cells } = dialect;
  if (found === "") return null;
  try {
    if (column.kind === "TEXT" && !column.dates) return textCell(found, cells);
    if (column.kind === "TEXT") {
      const isMonth =
        dialect.monthsAsDays.has(column.name) &&
        (whole(cells.patterns.ISO_DAY, found) || whole(cells.patterns.ISO_TIME, found));
      if (!isMonth) return dialect.date(found, column.dates);
      dialect.note("months written as their first day");
      return found.slice(0, 7);
    }
    if (found.length > cells.most_number) throw new Refused("", cells[column.kind]);
    if (column.yes_or_no && /^(?:true|false)$/i.test(found)) {
      dialect.note("TRUE and FALSE as 1 and 0");
      return found.toLowerCase() === "true" ? 1 : 0;
    }
    return numberCell(dialect.number(found, column.kind), column.kind, cells);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    throw Object.assign(
      new Refused(`“${printable(found, 60)}”`, allowedIn(column, error.allowed, cells), {
        column: column.name,
        help: cellHelp(found, column, dialect.columns, error.help ?? "", cells),
      }),
    );
  }
}

/** What a column allows, where the words for its kind say too much. */
function allowedIn(column, allowed, cells) {
  if (column.yes_or_no && allowed === cells.INTEGER) allowed = cells.yes_or_no + cells.or_empty;
  return column.required && allowed.endsWith(cells.or_empty)
    ? allowed.slice(0, -cells.or_empty.length)
    : allowed;
}

function numberCell(text, kind, cells) {
  if (!(kind === "INTEGER" ? INTEGER : REAL).test(text)) throw new Refused("", cells[kind]);
  const value = Number(text) + 0;
  if (Math.abs(value) > 1e15) throw new Refused("", cells[kind]);
  return value;
}

/** A text as it was meant; throws Refused for what a spreadsheet made of it. */
function textCell(text, cells) {
  if (isTooLong(text, cells))
    throw new Refused("", `at most ${cells.most.toLocaleString("en")} characters in a cell`);
  if (cells.errors.includes(text) || whole(cells.patterns.MANGLED, text)) {
    throw new Refused("", cells.TEXT, {
      help: "A spreadsheet has put an error or a date in its place: set the column's format to Text before typing.",
    });
  }
  const sign = new RegExp(cells.unshowable, "u").exec(text);
  if (sign) {
    const code = sign[0].codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    throw new Refused(
      "",
      "text without control characters and without marks that turn its direction",
      { help: `It holds U+${code}.` },
    );
  }
  return text.replace(/\r\n?/g, "\n").normalize("NFC");
}

/** A value as the text of its cell. */
const cellText = (value) => (value === null || value === undefined ? "" : String(value));

/** Whether a value (from a link or a file) is of the kind that its column holds. */
function isOfKind(value, column, cells) {
  if (value === null) return true;
  if (column.kind === "TEXT")
    return typeof value === "string" && value.length <= cells.most && !isUnshowable(value, cells);
  return (
    typeof value === "number" &&
    Number.isFinite(value) &&
    Math.abs(value) <= 1e15 &&
    (column.kind === "REAL" || Number.isInteger(value))
  );
}
