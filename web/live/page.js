// The page: what it shows of the data, its published state, and how an answer of the engine is put into it.
// Everything is set as text. What differs is marked, with the published value on hover and for screen readers.

const every = (selector, within = document) => [...within.querySelectorAll(selector)];

/** An element with properties and children; strings become text, never markup. */
function make(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key in element && key !== "list") element[key] = value;
    else element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

/** How the page calls what stood there before the reader changed the data, in its own language. */
const onPage = { was: "" };

class Page {
  constructor(pack) {
    this.pack = pack;
    this.wordings = inLanguage(pack.wordings, document.documentElement.lang);
    onPage.was = pack.edition.is_published ? this.wordings.was : this.wordings.was_altered;
    this.views = new Map();
    this.title = window.briefLiveCarry.title;
    this.collect();
  }

  /** What of the data stands on this page, and what it said when it was published. */
  collect() {
    const { wordings, pack } = this;
    const anchors = new Map(
      Object.entries(wordings.claims).map(([key, entry]) => [entry.anchor, key]),
    );
    this.numbers = every(".brief-number[data-number]").map((el) => ({
      el,
      key: el.dataset.number,
      form: el.dataset.form,
      was: el.textContent,
    }));
    this.claims = every(".brief-claim[data-claim]").map((el) => ({
      el,
      key: el.dataset.claim,
      was: el.textContent,
      caseWas: el.dataset.case,
      mark: this.markAfter(el),
    }));
    this.cards = every(".claim-card[id]")
      .filter((el) => anchors.has(el.id))
      .map((el) => this.cardOf(el, anchors.get(el.id)));
    this.figures = every("figure.brief-figure[id]").map((el) => this.figureOf(el));
    this.tables = every("table[id]")
      .filter((el) => Object.hasOwn(wordings.tables, el.id))
      .map((el) => this.tableOf(el, wordings.tables[el.id]));
    const named = (el, prefix) =>
      [...el.classList].find((c) => c.startsWith(prefix))?.slice(prefix.length);
    this.grounds = every(".brief-ground")
      .map((el) => ({
        el,
        key: named(el, "option-"),
        was: el.textContent,
        stateWas: named(el, "ground-"),
      }))
      .filter(({ key }) => wordings.options[key]);
    this.tallies = every("[data-tally]").map((el) => ({
      el,
      sign: el.dataset.tally,
      was: el.textContent,
    }));
    this.others = every("article a.claim-ref[data-claim]");
    this.wanted = this.neededViews(pack);
  }

  markAfter(el) {
    const mark = el.nextElementSibling;
    return mark?.matches("a.claim-mark")
      ? {
          el: mark,
          was: mark.title,
          words: mark.querySelector(".unseen, .mark-words"),
          shape: mark.querySelector(".shape"),
        }
      : undefined;
  }

  cardOf(el, key) {
    const part = (selector) => {
      const found = el.querySelector(selector);
      return found && { el: found, was: found.textContent, nodes: [...found.childNodes] };
    };
    const caseWas = [...el.classList].find((c) => c.startsWith("case-"))?.slice(5);
    return {
      el,
      key,
      caseWas,
      labels: every(".claim-label", el), // in the ledger one in the row and one beneath it
      detail: part(".claim-detail"),
      sentence: part(".claim-text"),
      meta: part(".claim-meta"),
      kinds: part(".claim-kinds"),
    };
  }

  figureOf(el) {
    const chart = el.querySelector(".brief-chart"),
      script = chart.querySelector("script.brief-spec"),
      caption = el.querySelector("figcaption");
    const spec = JSON.parse(script.textContent);
    const words = [...caption.childNodes].find(
      (node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim(),
    );
    return {
      el,
      key: el.id,
      chart,
      script,
      text: script.textContent,
      spec,
      views: Object.keys(spec.datasets ?? {}),
      caption,
      words,
      titleWas: words?.textContent.trim() ?? "",
      altWas: chart.getAttribute("aria-label"),
      credit: el.querySelector(".figure-credit"),
      creditWas: el.querySelector(".figure-credit")?.textContent ?? "",
      data: every("table.figure-data[data-columns]", el).map((table) => ({
        el: table,
        view: table.dataset.view,
        columns: table.dataset.columns.split(" "),
        ...rowsIn(table),
      })),
    };
  }

  tableOf(el, entry) {
    const caption = el.querySelector(".caption-text");
    const after = el.closest(".table-scroll")?.nextElementSibling ?? el.nextElementSibling;
    return {
      el,
      key: el.id,
      view: entry.view,
      entry,
      ...rowsIn(el),
      caption,
      captionWas: caption?.textContent,
      note: entry.note && after?.tagName === "P" ? after : undefined,
      noteWas: after?.textContent,
    };
  }

  /** The views that answer for all of it: its own, and those of every number and claim that its wordings name. */
  neededViews({ keys, wordings }) {
    const views = new Set(),
      seen = new Set();
    const number = (key) => keys.numbers[key] && views.add(keys.numbers[key]);
    const words = (text) => {
      for (const [, key] of text.matchAll(new RegExp(wordings.place, "g"))) number(key);
    };
    const claim = (key) => {
      if (seen.has(key) || !wordings.claims[key]) return;
      seen.add(key);
      if (keys.claims[key]) views.add(keys.claims[key]);
      for (const c of ["holds", "fails", "unknown", "untestable"])
        if (wordings.claims[key][c]) words(wordings.claims[key][c]);
    };
    const wording = (w) => {
      if (!w) return;
      if (typeof w === "string") return words(w);
      claim(w.claim);
      for (const c of ["holds", "fails", "unknown"]) if (w[c]) words(w[c]);
    };
    this.numbers.forEach(({ key }) => number(key));
    [...this.claims, ...this.cards].forEach(({ key }) => claim(key));
    if (this.tallies.length)
      Object.entries(keys.claims).forEach(
        ([key, view]) => wordings.claims[key].origin === "essay" && views.add(view),
      );
    for (const { key } of this.grounds) {
      const { rests_on: needed, defeated_by: feared, lost } = wordings.options[key];
      Object.keys({ ...needed, ...feared }).forEach(claim);
      words(lost);
    }
    for (const figure of this.figures) {
      figure.views.forEach((v) => views.add(v));
      for (const part of ["title", "subtitle", "alt", "note"])
        wording(wordings.figures[figure.key]?.[part]);
    }
    for (const table of this.tables) {
      views.add(table.view);
      wording(table.entry.caption);
      wording(table.entry.note);
    }
    this.claimKeys = [...seen];
    return [...views].filter((v) => Object.hasOwn(this.pack.views, v));
  }

  /** The small print that only a query gives: what a card rests on, who counted, a figure's data as text. */
  queries() {
    const { wordings, pack } = this,
      found = [];
    for (const { key } of this.cards) {
      if (wordings.claims[key].meta)
        found.push({
          id: `meta ${key}`,
          sql: wordings.claims[key].meta,
          row: { view: pack.keys.claims[key], column: "id", is: key, take: ["value", "bound"] },
        });
    }
    for (const figure of this.figures) {
      const tables = [...new Set(figure.views.flatMap((v) => pack.views[v] ?? []))].filter(
        (t) => !t.startsWith("parameters") && !wordings.not_credited.includes(t),
      );
      found.push({
        id: `credit ${figure.key}`,
        sql: wordings.credit,
        parameters: [JSON.stringify(tables)],
      });
      figure.data.forEach(({ view, columns }, i) => {
        const cells = columns.map((c) => {
          const [name, year] = c.split(":");
          return pack.shown[year ? "year" : "other"].replaceAll(
            "{c}",
            `"${name.replaceAll('"', '""')}"`,
          );
        });
        if (Object.hasOwn(pack.views, view))
          found.push({
            id: `data ${figure.key} ${i}`,
            sql: `select ${cells.join(", ")} from "${view}"`,
          });
      });
    }
    return found;
  }

  /** Take an answer in: the views that changed replace those that stood. The first answer is the published state. */
  take(answer) {
    for (const [name, rows] of Object.entries(answer.views)) this.views.set(name, rows);
    this.answers = new Map(Object.entries(answer.queries));
    this.published ??= {
      ...this.found(),
      rows: new Map([...this.views].map(([name, v]) => [name, JSON.stringify(v.rows)])),
      answers: this.answers,
    };
  }

  /** Every number's text, every claim's case. */
  found() {
    const numbers = new Map(),
      cases = new Map(
        Object.entries(this.wordings.claims)
          .filter(([, c]) => c.untestable)
          .map(([k]) => [k, "untestable"]),
      );
    for (const [name, { columns, rows }] of this.views) {
      if (name.startsWith("numbers_")) {
        const [key, text] = ["key", "text"].map((c) => columns.indexOf(c));
        for (const row of rows)
          numbers.set(row[key], row[text] === null ? this.wordings.no_number : String(row[text]));
      } else if (name.startsWith("claims_")) {
        const [id, holds] = ["id", "holds"].map((c) => columns.indexOf(c));
        for (const row of rows) cases.set(row[id], caseOf(row[holds], this.wordings));
      }
    }
    return { numbers, cases };
  }

  /** Show what was taken in. Returns what differs: [{kind, key, el, was, now}]; the charts follow in `drawn`. */
  show(isAltered) {
    const { numbers, cases } = this.found(),
      { wordings } = this,
      changes = [];
    const note = (kind, key, el, was, now, more = {}) => {
      if (was !== now) changes.push({ kind, key, el, was, now, state: now, ...more });
    };
    for (const item of this.numbers) {
      const now = this.settle(item, "text", this.printed(item, numbers), item.was);
      setMarked(item.el, now, item.was);
      note("number", item.key, item.el, item.was, now);
    }
    for (const item of this.claims) {
      const its = cases.get(item.key) ?? item.caseWas,
        now = this.settle(
          item,
          "text",
          this.sentence(item.key, its, numbers) ?? item.was,
          item.was,
        );
      setMarked(item.el, now, item.was);
      item.el.dataset.case = its;
      item.el.classList.remove("brief-holds", "brief-fails", "brief-unknown", "brief-untestable");
      item.el.classList.add(`brief-${its}`);
      if (item.mark) this.setMark(item.mark, signOf(item.key, its, wordings));
      note("claim", item.key, item.el, item.was, now, { caseWas: item.caseWas, caseNow: its });
    }
    for (const card of this.cards) this.showCard(card, cases, numbers, note);
    for (const tally of this.tallies) setMarked(tally.el, this.counted(tally, cases), tally.was);
    for (const ground of this.grounds) this.showGround(ground, cases, numbers, note);
    for (const table of this.tables) this.showTable(table, cases, numbers, note);
    this.drawing = [];
    for (const figure of this.figures) this.showFigure(figure, cases, numbers, isAltered, note);
    document.documentElement.classList.toggle("live-altered", isAltered);
    document.title = (isAltered ? this.wordings.title_mark : "") + this.title;
    return changes;
  }

  /** A number in the form that its place asks for. */
  printed({ key, form, was }, numbers) {
    const text = numbers.get(key);
    return text === undefined ? was : formed(text, form, this.wordings.korean);
  }

  sentence(key, its, numbers) {
    const entry = this.wordings.claims[key];
    return entry?.[its] === undefined
      ? undefined
      : typeset(fill(entry[its], numbers, this.wordings), this.wordings);
  }

  /** What to print: the page's own text where the engine finds what it found for the published data. */
  settle(item, part, now, printed) {
    item.first ??= {};
    item.first[part] ??= now;
    return now === item.first[part] ? printed : now;
  }

  /** How many claims of the commentary fare as a tally counts them. */
  counted({ sign }, cases) {
    const { claims } = this.wordings;
    const judged = [...cases].filter(([key]) => claims[key].origin === "essay");
    const fit = judged.filter(
      ([key, its]) => sign === "all" || signOf(key, its, this.wordings) === sign,
    );
    return String(fit.length);
  }

  setMark({ el, words, shape }, sign) {
    const said = this.wordings.in_prose[sign];
    el.title = el.title.replace(words.textContent, said);
    words.textContent = said;
    setSign(el, shape, sign, this.wordings.signs);
  }

  showCard(card, cases, numbers, note) {
    const { wordings } = this,
      its = cases.get(card.key) ?? card.caseWas,
      entry = wordings.claims[card.key],
      sign = signOf(card.key, its, wordings),
      signWas = signOf(card.key, card.caseWas, wordings);
    card.el.classList.remove("case-holds", "case-fails", "case-unknown", "case-untestable");
    card.el.classList.add(`case-${its}`);
    card.el.classList.toggle("live-moved", its !== card.caseWas);
    for (const label of card.labels) {
      setSign(card.el, label.querySelector(".shape"), sign, wordings.signs);
      setLastText(label, wordings.labels[sign]);
      setWas(label, sign === signWas ? "" : wordings.labels[signWas]);
    }
    if (card.detail) {
      const detail = entry.details?.[its];
      const said = detail ? `: ${typeset(detail, wordings)}` : "";
      setMarked(
        card.detail.el,
        this.settle(card, "detail", said, card.detail.was),
        card.detail.was,
      );
    }
    const now = this.settle(
      card,
      "text",
      this.sentence(card.key, its, numbers) ?? card.sentence.was,
      card.sentence.was,
    );
    setMarked(card.sentence.el, now, card.sentence.was);
    const meta = this.answers.get(`meta ${card.key}`);
    if (card.meta && meta)
      setMarked(
        card.meta.el,
        this.settle(card, "small", typeset(String(meta.rows[0][0]), wordings), card.meta.was),
        card.meta.was,
      );
    if (card.kinds && meta) {
      const head = "best sources: ",
        parts = String(meta.rows[0][0]).split(" · "),
        said = parts.find((text) => text.startsWith(head))?.slice(head.length) ?? "–";
      setMarked(card.kinds.el, this.settle(card, "kinds", said, card.kinds.was), card.kinds.was);
    }
    note("claim", card.key, card.el, card.sentence.was, now, {
      caseWas: card.caseWas,
      caseNow: its,
    });
  }

  /** Whether an option has its ground: lost when a claim turned that it rests on, or one came true that it fears. */
  showGround(ground, cases, numbers, note) {
    const { wordings } = this,
      { rests_on: needed, defeated_by: feared, lost } = wordings.options[ground.key];
    const needs = Object.entries(needed),
      found = ([key]) => cases.get(key);
    const isLost =
      Object.entries(feared).some((e) => found(e) === e[1]) ||
      needs.some((e) => ["holds", "fails"].includes(found(e)) && found(e) !== e[1]);
    const state = isLost ? "lost" : needs.every((e) => found(e) === e[1]) ? "stands" : "unknown";
    const said = state === "lost" ? fill(lost, numbers, wordings) : wordings[`ground_${state}`];
    const now = this.settle(ground, "text", typeset(said, wordings), ground.was);
    setMarked(ground.el, now, ground.was);
    ground.el.classList.remove("ground-stands", "ground-lost", "ground-unknown");
    ground.el.classList.add(`ground-${state}`);
    note("option", ground.key, ground.el, ground.was, now);
  }

  hasMoved(view) {
    return JSON.stringify(this.views.get(view)?.rows) !== this.published.rows.get(view);
  }

  showTable(table, cases, numbers, note) {
    const { wordings } = this,
      { columns, rows } = this.views.get(table.view),
      moved = this.hasMoved(table.view);
    const caption = this.settle(
      table,
      "caption",
      typeset(byCase(table.entry.caption, cases, numbers, wordings), wordings),
      table.captionWas ?? "",
    );
    if (table.caption) setMarked(table.caption, caption, table.captionWas);
    if (table.note)
      setMarked(
        table.note,
        this.settle(
          table,
          "note",
          typeset(fill(table.entry.note, numbers, wordings), wordings),
          table.noteWas,
        ),
        table.noteWas,
      );
    table.el.classList.toggle("live-moved-table", moved);
    const places = table.entry.columns.map((c) => columns.indexOf(c));
    // A cell's text stands in a paragraph, as the build writes it.
    if (moved || table.isMoved)
      refillRows(
        table,
        moved
          ? rows.map((row) =>
              places.map((i) =>
                row[i] === null
                  ? wordings.hole
                  : typeset(String(row[i]).split(/\s+/).filter(Boolean).join(" "), wordings),
              ),
            )
          : undefined,
        "p",
      );
    table.isMoved = moved;
    if (moved)
      note("table", table.key, table.el, "", caption || table.captionWas, {
        state: JSON.stringify([caption, rows]),
      });
  }

  showFigure(figure, cases, numbers, isAltered, note) {
    const { wordings } = this,
      entry = wordings.figures[figure.key];
    if (!entry) return;
    const words = Object.fromEntries(
      ["title", "subtitle", "alt", "note"].map((part) => [
        part,
        byCase(entry[part], cases, numbers, wordings),
      ]),
    );
    const title = this.settle(figure, "title", typeset(words.title, wordings), figure.titleWas);
    const subtitleWas = figure.spec.title?.text ?? "";
    const moved = figure.views.some((v) => this.hasMoved(v));
    const isChanged =
      moved ||
      title !== figure.titleWas ||
      words.subtitle !== subtitleWas ||
      words.alt !== figure.altWas;
    if (figure.words) {
      figure.words.textContent = ` ${title}`;
      setWas(figure.caption, title === figure.titleWas ? "" : figure.titleWas);
    }
    figure.chart.setAttribute("aria-label", (isAltered ? `${wordings.mark} ` : "") + words.alt);
    const credit = this.answers.get(`credit ${figure.key}`)?.rows[0][0];
    if (figure.credit && credit !== undefined)
      setMarked(
        figure.credit,
        this.settle(figure, "credit", typeset(credit + words.note, wordings), figure.creditWas),
        figure.creditWas,
      );
    figure.data.forEach((data, i) => {
      const rows = this.answers.get(`data ${figure.key} ${i}`)?.rows,
        dataMoved = this.hasMoved(data.view);
      if (rows && (dataMoved || data.isMoved))
        refillRows(data, dataMoved ? rows.map((r) => r.map(String)) : undefined);
      data.isMoved = dataMoved;
    });
    figure.el.classList.toggle("live-moved", isChanged);
    const state = isChanged
      ? JSON.stringify([words, figure.views.map((v) => this.views.get(v).rows)])
      : "";
    if (isChanged)
      note(
        "figure",
        figure.key,
        figure.el,
        figure.titleWas === title ? "" : figure.titleWas,
        title,
        { state },
      );
    figure.state = state;
    const isPending = state !== (figure.drawn ?? "");
    figure.chart.classList.toggle("live-pending", isPending);
    if (isPending)
      this.drawing.push({
        figure,
        state,
        spec: isChanged ? this.refilled(figure, words) : undefined,
      });
  }

  /** The spec as a build of these data would write it: rows, title line, description, mark. */
  refilled(figure, words) {
    const datasets = Object.fromEntries(
      figure.views.map((name) => {
        const { columns, rows } = this.views.get(name);
        return [name, rows.map((row) => Object.fromEntries(columns.map((c, i) => [c, row[i]])))];
      }),
    );
    return {
      ...figure.spec,
      datasets,
      title: { text: words.subtitle, subtitle: this.wordings.mark },
      description: words.alt,
    };
  }

  async drawFigure({ figure, state, spec }) {
    const { chart } = figure;
    figure.script.textContent = spec ? JSON.stringify(spec) : figure.text;
    figure.el.classList.remove("live-undrawn");
    try {
      if (!spec) window.brief.still(chart);
      else if (chart.briefView && figure.line === JSON.stringify(spec.title)) {
        // the same picture with other rows
        for (const [name, rows] of Object.entries(spec.datasets)) chart.briefView.data(name, rows);
        await chart.briefView.resize().runAsync();
      } else await window.brief.draw(chart, spec);
      figure.line = spec && JSON.stringify(spec.title);
    } catch {
      window.brief.still(chart);
      figure.line = undefined;
      figure.el.classList.add("live-undrawn");
    }
    figure.drawn = state;
    chart.classList.remove("live-pending");
  }

  /**
   * Draw the charts that changed: those in view before this resolves (to a promise of the rest). Those that wait are
   * dimmed; an answer that comes in between takes over what is left.
   */
  async draw() {
    const tasks = this.drawing,
      isSeen = ({ figure }) => {
        const box = figure.chart.getBoundingClientRect();
        return box.bottom > 0 && box.top < innerHeight;
      };
    const seen = tasks.filter(isSeen),
      rest = tasks.filter((task) => !seen.includes(task));
    for (const task of seen) await this.drawFigure(task);
    return {
      rest: (async () => {
        for (const task of rest) {
          await new Promise((done) => setTimeout(done));
          if (this.drawing !== tasks) return false;
          await this.drawFigure(task);
        }
        return true;
      })(),
    };
  }
}

/** The body of a table and the rows that stand in it now. A table that was built without a row has no body yet. */
function rowsIn(table) {
  const body = table.tBodies[0] ?? table.createTBody();
  return { body, was: [...body.rows].map((row) => row.cloneNode(true)) };
}

/** Text that differs from what was published is marked, and says what stood there. */
function setMarked(el, now, was) {
  const differs = now !== was;
  if (el.textContent !== now) el.textContent = now;
  el.classList.toggle("live-moved", differs);
  setWas(el, differs ? was : "");
}

/** The published value: on hover, and after the element for screen readers. */
function setWas(el, was) {
  const next = el.nextSibling;
  let box =
    next?.nodeType === Node.ELEMENT_NODE && next.classList.contains("live-was") ? next : undefined;
  if (!was) {
    box?.remove();
    el.removeAttribute("title");
    return;
  }
  el.title = `${onPage.was}: ${was}`;
  if (el.tagName === "FIGCAPTION" || el.tagName === "P")
    return el.setAttribute("aria-description", `${onPage.was}: ${was}`);
  if (!box) {
    box = make("span", { className: "unseen live-was" });
    el.after(box);
  }
  box.textContent = ` (${onPage.was.toLowerCase()}: ${was})`;
}

/** How the commentary fares in a case, or whether the data settle a claim of our own. */
function signOf(key, its, { claims }) {
  return claims[key].its[its];
}

/** What became of a claim whose case is another one; brief/analysis/claims.py says the same. */
function turnedInWords(key, was, now, wordings) {
  const before = signOf(key, was, wordings),
    after = signOf(key, now, wordings),
    named = (sign) => wordings.labels[sign].toLowerCase();
  if (wordings.claims[key].origin === "essay" && before !== after)
    return `The commentary: ${named(before)} → ${named(after)}`;
  if (now === "unknown") return "No longer to be told";
  return was === "unknown" ? "Can now be told" : "The finding turned";
}

/** The sign of a claim, as a shape and as the class that colors it. */
function setSign(el, shape, sign, signs) {
  el.classList.remove(...Object.keys(signs).map((name) => `sign-${name}`));
  el.classList.add(`sign-${sign}`);
  shape.className = `shape shape-${sign}`;
  shape.textContent = signs[sign];
}

function setLastText(el, text) {
  const last = [...el.childNodes].reverse().find((node) => node.nodeType === Node.TEXT_NODE);
  if (last) last.textContent = text;
  else el.append(text);
}

/** Rows of texts into a table body, each cell like the published one of its column; undefined: the published rows. */
function refillRows(table, rows, inner) {
  if (!rows) return table.body.replaceChildren(...table.was.map((row) => row.cloneNode(true)));
  const pattern = table.was[0];
  table.body.replaceChildren(
    ...rows.map((texts, r) => {
      const row = document.createElement("tr"),
        before = table.was[r];
      row.className = pattern?.className ?? "";
      row.append(
        ...texts.map((text, c) => {
          const like = pattern?.cells[c],
            cell = document.createElement(like?.tagName ?? "td");
          if (like) {
            cell.className = like.className;
            if (like.scope) cell.scope = like.scope;
            if (like.dataset.head) cell.dataset.head = like.dataset.head;
          }
          const was = before?.cells[c]?.textContent.trim();
          if (was !== text) {
            cell.classList.add("live-moved");
            cell.title = was === undefined ? `Not in ${basis.data}` : `${basis.was}: ${was}`;
          }
          cell.append(inner ? make(inner, {}, text) : text);
          return cell;
        }),
      );
      return row;
    }),
  );
}
