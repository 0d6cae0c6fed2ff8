// What no view reads (the texts of sources, and where figures stand) comes when a reader asks for it.

/** Whether a table's rows are still to come. */
const isComing = (name, pack) => pack.later.includes(name) && !pack.isWhole;

/** The rows that are still to come, once for all; nothing to wait for where none of the tables `names` needs them. */
async function madeWhole(names, pack, client) {
  if (!names.some((name) => isComing(name, pack))) return;
  pack.coming ??= (async () => {
    await window.briefLiveLoad("live-later.js");
    const rows = JSON.parse(new TextDecoder().decode(await unpacked(window.briefLiveLater)));
    window.briefLiveLater = undefined;
    for (const [name, found] of Object.entries(rows))
      pack.tables[name].rows.splice(0, Infinity, ...found);
    indexTables(pack.tables);
    client.isStale = true; // its engine holds the rows of before
    pack.isWhole = true;
  })();
  try {
    await pack.coming;
  } catch (error) {
    pack.coming = undefined;
    throw new Refused(error.message, "a site that has all its files: open it anew");
  }
}
