// Delimited text in and out: what a spreadsheet copies, what it saves, what a build reads.

/** Rows of cells (RFC 4180: quotes, and line ends inside them). The delimiter is the one that the first line holds most. */
function parseDelimited(text) {
  const clean = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  const first = clean.slice(0, clean.indexOf("\n") < 0 ? undefined : clean.indexOf("\n"));
  const delimiter = ["\t", ";", ","].map((d) => [first.split(d).length, d]).sort((a, b) => b[0] - a[0])[0][1];
  const rows = [];
  let row = [], cell = "", quoted = false;
  const endCell = () => { row.push(cell); cell = ""; };
  const endRow = () => { endCell(); if (row.length > 1 || row[0] !== "") rows.push(row); row = []; };
  for (let i = 0; i < clean.length; i++) {
    const c = clean[i];
    if (quoted) {
      if (c !== '"') cell += c;
      else if (clean[i + 1] === '"') { cell += '"'; i++; }
      else quoted = false;
    } else if (c === '"' && cell === "") quoted = true;
    else if (c === delimiter) endCell();
    else if (c === "\n") endRow();
    else cell += c;
  }
  if (quoted) throw new Refused("a quotation mark that is never closed", "quotes around a cell in pairs");
  endRow();
  return rows;
}

/** Rows as CSV with line feeds, quoted where they must be. */
function writeCsv(rows) {
  const cell = (value) => /[",\n\r]|^\s|\s$/.test(cellText(value)) ? `"${cellText(value).replaceAll('"', '""')}"` : cellText(value);
  return rows.map((row) => row.map(cell).join(",")).join("\n") + "\n";
}
