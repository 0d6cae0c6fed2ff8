// The grid: one table, edited cell by cell with the keyboard, row by row, by paste or by file.
// A row that the schema refuses stays as a draft with the rule at its cells; the page keeps its last good state.

const PAGE_ROWS = 40;

class Editor {
  /** `door`: {pack, scenario(), propose(scenario, words), announce, waits()}. `propose` resolves to a Refused or undefined. */
  constructor(door) {
    this.door = door;
    this.waiting = new Map(); // table: its drafts
    this.caption = make("p", { className: "live-table-what" });
    this.grid = make("table", { className: "live-grid", role: "grid" });
    this.problem = make("p", {
      className: "live-problem",
      role: "alert",
      id: "live-problem",
      hidden: true,
    });
    this.offers = make("div", { className: "live-offers", hidden: true });
    this.reading = make("p", { className: "live-reading", role: "status", hidden: true });
    this.more = make("div", { className: "live-more" });
    this.filter = make("input", {
      type: "search",
      autocomplete: "off",
      oninput: () => {
        this.first = 0;
        this.render();
      },
    });
    this.file = make("input", {
      type: "file",
      accept: ".csv,.tsv,.txt,text/csv",
      multiple: true,
      className: "live-file",
      onchange: () => {
        const files = [...this.file.files];
        this.file.value = "";
        this.takeDropped({ files, folders: [], isFolder: files.length > 1 });
      },
    });
    this.element = make(
      "div",
      { className: "live-editor" },
      this.caption,
      make(
        "div",
        { className: "live-tools" },
        make("label", { className: "live-find" }, "Find rows ", this.filter),
        make("button", { type: "button", textContent: "Add a row", onclick: () => this.addRow() }),
        make("label", { className: "live-button" }, "Take CSV files", this.file),
      ),
      this.problem,
      this.offers,
      this.reading,
      make("div", { className: "live-scroll" }, this.grid),
      this.more,
      make(
        "p",
        { className: "live-hint", id: "live-keys" },
        "Arrow keys move, typing or Enter edits, Esc gives up, Delete empties a cell. Paste from a spreadsheet, or drop CSV files or a folder of them here. A file needs the key and the columns that you edited, no others.",
      ),
    );
    this.grid.setAttribute("aria-describedby", "live-keys");
    this.grid.addEventListener("keydown", (event) => this.onKey(event));
    this.grid.addEventListener("dblclick", (event) => {
      const cell = event.target.closest("td[data-column]");
      if (cell) this.edit(cell);
    });
    this.grid.addEventListener("click", (event) => {
      const cell = event.target.closest("td[data-column]");
      if (!cell || cell.querySelector("input, textarea")) return;
      // A finger has no other way to say that it wants to type.
      event.pointerType === "touch" ? this.edit(cell) : this.focus(cell);
    });
    this.grid.addEventListener("paste", (event) => this.onPaste(event));
    this.element.addEventListener("dragover", (event) => event.preventDefault());
    this.element.addEventListener("drop", (event) => {
      event.preventDefault();
      if (hasFiles(event)) return; // the whole panel takes them
      this.takeTable({ text: event.dataTransfer.getData("text/plain") }, "What was dropped");
    });
  }

  get table() {
    return this.door.pack.tables[this.name];
  }

  /** The edits of the shown table that are not taken (yet): row id: {texts: {column: text}, refused, turn}. */
  get drafts() {
    if (!this.waiting.has(this.name)) this.waiting.set(this.name, new Map());
    return this.waiting.get(this.name);
  }

  /** Files and folders may be dropped on all of this element. */
  acceptFiles(element) {
    element.addEventListener("dragover", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      element.classList.add("is-over");
    });
    element.addEventListener("dragleave", () => element.classList.remove("is-over"));
    element.addEventListener("drop", async (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      element.classList.remove("is-over");
      this.door.choose(this.name);
      try {
        const most = this.door.pack.cells.files.most;
        await this.takeDropped(await droppedFiles(event.dataTransfer, most));
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        this.tell(error, "What was dropped");
      }
    });
  }

  show(name, keyToFind = "") {
    Object.assign(this, { name, first: 0 });
    this.filter.value = keyToFind;
    this.tell();
    const waiting = [...this.drafts.values()].find((draft) => draft.refused);
    if (waiting) this.tell(waiting.refused, waiting.where);
    this.render();
    if (isComing(name, this.door.pack))
      this.door.whole([name]).then(
        () => this.name === name && this.render(),
        (refused) => this.tell(refused, name),
      );
  }

  // What is shown

  entries() {
    const all = rowsOf(this.table, this.door.scenario().t[this.name]);
    const words = this.filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = words.length
      ? all.filter(({ row }) => {
          const text = row.map(cellText).join(" ").toLowerCase();
          return words.every((w) => text.includes(w));
        })
      : all;
    return [
      ...found,
      ...[...this.drafts.keys()]
        .filter((id) => id.startsWith("new"))
        .map((id) => ({ id, row: this.table.names.map(() => null), isNew: true })),
    ];
  }

  idOf(entry) {
    return entry.id ?? (entry.added !== undefined ? `added ${entry.added}` : `key ${entry.key}`);
  }

  render(focusOn) {
    this.door.waits();
    if (isComing(this.name, this.door.pack)) {
      this.caption.replaceChildren(make("b", {}, this.table.title), " Loading…");
      return this.grid.replaceChildren();
    }
    const { table } = this,
      entries = this.entries();
    this.first = Math.min(this.first, Math.max(0, entries.length - 1));
    const shown = entries.slice(this.first, this.first + PAGE_ROWS);
    this.caption.replaceChildren(
      make("b", {}, table.title),
      ` ${table.description} ${table.rows.length} rows, in ${this.name}.csv.`,
    );
    this.grid.setAttribute("aria-label", table.title);
    this.grid.setAttribute("aria-rowcount", entries.length + 1);
    const head = make(
      "tr",
      { "aria-rowindex": 1 },
      ...table.columns.map((c) =>
        make(
          "th",
          { scope: "col", title: `${c.meaning} (${c.unit})` },
          c.name,
          make("span", { className: "unseen" }, `: ${c.meaning}, ${c.unit}`),
        ),
      ),
      make("th", { scope: "col" }, make("span", { className: "unseen" }, "Remove")),
    );
    const cut = this.door.scenario().t[this.name]?.cut ?? [];
    this.grid.replaceChildren(
      make("thead", {}, head),
      make("tbody", {}, ...shown.map((entry, i) => this.renderRow(entry, this.first + i + 2))),
    );
    this.shown = shown;
    this.more.replaceChildren();
    if (cut.length)
      this.more.append(
        make(
          "span",
          {},
          `Taken away: ${cut
            .slice(0, 6)
            .map((k) => k.replaceAll("|", " "))
            .join(", ")}${cut.length > 6 ? ` and ${cut.length - 6} more` : ""}. `,
        ),
      );
    const turn = (words, to) =>
      make("button", {
        type: "button",
        textContent: words,
        onclick: () => {
          this.first = to;
          this.render();
        },
      });
    if (this.first > 0) this.more.append(turn("Earlier rows", Math.max(0, this.first - PAGE_ROWS)));
    if (entries.length > shown.length)
      this.more.append(
        make(
          "span",
          {},
          ` Rows ${this.first + 1} to ${this.first + shown.length} of ${entries.length} `,
        ),
      );
    if (this.first + PAGE_ROWS < entries.length)
      this.more.append(turn("Later rows", this.first + PAGE_ROWS));
    const cells = every("td[data-column]", this.grid);
    const wanted =
      focusOn &&
      cells.find(
        (cell) =>
          cell.parentNode.dataset.row === focusOn.row && cell.dataset.column === focusOn.column,
      );
    if (cells.length) (wanted ?? cells[0]).tabIndex = 0;
    wanted?.focus();
  }

  /** `index` is the row's number in the whole table, which is more than is shown; the header is the first. */
  renderRow(entry, index) {
    const { table } = this,
      id = this.idOf(entry),
      draft = this.drafts.get(id);
    const row = make("tr", {
      "aria-rowindex": index,
      className: entry.added !== undefined || entry.isNew ? "is-added" : "",
    });
    row.dataset.row = id;
    table.columns.forEach((column, i) => {
      const drafted = draft && Object.hasOwn(draft.texts, column.name);
      const text = drafted ? draft.texts[column.name] : cellText(entry.row[i]);
      const cell = make(
        "td",
        { tabIndex: -1, role: "gridcell" },
        ...window.brief.inLanguages(text),
      );
      cell.dataset.column = column.name;
      if (column.kind !== "TEXT") cell.classList.add("number");
      if (entry.was && entry.was[i] !== entry.row[i]) {
        cell.classList.add("live-moved");
        cell.title = `${basis.was}: ${cellText(entry.was[i]) || "(empty)"}`;
        cell.append(
          make(
            "span",
            { className: "unseen" },
            ` (${basis.was.toLowerCase()}: ${cellText(entry.was[i]) || "empty"})`,
          ),
        );
      }
      if (drafted) cell.classList.add("is-draft");
      if (
        draft?.refused &&
        (draft.refused.columns?.includes(column.name) || draft.refused.column === column.name)
      ) {
        cell.setAttribute("aria-invalid", "true");
        cell.setAttribute("aria-describedby", "live-problem");
      }
      row.append(cell);
    });
    const what = table.keyOf(entry.row).replaceAll("|", " ");
    row.append(
      make(
        "td",
        { className: "live-row-tools" },
        make("button", {
          type: "button",
          title: draft ? "Give up this draft" : "Remove this row",
          ariaLabel: draft ? "Give up this draft" : `Remove the row ${what}`,
          textContent: draft ? "↺" : "×",
          onclick: () => this.removeRow(entry),
        }),
      ),
    );
    return row;
  }

  /** A refusal in words, or what was read otherwise than it stands there (`said`, as `check` says it). */
  tell(refused, where = "", said = [], what = "") {
    this.offer([]);
    this.problem.hidden = !refused;
    this.problem.textContent = refused ? inWords(refused, where) : "";
    this.read(said, what);
  }

  read(said, what = "") {
    this.reading.hidden = !said.length;
    this.reading.textContent = said.length
      ? printable(`Read${what ? ` from ${what}` : ""}: ${said.join(", ")}.`, 1000)
      : "";
  }

  /** Buttons that make a row fit which was not taken: [{words, take}]. */
  offer(offers) {
    this.offers.hidden = !offers.length;
    this.offers.replaceChildren(
      ...offers.map(({ words, take }) =>
        make("button", { type: "button", textContent: words, onclick: take }),
      ),
    );
  }

  // What waits

  /** Every edit that waits, of all tables, the newest last: [{name, id, draft, words}]. */
  waits() {
    return [...this.waiting]
      .flatMap(([name, drafts]) => [...drafts].map(([id, draft]) => ({ name, id, draft })))
      .sort((a, b) => a.draft.turn - b.draft.turn);
  }

  draftOf(id) {
    const draft = this.drafts.get(id) ?? { texts: {} };
    draft.turn = this.turns = (this.turns ?? 0) + 1;
    this.drafts.set(id, draft);
    return draft;
  }

  /** Undo while something waits: the newest edit that was not taken is given up. */
  giveUpLast() {
    const { name, id } = this.waits().at(-1);
    this.waiting.get(name).delete(id);
    this.tell();
    this.render();
  }

  giveUpAll() {
    this.waiting.clear();
    this.tell();
    this.render();
  }

  /** Show the newest edit that waits, at its cell. */
  goToWaiting() {
    const { name, id, draft } = this.waits().at(-1);
    this.door.choose(name);
    const at = this.entries().findIndex((entry) => this.idOf(entry) === id);
    this.first = Math.max(0, Math.floor(at / PAGE_ROWS) * PAGE_ROWS);
    this.render({ row: id, column: Object.keys(draft.texts).at(-1) ?? this.table.names[0] });
    this.grid.querySelector("td[tabindex='0']")?.scrollIntoView({ block: "center" });
  }

  // The keyboard

  focus(cell) {
    every("td[tabindex='0']", this.grid).forEach((other) => {
      other.tabIndex = -1;
    });
    cell.tabIndex = 0;
    cell.focus();
  }

  onKey(event) {
    const cell = event.target.closest("td[data-column]");
    if (!cell || event.target.matches("input, textarea, button")) return;
    const { key } = event,
      command = event.ctrlKey || event.metaKey;
    const rows = [...this.grid.tBodies[0].rows],
      r = rows.indexOf(cell.parentNode),
      c = [...cell.parentNode.cells].indexOf(cell),
      last = this.table.columns.length - 1;
    const go = (toRow, toColumn) => {
      const to =
        rows[Math.max(0, Math.min(rows.length - 1, toRow))].cells[
          Math.max(0, Math.min(last, toColumn))
        ];
      this.focus(to);
      to.scrollIntoView({ block: "nearest", inline: "nearest" });
    };
    const moves = {
      ArrowUp: [r - 1, c],
      ArrowDown: [r + 1, c],
      ArrowLeft: [r, c - 1],
      ArrowRight: [r, c + 1],
      Home: [command ? 0 : r, 0],
      End: [command ? rows.length - 1 : r, last],
      PageUp: [r - 10, c],
      PageDown: [r + 10, c],
    };
    if (moves[key]) {
      event.preventDefault();
      go(...moves[key]);
    } else if (key === "Enter" || key === "F2") {
      event.preventDefault();
      this.edit(cell);
    } else if (key === "Delete" || key === "Backspace") {
      event.preventDefault();
      this.setCell(cell, "");
    } else if (key === "Escape" && this.drafts.has(cell.parentNode.dataset.row)) {
      event.preventDefault();
      event.stopPropagation();
      this.giveUp(cell.parentNode.dataset.row, cell.dataset.column);
    } else if (key.length === 1 && !command && !event.altKey) {
      event.preventDefault();
      this.edit(cell, key);
    }
  }

  edit(cell, typed) {
    const { column } = cell.dataset,
      id = cell.parentNode.dataset.row,
      draft = this.drafts.get(id);
    const entry = this.shown.find((e) => this.idOf(e) === id),
      index = this.table.names.indexOf(column);
    const text =
      draft && Object.hasOwn(draft.texts, column)
        ? draft.texts[column]
        : cellText(entry.row[index]);
    // A text box takes the line breaks out of what it is given; a cell that has some gets one that keeps them.
    const input = make(!typed && text.includes("\n") ? "textarea" : "input", {
      value: typed ?? text,
      ariaLabel: `${column} of ${this.table.keyOf(entry.row).replaceAll("|", " ") || "a new row"}`,
      spellcheck: false,
      autocomplete: "off",
    });
    if (this.table.columns[index].kind !== "TEXT") input.inputMode = "decimal";
    let done = false;
    const finish = (commit, dr = 0, dc = 0) => {
      if (done) return;
      done = true;
      const columns = this.table.names,
        rows = this.shown.map((e) => this.idOf(e));
      const next = {
        row: rows[Math.max(0, Math.min(rows.length - 1, rows.indexOf(id) + dr))],
        column: columns[Math.max(0, Math.min(columns.length - 1, index + dc))],
      };
      if (commit && input.value !== text)
        this.setCell(cell, input.value, dr || dc ? next : { row: id, column });
      else this.render(dr || dc ? next : { row: id, column });
    };
    input.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter" && !event.altKey) {
        event.preventDefault();
        finish(true, event.shiftKey ? -1 : 1);
      } else if (event.key === "Tab") {
        event.preventDefault();
        finish(true, 0, event.shiftKey ? -1 : 1);
      } else if (event.key === "Escape") {
        event.preventDefault();
        finish(false);
      }
    });
    input.addEventListener("paste", (event) => event.stopPropagation());
    input.addEventListener("blur", () => finish(true));
    cell.replaceChildren(input);
    input.focus();
    if (typed === undefined) input.select();
  }

  // Changes. Each becomes a scenario that the engine takes or refuses.

  async setCell(
    cell,
    text,
    focusOn = { row: cell.parentNode.dataset.row, column: cell.dataset.column },
  ) {
    const id = cell.parentNode.dataset.row,
      entry = this.shown.find((e) => this.idOf(e) === id);
    this.draftOf(id).texts[cell.dataset.column] = text;
    await this.tryDraft(id, entry, focusOn);
  }

  async tryDraft(id, entry, focusOn) {
    const draft = this.drafts.get(id),
      { table, name } = this;
    draft.where = `${table.title}, ${entry.isNew ? "new row" : rowWords(table, entry.row)}`;
    let row;
    try {
      const texts = table.names.map((c) => draft.texts[c]),
        others = rowsOf(table, this.door.scenario().t[name]).map(({ row }) => row.map(cellText));
      const reader = new Dialect(table.columns, [...others, texts], ",", this.door.pack.cells);
      row = entry.row.map((value, i) =>
        texts[i] === undefined ? value : valueOf(texts[i], table.columns[i], reader),
      );
      const total = totalByName(
        name,
        Object.fromEntries(table.names.map((c, i) => [c, cellText(row[i])])),
        table.columns,
        undefined,
        this.door.pack.cells,
      );
      if (total) throw total;
      if (entry.isNew && table.columns.some((c, i) => c.required && row[i] === null)) {
        draft.refused = undefined;
        this.tell();
        this.problem.hidden = false;
        this.problem.textContent = `A new row needs: ${table.columns
          .filter((c, i) => c.required && row[i] === null)
          .map((c) => c.name)
          .join(", ")}.`;
        return this.render(focusOn);
      }
      const followed = await this.take(entry, row, draft);
      this.waiting.get(name).delete(id);
      this.tell(undefined, "", formsSaid(reader));
      if (followed) this.sayFollowed(followed, entry, table);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      draft.refused = error;
      this.tell(error, draft.where);
      if (error.sum && row) this.offerSums(error.sum, row, { id, entry, draft, focusOn });
    }
    this.render(focusOn && entry.isNew && !this.drafts.has(id) ? undefined : focusOn);
    if (!this.problem.hidden) this.problem.scrollIntoView({ block: "nearest" });
  }

  /** Ask for a row; where its total is the sum of its parts, the total goes with them. Throws Refused. */
  async take(entry, row, draft) {
    const scenario = this.door.scenario(),
      { table, name } = this;
    const ask = (cells) =>
      this.door.propose(
        entry.isNew
          ? withMoreRows(scenario, name, table, [cells])
          : withRow(scenario, name, table, entry, cells),
        { pending: true },
      );
    const refused = await ask(row);
    if (!refused) return undefined;
    const followed =
      refused.sum && withTotal(refused.sum, row, entry.row, table.names, draft.texts);
    if (!followed || (await ask(followed.row))) throw refused;
    return followed;
  }

  sayFollowed({ total, value }, entry, table) {
    const column = table.columns[table.names.indexOf(total)],
      before = entry.row[table.names.indexOf(total)];
    const words = `The total follows its parts: ${columnWords(column)} ${shownValue(before)} → ${shownValue(value)}.`;
    this.reading.hidden = false;
    this.reading.textContent = printable(
      this.reading.textContent ? `${this.reading.textContent} ${words}` : words,
      1000,
    );
  }

  offerSums(sum, row, { id, entry, draft, focusOn }) {
    const { table } = this;
    this.offer(
      offersFor(sum, row, table.names, draft.texts).map(({ column, value }) => ({
        words:
          column === sum.total
            ? `Set the total to ${shownValue(value)}`
            : `Set ${columnWords(table.columns[table.names.indexOf(column)])} to ${shownValue(value)}`,
        take: () => {
          draft.texts[column] = String(value);
          return this.tryDraft(id, entry, focusOn);
        },
      })),
    );
  }

  giveUp(id, column) {
    this.drafts.delete(id);
    this.tell();
    this.render({ row: id, column });
  }

  addRow() {
    const { table } = this,
      last = table.rows.at(-1) ?? [],
      id = `new ${(this.nextNew = (this.nextNew ?? 0) + 1)}`;
    // What a new row rests on must be said; the last row's answer stands as a proposal.
    const texts = Object.fromEntries(
      ["source_id", "confidence"]
        .filter((c) => table.names.includes(c))
        .map((c) => [c, cellText(last[table.names.indexOf(c)])]),
    );
    this.draftOf(id).texts = texts;
    this.filter.value = "";
    this.first = Math.max(0, this.entries().length - PAGE_ROWS);
    this.render({ row: id, column: table.names[0] });
    this.door.announce("A new row at the end of the table.");
  }

  async removeRow(entry) {
    const id = this.idOf(entry);
    if (this.drafts.has(id)) return this.giveUp(id);
    const refused = await this.door.propose(
      withoutRow(this.door.scenario(), this.name, this.table, entry),
      {},
    );
    this.tell(refused);
    this.render();
  }

  async onPaste(event) {
    const cell = event.target.closest("td[data-column]"),
      text = event.clipboardData.getData("text/plain");
    if (!cell || !text) return;
    event.preventDefault();
    const { pack } = this.door,
      { limits } = pack,
      { table, name } = this,
      { column } = cell.dataset,
      id = cell.parentNode.dataset.row;
    let focusOn = { row: id, column };
    try {
      if (text.length > limits.file_bytes)
        throw new Refused(
          `${text.length.toLocaleString("en")} characters`,
          `at most ${limits.file_bytes.toLocaleString("en")}`,
        );
      const block = pastedRows(text, limits.rows);
      const head = block[0].map(strip),
        isEdits = block.length > 1 && leftOut(head, table.columns).length;
      if (isEdits || table.names.every((n) => head.includes(n)))
        return await this.takeTable({ text }, "What was pasted");
      if (block.length === 1 && block[0].length === 1) return await this.setCell(cell, block[0][0]);
      const { rows, added, said } = this.pasted(block, id, column);
      const refused = await this.door.propose(
        withTable(this.door.scenario(), name, changeTo(table, [...rows, ...added])),
        {},
      );
      if (refused) throw refused;
      this.tell(undefined, "", said);
      const filled = block.length - added.length;
      this.door.announce(
        `Pasted into ${plural(filled, "row", "rows")}${added.length ? `; ${plural(added.length, "row", "rows")} added at the end of the table` : ""}.`,
      );
      if (added.length)
        this.read([
          ...said,
          `${plural(added.length, "row was", "rows were")} pasted below the last one and added at the end of the table`,
        ]);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.tell(error, `Pasted cells, ${table.title}`);
    }
    this.render(focusOn);
  }

  /** The table with a block of texts laid over it from one cell on: rows shown or not, then new ones at its end. Throws Refused. */
  pasted(block, id, column) {
    const { table } = this,
      { cells } = this.door.pack,
      left = table.names.indexOf(column),
      room = table.columns.length - left;
    const entries = this.entries().filter((entry) => !entry.isNew),
      from = entries.findIndex((entry) => this.idOf(entry) === id);
    const below = from < 0 ? [] : entries.slice(from),
      widest = block.reduce((most, texts) => Math.max(most, texts.length), 0);
    if (widest > room)
      throw new Refused(
        `${widest.toLocaleString("en")} columns from ${column} on`,
        `at most ${room}, to the table's right edge`,
      );
    if (block.length > below.length && strip(this.filter.value)) {
      throw new Refused(
        `${block.length.toLocaleString("en")} rows from here on`,
        `at most ${below.length}, the rows that were found`,
        { help: "Empty the search to add rows at the end of the table." },
      );
    }
    const all = rowsOf(table, this.door.scenario().t[this.name]),
      place = new Map(all.map((entry, i) => [this.idOf(entry), i]));
    const laid = block.map((texts) => table.names.map((_, i) => texts[i - left]));
    const reader = new Dialect(
      table.columns,
      [...all.map(({ row }) => row.map(cellText)), ...laid],
      ",",
      cells,
    );
    const rows = all.map(({ row }) => row),
      added = [];
    block.forEach((texts, r) => {
      const at = below[r] && place.get(this.idOf(below[r])),
        row = at === undefined ? table.names.map(() => null) : [...rows[at]];
      texts.forEach((text, c) => {
        try {
          row[left + c] = valueOf(text, table.columns[left + c], reader);
        } catch (error) {
          throw Object.assign(error, { row: `${r + 1} of what was pasted` });
        }
      });
      const total = totalByName(
        this.name,
        Object.fromEntries(table.names.map((c, i) => [c, cellText(row[i])])),
        table.columns,
        `${r + 1} of what was pasted`,
        cells,
      );
      if (total) throw total;
      if (at === undefined) added.push(row);
      else rows[at] = row;
    });
    return { rows, added, said: formsSaid(reader) };
  }

  /** What was dropped or chosen: one table's file, or the files of a folder. */
  async takeDropped({ files, folders, isFolder, name = "" }) {
    const { tables, cells } = this.door.pack;
    if (!isFolder && files.length === 1) {
      const [file] = files,
        table = tableOfName(file.name, Object.keys(tables), cells);
      if (table !== "parameters") return this.takeFile(file, table);
    }
    if (files.length) await this.takeFolder(files, folders, name);
  }

  async takeFile(file, name) {
    try {
      const content = await this.contentOf(file);
      if (name && name !== this.name) this.door.choose(name);
      await this.takeTable(content, file.name);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.tell(error, file.name);
    }
  }

  /** The bytes of a file that is not too large. Throws Refused. */
  async contentOf(file) {
    const most = this.door.pack.limits.file_bytes;
    if (file.size <= most) return { bytes: new Uint8Array(await file.arrayBuffer()) };
    throw new Refused(
      `a file of ${file.size.toLocaleString("en")} bytes`,
      `at most ${most.toLocaleString("en")} bytes`,
    );
  }

  /** One table, {bytes} of a file or {text}: whole in the place of this one, or edits by key laid over it. */
  async takeTable(content, what) {
    const { name } = this,
      { pack } = this.door;
    try {
      await this.door.whole([name]);
      const { scenario, said } = withContent(this.door.scenario(), name, content, pack);
      const refused = await this.door.propose(scenario, {});
      if (refused) throw refused;
      this.drafts.clear();
      this.tell(undefined, "", said, what);
      this.door.announce(
        printable(`${what} was taken for ${pack.tables[name].title}. ${said.join(", ")}`),
      );
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.tell(error, what);
      this.tellOfficial(content, what);
    }
    this.render();
  }

  /** In the place of a refusal: what a publisher's own file is, and the command that takes it. True where it is one. */
  tellOfficial(content, what) {
    const { official, cells } = this.door.pack;
    let text = content.text ?? "";
    try {
      if (content.bytes) [text] = decode(content.bytes, cells);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
    const found = officialFile(text, official);
    if (found) this.problem.textContent = officialInWords(what, found);
    return found !== undefined;
  }

  /** The tables of several files in one step, all or none of them: a folder as it is, or files chosen together. */
  async takeFolder(files, folders, folder) {
    const { pack } = this.door,
      byName = new Map(files.map((file) => [file.name, file])),
      names = Object.keys(pack.tables),
      { taken, passed, refusals } = sortFiles([...byName.keys()], names, pack.cells),
      said = [];
    let scenario = this.door.scenario();
    for (const [name, file] of taken) {
      try {
        await this.door.whole([name]);
        const read = withContent(scenario, name, await this.contentOf(byName.get(file)), pack);
        scenario = read.scenario;
        said.push(...read.said.map((words) => `${file}: ${words}`));
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        refusals.push(...[error, ...error.others].map((one) => Object.assign(one, { file })));
      }
    }
    const what = folder ? `the folder ${folder}` : `${plural(files.length, "file", "files")}`;
    if (!taken.length && !refusals.length)
      refusals.push(new Refused("no CSV file", "at least one named like a table of the brief"));
    const refused = refusals.length
      ? together(refusals)
      : await this.door.propose(scenario, { pending: true });
    if (refused) {
      const file = refused.file ?? taken.find(([name]) => name === refused.table)?.[1];
      this.tell(refused, file ?? what);
      if (refused.stranger)
        this.tellOfficial(await this.contentOf(byName.get(refused.stranger)), refused.stranger);
      return this.render();
    }
    const shown = taken.find(([name]) => name !== "parameters");
    for (const [name] of taken) this.waiting.delete(name);
    if (shown) this.door.choose(shown[0]);
    passed.push(...folders.filter((name) => !/^[._]/.test(name)).map((name) => `${name}/`));
    const tables = `${plural(taken.length, "table", "tables")} (${taken.map(([name]) => name).join(", ")})`;
    this.tell(undefined, "", [tables, ...said, ...passedInWords(passed)], what);
    this.door.announce(`${tables} taken from ${printable(what)}.`);
    this.render();
  }
}

/** Whether files are dragged, and not a text. */
const hasFiles = (event) => event.dataTransfer.types.includes("Files");
