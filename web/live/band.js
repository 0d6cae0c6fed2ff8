// The part of the window in which the page can be read, and what is brought into it.

/** From the lower edge of the bar on top to the upper edge of a panel that takes the window's whole width. */
function readableBand() {
  const bars = every(".live-bar:not([hidden]), .altered-banner").map(
    (bar) => bar.getBoundingClientRect().height,
  );
  const panel = document.getElementById("live-panel"),
    box = panel && !panel.hidden ? panel.getBoundingClientRect() : undefined;
  return {
    top: Math.max(0, ...bars),
    bottom: box && box.left < 1 && box.top < innerHeight ? box.top : innerHeight,
  };
}

const isShown = (el) => el.getClientRects().length > 0;

/** Whether an element can be read now: all of it, or of one that is high as much as makes some lines. */
function isInBand(el) {
  const { top, bottom } = readableBand(),
    box = el.getBoundingClientRect(),
    needed = Math.min(box.height, Math.max(90, Math.min(240, 0.6 * (bottom - top))));
  return isShown(el) && box.top >= top && box.top + needed <= bottom;
}

/** Scroll the page until the element stands in the band; the focus stays where it is. */
function bringIntoBand(el) {
  if (!isShown(el)) window.brief.unfold(el);
  if (isInBand(el)) return;
  const { top, bottom } = readableBand(),
    box = el.getBoundingClientRect(),
    room = Math.max(0, bottom - top - box.height);
  scrollTo({
    top: scrollY + box.top - top - Math.min(room / 2, Math.max(12, (bottom - top) / 4)),
    behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth",
  });
}

/** Of what changed in a step: a sentence that flipped, else what stands first on the page. */
function firstOf(changes) {
  const shown = changes.filter(({ el }) => isShown(el)),
    flips = (list) =>
      list.filter(({ kind, caseNow, caseWas }) => kind === "claim" && caseNow !== caseWas),
    inOrder = (a, b) =>
      a.el.compareDocumentPosition(b.el) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;
  return [flips(shown), shown, changes].find((list) => list.length)?.sort(inOrder)[0];
}

/** Where to look for a change: of a table, its first cell that differs. */
const placeOf = ({ kind, el }) =>
  (kind === "table" && el.querySelector("td.live-moved, th.live-moved")) || el;
