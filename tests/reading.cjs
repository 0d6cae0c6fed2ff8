// Reads files under Node with the live page's own readers: node reading.cjs ASKED ANSWERS (JSON lines).
// Asked, first line: {cells, korean}: the rules of the data, and CP949 as Python has it ("two bytes in hex": text), since
// Node's own decoder of that name is a smaller code page than a browser's. Each further line: {bytes, columns, most, name} or
// {pasted} or {rows, known, columns}, for keys that look like known ones; {bytes, …, over}: rows that a file of edits is laid
// over; {names, tables}: the files of a folder; {text, official}: a publisher's own file. Each answer: {rows, lines, readings,
// refusals}, {pasted}, {taken, passed, refusals} or {official}.
const fs = require("fs"),
  path = require("path"),
  vm = require("vm");
const live = path.resolve(__dirname, "..", "web/live");
const [first, ...asked] = fs
  .readFileSync(process.argv[2], "utf8")
  .split("\n")
  .filter(Boolean)
  .map((line) => JSON.parse(line));

class BrowserDecoder {
  constructor(label, options) {
    this.isKorean = label === "euc-kr";
    if (!this.isKorean) this.real = new TextDecoder(label, options);
  }

  decode(bytes) {
    if (!this.isKorean) return this.real.decode(bytes);
    let text = "";
    for (let at = 0; at < bytes.length; at++) {
      if (bytes[at] < 0x80) {
        text += String.fromCharCode(bytes[at]);
        continue;
      }
      const pair = first.korean[Buffer.from(bytes.subarray(at, at + 2)).toString("hex")];
      if (!pair) throw new TypeError("no Korean letter");
      text += pair;
      at++;
    }
    return text;
  }
}

const context = vm.createContext({ TextDecoder: BrowserDecoder, console });
const scripts = [
  "cells.js",
  "dialect.js",
  "advice.js",
  "totals.js",
  "edits.js",
  "reading.js",
  "scenario.js",
  "words.js",
  "taking.js",
]
  .map((name) => fs.readFileSync(path.join(live, name), "utf8"))
  .join("\n");
const page = vm.runInContext(
  `${scripts}\n({ Refused, readDelimited, pastedRows, printable, inWords, whole, nearKeys, laidOver, sortFiles, passedInWords, officialFile, officialInWords, indexTables, withContent })`,
  context,
);
const { Refused, readDelimited, pastedRows, printable, inWords, whole, nearKeys, laidOver } = page;
for (const pattern of Object.values(first.cells.patterns)) whole(pattern, ""); // each one compiles

const plain = ({ row = null, column = "", found, allowed, help = "" }) => ({
  row,
  column,
  found,
  allowed,
  help,
});
/** What a folder's files come to, one after the other: {scenario, said}, or the first refusal. */
const folderAnswer = ({ files, pack }) => {
  page.indexTables(pack.tables);
  let scenario = { p: {}, t: {} };
  const said = [];
  for (const [name, text] of files) {
    const read = page.withContent(scenario, name, { text }, { ...pack, cells: first.cells });
    scenario = read.scenario;
    said.push(...read.said);
  }
  return { scenario, said };
};

const answer = (question) => {
  const { bytes, columns, most, name, pasted, said, rows, known, lines, over } = question;
  try {
    if (question.files) return folderAnswer(question);
    if (question.names) {
      const { names, tables } = question,
        { taken, passed, refusals } = page.sortFiles(names, tables, first.cells);
      return {
        taken,
        passed: page.passedInWords(passed).join(),
        refused: refusals.map(({ file }) => file),
      };
    }
    if (question.official) {
      const found = page.officialFile(question.text, question.official);
      return {
        official: found?.name ?? null,
        said: found ? page.officialInWords(name, found) : "",
      };
    }
    if (pasted !== undefined) return { pasted: pastedRows(pasted, most) };
    if (known !== undefined)
      return { refusals: nearKeys(rows, known, columns, first.cells, lines).map(plain) };
    if (said !== undefined)
      return { said: inWords(said, "stranger.csv"), printable: printable(said.found) };
    const read = readDelimited(
      { bytes: Uint8Array.from(Buffer.from(bytes, "base64")) },
      columns,
      most,
      first.cells,
      name,
    );
    const { refusals, ...table } = over ? laidOver(read, over, columns, name, first.cells) : read;
    return { ...table, refusals: refusals.map(plain) };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { refusals: [error, ...error.others].map(plain) };
  }
};
fs.writeFileSync(
  process.argv[3],
  asked.map((question) => JSON.stringify(answer(question))).join("\n") + "\n",
);
