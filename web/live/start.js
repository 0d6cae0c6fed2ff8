// The door to the live page, on every page: a button, and nothing else until it is pressed (or a shared link opens it).
(() => {
  "use strict";
  const script = document.currentScript;
  const root = document.documentElement, base = new URL(".", script.src).href, version = new URL(script.src).search;
  if (!document.querySelector(".brief-number, .brief-claim, .claim-card, .brief-chart")) return;
  const files = ["live-data.js", "live-engine.js", "live.js"];
  let opening;

  const load = (file) => new Promise((done, failed) => {
    const element = file.endsWith(".css")
      ? Object.assign(document.createElement("link"), { rel: "stylesheet", href: base + file + version })
      : Object.assign(document.createElement("script"), { src: base + file + version });
    element.onload = done;
    element.onerror = () => { element.remove(); failed(new Error(`${file} did not load`)); };
    document.head.append(element);
  });

  function open() {
    opening ??= (async () => {
      say("Loading…", true);
      try {
        await Promise.all(["live.css", ...files].map(load));
        await window.briefLive(buttons);
        say("Change the data");
      } catch (error) {
        console.error(error);
        say(`Could not open: ${error.message}`);
        opening = undefined;
        throw error;
      }
    })();
    return opening.then(() => window.briefLivePanel.open(), () => {});
  }

  const buttons = [document.querySelector(".masthead-tools"), document.querySelector(".page-line")].filter(Boolean).map((place, index) => {
    const button = Object.assign(document.createElement("button"), { type: "button", className: `quiet live-open-button${index ? " in-line" : ""}`, textContent: "Change the data" });
    button.addEventListener("click", open);
    if (index) place.append(" · ", button); else place.prepend(button);
    return button;
  });
  const say = (text, busy = false) => buttons.forEach((button) => { button.textContent = text; button.setAttribute("aria-busy", busy); });

  window.briefLiveOpen = open;
  if (location.hash.startsWith("#live=")) open();
  addEventListener("hashchange", () => { if (location.hash.startsWith("#live=") && !opening) open(); });
})();
