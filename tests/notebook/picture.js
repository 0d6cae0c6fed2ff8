/* What is wrong with the still pictures of figures that stand in a page: read by tests/notebook/test_labels.py.
   A label either lies within one mark or touches none; labels touch no other and are whole; text has 4.5:1, marks have 3:1 against the
   page; no mark is thinned by opacity. `rules` names the page's ground and ink, and the px that a phone leaves a picture. */
(rules) => {
  const parsed = (color) => {
    const found = color.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0, 0];
    return { rgb: found.slice(0, 3), alpha: found.length > 3 ? found[3] : 1 };
  };
  const luminance = ([r, g, b]) => {
    const linear = (c) => (c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  };
  const contrast = (a, b) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const over = (color, alpha, ground) => color.map((c, i) => alpha * c + (1 - alpha) * ground[i]);
  const ground = parsed(rules.ground).rgb;

  /* How opaque an element is, its groups counted in. */
  const opacity = (element) => {
    let all = 1;
    for (let e = element; e && e.tagName !== "svg"; e = e.parentElement) all *= Number(getComputedStyle(e).opacity);
    return all;
  };
  const painted = (element, part) => {
    const style = getComputedStyle(element);
    if (style[part] === "none" || (part === "stroke" && !parseFloat(style.strokeWidth))) return null;
    const { rgb, alpha } = parsed(style[part]);
    const visible = alpha * Number(style[`${part}Opacity`]) * opacity(element);
    return visible ? { rgb: over(rgb, visible, ground), alpha: visible } : null;
  };

  /* The lines of a text as boxes, from the capitals' height to the descenders, without the air that a font adds. */
  const lines = (text) => {
    const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
      const range = document.createRange();
      range.selectNodeContents(walker.currentNode);
      for (const box of range.getClientRects()) {
        const air = box.width > box.height / 2 || box.height < 20 ? 0.2 * box.height : 0;
        found.push({ left: box.left, right: box.right, top: box.top + air, bottom: box.bottom - 0.8 * air });
      }
    }
    return found.filter((box) => box.right - box.left > 0.5);
  };
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

  const faults = [];
  for (const picture of document.querySelectorAll("[data-picture]")) {
    const name = picture.dataset.picture;
    const svg = picture.querySelector("svg");
    const say = (fault) => faults.push(`${name}: ${fault}`);
    const shrunk = name.includes("narrow") ? Math.min(1, rules.phone / svg.width.baseVal.value) : 1;

    const shapes = ".role-mark:not(.mark-text):not(.mark-group) > :is(path, rect, line, circle)";
    const symbols = ".role-legend-symbol > path";
    const marks = [];
    for (const element of svg.querySelectorAll(`${shapes}, ${symbols}`)) {
      const fill = painted(element, "fill");
      const stroke = painted(element, "stroke");
      const box = element.getBoundingClientRect();
      const wide = stroke ? parseFloat(getComputedStyle(element).strokeWidth) / 2 : 0;
      if ((!fill && !stroke) || (!box.width && !box.height)) continue;
      const edges = { left: box.left - wide, right: box.right + wide, top: box.top - wide, bottom: box.bottom + wide };
      marks.push({ element, fill, stroke, edges, toOwn: element.getScreenCTM().inverse() });
      const what = `${element.parentElement.getAttribute("class")} ${getComputedStyle(element).fill}`;
      if ([fill, stroke].some((paint) => paint && paint.alpha < 1)) say(`a mark is thinned by opacity (${what})`);
      const best = Math.max(...[fill, stroke].filter(Boolean).map((paint) => contrast(paint.rgb, ground)));
      if (best < 3) say(`a mark has ${best.toFixed(2)}:1 (${what})`);
    }
    marks.reverse(); // what lies on top first

    const labels = [];
    for (const text of svg.querySelectorAll("text")) {
      const words = text.textContent.trim();
      const paint = painted(text, "fill");
      if (!words || !paint) continue;
      const size = parseFloat(getComputedStyle(text).fontSize) * shrunk;
      if (size < rules.smallest) say(`“${words}” is ${size.toFixed(1)} px high`);
      if (words.includes("…")) say(`“${words}” is cut short`);
      let upon = ground;
      for (const box of lines(text)) {
        const near = marks.filter((mark) => meet(mark.edges, box));
        const tops = new Set();
        for (let x = box.left; near.length && x <= box.right; x += 1.5) {
          for (let y = box.top; y <= box.bottom; y += 1.5) {
            const hit = near.find(({ element, fill, stroke, toOwn }) => {
              const point = new DOMPoint(x, y).matrixTransform(toOwn);
              return (fill && element.isPointInFill(point)) || (stroke && element.isPointInStroke(point));
            });
            tops.add(hit);
          }
        }
        const [top] = tops;
        if (tops.size > 1) say(`“${words}” touches a mark`);
        else if (top?.fill) upon = top.fill.rgb;
        else if (top) say(`“${words}” lies on a line`);
        for (const other of labels) if (other.text !== text && meet(box, other.box)) say(`“${words}” touches “${other.words}”`);
        labels.push({ box, words, text });
      }
      const read = contrast(paint.rgb, upon);
      if (read < 4.5) say(`“${words}” has ${read.toFixed(2)}:1`);
    }
  }
  return [...new Set(faults)];
}
