// The door to the live page, on every page: a button, and nothing else until it is pressed (or a shared link opens it).
(() => {
  "use strict";
  const script = document.currentScript;
  const root = document.documentElement,
    base = new URL(".", script.src).href,
    version = new URL(script.src).search;
  if (!document.querySelector(".live-open-button")) return;
  const files = ["live-data.js", "live-engine.js", "live.js"];
  let opening;

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
    return opening.then(
      () => window.briefLivePanel.open(),
      () => {},
    );
  }

  // The buttons stand in the page from the start, so that nothing moves when this script arrives.
  const buttons = [...document.querySelectorAll(".live-open-button")];
  buttons.forEach((button) => button.addEventListener("click", open));
  const say = (text, busy = false) =>
    buttons.forEach((button) => {
      button.textContent = text;
      button.setAttribute("aria-busy", busy);
    });

  window.briefLiveOpen = open;
  window.briefLiveLoad = load;
  if (location.hash.startsWith("#live=")) open();
  addEventListener("hashchange", () => {
    if (location.hash.startsWith("#live=") && !opening) open();
  });
})();
