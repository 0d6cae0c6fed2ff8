// The engine of the live page: one database, altered inside transactions, asked by the book's own views.
// Runs in a worker (its text travels there in a Blob) or, where a browser refuses workers, in the page. It knows
// no table and no measure: what is valid says the schema, what is shown say the views.
window.briefLiveEngine = function (initSqlJs) {
  "use strict";
  let db, pack, current, cache, sent, inserts;
  const quoted = (name) => `"${name.replaceAll('"', '""')}"`;
  const sameText = (a, b) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

  class Refusal extends Error {
    constructor(details) {
      super(details.message);
      this.details = details;
    }
  }

  /** A database with the edition's tables, inserted row by row in the order in which a build inserts them. */
  async function open(wasmBinary, content) {
    // Native SQLite functions, so that sqrt and exp are the same as in the build.
    const SQL = await initSqlJs({ wasmBinary, useOldExtensionFunctions: false });
    pack = content;
    db = new SQL.Database();
    db.exec(`pragma hard_heap_limit = ${pack.limits.memory}`); // what a query gathers before its first row, too
    db.exec(pack.sql);
    [current, cache, sent, inserts] = [{ p: {}, t: {} }, new Map(), new Set(), new Map()];
    for (const [name, table] of Object.entries(pack.tables)) prepareTable(name, table);
    db.exec("begin");
    for (const name of [
      ...pack.first,
      ...Object.keys(pack.tables).filter((n) => !pack.first.includes(n)),
    ]) {
      pack.tables[name].rows.forEach((row, index) => insert(name, row, index + 1));
    }
    db.exec("commit");
    return { sqlite: db.exec("select sqlite_version()")[0].values[0][0] };
  }

  function prepareTable(name, table) {
    table.names = table.columns.map((c) => c.name);
    table.keys = table.columns
      .map((c, i) => ({ i, key: c.key }))
      .filter((c) => c.key)
      .sort((a, b) => a.key - b.key)
      .map((c) => c.i);
    const part = (value) =>
      table.keys.length > 1 ? String(value ?? "").replace(/[\\|]/g, "\\$&") : (value ?? "");
    table.keyOf = (row) => table.keys.map((i) => part(row[i])).join("|");
    table.place = new Map(table.rows.map((row, index) => [table.keyOf(row), index]));
    // An integer primary key of one column is the row's own number; elsewhere rows keep the number of their place.
    table.isNumbered = table.keys.length === 1 && table.columns[table.keys[0]].kind === "INTEGER";
  }

  function statement(name) {
    if (!inserts.has(name)) {
      const { names, isNumbered, keys } = pack.tables[name];
      const columns = isNumbered ? names : ["rowid", ...names];
      inserts.set(name, {
        insert: db.prepare(
          `insert into ${quoted(name)} (${columns.map(quoted)}) values (${columns.map(() => "?")})`,
        ),
        remove: db.prepare(
          `delete from ${quoted(name)} where ${keys.map((i) => `${quoted(names[i])} = ?`).join(" and ")}`,
        ),
        unlink: db.prepare(
          `delete from ${quoted(pack.links)} where table_name = ? and row_key = ?`,
        ),
      });
    }
    return inserts.get(name);
  }

  function insert(name, row, number) {
    // The engine invents a number where a key of one whole number is empty: a year that nobody wrote.
    const empty = pack.tables[name].columns.find(
      (column, i) => column.required && (row[i] ?? null) === null,
    );
    if (empty) throw new Error(`NOT NULL constraint failed: ${name}.${empty.name}`);
    // The engine would write a large number in a column of texts with a decimal point.
    const bound = pack.tables[name].columns.map(({ kind }, i) =>
      kind === "TEXT" && typeof row[i] === "number" ? String(row[i]) : row[i],
    );
    statement(name).insert.run(pack.tables[name].isNumbered ? bound : [number, ...bound]);
  }

  /** Take a row away with what says on which sources it rests, so that inserting it again links them anew. */
  function remove(name, row) {
    const table = pack.tables[name];
    statement(name).unlink.run([name, table.keyOf(row)]);
    statement(name).remove.run(table.keys.map((i) => row[i]));
  }

  const withCells = (table, row, cells) =>
    row.map((value, i) => (Object.hasOwn(cells, table.names[i]) ? cells[table.names[i]] : value));

  function baseRow(name, key) {
    const table = pack.tables[name];
    if (!table.place.has(key))
      throw new Refusal({ table: name, key, rule: "missing", message: `no row ${key}` });
    const index = table.place.get(key);
    return { row: table.rows[index], number: index + 1 };
  }

  /** From the present state of a table to another one, by the rows that differ from the edition's own. */
  function change(name, was, now) {
    const table = pack.tables[name];
    for (const row of was?.add ?? []) remove(name, row);
    const gone = new Set();
    for (const [key] of was?.set ?? []) {
      remove(name, baseRow(name, key).row);
      gone.add(key);
    }
    for (const key of was?.cut ?? []) gone.add(key);
    for (const key of [...(now?.set ?? []).map(([k]) => k), ...(now?.cut ?? [])]) {
      if (!gone.has(key)) remove(name, baseRow(name, key).row);
      gone.add(key);
    }
    const again = new Map([...gone].map((key) => [key, baseRow(name, key)]));
    for (const key of now?.cut ?? []) again.delete(key);
    const cells = new Map(now?.set ?? []);
    const put = (row, number, where) => {
      try {
        insert(name, row, number);
      } catch (error) {
        throw new Refusal({ table: name, ...where, row, message: error.message });
      }
    };
    for (const [key, { row, number }] of [...again].sort((a, b) => a[1].number - b[1].number)) {
      put(cells.has(key) ? withCells(table, row, cells.get(key)) : row, number, { key });
    }
    (now?.add ?? []).forEach((row, index) =>
      put(row, table.rows.length + 1 + index, { added: index }),
    );
  }

  function changeParameter(name, value) {
    const table = pack.tables.parameters;
    const to = value ?? baseRow("parameters", name).row[table.names.indexOf("value")];
    baseRow("parameters", name);
    try {
      db.run("update parameters set value = ? where name = ?", [to, name]);
    } catch (error) {
      throw new Refusal({
        table: "parameters",
        key: name,
        row: withCells(table, baseRow("parameters", name).row, { value: to }),
        message: error.message,
      });
    }
  }

  /** With the sources themselves altered, rows are checked against them at the end. */
  function checkLinks() {
    const loose = db.exec(
      `select table_name, row_key, source_id from ${quoted(pack.links)} where source_id not in (select source_id from sources) limit 1`,
    );
    if (loose.length) {
      const [table, key, source] = loose[0].values[0];
      throw new Refusal({
        table,
        key,
        source,
        rule: "source",
        message: "FOREIGN KEY constraint failed",
      });
    }
  }

  const tooLarge = (most) => new Refusal({ rule: "large", message: most });

  /** The rows of a query, as many as a page can show. */
  function read(sql, parameters) {
    const asked = db.prepare(sql);
    try {
      if (parameters) asked.bind(parameters);
      const columns = asked.getColumnNames(),
        rows = [];
      let signs = 0;
      while (asked.step()) {
        const row = asked.get();
        for (const value of row) if (typeof value === "string") signs += value.length;
        rows.push(row);
        if (rows.length > pack.limits.answer_rows)
          throw tooLarge(`${pack.limits.answer_rows.toLocaleString("en")} rows`);
        if (signs > pack.limits.answer_signs)
          throw tooLarge(`${pack.limits.answer_signs.toLocaleString("en")} characters`);
      }
      return { columns, rows };
    } finally {
      asked.free();
    }
  }

  /** What a query is asked with: its own values, or columns of one row of a view. */
  function valuesFor({ parameters, row }) {
    if (!row) return parameters;
    const { columns, rows } = cache.get(row.view) ?? read(`select * from ${quoted(row.view)}`);
    const found = rows.find((r) => r[columns.indexOf(row.column)] === row.is);
    return row.take.map((column) => (found ? found[columns.indexOf(column)] : null));
  }

  /**
   * Put the database into the state of a scenario and answer: `views` (those that changed since they were last sent)
   * and `queries` ([{id, sql, parameters or row}], small print). A refusal or a failure leaves the last state standing.
   */
  function answer({ scenario, views, queries = [], everything = false }) {
    const names = [...new Set([...Object.keys(current.t), ...Object.keys(scenario.t)])].filter(
      (n) => !sameText(current.t[n], scenario.t[n]),
    );
    const parameters = [...new Set([...Object.keys(current.p), ...Object.keys(scenario.p)])].filter(
      (n) => current.p[n] !== scenario.p[n],
    );
    const before = new Map(cache),
      sentBefore = new Set(sent);
    db.exec("begin");
    try {
      if (names.includes("sources")) db.exec("pragma defer_foreign_keys = on");
      for (const name of names) {
        if (!Object.hasOwn(pack.tables, name))
          throw new Refusal({ table: name, rule: "missing", message: "no such table" });
        change(name, current.t[name], scenario.t[name]);
      }
      for (const name of parameters) changeParameter(name, scenario.p[name]);
      if (names.includes("sources")) checkLinks();
      const changed = new Set([
        ...names,
        ...parameters.map((n) => `parameters.${n}`),
        ...(parameters.length ? ["parameters"] : []),
      ]);
      for (const [view, needs] of Object.entries(pack.views)) {
        if (changed.size && (everything || needs.some((need) => changed.has(need))))
          (cache.delete(view), sent.delete(view));
      }
      const found = {};
      for (const view of views) {
        if (!cache.has(view)) cache.set(view, read(`select * from ${quoted(view)}`));
        if (!sent.has(view)) found[view] = cache.get(view);
      }
      const asked = Object.fromEntries(
        queries.map((query) => [query.id, read(query.sql, valuesFor(query))]),
      );
      db.exec("commit");
      current = structuredClone(scenario);
      for (const view of views) sent.add(view);
      return { views: found, queries: asked };
    } catch (error) {
      try {
        db.exec("rollback");
      } catch {
        /* the engine has rolled back by itself */
      }
      [cache, sent] = [before, sentBefore];
      return {
        refusal:
          error instanceof Refusal ? error.details : { rule: "broken", message: error.message },
      };
    }
  }

  return { open, answer, read };
};
