"use strict";
// A filter above every long table: plain text, all words must occur. Without script the tables are simply whole.
for (const table of document.querySelectorAll(".output table")) {
  const rows = [...table.querySelectorAll("tbody tr")];
  if (rows.length < 8 || table.closest(".folded")) continue;
  const label = document.createElement("label");
  label.className = "filter";
  const input = document.createElement("input");
  input.type = "search";
  const count = document.createElement("span");
  count.setAttribute("role", "status");
  label.append("Filter ", input, " ", count);
  table.before(label);
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      if (!row.hidden) shown += 1;
    }
    count.textContent = words.length ? `${shown} of ${rows.length} rows` : "";
  });
}
