// Only in pages that `serve --watch` sends: loads the page anew once it was rebuilt, and shows what keeps it from that.
// It never lies in an edition on disk.

(() => {
  const ASK_AGAIN = 2000; // milliseconds, when the server does not answer

  const box = document.createElement("div");
  box.setAttribute("role", "alert");
  Object.assign(box.style, {
    position: "fixed",
    inset: "auto 0 0 0",
    zIndex: "100",
    maxHeight: "45vh",
    overflow: "auto",
    padding: ".8rem 1.25rem",
    background: "#7a1220",
    color: "#fff",
    font: "400 .9375rem/1.45 system-ui, sans-serif",
    whiteSpace: "pre-wrap",
  });

  const show = ({ problem, isBuilding }) => {
    box.textContent =
      problem || (isBuilding ? "Something changed: the book is being built anew." : "");
    box.style.background = problem ? "#7a1220" : "#1f4d7a";
    if (box.textContent) document.body.append(box);
    else box.remove();
  };

  const follow = async (seen, version) => {
    let state;
    try {
      const answer = await fetch(`/-/state?seen=${seen}`);
      state = await answer.json();
    } catch {
      setTimeout(follow, ASK_AGAIN, seen, version);
      return;
    }
    if (version !== undefined && state.version !== version) {
      location.reload(); // the browser goes to where it stood
      return;
    }
    show(state);
    follow(state.serial, state.version);
  };

  follow(-1);
})();
