// The door to the live page, on every page: a button, and nothing else until it is pressed, a shared link opens it, or
// data that the reader altered on another page come along.
(() => {
  "use strict";
  const script = document.currentScript;
  const root = document.documentElement,
    base = new URL(".", script.src).href,
    version = new URL(script.src).search,
    book = new URL(root.dataset.contentRoot || "./", location.href).href; // as theme.js has it
  const files = ["live-data.js", "live-engine.js", "live.js"],
    own = root.classList.contains("altered")
      ? ["this altered edition’s figures", "this altered edition’s data"]
      : ["the published figures", "the published data"];
  let opening;

  // What travels with the reader: the altered data as the part of a link, in the tab's own storage. Where a browser
  // refuses that, in the address of the next page.

  const KEY = `brief-live ${book}`;
  const carry = {
    title: document.title,
    backWords: `Back to ${own[1]}`,
    isStored: true,
    kept: "",
    read() {
      try {
        return sessionStorage.getItem(KEY) ?? "";
      } catch {
        carry.isStored = false;
        return carry.kept;
      }
    },
    keep(packed) {
      carry.kept = packed;
      try {
        packed ? sessionStorage.setItem(KEY, packed) : sessionStorage.removeItem(KEY);
        carry.isStored = true;
      } catch {
        carry.isStored = false;
      }
    },
    /** {packed, to} of an address: the altered data, and the place on the page that it leads to. */
    linked() {
      if (!location.hash.startsWith("#live=")) return undefined;
      const [packed, to = ""] = location.hash.slice("#live=".length).split("&to=");
      return { packed, to };
    },
    /** The bar on top of every page while altered data are about. */
    bar() {
      if (!carry.element) {
        carry.element = Object.assign(document.createElement("div"), { className: "live-bar" });
        carry.element.lang = "en"; // on a page in Korean as well
        carry.element.setAttribute("role", "region");
        carry.element.setAttribute("aria-label", "Altered by the reader");
        carry.element.hidden = true;
        document.querySelector(".live-skip, .skip").after(carry.element);
      }
      return carry.element;
    },
    /** Before the engine has answered, and where it cannot. */
    say(strong, text) {
      const bar = carry.bar(),
        back = Object.assign(document.createElement("button"), {
          type: "button",
          textContent: carry.backWords,
        });
      back.addEventListener("click", putBack);
      const said = document.createElement("span");
      said.append(Object.assign(document.createElement("strong"), { textContent: strong }), text);
      bar.replaceChildren(said, back);
      bar.hidden = false;
      root.classList.remove("live-carried"); // the bar says it from here on
    },
    refused() {
      carry.say(
        "Altered by the reader. ",
        `This page could not be computed from the altered data: it shows ${own[0]}. `,
      );
    },
  };

  /** Without an engine: nothing travels any more, and the page is loaded as it was built. */
  function putBack() {
    carry.keep("");
    history.replaceState(null, "", location.pathname + location.search);
    location.reload();
  }

  const load = (file) =>
    new Promise((done, failed) => {
      const element = file.endsWith(".css")
        ? Object.assign(document.createElement("link"), {
            rel: "stylesheet",
            href: base + file + version,
          })
        : Object.assign(document.createElement("script"), { src: base + file + version });
      element.onload = done;
      element.onerror = () => {
        element.remove();
        failed(new Error(`${file} did not load`));
      };
      document.head.append(element);
    });

  /** Load and start everything once. `isQuiet`: the page is altered, the panel stays closed. */
  function start(isQuiet) {
    opening ??= (async () => {
      say("Loading…", true);
      try {
        await Promise.all(["live.css", ...files].map(load));
        await window.briefLive(buttons, isQuiet);
        say("");
        window.briefLivePanel.showWaiting();
      } catch (error) {
        console.error(error);
        say(`Could not open: ${error.message}`);
        opening = undefined;
        throw error;
      }
    })();
    return opening;
  }

  const open = () =>
    start(false).then(
      () => window.briefLivePanel.open(),
      () => carry.kept && carry.refused(),
    );

  /** From a figure: at the table that bears most of it. The button says that it was heard. */
  async function openAt(button) {
    const said = [...button.childNodes];
    button.textContent = "Loading…";
    await open();
    button.replaceChildren(...said);
    window.briefLivePanel?.openTable(button.dataset.change, button);
  }
  document
    .querySelectorAll("[data-change]")
    .forEach((button) => button.addEventListener("click", () => openAt(button)));

  // The buttons stand in the page from the start, so that nothing moves when this script arrives.
  const buttons = [...document.querySelectorAll(".live-open-button")],
    words = new Map(buttons.map((button) => [button, button.textContent]));
  buttons.forEach((button) => button.addEventListener("click", open));
  const say = (text, busy = false) =>
    buttons.forEach((button) => {
      button.textContent = text;
      button.setAttribute("aria-busy", busy);
    });
  /** The buttons' own words, and what waits behind them. */
  carry.label = (waiting = "") =>
    buttons.forEach((button) => {
      if (button.getAttribute("aria-busy") !== "true")
        button.textContent = words.get(button) + waiting;
    });
  if (buttons.length) addSkip();

  /** The panel within the first keys: a second link beside the one that leads to the text. */
  function addSkip() {
    buttons[0].id ||= "change-these-data";
    const skip = Object.assign(document.createElement("a"), {
      className: "skip live-skip",
      href: `#${buttons[0].id}`,
      textContent: "Change the data",
    });
    skip.addEventListener("click", (event) => {
      event.preventDefault();
      open();
    });
    document.querySelector(".skip").after(skip);
  }

  // Arriving

  function arrive() {
    const linked = carry.linked(),
      packed = linked?.packed ?? carry.read();
    carry.kept = packed;
    if (!packed) return root.classList.remove("live-carried");
    if (!buttons.length) {
      if (linked) carry.keep(packed);
      carry.say(
        "Your altered data travel with you. ",
        `Nothing on this page is computed from them: it shows ${own[0]}. `,
      );
      return;
    }
    carry.say(
      "Altered by the reader. ",
      `This page is being computed from the altered data; until then it shows ${own[0]}. `,
    );
    document.title = `ALTERED — ${carry.title}`;
    if (linked) open();
    else start(true).catch(carry.refused);
  }

  /** The address of a page of the book with the altered data in it. */
  function withCarried(address) {
    const to = new URL(address);
    if (!to.href.startsWith(book) || !/(?:\/|\.html)$/.test(to.pathname)) return undefined;
    if (to.pathname === location.pathname || to.hash.startsWith("#live=")) return undefined;
    to.hash = `live=${carry.kept}${to.hash.length > 1 ? `&to=${to.hash.slice(1)}` : ""}`;
    return to.href;
  }

  // A new tab has a storage of its own, and some browsers give none: there the next address carries the data.
  for (const kind of ["click", "auxclick"])
    document.addEventListener(
      kind,
      (event) => {
        const link = event.target.closest?.("a[href]:not([download])"),
          isNewTab = event.button === 1 || event.ctrlKey || event.metaKey || event.shiftKey;
        if (!link || !carry.kept || (carry.isStored && !isNewTab)) return;
        const was = link.getAttribute("href"),
          now = withCarried(link.href);
        if (!now) return;
        link.href = now;
        setTimeout(() => link.setAttribute("href", was));
      },
      true,
    );

  // A page that Back brings up again as it stood may be of another state than what travels by now.
  addEventListener("pageshow", (event) => {
    if (event.persisted && carry.read() !== carry.kept) location.reload();
  });

  window.briefLiveOpen = open;
  window.briefLiveLoad = load;
  window.briefLiveCarry = carry;
  arrive();
  addEventListener("hashchange", () => {
    if (carry.linked() && buttons.length && !opening) open();
  });
})();
