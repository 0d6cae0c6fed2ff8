// One cell: text into the value that its column holds, and back. The rules and their words come with the data.

/** A refusal in words: what was found, what is allowed, and where. */
class Refused extends Error {
  constructor(found, allowed, place = {}) {
    super(`Found ${found}; allowed: ${allowed}.`);
    Object.assign(this, { found, allowed, ...place });
  }
}

const INTEGER = /^[+-]?[0-9]{1,15}$/;
const REAL = /^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$/;

/** Whether a text holds what no honest cell does: controls, halves of a character, marks that turn its direction. */
const isUnshowable = (text, cells) => new RegExp(cells.unshowable, "u").test(text);

/** The text of a cell as the value of its column (null for an empty one). Throws Refused. */
function parseCell(text, column, cells) {
  const found = text.trim();
  if (found === "") return null;
  const refuse = (allowed) => { throw new Refused(`“${found.slice(0, 60)}”`, allowed, { column: column.name }); };
  if (column.kind === "TEXT") {
    if (isUnshowable(found, cells)) refuse("text without control characters and without marks that turn its direction");
    if (cells.errors.includes(found) || new RegExp(`^(?:${cells.mangled})$`, "i").test(found)) refuse(cells.TEXT);
    return found.replace(/\r\n?/g, "\n").normalize("NFC");
  }
  if (!(column.kind === "INTEGER" ? INTEGER : REAL).test(found)) refuse(cells[column.kind]);
  const value = Number(found) + 0;
  if (Math.abs(value) > 1e15) refuse(cells[column.kind]);
  return value;
}

/** A value as the text of its cell. */
const cellText = (value) => value === null || value === undefined ? "" : String(value);

/** Whether a value (from a link or a file) is of the kind that its column holds. */
function isOfKind(value, column, cells) {
  if (value === null) return true;
  if (column.kind === "TEXT") return typeof value === "string" && value.length <= 5000 && !isUnshowable(value, cells);
  return typeof value === "number" && Number.isFinite(value) && Math.abs(value) <= 1e15 && (column.kind === "REAL" || Number.isInteger(value));
}
