"use strict";
// A filter above every long table: plain text, all words must occur. Without script the tables are simply whole.
// A long text keeps a readable width, a short one its line. What is too wide or too long for its place scrolls inside it, by keyboard too: it
// can then be focused, and has a name.
let heading = "";
const boxes = [];
for (const item of document.querySelectorAll("h1, h2, h3, h4, .output, .picture")) {
  if (/^H/.test(item.tagName)) heading = item.textContent.trim();
  else boxes.push([item, heading]);
}
const reachable = () => {
  for (const [box, name] of boxes) {
    const scrolls = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
    const told = { tabindex: "0", role: "group", "aria-label": name || "Table" };
    for (const [key, value] of Object.entries(told)) {
      if (scrolls) box.setAttribute(key, value);
      else box.removeAttribute(key);
    }
  }
};
for (const [box, name] of boxes) {
  for (const cell of box.querySelectorAll("td")) {
    cell.classList.toggle("long", cell.textContent.length > 80);
    cell.classList.toggle("longest", cell.textContent.length > 200);
    cell.classList.toggle("short", cell.textContent.length < 12);
  }
  for (const table of box.querySelectorAll("table")) {
    const rows = [...table.querySelectorAll("tbody tr:not(.gap)")];
    if (rows.length < 8 || table.closest(".folded")) continue;
    const label = document.createElement("label");
    label.className = "filter";
    const input = document.createElement("input");
    input.type = "search";
    input.setAttribute("aria-label", `Filter ${name}`);
    const count = document.createElement("span");
    count.setAttribute("role", "status");
    count.textContent = `${rows.length} rows`;
    label.append("Filter ", input, " ", count);
    if (box.querySelectorAll("table").length > 1) table.before(label);
    else box.before(label);
    input.addEventListener("input", () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
        if (!row.hidden) shown += 1;
      }
      count.textContent = words.length ? `${shown} of ${rows.length} rows` : `${rows.length} rows`;
      reachable();
    });
  }
}
for (const happening of ["load", "resize", "toggle"]) addEventListener(happening, reachable, true);
// On paper every fold is open. Of a long table the first rows are printed, and it says so; what a filter leaves out is said too.
const onPaper = 60;
let folds = [];
const told = (words) => {
  const note = document.createElement("p");
  note.className = "paper";
  note.textContent = words;
  return note;
};
addEventListener("beforeprint", () => {
  folds = [...document.querySelectorAll("details:not([open])")];
  for (const fold of folds) fold.open = true;
  for (const table of document.querySelectorAll(".output table")) {
    if (table.closest(".folded")) continue;
    const all = [...table.querySelectorAll("tbody tr:not(.gap)")];
    const rows = all.filter((row) => !row.hidden);
    const rest = rows.splice(onPaper);
    if (rows.length === all.length) continue;
    for (const row of rest) row.classList.add("unprinted");
    const [few, left, whole] = [rows.length, rows.length + rest.length, all.length].map((count) => count.toLocaleString("en"));
    const filtered = left === whole ? "" : `the ${left} that the filter leaves of `;
    table.before(told(`On paper: the first ${few} of ${filtered}${whole} rows. The page holds all of them, and prints what its filter shows.`));
  }
  for (const input of document.querySelectorAll(".folded .filter input"))
    if (input.value) input.closest(".folded").prepend(told(`On paper: only what holds “${input.value}”. The page prints all when its filter is empty.`));
});
addEventListener("afterprint", () => {
  for (const fold of folds) fold.open = false;
  for (const row of document.querySelectorAll(".unprinted")) row.classList.remove("unprinted");
  for (const note of document.querySelectorAll(".paper")) note.remove();
});
