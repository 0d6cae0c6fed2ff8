// Runs before the first paint: the reader's theme, so that nothing flashes, and the faces that every page needs.
(function () {
  var root = document.documentElement;
  root.classList.add("js");
  try {
    var theme = localStorage.getItem("brief-theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  } catch (refused) { /* storage is off: the system's theme stands */ }
  // A preload needs CORS, which file:// has not; there the style sheet alone asks for the faces.
  if (location.protocol.indexOf("http") === 0) {
    ["source-serif-400", "plex-sans-kr-600", "plex-sans-kr-400"].forEach(function (face) {
      var link = document.createElement("link");
      link.rel = "preload"; link.as = "font"; link.type = "font/woff2"; link.crossOrigin = "";
      link.href = root.dataset.contentRoot + "assets/fonts/" + face + ".woff2";
      document.head.append(link);
    });
  }
})();
