// Answers scenarios under Node with the live page's own engine: node parity.cjs PACK SCENARIOS ANSWERS (JSON lines).
// Each scenario line: {scenario, views}. Each answer line: {views: {name: {columns, rows}}} or {refusal: …}.
const fs = require("fs"),
  path = require("path");
const root = path.resolve(__dirname, "..");
globalThis.window = globalThis;
const initSqlJs = require(path.join(root, "web/node_modules/sql.js/dist/sql-wasm.js"));
require(path.join(root, "web/live/engine.js"));

// JSON has no word for what a double may also be.
const plain = (key, value) =>
  typeof value === "number" && !Number.isFinite(value) ? String(value) : value;

(async () => {
  const [, , packFile, scenarioFile, answerFile] = process.argv;
  const wasm = fs.readFileSync(path.join(root, "web/node_modules/sql.js/dist/sql-wasm.wasm"));
  const engine = window.briefLiveEngine(initSqlJs);
  const opened = await engine.open(wasm, JSON.parse(fs.readFileSync(packFile, "utf8")));
  const out = fs.openSync(answerFile, "w");
  fs.writeSync(out, JSON.stringify(opened) + "\n");
  for (const line of fs.readFileSync(scenarioFile, "utf8").split("\n").filter(Boolean)) {
    const { scenario, views, everything } = JSON.parse(line);
    engine.answer({ scenario: { p: {}, t: {} }, views: [] });
    const answer = engine.answer({ scenario, views, everything });
    fs.writeSync(out, JSON.stringify(answer, plain) + "\n");
  }
  fs.closeSync(out);
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
