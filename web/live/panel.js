// The panel: parameters, tables, presets, what changed, and the way back. One scenario at a time; each step can be
// undone. The page and its state change only after the engine has taken a scenario.

const plural = (count, one, more) => `${count} ${count === 1 ? one : more}`;

class Panel {
  constructor(pack, client, page) {
    Object.assign(this, { pack, client, page, history: [NOTHING], at: 0, changes: [] });
    this.door = {
      pack,
      scenario: () => this.scenario,
      propose: (s, o) => this.propose(s, o),
      announce: (t) => window.brief.announce(t),
      choose: (name) => this.choose(name),
      whole: (names) => madeWhole(names, pack, client),
    };
    this.editor = new Editor(this.door);
    this.tables = this.tablesOfPage();
    this.build();
  }

  get scenario() {
    return this.history[this.at];
  }

  /** The tables and parameters that this page's sentences, charts and tables read. */
  tablesOfPage() {
    const needs = new Set(
      this.page.wanted.filter((v) => v !== "numbers_book").flatMap((v) => this.pack.views[v] ?? []),
    );
    const all = Object.keys(this.pack.tables).filter((n) => n !== "parameters");
    const own = all.filter((n) => needs.has(n) && !this.pack.first.includes(n));
    const names = this.pack.tables.parameters.rows.map((r) => r[0]);
    return {
      own: own.length ? own : all.filter((n) => !this.pack.first.includes(n)),
      others: own.length ? all.filter((n) => !own.includes(n)) : this.pack.first,
      parameters: needs.has("parameters")
        ? names
        : names.filter((n) => needs.has(`parameters.${n}`)),
    };
  }

  build() {
    const { pack } = this,
      button = (text, onclick, more = {}) =>
        make("button", { type: "button", textContent: text, onclick, ...more });
    this.undoButton = button("Undo", () => this.step(-1));
    this.redoButton = button("Redo", () => this.step(1));
    this.backButton = button(`Back to ${basis.data}`, () => this.back());
    this.shareButton = button("Share", () => this.share());
    this.saveButton = button("Download", () => this.save());
    this.status = make("p", { className: "live-status", role: "status" });
    this.problem = make("p", { className: "live-problem", role: "alert", hidden: true });
    this.shared = make("div", { className: "live-shared" });
    this.changedList = make("div", { className: "live-changes" });
    this.changedFold = make(
      "details",
      { className: "live-fold", open: true },
      make("summary", {}, "What changed"),
      this.changedList,
    );
    this.select = make(
      "select",
      { ariaLabel: "Table", onchange: () => this.editor.show(this.select.value) },
      ...this.options(),
    );
    this.closeButton = button("Close", () => this.close(), { className: "live-close" });
    const parts = [
      this.changedFold,
      this.fold("What would have to be true?", this.presetList()),
      this.tables.parameters.length &&
        this.fold(
          "Choices of ours",
          this.parameterList(),
          "The brief’s own thresholds, windows and base years, and what the 2018 commentary said.",
        ),
      (this.tableFold = this.fold("Tables", make("div", {}, this.select, this.editor.element))),
    ].filter(Boolean);
    this.element = make(
      "aside",
      { className: "live-panel", id: "live-panel", tabIndex: -1, ariaLabel: "Change the data" },
      make(
        "header",
        { className: "live-head" },
        make("h2", {}, "Change the data"),
        this.closeButton,
        make(
          "p",
          { className: "live-lead" },
          "Alter what the brief rests on; this page is computed anew, by its own SQL, in your browser. Nothing is sent anywhere.",
        ),
        make(
          "div",
          { className: "live-buttons" },
          this.undoButton,
          this.redoButton,
          this.backButton,
          this.shareButton,
          this.saveButton,
        ),
        this.status,
        this.problem,
        this.shared,
      ),
      make("div", { className: "live-body" }, ...parts),
    );
    this.element.addEventListener("keydown", (event) => this.onKey(event));
    this.bar = make("div", {
      className: "live-bar",
      role: "region",
      ariaLabel: "Altered by the reader",
      hidden: true,
    });
    this.editor.acceptFiles(this.element);
    this.element.lang = "en"; // on a page in Korean as well
    document.body.append(this.element);
    document.querySelector(".skip").after(this.bar);
    if (this.tables.own.length) this.editor.show(this.tables.own[0]);
  }

  fold(title, content, lead = "") {
    return make(
      "details",
      { className: "live-fold" },
      make("summary", {}, title),
      ...(lead ? [make("p", { className: "live-lead" }, lead)] : []),
      content,
    );
  }

  options() {
    const option = (name) => make("option", { value: name }, name);
    const { own, others } = this.tables;
    return [
      make("optgroup", { label: "Beneath this page" }, ...own.map(option)),
      ...(others.length
        ? [make("optgroup", { label: "Other tables" }, ...others.map(option))]
        : []),
    ];
  }

  choose(name) {
    this.tableFold.open = true;
    this.select.value = name;
    this.editor.show(name);
  }

  presetList() {
    const here = new Set(this.page.claimKeys),
      { claims } = this.pack.wordings;
    const fitting = this.pack.presets
      .map((preset) => ({ ...preset, here: Object.keys(preset.flips).filter((k) => here.has(k)) }))
      .filter((p) => p.here.length);
    if (!fitting.length) return make("p", {}, "No sentence of this page has one.");
    return make(
      "ul",
      { className: "live-presets" },
      ...fitting.map((preset) =>
        make(
          "li",
          {},
          make("button", {
            type: "button",
            textContent: preset.what,
            onclick: () => this.propose(preset.scenario, {}),
          }),
          make(
            "span",
            { className: "live-note" },
            `Flips: ${preset.here.map((k) => claims[k].question).join(" ")}${Object.keys(preset.flips).length > preset.here.length ? ` And ${Object.keys(preset.flips).length - preset.here.length} elsewhere.` : ""}`,
          ),
        ),
      ),
    );
  }

  parameterList() {
    const table = this.pack.tables.parameters,
      cell = (row, name) => row[table.names.indexOf(name)];
    this.sliders = new Map();
    return make(
      "div",
      { className: "live-parameters" },
      ...table.rows
        .filter((r) => this.tables.parameters.includes(r[0]))
        .map((row) => {
          const name = row[0],
            [low, high, unit] = ["min", "max", "unit"].map((c) => cell(row, c)),
            isWhole = cell(row, "kind") === "integer";
          const step = isWhole ? 1 : 10 ** Math.floor(Math.log10((high - low) / 100));
          const slider = make("input", {
            type: "range",
            min: low,
            max: high,
            step,
            id: `live-p-${name}`,
          });
          const box = make("input", {
            type: "text",
            inputMode: "decimal",
            autocomplete: "off",
            className: "live-value",
            ariaLabel: `${name}, ${unit}`,
          });
          const told = make("p", {
            className: "live-problem",
            hidden: true,
            id: `live-p-${name}-problem`,
          });
          const set = async (text, dragging) => {
            let refused;
            try {
              const reader = new Dialect(
                table.columns,
                [...table.rows, [name, text]].map((r) =>
                  table.names.map((c, i) => (c === "value" ? cellText(r[i]) : "")),
                ),
                ",",
                this.pack.cells,
              );
              const value = valueOf(text, { name, kind: "REAL" }, reader);
              if (value === null) throw new Refused("an empty cell", this.pack.refusals.empty[1]);
              if (!dragging) slider.value = value;
              refused = await this.propose(
                withParameter(this.scenario, name, value, cell(row, "value")),
                { key: name, dragging },
              );
            } catch (error) {
              if (!(error instanceof Refused)) throw error;
              refused = error;
            }
            told.hidden = !refused;
            told.textContent = refused ? inWords({ ...refused, column: undefined }) : "";
            refused
              ? box.setAttribute("aria-invalid", "true")
              : box.removeAttribute("aria-invalid");
            box.setAttribute("aria-describedby", told.id);
          };
          slider.addEventListener("input", () => {
            box.value = String(Number(slider.value));
            set(slider.value, true);
          });
          slider.addEventListener("change", () => {
            this.dragged = undefined;
          });
          box.addEventListener("change", () => set(box.value));
          const published = cell(row, "value");
          const note = make("span", { className: "live-was-value" });
          this.sliders.set(name, { slider, box, published, note, told });
          return make(
            "div",
            { className: "live-parameter" },
            make("label", { htmlFor: slider.id }, make("b", {}, name), ` ${cell(row, "meaning")}`),
            make(
              "div",
              { className: "live-slide" },
              slider,
              box,
              make("span", { className: "live-unit" }, unit),
            ),
            make(
              "p",
              { className: "live-note" },
              `From ${low} to ${high}; ${basis.was.toLowerCase()}: ${published}. `,
              note,
            ),
            told,
          );
        }),
    );
  }

  // One step

  /**
   * Ask the engine for a scenario; show it if it is taken. Resolves to a Refused when it is not (`pending`: said at
   * the cell by whoever asked). While one computation runs, only the newest wish of a drag waits.
   */
  async propose(scenario, { pending = false, key, dragging = false, at } = {}) {
    if (dragging && this.busy) {
      this.wish = { scenario, key };
      return undefined;
    }
    while (this.busy) await this.busy;
    let free;
    this.busy = new Promise((done) => {
      free = done;
    });
    const start = performance.now();
    let refused;
    try {
      refused =
        (await this.door.whole(Object.keys(scenario.t)).catch((error) => error)) ??
        nearKeysOf(scenario, this.pack);
      const answer = refused
        ? undefined
        : await this.client.ask({
            scenario,
            views: this.page.wanted,
            queries: this.page.queries(),
          });
      if (answer?.refusal) refused = refusalInWords(answer.refusal, this.pack);
      else if (answer) {
        this.page.take(answer);
        const isSame =
          JSON.stringify(scenario) === JSON.stringify(this.scenario) ||
          (isNothing(scenario) && isNothing(this.scenario));
        if (at === undefined) {
          if (!isSame) this.remember(scenario, dragging ? key : undefined);
        } else [this.at, this.dragged] = [at, undefined];
        await this.show(start);
      }
    } finally {
      this.busy = undefined;
      free();
    }
    this.tell(refused && !pending && !key ? refused : undefined);
    if (this.wish) {
      const wish = this.wish;
      this.wish = undefined;
      return this.propose(wish.scenario, { key: wish.key, dragging: true });
    }
    return refused;
  }

  remember(scenario, dragged) {
    if (dragged && this.dragged === dragged)
      this.history[this.at] = scenario; // one drag is one step
    else {
      this.history.splice(this.at + 1, Infinity, scenario);
      this.at++;
    }
    this.dragged = dragged;
    if (this.history.length > 200) {
      this.history.splice(1, 1);
      this.at--;
    }
  }

  async step(by) {
    const to = this.at + by;
    if (to < 0 || to >= this.history.length) return;
    await this.propose(this.history[to], { at: to });
    this.editor.drafts.clear();
    this.editor.tell();
    this.editor.render();
  }

  async back() {
    await this.propose(NOTHING, {});
    this.editor.drafts.clear();
    this.editor.tell();
    this.editor.render();
    if (location.hash.startsWith("#live="))
      history.replaceState(null, "", location.pathname + location.search);
    window.brief.announce(`Back to ${basis.data}.`);
  }

  // What is shown

  async show(start) {
    const isAltered = !isNothing(this.scenario),
      flipped = (list) =>
        new Set(list.filter((c) => c.kind === "claim" && c.caseNow !== c.caseWas).map((c) => c.key))
          .size;
    this.changes = this.page.show(isAltered);
    const flips = flipped(this.changes),
      moved = new Set(this.changes.map((c) => c.kind + c.key)).size;
    this.showBar(isAltered, flips, moved);
    this.showChanges(isAltered);
    this.showParameters();
    this.undoButton.disabled = this.at === 0;
    this.redoButton.disabled = this.at === this.history.length - 1;
    this.backButton.disabled = this.shareButton.disabled = this.saveButton.disabled = !isAltered;
    this.shared.replaceChildren();
    this.timing = { opened: this.timing?.opened, text: performance.now() - start };
    const { rest } = await this.page.draw();
    this.timing.seen = performance.now() - start;
    const timing = this.timing;
    this.drawn = rest.then((isAll) => {
      if (isAll) timing.whole = performance.now() - start;
    });
    const said = isAltered
      ? `${plural(flips, "sentence flips", "sentences flip")}, ${plural(moved, "place differs", "places differ")} on this page.`
      : basis.status;
    this.status.textContent = `${said} Computed in ${Math.round(this.timing.seen)} ms.`;
    if (this.said !== said) window.brief.announce(said);
    this.said = said;
    clearTimeout(this.later);
    this.later = setTimeout(() => this.showElsewhere(isAltered), 250);
  }

  showBar(isAltered, flips, moved) {
    this.bar.hidden = !isAltered;
    if (!isAltered) return;
    this.bar.replaceChildren(
      make(
        "span",
        {},
        make("strong", {}, "Not the published figures."),
        ` Altered by the reader in ${plural(sizeOf(this.scenario), "place", "places")}: ${plural(flips, "sentence", "sentences")} of this page ${flips === 1 ? "flips" : "flip"}. `,
      ),
      make("button", {
        type: "button",
        textContent: "What changed",
        onclick: () => {
          this.open();
          this.changedFold.open = true;
          this.changedFold.querySelector("summary").focus();
        },
      }),
      make("button", {
        type: "button",
        textContent: `Back to ${basis.data}`,
        onclick: () => this.back(),
      }),
    );
  }

  showChanges(isAltered) {
    const { labels, claims } = { ...this.pack.wordings },
      items = [],
      seen = new Set();
    const link = (el, text) => {
      el.id ||= `live-${(this.nextId = (this.nextId ?? 0) + 1)}`;
      return make(
        "a",
        {
          href: `#${el.id}`,
          onclick: (event) => {
            event.preventDefault();
            this.goTo(el);
          },
        },
        text,
      );
    };
    const was = (text) => make("span", { className: "live-note" }, `${basis.was}: ${text}`);
    const add = (change, ...children) => {
      if (!seen.has(change.kind + change.key)) items.push(make("li", {}, ...children));
      seen.add(change.kind + change.key);
    };
    const rank = (c) =>
      c.kind === "claim"
        ? c.caseNow !== c.caseWas
          ? 0
          : 2
        : { option: 1, number: 1, figure: 3, table: 4 }[c.kind];
    for (const change of [...this.changes].sort((a, b) => rank(a) - rank(b))) {
      if (change.kind === "claim")
        add(
          change,
          make(
            "b",
            {},
            change.caseNow !== change.caseWas
              ? `${labels[change.caseWas]} → ${labels[change.caseNow]}: `
              : "",
          ),
          link(change.el, change.now),
          was(change.was),
        );
      else if (["number", "option"].includes(change.kind))
        add(change, link(change.el, change.now), was(change.was));
      else if (change.kind === "figure")
        add(
          change,
          "Figure: ",
          link(change.el, change.now),
          ...(change.was ? [was(change.was)] : []),
        );
      else add(change, "Table: ", link(change.el, change.now));
    }
    this.elsewhere = make("div", { className: "live-elsewhere" });
    this.changedList.replaceChildren(
      items.length
        ? make("ul", {}, ...items)
        : make(
            "p",
            { className: "live-note" },
            isAltered
              ? "Nothing on this page: it does not rest on what was altered."
              : "Nothing yet. Move a slider, edit a cell, or start from what would have to be true.",
          ),
      this.scenarioList(),
      this.elsewhere,
    );
  }

  /** What the reader altered, said once more in words. */
  scenarioList() {
    const { p, t } = this.scenario,
      list = [];
    for (const [name, value] of Object.entries(p))
      list.push(
        `${name}: ${value} (${basis.was.toLowerCase()}: ${this.sliders?.get(name)?.published ?? this.pack.tables.parameters.rows[this.pack.tables.parameters.place.get(name)][1]})`,
      );
    for (const [name, { set, cut, add }] of Object.entries(t)) {
      const parts = [
        set.length && plural(set.length, "row changed", "rows changed"),
        add.length && plural(add.length, "row added", "rows added"),
        cut.length && plural(cut.length, "row taken away", "rows taken away"),
      ].filter(Boolean);
      list.push(`${name}: ${parts.join(", ")}`);
    }
    return list.length
      ? make(
          "div",
          {},
          make("p", { className: "live-subhead" }, "Altered by the reader"),
          make("ul", {}, ...list.map((text) => make("li", {}, text))),
        )
      : "";
  }

  /** The claims of the other chapters, computed after the page is done. */
  async showElsewhere(isAltered) {
    const box = this.elsewhere,
      { keys, wordings } = this.pack;
    if (!isAltered || this.busy) return;
    const own = new Set(this.page.claimKeys),
      others = [
        ...new Set(
          Object.entries(keys.claims)
            .filter(([k]) => !own.has(k))
            .map(([, v]) => v),
        ),
      ];
    let free;
    this.busy = new Promise((done) => {
      free = done;
    });
    try {
      if (!this.elsewherePublished) {
        const base = await this.client.ask({ scenario: NOTHING, views: others });
        if (base.refusal) return;
        this.elsewhereViews = new Map(Object.entries(base.views));
        this.elsewherePublished = casesIn(this.elsewhereViews, wordings);
      }
      const answer = await this.client.ask({
        scenario: this.scenario,
        views: [...this.page.wanted, ...others],
      });
      if (answer.refusal || box !== this.elsewhere) return;
      for (const [name, view] of Object.entries(answer.views))
        (others.includes(name) ? this.elsewhereViews : this.page.views).set(name, view);
      const now = casesIn(this.elsewhereViews, wordings);
      const flips = [...now].filter(
        ([k, c]) => !own.has(k) && this.elsewherePublished.get(k) !== c,
      );
      if (!flips.length) return;
      const hash = await packLink(this.scenario, this.pack);
      const items = flips.map(([k, c]) =>
        make(
          "li",
          {},
          make(
            "b",
            {},
            `${wordings.labels[this.elsewherePublished.get(k)]} → ${wordings.labels[c]}: `,
          ),
          make(
            "a",
            {
              href: `${window.brief.contentRoot}chapters/${wordings.claims[k].chapter}.html#live=${hash}`,
            },
            wordings.claims[k].question,
          ),
        ),
      );
      box.replaceChildren(
        make("p", { className: "live-subhead" }, "In other chapters"),
        make("ul", {}, ...items),
      );
    } finally {
      this.busy = undefined;
      free();
    }
  }

  showParameters() {
    for (const [name, { slider, box, published, note, told }] of this.sliders ?? []) {
      const value = this.scenario.p[name] ?? published;
      if (document.activeElement !== slider) slider.value = value;
      if (document.activeElement !== box || box.value === "") box.value = String(value);
      slider.setAttribute("aria-valuetext", `${value}, ${basis.was.toLowerCase()} ${published}`);
      note.textContent = value === published ? "" : `Now ${value}.`;
      slider.closest(".live-parameter").classList.toggle("live-moved", value !== published);
      told.hidden = true;
      box.removeAttribute("aria-invalid");
    }
    if (this.editor.name && !this.editor.grid.contains(document.activeElement))
      this.editor.render();
  }

  tell(refused, where = "") {
    this.problem.hidden = !refused;
    this.problem.textContent = refused ? inWords(refused, where) : "";
  }

  goTo(el) {
    for (let fold = el.closest("details"); fold; fold = fold.parentElement.closest("details"))
      fold.open = true;
    if (!el.matches("a, button, input")) el.tabIndex = -1;
    el.focus({ preventScroll: true });
    el.scrollIntoView({
      block: "center",
      behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth",
    });
  }

  // The panel itself

  open() {
    document.documentElement.classList.add("live-open");
    this.element.hidden = false;
    this.opener ??= document.activeElement;
    this.element.focus({ preventScroll: true });
  }

  close() {
    document.documentElement.classList.remove("live-open");
    this.element.hidden = true;
    this.opener?.focus();
    this.opener = undefined;
  }

  onKey(event) {
    const isTyping = event.target.matches("input:not([type=range]), textarea");
    if (event.key === "Escape" && !isTyping) {
      event.preventDefault();
      this.close();
    }
    if ((event.ctrlKey || event.metaKey) && !isTyping && event.key.toLowerCase() === "z") {
      event.preventDefault();
      this.step(event.shiftKey ? 1 : -1);
    }
    if ((event.ctrlKey || event.metaKey) && !isTyping && event.key.toLowerCase() === "y") {
      event.preventDefault();
      this.step(1);
    }
  }

  // Out of the page

  async share() {
    const packed = await packLink(this.scenario, this.pack);
    if (packed.length > this.pack.limits.link_bytes)
      return this.tell(
        new Refused("a scenario too large for a link", "Download, and share the folder"),
      );
    const address = new URL(location.href);
    address.hash = `live=${packed}`;
    const box = make("input", {
      type: "text",
      readOnly: true,
      value: address.href,
      ariaLabel: "Link to this scenario",
      className: "live-link",
      onfocus: (event) => event.target.select(),
    });
    this.shared.replaceChildren(
      make(
        "p",
        { className: "live-note" },
        "This link carries the altered data and parameters, nothing else; it opens marked as altered.",
      ),
      box,
    );
    box.focus();
    try {
      await navigator.clipboard.writeText(address.href);
      window.brief.announce("The link was copied.");
    } catch {
      window.brief.announce("The link is selected, ready to copy.");
    }
  }

  /** The altered tables as a folder that `build` takes, in a zip file; the same scenario gives the same bytes. */
  save() {
    const { pack } = this,
      folder = pack.edition.folder,
      files = [];
    const { t, p } = this.scenario,
      formulas = Object.keys(t).reduce(
        (sum, name) =>
          sum +
          formulasIn(
            rowsOf(pack.tables[name], t[name]).map((e) => e.row),
            pack.cells,
          ),
        0,
      ),
      parameters = pack.tables.parameters,
      value = parameters.names.indexOf("value");
    // The command lays a folder over the published tables: what an altered edition altered itself must lie in it as well.
    const own = pack.edition.altered_tables;
    for (const name of new Set([...Object.keys(t), ...own.filter((n) => n !== "parameters")]))
      files.push([
        `${folder}/${name}.csv`,
        writeCsv([
          pack.tables[name].names,
          ...rowsOf(pack.tables[name], t[name]).map((e) => e.row),
        ]),
      ]);
    if (Object.keys(p).length || own.includes("parameters"))
      files.push([
        `${folder}/parameters.csv`,
        writeCsv([
          parameters.names,
          ...parameters.rows.map((row) =>
            row.map((v, i) => (i === value && Object.hasOwn(p, row[0]) ? p[row[0]] : v)),
          ),
        ]),
      ]);
    files.push([
      `${folder}/README.md`,
      `Altered by a reader of “${pack.edition.title}” (edition ${pack.edition.name}, fingerprint ${pack.edition.fingerprint}). These are not the published figures.\n\nUnpack this folder beside run.py, then:\n\n    python3 run.py check ${folder}    # verdicts at once\n    python3 run.py build ${folder}    # the whole altered edition\n`,
    ]);
    const address = URL.createObjectURL(zip(files));
    make("a", { href: address, download: `ALTERED-${folder}.zip` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
    this.shared.replaceChildren(
      make(
        "p",
        { className: "live-note" },
        "Unpack the folder beside run.py, then: ",
        make("code", {}, `python3 run.py build ${folder}`),
      ),
      ...(formulas
        ? [
            make(
              "p",
              { className: "live-note" },
              `It holds ${formulaWords(formulas)}: open it in a spreadsheet with care.`,
            ),
          ]
        : []),
    );
  }
}

function casesIn(views, wordings) {
  const cases = new Map();
  for (const { columns, rows } of views.values()) {
    const [id, holds] = ["id", "holds"].map((c) => columns.indexOf(c));
    for (const row of rows) cases.set(row[id], caseOf(row[holds], wordings));
  }
  return cases;
}

const unpacked = async (text) => through(fromBase64(text), new DecompressionStream("gzip"));

/** Open the live page once: unpack, start the engine, compute the published state, then what a link asks for. */
window.briefLive = async (buttons) => {
  const start = performance.now();
  const [data, wasm] = await Promise.all([
    unpacked(window.briefLiveData),
    unpacked(window.briefSqlBytes),
  ]);
  window.briefLiveData = window.briefSqlBytes = undefined;
  const pack = JSON.parse(new TextDecoder().decode(data));
  const client = new Client(pack, wasm),
    opened = client.open();
  // While the engine fills its database: what the page and the panel need of their own.
  indexTables(pack.tables);
  nameBasis(pack.edition);
  const page = new Page(pack),
    panel = new Panel(pack, client, page);
  await opened;
  window.briefLivePanel = panel;
  panel.opener = buttons[0];
  const answer = await client.askFirst({
    scenario: NOTHING,
    views: page.wanted,
    queries: page.queries(),
  });
  if (answer.refusal) throw refusalInWords(answer.refusal, pack);
  page.take(answer);
  await panel.show(start);
  panel.open();
  panel.timing.opened = performance.now() - start;
  const fromLink = async () => {
    if (!location.hash.startsWith("#live=")) return;
    panel.status.textContent = panel.status.textContent.replace(/ The link .*$/, ""); // words about the last one go with it
    try {
      await panel.door.whole(pack.later);
      const { scenario, of } = await unpackLink(location.hash.slice(6), pack);
      const refused = await panel.propose(scenario, {});
      if (refused) throw refused;
      if (isNothing(scenario)) panel.status.textContent += " The link changes nothing.";
      if (of && of !== pack.edition.fingerprint)
        panel.status.textContent += " The link was made for another edition of the data.";
    } catch (error) {
      panel.tell(
        error instanceof Refused
          ? error
          : new Refused("a link that cannot be read", "links that this panel made"),
        "The link",
      );
    }
  };
  await fromLink();
  addEventListener("hashchange", fromLink);
  document.documentElement.classList.add("live-ready");
};
