// The panel: parameters, tables, presets, what changed, and the way back. One scenario at a time; each step can be
// undone. The page and its state change only after the engine has taken a scenario.

// What a change makes of a claim.
const TURNS = {
  holds: "It holds.",
  fails: "It does not hold.",
  unknown: "It cannot be told.",
};
const plural = (count, one, more) => `${count} ${count === 1 ? one : more}`;

class Panel {
  constructor(pack, client, page) {
    Object.assign(this, { pack, client, page, history: [NOTHING], at: 0, changes: [] });
    this.lastSeen = new Map(); // what differed after the last step: element: {state, change}
    this.door = {
      pack,
      scenario: () => this.scenario,
      propose: (s, o) => this.propose(s, o),
      announce: (t) => window.brief.announce(t),
      choose: (name) => this.choose(name),
      whole: (names) => madeWhole(names, pack, client),
      waits: () => this.showWaiting(),
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
    const weight = this.weights();
    const own = all
      .filter((n) => needs.has(n) && !this.pack.first.includes(n))
      .sort((a, b) => (weight.get(b) ?? 0) - (weight.get(a) ?? 0));
    const names = this.pack.tables.parameters.rows.map((r) => r[0]);
    return {
      own: own.length ? own : all.filter((n) => !this.pack.first.includes(n)),
      others: own.length ? all.filter((n) => !own.includes(n)) : this.pack.first,
      parameters: needs.has("parameters")
        ? names
        : names.filter((n) => needs.has(`parameters.${n}`)),
    };
  }

  /** How much of this page's claims rests on each table; those of its own chapter before those that it only names. */
  weights() {
    const found = new Map(),
      { claims } = this.pack.wordings,
      chapter = location.pathname
        .split("/")
        .at(-1)
        .replace(/\.html$/, "");
    for (const key of new Set([...this.page.claims, ...this.page.cards].map(({ key }) => key)))
      for (const name of claims[key]?.tables ?? [])
        found.set(name, (found.get(name) ?? 0) + (claims[key].chapter === chapter ? 100 : 1));
    return found;
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
    this.waiting = make("p", { className: "live-waiting", hidden: true });
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
    this.lowButton = button("Lower", () => this.lower(), {
      className: "live-lower",
      ariaExpanded: "true",
    });
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
      {
        className: "live-panel",
        id: "live-panel",
        tabIndex: -1,
        ariaLabel: "Change the data",
        hidden: true,
      },
      make(
        "header",
        { className: "live-first" },
        make("h2", {}, "Change the data"),
        this.lowButton,
        this.closeButton,
      ),
      make(
        "div",
        { className: "live-head" },
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
        this.waiting,
        this.problem,
        this.shared,
      ),
      make("div", { className: "live-body" }, ...parts),
    );
    this.element.addEventListener("keydown", (event) => this.onKey(event));
    this.bar = window.briefLiveCarry.bar();
    this.editor.acceptFiles(this.element);
    this.element.lang = "en"; // on a page in Korean as well
    document.body.append(this.element);
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
    const option = (name) =>
      make("option", { value: name, title: `${name}.csv` }, this.pack.tables[name].title);
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

  /** The table that bears a figure, in view and with the keyboard at it. */
  openTable(name, opener) {
    if (!this.pack.tables[name]) return;
    this.opener = opener;
    this.choose(name);
    this.lower(false);
    this.select.scrollIntoView();
    this.select.focus({ preventScroll: true });
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
            `Then: ${preset.here.map((k) => `${claims[k].question} ${TURNS[preset.flips[k]]}`).join(" ")}${Object.keys(preset.flips).length > preset.here.length ? ` And ${plural(Object.keys(preset.flips).length - preset.here.length, "sentence", "sentences")} of other chapters.` : ""}`,
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
            ariaLabel: `${parameterWords(row, table)}, ${unit}`,
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
            make("label", { htmlFor: slider.id }, cell(row, "meaning")),
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
              " ",
              make("code", { className: "live-name" }, name),
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
  async propose(scenario, { pending = false, key, dragging = false, at, isCarried = false } = {}) {
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
        this.isAwaited = false;
        if (!isCarried) await this.carry();
        await this.show(start, isCarried ? "stay" : dragging ? "near" : "go");
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
    this.tell();
    if (by < 0 && this.editor.waits().length) return this.editor.giveUpLast();
    const to = this.at + by;
    if (to >= 0 && to < this.history.length) await this.propose(this.history[to], { at: to });
    this.editor.tell();
    this.editor.render();
  }

  async back() {
    await this.propose(NOTHING, {});
    this.editor.giveUpAll();
    if (location.hash.startsWith("#live="))
      history.replaceState(null, "", location.pathname + location.search);
    window.brief.announce(`Back to ${basis.data}.`);
  }

  /** Let the scenario travel with the reader to every other page, or say that it is too large. */
  async carry() {
    const { scenario, pack } = this,
      packed = isNothing(scenario) ? "" : await packLink(scenario, pack);
    if (scenario !== this.scenario) return;
    this.isTooLarge =
      packed.length > pack.limits.link_bytes || sizeOf(scenario) > pack.limits.changes;
    window.briefLiveCarry.keep(this.isTooLarge ? "" : packed);
  }

  // What is shown

  /** `look`: "go" to the first thing that changed in this step, "near" only where nothing of it is in view, or "stay". */
  async show(start, look = "stay") {
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
    this.lookAt(look);
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
    const stays = this.isTooLarge
      ? " Too large to travel with you: other pages show what they showed."
      : "";
    this.status.textContent = `${said} Computed in ${Math.round(this.timing.seen)} ms.${stays}`;
    this.showWaiting();
    if (this.said !== said) window.brief.announce(said);
    this.said = said;
    clearTimeout(this.later);
    this.later = setTimeout(() => this.showElsewhere(isAltered), 250);
  }

  /** Bring what this step changed into view. */
  lookAt(look) {
    const now = new Map(this.changes.map((change) => [change.el, change])),
      before = this.lastSeen;
    this.lastSeen = now;
    const moved = [...new Set([...before.keys(), ...now.keys()])]
      .filter((el) => before.get(el)?.state !== now.get(el)?.state)
      .map((el) => now.get(el) ?? { ...before.get(el), caseNow: undefined, caseWas: undefined });
    if (look === "stay" || !moved.length) return;
    if (look === "near" && moved.some((change) => isInBand(placeOf(change)))) return;
    bringIntoBand(placeOf(firstOf(moved)));
  }

  showBar(isAltered, flips, moved) {
    if (this.isAwaited) return; // what came along is still being computed, and the bar says so
    document.documentElement.classList.remove("live-carried");
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
    const { wordings } = this.pack,
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
              ? `${turnedInWords(change.key, change.caseWas, change.caseNow, wordings)}: `
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
    this.nothing = make("p", { className: "live-note" });
    this.changedList.replaceChildren(
      this.scenarioList(),
      items.length ? make("ul", {}, ...items) : this.nothing,
      this.elsewhere,
    );
  }

  /** What is said where nothing on the page differs. */
  nothingInWords() {
    const waiting = this.editor.waits().length;
    if (!isNothing(this.scenario))
      return this.restsOnIt()
        ? "Nothing on this page comes out otherwise, though it rests on what was altered."
        : "Nothing on this page: it does not rest on what was altered.";
    return waiting
      ? `Nothing so far: ${plural(waiting, "edit waits", "edits wait")} until the row fits its rules.`
      : "Nothing yet. Move a slider, edit a cell, or start from what would have to be true.";
  }

  /** Whether any view that answers for this page reads what was altered. */
  restsOnIt() {
    const { p, t } = this.scenario,
      needs = new Set(this.page.wanted.flatMap((view) => this.pack.views[view] ?? []));
    return (
      Object.keys(t).some((name) => needs.has(name)) ||
      Object.keys(p).some((name) => needs.has("parameters") || needs.has(`parameters.${name}`))
    );
  }

  /** Edits that no row has taken yet: said beside the status, and on the page's own buttons. */
  showWaiting() {
    const waits = this.editor?.waits() ?? [];
    this.undoButton.disabled = this.at === 0 && !waits.length && this.problem.hidden;
    if (this.nothing) this.nothing.textContent = this.nothingInWords();
    window.briefLiveCarry.label(
      waits.length ? ` (${plural(waits.length, "edit", "edits")} waiting)` : "",
    );
    this.waiting.hidden = !waits.length;
    if (!waits.length) return this.waiting.replaceChildren();
    this.waiting.replaceChildren(
      make("b", {}, `${plural(waits.length, "edit", "edits")} waiting: `),
      `${waits.at(-1).draft.where ?? "a new row"}. `,
      make("button", {
        type: "button",
        textContent: "Show it",
        onclick: () => this.editor.goToWaiting(),
      }),
    );
  }

  /** What the reader altered, said once more in words. */
  scenarioList() {
    const list = scenarioInWords(this.scenario, this.pack);
    return list.length
      ? make(
          "div",
          { className: "live-altered-list" },
          make("p", { className: "live-subhead" }, "Altered by the reader"),
          ...list.flatMap(({ title, lines }) => [
            make("p", { className: "live-of" }, title),
            make("ul", {}, ...lines.map((text) => make("li", {}, text))),
          ]),
          make(
            "p",
            { className: "live-note" },
            `It travels with you to every page of the book. Files to download and the search stay ${basis.rest}.`,
          ),
          make("p", { className: "live-subhead" }, "What follows on this page"),
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
      const items = flips.map(([k, c]) =>
        make(
          "li",
          {},
          make("b", {}, `${turnedInWords(k, this.elsewherePublished.get(k), c, wordings)}: `),
          make(
            "a",
            {
              href: `${window.brief.contentRoot}chapters/${wordings.claims[k].chapter}.html#${wordings.claims[k].anchor}`,
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
    this.showProblem(refused, where);
    this.showWaiting();
  }

  showProblem(refused, where) {
    this.problem.hidden = !refused;
    this.problem.textContent = refused ? inWords(refused, where) : "";
  }

  goTo(el) {
    window.brief.unfold(el);
    if (!el.matches("a, button, input")) el.tabIndex = -1;
    el.focus({ preventScroll: true });
    bringIntoBand(el);
  }

  /** Where an address names a claim that has no card on this page: its sentence. */
  goToClaim(anchor) {
    const { claims } = this.pack.wordings,
      said = this.page.claims.find(({ key }) => claims[key]?.anchor === anchor);
    if (said && !document.getElementById(anchor)) bringIntoBand(said.el);
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
    const waits = this.editor.waits().length;
    if (waits) window.brief.announce(`${plural(waits, "edit", "edits")} waiting in the panel.`);
  }

  /** On a small screen: the sheet's head alone, so that the whole page is seen; and up again. */
  lower(isLow = !this.element.classList.contains("is-low")) {
    this.element.classList.toggle("is-low", isLow);
    document.documentElement.classList.toggle("live-low", isLow);
    this.lowButton.textContent = isLow ? "Raise" : "Lower";
    this.lowButton.ariaExpanded = String(!isLow);
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
window.briefLive = async (buttons, isQuiet) => {
  const carry = window.briefLiveCarry,
    start = performance.now();
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
  panel.isAwaited = Boolean(carry.linked() || carry.read());
  await panel.show(start);
  if (!isQuiet) panel.open();
  panel.timing.opened = performance.now() - start;
  const fromLink = async (isCarried = false) => {
    const linked = carry.linked(),
      packed = isCarried ? carry.read() : linked?.packed;
    if (!packed) return;
    panel.status.textContent = panel.status.textContent.replace(/ The link .*$/, ""); // words about the last one go with it
    try {
      await panel.door.whole(pack.later);
      const { scenario, of } = await unpackLink(packed, pack);
      const refused = await panel.propose(scenario, { isCarried: isCarried || Boolean(linked.to) });
      if (refused) throw refused;
      if (linked) await arrived(linked);
      else panel.goToClaim(location.hash.slice(1));
      if (isNothing(scenario)) panel.status.textContent += " The link changes nothing.";
      if (of && of !== pack.edition.fingerprint)
        panel.status.textContent += " The link was made for another edition of the data.";
    } catch (error) {
      panel.tell(
        error instanceof Refused
          ? error
          : new Refused("a link that cannot be read", "links that this panel made"),
        isCarried ? "What you altered on another page" : "The link",
      );
      panel.isAwaited = false;
      await panel.show(performance.now());
      if (isCarried) carry.refused();
      else if (carry.read()) await fromLink(true);
      else carry.kept = "";
    }
  };
  /** What a link brought travels in the tab's storage from here on; the address is the page's own again. */
  const arrived = async ({ to }) => {
    await panel.carry();
    if (carry.isStored && !panel.isTooLarge)
      history.replaceState(null, "", `${location.pathname}${location.search}${to && `#${to}`}`);
    const place = to && document.getElementById(to);
    if (place) bringIntoBand(place);
  };
  await fromLink(!carry.linked());
  addEventListener("hashchange", () => fromLink());
  document.documentElement.classList.add("live-ready");
};
