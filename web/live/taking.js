// What is dropped or chosen: one file or several, or a folder as a command wrote it. Which of them are tables says
// brief/tables/readers.py (`files` of the data), which are a publisher's own files say the recipes (`official`).

const HEADER_WITHIN_ROWS = 60, // filled rows in which a publisher's header is looked for
  MOST_LOOKED_AT = 100_000, // characters of its file
  MOST_TURNED = 300; // rows of one that is looked at on its side

/** The kind that a file's name ends with (".csv", small), and what stands before it; as Python's `Path` cuts it. */
function kindAndStem(name) {
  const at = name.lastIndexOf("."),
    isKind = at > 0 && at < name.length - 1;
  return isKind ? [name.slice(at).toLowerCase(), name.slice(0, at)] : ["", name];
}

/** The table that a file is named for, or undefined. */
function tableOfName(name, tables, cells) {
  const stem = kindAndStem(name)[1].replace(new RegExp(`^(?:${cells.files.marked})`, "u"), "");
  return [stem, stem.toLowerCase()].find((one) => tables.includes(one));
}

/**
 * The files of a folder, by their names: {taken: [[table, file name]], passed: [file names], refusals}. A refusal of a file
 * that may be a publisher's own has `stranger`, its name.
 */
function sortFiles(fileNames, tables, cells) {
  const rules = cells.files,
    taken = [],
    passed = [],
    refusals = [];
  const refuse = (file, found, allowed, more = {}) =>
    refusals.push(new Refused(found, allowed, { file, ...more }));
  const isLeft = (name) =>
    name.startsWith(".") ||
    name.startsWith("~$") ||
    rules.left_by_systems.includes(name.toLowerCase());
  for (const file of fileNames.filter((name) => !isLeft(name)).sort()) {
    const [kind] = kindAndStem(file),
      table = tableOfName(file, tables, cells),
      other = taken.find(([name]) => name === table);
    const isText = rules.delimited.includes(kind) || (kind === ".txt" && table);
    if (isText && !table)
      refuse(file, "a table that the brief does not have", "files named like its tables", {
        stranger: file,
      });
    else if (isText && other)
      refuse(file, `the table ${table} a second time`, `it once; ${other[1]} holds it too`);
    else if (isText) taken.push([table, file]);
    else if (rules.by_command.includes(kind) || (rules.json.includes(kind) && table))
      refuse(file, `a file of the kind ${kind}`, "CSV or TSV files here", {
        help: "`python3 run.py check FOLDER` reads workbooks (.xlsx), JSON and SQLite.",
      });
    else if (Object.hasOwn(rules.no_spreadsheet, kind))
      refuse(file, rules.no_spreadsheet[kind], "CSV or TSV files here", {
        help: "Save it as CSV UTF-8.",
      });
    else if (table && ![".yml", ".md"].includes(kind))
      refuse(
        file,
        `a file of the kind ${kind || "without an ending"}, named like a table`,
        "CSV or TSV files here",
      );
    else if (!rules.ours.includes(file) && !rules.hold_no_tables.includes(kind)) passed.push(file);
  }
  return { taken, passed, refusals };
}

/** What of a folder was passed over, in words: [] or one line. */
function passedInWords(names) {
  const more = names.length > 5 ? " and more" : "";
  return names.length
    ? [`${printable(names.slice(0, 5).join(", "))}${more}: not named like a table, passed over`]
    : [];
}

/**
 * What was dropped: {files: [File], folders: [names of folders that are not looked into], isFolder}. Called while the drop
 * is handled: afterwards a browser has forgotten it. Throws Refused.
 */
async function droppedFiles(transfer, most) {
  const items = [...transfer.items].filter((item) => item.kind === "file");
  const dropped = items.map((item) => {
    const entry = item.webkitGetAsEntry?.();
    return { entry, file: entry?.isDirectory ? undefined : item.getAsFile() };
  });
  const directories = dropped.map(({ entry }) => entry).filter((entry) => entry?.isDirectory);
  if (dropped.length === 1 && directories.length) return filesWithin(directories[0], most);
  return {
    files: dropped.map(({ file }) => file).filter(Boolean),
    folders: directories.map(({ name }) => name),
    isFolder: dropped.length > 1,
  };
}

async function filesWithin(directory, most) {
  const reader = directory.createReader(),
    files = [],
    folders = [];
  try {
    for (;;) {
      const entries = await new Promise((done, failed) => reader.readEntries(done, failed));
      if (!entries.length) break;
      for (const entry of entries) {
        if (entry.isDirectory) folders.push(entry.name);
        else files.push(await new Promise((done, failed) => entry.file(done, failed)));
      }
      if (files.length > most) break;
    }
  } catch {
    throw new Refused("a folder that this browser does not open for a page", "its files", {
      help: "Open the folder, select all files in it, and drop them together.",
    });
  }
  if (files.length > most)
    throw new Refused(
      `more than ${most.toLocaleString("en")} files`,
      "a folder with the tables alone",
    );
  return { files, folders, isFolder: true, name: directory.name };
}

// A scenario with what a file says

/** The scenario with what a file or a text ({bytes} or {text}) says of one table: {scenario, said}. Throws Refused. */
function withContent(scenario, name, content, pack) {
  const table = pack.tables[name],
    isParameters = name === "parameters",
    isAltered = isParameters ? Object.keys(scenario.p).length : scenario.t[name];
  const known = isParameters
    ? parametersOf(scenario, table)
    : rowsOf(table, scenario.t[name]).map(({ row }) => row);
  const read = readDelimited(content, table.columns, pack.limits.rows, pack.cells, name);
  if (read.refusals.length) throw together(read.refusals);
  if (!read.rows.length && table.rows.length)
    throw new Refused("a header and no rows", "the table's rows below it", {
      help: "To empty a table, use `python3 run.py check FOLDER`.",
    });
  const rest = isAltered ? "as they were" : basis.rest,
    laid = laidOver(read, known, table.columns, name, pack.cells, rest);
  const refusals = laid.refusals.length
    ? laid.refusals
    : nearKeys(laid.rows, table.rows, table.columns, pack.cells, laid.lines);
  if (refusals.length) throw together(refusals);
  const next = isParameters
    ? { p: valuesIn(laid, table), t: scenario.t }
    : withTable(scenario, name, changeTo(table, laid.rows));
  return { scenario: next, said: laid.readings };
}

/** The table of parameters as a scenario has it. */
function parametersOf({ p }, { rows, names }) {
  const value = names.indexOf("value");
  return rows.map((row) =>
    row.map((cell, i) => (i === value && Object.hasOwn(p, row[0]) ? p[row[0]] : cell)),
  );
}

/** The values of a table of parameters that differ from the edition's own. Throws Refused for anything else that does. */
function valuesIn({ rows, lines }, { rows: own, names, place }) {
  const value = names.indexOf("value"),
    name = names.indexOf("name"),
    values = {},
    refusals = [];
  const refuse = (row, found, allowed, column) =>
    refusals.push(new Refused(found, allowed, { row: lines[row], column }));
  rows.forEach((row, at) => {
    const was = own[place.get(row[name])];
    if (!was)
      return refuse(at, `the unknown parameter “${row[name]}”`, "those of the brief", "name");
    const other = names.find((_, i) => i !== value && row[i] !== was[i]);
    if (other) refuse(at, `another ${other} for ${row[name]}`, "another value alone", other);
    else if (row[value] === null) refuse(at, "an empty cell", "a number", "value");
    else if (row[value] !== was[value]) values[row[name]] = row[value];
  });
  const lost = own.find((row) => !rows.some((other) => other[name] === row[name]));
  if (lost) refusals.push(new Refused(`no row for ${lost[name]}`, "every parameter of the brief"));
  if (refusals.length) throw together(refusals);
  return values;
}

// A publisher's own file

/** The recipe that knows the header of a text, of those in `official`; undefined where none does. */
function officialFile(text, official) {
  const cut = text.length > MOST_LOOKED_AT ? text.lastIndexOf("\n", MOST_LOOKED_AT) : text.length,
    lines = text.slice(0, cut).replace(/\r\n?/g, "\n");
  for (const delimiter of [",", ...Object.keys(DELIMITERS)]) {
    let rows;
    try {
      rows = recordsOf(lines, delimiter, Infinity).map(([, record]) => record);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      continue; // no text of this delimiter
    }
    const found = official.find((signature) => isSigned(rows, signature));
    if (found) return found;
  }
  return undefined;
}

/** Whether a file's rows have the header of a recipe (see `match` in brief/tables/recipes.py). */
function isSigned(rows, { header, without, is_joined, is_turned }) {
  const ways = is_turned && rows.length <= MOST_TURNED ? [rows, turnedRows(rows)] : [rows];
  for (const way of ways)
    for (const row of way.slice(0, HEADER_WITHIN_ROWS)) {
      const headings = (
        is_joined ? [...row[0].split("\\")[0].split(","), ...row.slice(1)] : row
      ).map(oneSpaced);
      const stands = (wanted) => headings.some((heading) => isHeading(wanted, heading));
      if (header.every(stands)) return !without.some(stands);
    }
  return false;
}

const oneSpaced = (text) =>
  text
    .split(/[\s\x1c-\x1f\x85]+/)
    .filter(Boolean)
    .join(" ");

/** Whether a heading is the one that a recipe names; /…/ is a pattern over the whole of it. */
function isHeading(wanted, heading) {
  return /^\/.+\/$/s.test(wanted)
    ? whole([wanted.slice(1, -1), "i"], heading) !== null
    : oneSpaced(wanted).toLowerCase() === heading.toLowerCase();
}

function turnedRows(rows) {
  const width = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length: width }, (_, i) => rows.map((row) => row[i] ?? ""));
}

/** What a publisher's own file is, and the command that takes it. */
function officialInWords(file, { publisher, what }) {
  const name = /^[\p{L}\p{N}._-]+$/u.test(file)
    ? file
    : /["$`\\!]/.test(file)
      ? "FILE"
      : `"${file}"`;
  return printable(
    `${file} is a file as its publisher has it (${publisher}): ${what}. Not taken here: \`python3 run.py take ${name} --into mine\` turns it into the brief’s tables and says what changes. The folder mine can then be dropped here. The page stays as it was.`,
    1000,
  );
}
