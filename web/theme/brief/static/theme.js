// Runs after the styles and before the first paint: the theme that a reader chose does not flash, and the first lines
// are set in our faces (they stand in faces.css, so this takes milliseconds; the style shows the page after 1.2 s at the latest).
(function () {
  var root = document.documentElement;
  root.classList.add("js", "waiting", "parsing");
  try {
    var theme = localStorage.getItem("brief-theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  } catch (refused) {
    /* storage is off: the system's theme stands */
  }
  // Altered data that travel with the reader (live-start.js): the page says so before anything of it is seen.
  var isCarried = location.hash.indexOf("#live=") === 0;
  try {
    var book = new URL(root.dataset.contentRoot || "./", location.href).href;
    isCarried = isCarried || sessionStorage.getItem("brief-live " + book) !== null;
  } catch (refused) {
    /* nothing travels in a storage that is off */
  }
  if (isCarried) root.classList.add("live-carried");
  // A table's columns move until its last row has come; until then its place is kept and nothing of it is seen,
  // for 1.2 s at the most: who has a slow line would rather see it move.
  document.addEventListener("DOMContentLoaded", function () {
    root.classList.remove("parsing");
  });
  function show() {
    root.classList.remove("waiting");
  }
  var faces = [
    "400 20px 'Brief Serif'",
    "400 16px 'IBM Plex Sans KR'",
    "600 16px 'IBM Plex Sans KR'",
  ].map(function (face) {
    return document.fonts.load(face);
  });
  // The letters of a page in Korean stand in faces of their own, which no sample of Latin letters asks for.
  if (root.lang === "ko")
    document.fonts.forEach(function (face) {
      if (/Plex/.test(face.family)) faces.push(face.load());
    });
  Promise.all(faces).then(show, show);
})();
