"use strict";
// A flow leads to the first table row that names its integration, on pages whose rows carry no address of their own.
for (const link of document.querySelectorAll('svg.dfd a[href^="#"]')) {
  const name = decodeURIComponent(link.getAttribute("href").slice(1));
  if (document.getElementById(name)) continue;
  const cell = [...document.querySelectorAll("tbody td, tbody th")].find((item) => item.textContent.trim() === name);
  if (!cell) continue;
  cell.parentElement.id = name;
  cell.parentElement.tabIndex = -1;
}
// Focus above every diagram: by system, by finding, and by words of a flow (its data, its ends, its integration).
// What is out of focus fades; nothing moves. Without script the diagrams are simply whole.
for (const svg of document.querySelectorAll("svg.dfd")) {
  const flows = [...svg.querySelectorAll("g.flow[id]")];
  if (flows.length < 2) continue;
  const lanes = [...svg.querySelectorAll("g.lane[data-system]")];
  const bar = document.createElement("div");
  bar.className = "filter focus";
  const select = document.createElement("select");
  select.append(new Option("every system", ""));
  for (const lane of lanes) select.append(new Option(lane.textContent.trim(), `in-${lane.dataset.system}`));
  const words = document.createElement("input");
  words.type = "search";
  const found = document.createElement("input");
  found.type = "checkbox";
  found.style.minWidth = "auto";
  const count = document.createElement("span");
  count.setAttribute("role", "status");
  const label = (text, control) => {
    const element = document.createElement("label");
    element.append(`${text} `, control, " ");
    bar.append(element);
  };
  label("Focus on", select);
  label("flows with", words);
  if (svg.querySelector("g.flow.finding[id]")) label("with findings only", found);
  bar.append(count);
  svg.before(bar);
  const focus = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const flow of flows) {
      const told = flow.querySelector("title").textContent.toLowerCase();
      const fits =
        (!select.value || flow.classList.contains(select.value)) &&
        (!found.checked || flow.classList.contains("finding")) &&
        wanted.every((word) => told.includes(word));
      flow.classList.toggle("faded", !fits);
      if (fits) shown += 1;
    }
    count.textContent = shown < flows.length ? `${shown} of ${flows.length} flows` : "";
  };
  for (const control of [select, words, found]) control.addEventListener("input", focus);
}
