// What a page can do beyond being read. Every page is complete without this file; nothing is fetched before the reader acts.
// `window.brief` is the door for the live page: draw(chart, spec) shows another spec in a chart's place, still() undoes it.
(() => {
  "use strict";
  const root = document.documentElement;
  const contentRoot = root.dataset.contentRoot || "./";
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const make = (name, className, text) =>
    Object.assign(document.createElement(name), { className, textContent: text ?? "" });

  /** Say something to screen readers, politely. */
  function announce(text) {
    const box = document.getElementById("announce");
    box.textContent = "";
    setTimeout(() => {
      box.textContent = text;
    }, 50);
  }

  // Which parts of a text are in another language than the page, told by their letters: the same rule as brief/languages.py.
  const LETTERS = {
    ko: "\\u1100-\\u11ff\\u3130-\\u318f\\uac00-\\ud7a3",
    ja: "\\u3040-\\u30ff",
    zh: "\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff",
    ru: "\\u0400-\\u04ff",
  };
  const BETWEEN = "[\\d\\s.,·・:;'’\"“”()\\[\\]<>《》「」%~\\-–—/&+]*";
  const runOf = (letters) => `[${letters}](?:${BETWEEN}[${letters}])*`;
  const FOREIGN = new RegExp(
    `(${runOf(LETTERS.ko + LETTERS.ja + LETTERS.zh)}|${runOf(LETTERS.ru)})`,
  );

  /** A text as strings and spans that name their language, for voices that read it aloud. */
  function inLanguages(text) {
    return text
      .split(FOREIGN)
      .map((part, i) =>
        i % 2
          ? Object.assign(make("span", "", part), {
              lang: Object.keys(LETTERS).find((code) =>
                new RegExp(`[${LETTERS[code]}]`).test(part),
              ),
            })
          : part,
      )
      .filter((part) => part !== "");
  }

  // Theme: follow the system, or stay light, or stay dark

  function setUpTheme() {
    const button = document.querySelector(".theme-button");
    const show = () => {
      button.querySelector(".theme-name").textContent =
        button.dataset[root.dataset.theme || "auto"];
    };
    button.addEventListener("click", () => {
      const next = { undefined: "light", light: "dark", dark: undefined }[root.dataset.theme];
      if (next) root.dataset.theme = next;
      else delete root.dataset.theme;
      try {
        next ? localStorage.setItem("brief-theme", next) : localStorage.removeItem("brief-theme");
      } catch {
        /* not remembered */
      }
      show();
      announce(`Color theme: ${next || "as the system"}`);
    });
    show();
    button.hidden = false;
  }

  // Contents: close on a jump within the page; mark the section in view

  function setUpContents() {
    const contents = document.getElementById("contents");
    contents.addEventListener("click", (event) => {
      if (event.target.closest("a[href^='#']") && contents.matches(":popover-open"))
        contents.hidePopover();
    });
    const links = new Map(all("nav.here a").map((link) => [link.hash.slice(1), link]));
    if (!links.size) return;
    const sections = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
    const inView = new Set();
    const watch = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries)
          isIntersecting ? inView.add(target) : inView.delete(target);
        const first = sections.find((section) => inView.has(section));
        if (!first) return;
        for (const [id, link] of links)
          id === first.id
            ? link.setAttribute("aria-current", "true")
            : link.removeAttribute("aria-current");
      },
      { rootMargin: "-10% 0px -60% 0px" },
    );
    sections.forEach((section) => watch.observe(section));
  }

  // Charts

  let library;
  /** The drawing library, loaded once, when a reader first turns to a chart. */
  function loadLibrary() {
    library ??= new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = `${contentRoot}assets/vega.js`;
      script.onload = () => done(window.briefVega);
      script.onerror = () => {
        library = undefined;
        failed(new Error("assets/vega.js did not load"));
      };
      document.head.append(script);
    });
    return library;
  }

  const refuse = () => Promise.reject(new Error("a chart of this book loads nothing"));
  const noLoader = { load: refuse, sanitize: refuse, http: refuse, file: refuse };

  // Vega-Lite remarks on encodings that one layer of several does not use; only errors are worth a console line.
  const quiet = {
    level() {
      return this;
    },
    error(...words) {
      console.error(...words);
      return this;
    },
    warn() {
      return this;
    },
    info() {
      return this;
    },
    debug() {
      return this;
    },
  };

  /** The spec for one total width: the same rule as `sized` in brief/notebook/figures.py. */
  function sized(spec, width) {
    const compound =
      ["facet", "vconcat", "hconcat", "repeat", "concat"].some((key) => key in spec) ||
      "row" in (spec.encoding || {});
    const title = Object.fromEntries(
      Object.entries(spec.title).map(([part, text]) => [
        part,
        lines(text, Math.floor(width / LETTER)),
      ]),
    );
    if (!compound)
      return { ...spec, title, width, autosize: { type: "fit-x", contains: "padding" } };
    const scale = (node, key) => {
      if (key === "datasets") return node;
      if (Array.isArray(node)) return node.map((child) => scale(child));
      if (node && typeof node === "object")
        return Object.fromEntries(Object.entries(node).map(([k, v]) => [k, scale(v, k)]));
      return key === "width" && typeof node === "number" ? Math.trunc((node * width) / WIDE) : node;
    };
    return { ...scale(spec), title };
  }
  const WIDE = 660,
    NARROW = 340,
    LETTER = 7; // as in brief/notebook/figures.py

  /** A title's text in lines: the same rule as `lines` in brief/notebook/figures.py. */
  function lines(text, most) {
    const found = [""];
    for (const word of text.split(" ")) {
      if (found[found.length - 1] && found[found.length - 1].length + 1 + word.length > most)
        found.push("");
      found[found.length - 1] += (found[found.length - 1] ? " " : "") + word;
    }
    return found;
  }

  const stillOf = (chart) =>
    all(".brief-wide, .brief-narrow", chart).find((still) => still.offsetWidth) ||
    chart.querySelector(".brief-wide");

  /** Draw a spec (default: the chart's own) in the place of the still picture; resolves to the Vega view. */
  async function draw(chart, spec) {
    const vega = await loadLibrary();
    const still = stillOf(chart);
    const box = make(
      "div",
      `brief-live ${still.className.includes("narrow") ? "is-narrow" : "is-wide"}`,
    );
    box.setAttribute("aria-hidden", "true");
    const tip = chart.querySelector(".chart-tip") || chart.appendChild(make("div", "chart-tip"));
    tip.hidden = true;
    tip.setAttribute("aria-hidden", "true");
    const isPublished = !spec;
    spec ??= JSON.parse(chart.querySelector(".brief-spec").textContent);
    const width = still.className.includes("narrow") ? NARROW : WIDE;
    const { spec: compiled } = vega.vegaLite.compile(sized(spec, width), { logger: quiet });
    const { view } = await vega.embed(box, compiled, {
      mode: "vega",
      ast: true,
      renderer: "svg",
      actions: false,
      defaultStyle: false,
      loader: noLoader,
      logLevel: 1,
      tooltip: (handler, event, item, value) =>
        value ? showTip(chart, value, event.clientX, event.clientY) : hideTip(chart),
    });
    if (isPublished) {
      // A system that rounds the widths of letters draws a chart some px wider or narrower: it keeps the still's place all the same.
      const { width: w, height: h } = still.querySelector("svg").viewBox.baseVal;
      box.querySelector("svg").style.aspectRatio = `${w} / ${h}`;
    }
    chart.querySelector(".brief-live")?.remove();
    chart.briefView?.finalize();
    chart.prepend(box);
    chart.classList.add("is-live");
    chart.briefView = view;
    return view;
  }

  /** Back to the still picture. */
  function still(chart) {
    chart.briefView?.finalize();
    chart.querySelector(".brief-live")?.remove();
    chart.classList.remove("is-live");
    delete chart.briefView;
    hideTip(chart);
  }

  function showTip(chart, value, clientX, clientY) {
    const tip = chart.querySelector(".chart-tip");
    const entries = typeof value === "object" ? Object.entries(value) : [["", value]];
    tip.replaceChildren(
      ...entries.map(([name, text]) => {
        const line = make("div", "");
        if (name) line.append(`${name}: `);
        line.append(make("b", "", String(text)));
        return line;
      }),
    );
    tip.hidden = false;
    const frame = chart.getBoundingClientRect();
    const x = Math.min(Math.max(clientX - frame.left + 14, 0), frame.width - tip.offsetWidth);
    const above = clientY - frame.top - tip.offsetHeight - 12;
    tip.style.left = `${x}px`;
    tip.style.top = `${above > 0 ? above : clientY - frame.top + 18}px`;
    return entries.map(([name, text]) => `${name}: ${text}`).join(", ");
  }

  function hideTip(chart) {
    const tip = chart.querySelector(".chart-tip");
    if (tip) tip.hidden = true;
    chart.querySelector(".chart-ring")?.remove();
  }

  /** The marks of a drawn chart that have something to tell, from left to right, each once, with their place in the picture. */
  function readable(view) {
    const found = new Map();
    const visit = (item, x, y) => {
      for (const mark of item.items || []) {
        for (const child of mark.items || []) {
          if (mark.marktype === "group") {
            visit(child, x + (child.x || 0), y + (child.y || 0));
            continue;
          }
          if (!child.tooltip || mark.role !== "mark") continue;
          const onPath = ["line", "area", "trail"].includes(mark.marktype);
          const bounds = child.bounds || {};
          const place = onPath
            ? [child.x, child.y]
            : [(bounds.x1 + bounds.x2) / 2, (bounds.y1 + bounds.y2) / 2];
          const key = JSON.stringify(child.tooltip);
          if (!found.has(key) || !onPath)
            found.set(key, { value: child.tooltip, x: x + place[0], y: y + place[1] });
        }
      }
    };
    visit(
      {
        items: view
          .scenegraph()
          .root.items.flatMap((frame) => [{ marktype: "group", items: [frame] }]),
      },
      0,
      0,
    );
    return [...found.values()].sort((a, b) => a.x - b.x || a.y - b.y);
  }

  async function readByKey(chart, key) {
    const view = chart.briefView || (await draw(chart));
    const marks = readable(view);
    if (!marks.length) return;
    const last = marks.length - 1;
    const at = chart.briefMark;
    const next = {
      ArrowRight: at === undefined ? 0 : Math.min(at + 1, last),
      ArrowLeft: at === undefined ? last : Math.max(at - 1, 0),
      Home: 0,
      End: last,
    }[key];
    chart.briefMark = next;
    const svg = chart.querySelector(".brief-live svg").getBoundingClientRect();
    const factor = svg.width / Number(chart.querySelector(".brief-live svg").getAttribute("width"));
    const [left, top] = view.origin();
    const padding = view.padding();
    const x = svg.left + factor * (left + (padding.left || 0) + marks[next].x);
    const y = svg.top + factor * (top + (padding.top || 0) + marks[next].y);
    hideTip(chart);
    const ring = chart.appendChild(make("span", "chart-ring"));
    const frame = chart.getBoundingClientRect();
    ring.style.left = `${x - frame.left}px`;
    ring.style.top = `${y - frame.top}px`;
    announce(showTip(chart, marks[next].value, x, y));
  }

  function setUpChart(chart) {
    // A picture that answers to keys: voices hand them over to an application alone.
    chart.tabIndex = 0;
    chart.setAttribute("role", "application");
    chart.setAttribute("aria-roledescription", "chart");
    chart.setAttribute("aria-description", "Left and right arrow keys read the values");
    let waiting;
    const wake = () => {
      if (!chart.briefView) draw(chart).catch((error) => console.error(error));
    };
    // A pointer that only passes over the picture on its way is no reason to load anything.
    chart.addEventListener("pointerenter", (event) => {
      waiting = setTimeout(wake, event.pointerType === "mouse" ? 120 : 0);
    });
    chart.addEventListener("pointerleave", () => {
      clearTimeout(waiting);
      hideTip(chart);
    });
    chart.addEventListener("focus", () => {
      if (!chart.querySelector(".chart-hint"))
        chart.append(
          Object.assign(make("span", "chart-hint", "← → read the values"), { ariaHidden: "true" }),
        );
    });
    chart.addEventListener("blur", () => {
      hideTip(chart);
      chart.briefMark = undefined;
    });
    chart.addEventListener("keydown", (event) => {
      if (event.key === "Escape") hideTip(chart);
      if (
        !["ArrowRight", "ArrowLeft", "Home", "End"].includes(event.key) ||
        event.ctrlKey ||
        event.metaKey ||
        event.altKey
      )
        return;
      event.preventDefault();
      readByKey(chart, event.key).catch((error) => console.error(error));
    });
  }

  // Enlarging: the figure itself moves into a dialog, so that its marks still answer

  function enlarge(button) {
    const figure = button.closest(".brief-figure"),
      chart = figure.querySelector(".brief-chart"),
      place = make("div", ""),
      dialog = make("dialog", "enlarged"),
      close = Object.assign(make("button", "quiet", "Close"), { type: "button" });
    const words = figure.offsetHeight - chart.offsetHeight - button.parentNode.offsetHeight,
      room = innerHeight - 80 - words,
      fitting = (chart.offsetWidth * room) / chart.offsetHeight,
      // Never smaller than it was: what does not fit then is scrolled to.
      width = Math.min(0.94 * innerWidth, Math.max(fitting, 1.25 * chart.offsetWidth));
    Object.assign(place.style, {
      height: `${figure.offsetHeight}px`,
      margin: getComputedStyle(figure).margin,
    });
    dialog.style.width = `${width}px`;
    dialog.setAttribute("aria-label", "The figure, enlarged");
    figure.before(place);
    dialog.append(close, figure);
    document.body.append(dialog);
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    dialog.addEventListener("close", () => {
      place.replaceWith(figure);
      dialog.remove();
      button.focus({ preventScroll: true });
    });
    dialog.showModal();
  }

  // Copying

  async function copy(text, button) {
    const said = button.textContent;
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
      announce("Copied");
    } catch {
      announce("The browser did not allow copying; the text can be selected.");
      button.textContent = "Select the text";
    }
    setTimeout(() => {
      button.textContent = said;
    }, 1600);
  }

  function setUpCopying() {
    for (const link of all("a[data-copy-link]")) {
      link.addEventListener("click", () => copy(link.href, link.querySelector("span") || link));
    }
    for (const quotable of all(".quotable")) {
      // The address of a page is known only where it is read: add it to what is cited.
      for (const place of all("[data-address]", quotable))
        place.textContent = new URL(place.dataset.address, location.href).href;
      const button = make("button", "copy-button", "Copy the citation");
      button.type = "button";
      button.addEventListener("click", () => copy(quotable.textContent.trim(), button));
      quotable.after(button);
    }
  }

  // Notes: shown where they are asked for; without this they are jumped to

  function setUpNotes() {
    const box = make("div", "note-box");
    box.popover = "auto";
    box.tabIndex = -1;
    box.setAttribute("role", "note");
    for (const mark of all("a.footnote-reference")) {
      mark.addEventListener("click", (event) => {
        const note = document.getElementById(mark.hash.slice(1))?.querySelector("p");
        if (!note || !box.showPopover || event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        const rest = Object.assign(make("a", "", "All notes"), { href: mark.hash });
        rest.addEventListener("click", () => box.hidePopover());
        box.setAttribute("aria-label", `Note ${mark.textContent.replace(/\D/g, "")}`);
        box.replaceChildren(note.cloneNode(true), rest);
        mark.closest("p, li, dd, td, h2, h3, figcaption")?.append(box); // there the Tab key goes on
        box.showPopover();
        const place = mark.getBoundingClientRect();
        const left = Math.min(place.left - 16, root.clientWidth - box.offsetWidth - 16);
        const below = place.bottom + 8 + box.offsetHeight <= innerHeight;
        box.style.left = `${Math.max(left, 8)}px`;
        box.style.top = `${scrollY + (below ? place.bottom + 8 : place.top - 8 - box.offsetHeight)}px`;
        box.focus({ preventScroll: true });
      });
    }
  }

  // Tables: a region that does not scroll needs no stop for the keyboard; lists can be sorted and filtered

  function setUpTables() {
    const watch = new ResizeObserver((entries) => {
      for (const { target } of entries) {
        const scrolls =
          target.scrollWidth > target.clientWidth + 1 ||
          target.scrollHeight > target.clientHeight + 1;
        scrolls ? target.setAttribute("tabindex", "0") : target.removeAttribute("tabindex");
        if (target.matches("div")) target.setAttribute("role", scrolls ? "region" : "group");
      }
    });
    all(".table-scroll, .source-box, .tool-panel pre, .code-fold pre").forEach((region) =>
      watch.observe(region),
    );
    all(".show-rows").forEach((button) =>
      button.addEventListener("click", () => {
        const table = button.previousElementSibling,
          next = all("tbody > tr", table).find((row) => !row.getClientRects().length);
        showRows(table);
        if (!next) return;
        next.tabIndex = -1;
        next.focus({ preventScroll: true });
      }),
    );
    all("table.sortable").forEach(setUpSorting);
    all("table.claims").forEach(setUpLedger);
  }

  function showRows(table) {
    table.classList.remove("long");
    table.nextElementSibling.remove();
  }

  /** Open whatever an element is folded into. */
  function unfold(element) {
    const table = element.closest("table.long");
    if (table) showRows(table);
    for (let fold = element.closest("details"); fold; fold = fold.parentElement.closest("details"))
      fold.open = true;
  }

  function setUpSorting(table) {
    const body = table.tBodies[0];
    all("thead th", table).forEach((head, column) => {
      const button = make("button", "", head.textContent);
      button.type = "button";
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        all("th", head.parentNode).forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const key = (row) => row.cells[column].textContent.trim();
        const numeric = head.classList.contains("number");
        const value = (row) => (numeric ? Number(key(row).replace(/[^\d.-]/g, "")) || 0 : key(row));
        const rows = [...body.rows].sort((a, b) =>
          numeric ? value(a) - value(b) : value(a).localeCompare(value(b)),
        );
        body.append(...(down ? rows.reverse() : rows));
      });
    });
    const filter = table.closest("section").querySelector(".filter");
    const input = filter.querySelector("input"),
      count = filter.querySelector(".filter-count");
    input.addEventListener("input", () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const row of body.rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
        shown += !row.hidden;
      }
      count.textContent = words.length ? `${shown} of ${body.rows.length} rows` : "";
    });
  }

  // The ledger of claims: filtered by how they fare, by chapter and by words, ordered by any column

  const JUDGED = ["supported", "overstated", "not-supported", "cannot-be-told"];

  function setUpLedger(table) {
    const tools = table.closest(".claims-ledger").querySelector(".claims-tools"),
      part = (name) => tools.querySelector(name),
      [fares, chapter, words] = [".claims-fares", ".claims-chapter", ".claims-words"].map(part),
      weakest = part(".claims-weakest"),
      body = table.tBodies[0],
      rows = [...body.rows];
    const signOf = (row) =>
      [...row.classList].find((name) => name.startsWith("sign-")).slice("sign-".length);
    const isJudged = (row) => JUDGED.includes(signOf(row));
    const faresAs = (row, wanted) =>
      !wanted ||
      (wanted === "judged"
        ? isJudged(row)
        : wanted === "ours"
          ? !isJudged(row)
          : signOf(row) === wanted);

    function filter() {
      const asked = words.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !(
          faresAs(row, fares.value) &&
          (!chapter.value || row.dataset.chapter === chapter.value) &&
          asked.every((word) => text.includes(word))
        );
        shown += !row.hidden;
      }
      part(".filter-count").textContent =
        shown < rows.length ? `${shown} of ${rows.length} claims` : "";
    }

    const signs = [...JUDGED, "found", "open"],
      text = (selector) => (row) => row.querySelector(selector).textContent.trim(),
      place = new Map(rows.map((row, index) => [row, index])),
      // What was not tried comes after all that was.
      stays = (row) => Number(row.querySelector(".claim-firm").dataset.stays || 2),
      keys = [
        text(".claim-question"),
        (row) => signs.indexOf(signOf(row)),
        stays,
        text(".claim-kinds"),
        (row) => place.get(row),
      ];

    function order(column, isDown) {
      const heads = all("thead th", table),
        key = keys[column];
      heads.forEach((head) => head.removeAttribute("aria-sort"));
      heads[column].setAttribute("aria-sort", isDown ? "descending" : "ascending");
      weakest.setAttribute("aria-pressed", String(column === 2 && !isDown));
      const sorted = [...rows].sort((a, b) => {
        const [one, other] = [key(a), key(b)];
        return typeof one === "number" ? one - other : one.localeCompare(other);
      });
      body.append(...(isDown ? sorted.reverse() : sorted));
    }

    all("thead th", table).forEach((head, column) => {
      if (!keys[column]) return;
      const button = make("button", "", head.textContent);
      button.type = "button";
      head.replaceChildren(button);
      button.addEventListener("click", () =>
        order(column, head.getAttribute("aria-sort") === "ascending"),
      );
    });
    weakest.setAttribute("aria-pressed", "false");
    weakest.addEventListener("click", () =>
      weakest.getAttribute("aria-pressed") === "true" ? order(4, false) : order(2, false),
    );
    [fares, chapter].forEach((control) => control.addEventListener("change", filter));
    words.addEventListener("input", filter);

    /** A count of the strip shows its claims; a link to a claim shows that one, opened. */
    function follow() {
      const name = location.hash.slice(1),
        row = rows.find(({ id }) => id === name);
      if (!row && !name.startsWith("fares-")) return;
      fares.value = row ? "" : name.slice("fares-".length);
      chapter.value = words.value = "";
      filter();
      if (!row) return;
      row.querySelector("details").open = true;
      row.scrollIntoView();
    }
    follow();
    addEventListener("hashchange", follow);
  }

  /** A link into a folded panel opens it. */
  function openTarget() {
    let name = location.hash.slice(1);
    try {
      name = decodeURIComponent(name);
    } catch {
      /* "#%": no address of ours, and looked for as it stands */
    }
    const target = name && !name.startsWith("live=") && document.getElementById(name);
    if (target) unfold(target);
  }

  window.brief = { announce, draw, still, sized, unfold, loadLibrary, contentRoot, inLanguages };
  setUpTheme();
  setUpContents();
  all(".brief-chart").forEach(setUpChart);
  all("button.enlarge").forEach((button) =>
    button.addEventListener("click", () => enlarge(button)),
  );
  setUpCopying();
  setUpNotes();
  setUpTables();
  openTarget();
  addEventListener("hashchange", openTarget);
  // A chart drawn for a wide column does not fit a narrow one: back to the still picture that does.
  matchMedia("(max-width: 42rem)").addEventListener("change", () =>
    all(".brief-chart.is-live").forEach(still),
  );
})();
