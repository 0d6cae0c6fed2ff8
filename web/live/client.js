// The way to the engine: a worker whose text comes from script files (a Blob, so that file:// has one too), or the
// engine in the page where a browser refuses workers. A computation that takes too long is ended with its worker.

/** Runs inside the worker. Everything it names is handed over as text. */
function workerMain() {
  let engine;
  self.onmessage = async ({ data: { id, task, payload } }) => {
    let result;
    try {
      if (task === "open") {
        engine = briefLiveEngine(briefSqlGlue());
        result = await engine.open(payload.wasm, payload.pack);
      } else result = engine.answer(payload);
    } catch (error) {
      result = { failure: String((error && error.message) || error) };
    }
    self.postMessage({ id, result });
  };
}

const SECONDS_TO_OPEN = 120; // an old phone takes its time; that it will not come is said at last

class Client {
  constructor(pack, wasm) {
    const { sql, first, links, views, limits } = pack;
    const tables = Object.fromEntries(
      Object.entries(pack.tables).map(([name, t]) => [
        name,
        {
          columns: t.columns.map(({ name: n, kind, key }) => ({ name: n, kind, key })),
          rows: t.rows,
        },
      ]),
    );
    Object.assign(this, {
      wasm,
      pack: { sql, first, links, views, limits, tables },
      seconds: limits.seconds,
      waiting: new Map(),
      next: 0,
    });
  }

  async open() {
    try {
      this.startWorker();
    } catch {
      this.worker = undefined;
    }
    if (this.worker) {
      try {
        return (this.opened = await this.send(
          "open",
          { wasm: this.wasm, pack: this.pack },
          SECONDS_TO_OPEN,
        ));
      } catch (error) {
        if (!this.refused) throw error;
      }
    }
    this.inPage = window.briefLiveEngine(window.briefSqlGlue());
    return (this.opened = await this.inPage.open(this.wasm, structuredClone(this.pack)));
  }

  startWorker() {
    const text = `const briefSqlGlue=${window.briefSqlGlue};const briefLiveEngine=${window.briefLiveEngine};(${workerMain})();`;
    const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    this.worker = new Worker(address);
    this.worker.onmessage = ({ data: { id, result } }) => {
      this.waiting.get(id)?.done(result);
      this.waiting.delete(id);
    };
    this.worker.onerror = (event) => {
      event.preventDefault();
      this.refused = true;
      this.end(new Error(event.message || "the worker did not start"));
    };
  }

  end(error) {
    this.worker?.terminate();
    this.worker = undefined;
    for (const { failed } of this.waiting.values()) failed(error);
    this.waiting.clear();
  }

  send(task, payload, seconds = this.seconds) {
    const id = this.next++;
    return new Promise((done, failed) => {
      const timer = setTimeout(
        () => this.end(Object.assign(new Error("too slow"), { slow: true })),
        seconds * 1000,
      );
      this.waiting.set(id, {
        done: (r) => {
          clearTimeout(timer);
          done(r);
        },
        failed: (e) => {
          clearTimeout(timer);
          failed(e);
        },
      });
      this.worker.postMessage({ id, task, payload });
    });
  }

  /** The published state, which is known to end: however long it takes here, and from then on other data may take ten times as long. */
  async askFirst(question) {
    const start = performance.now(),
      answer = await this.ask(question, SECONDS_TO_OPEN);
    this.seconds = Math.max(this.seconds, Math.ceil((10 * (performance.now() - start)) / 1000));
    return answer;
  }

  /** An answer of the engine: {views, queries} or {refusal}. */
  async ask(question, seconds = this.seconds) {
    if (this.isStale && !this.waiting.size) {
      this.worker?.terminate();
      this.worker = this.inPage = undefined;
      this.isStale = false;
    }
    if (!this.worker && !this.inPage) await this.open(); // after one that took too long, or has other rows
    if (this.inPage) return this.inPage.answer(question);
    try {
      const result = await this.send("answer", question, seconds);
      return result.failure ? { refusal: { rule: "broken", message: result.failure } } : result;
    } catch (error) {
      if (!error.slow) throw error;
      return { refusal: { rule: "slow", message: String(seconds) } };
    }
  }
}

/** A refusal of the engine in the words of the schema: {found, allowed, table, key or added, columns}. */
function refusalInWords(refusal, pack) {
  const table = pack.tables[refusal.table],
    row = refusal.row ?? [];
  const cell = (name) =>
    `${name} = ${row[table.names.indexOf(name)] === null ? "(empty)" : cellText(row[table.names.indexOf(name)])}`;
  const place = { table: refusal.table, key: refusal.key, added: refusal.added };
  const put = (rule, values, columns = []) => {
    const [found, allowed] = pack.refusals[rule].map((text) =>
      text.replace(/\{(\w+)\}/g, (_, k) => values[k] ?? ""),
    );
    return new Refused(found.slice(0, 300), allowed, { ...place, columns });
  };
  const message = refusal.message,
    after = (text) => (message.startsWith(text) ? message.slice(text.length) : undefined);
  if (["slow", "large"].includes(refusal.rule)) return put(refusal.rule, { found: message });
  if (refusal.rule === "broken" || !table) return put("broken", { found: message });
  const check = after("CHECK constraint failed: ");
  if (check !== undefined) {
    const rule = table.rules[check] ?? { allowed: check, columns: [] };
    return new Refused(
      rule.columns.length && row.length
        ? rule.columns.map(cell).join(", ").slice(0, 300)
        : "this row",
      rule.allowed,
      { ...place, columns: rule.columns, sum: rule.sum },
    );
  }
  const empty = after("NOT NULL constraint failed: ");
  if (empty !== undefined) return put("empty", {}, [empty.split(".").at(-1)]);
  if (after(`UNIQUE constraint failed: ${pack.links}.`) !== undefined)
    return put("source_twice", {}, ["source_id"]);
  const second = after("UNIQUE constraint failed: ");
  if (second !== undefined) {
    const columns = second.split(", ").map((c) => c.split(".").at(-1));
    return put("second", { found: columns.map(cell).join(", ") }, columns);
  }
  if (message.startsWith("FOREIGN KEY")) {
    if (refusal.table === "sources")
      return put("source_used", { found: "another row" }, ["source_id"]);
    const known = pack.tables.sources.place,
      cited = String(refusal.source ?? row[table.names.indexOf("source_id")] ?? "").split(";");
    return put(
      "source",
      {
        found: cited
          .filter((s) => refusal.source || !known.has(s))
          .map((s) => `“${s}”`)
          .join(", "),
      },
      ["source_id"],
    );
  }
  const type = /^cannot store \w+ value in (\w+) column \w+\.(\w+)/.exec(message);
  if (type)
    return put("type", { found: cell(type[2]), allowed: pack.cells[type[1]] ?? message }, [
      type[2],
    ]);
  return put("other", { found: message });
}
