"use strict";
// A flow leads to the first table row that names its integration, where no row has that address of its own.
for (const link of document.querySelectorAll('svg.dfd a[href^="#"]')) {
  const name = decodeURIComponent(link.getAttribute("href").slice(1));
  if (document.getElementById(name)) continue;
  const cell = [...document.querySelectorAll("tbody td, tbody th")].find((item) => item.textContent.trim() === name);
  if (!cell || cell.parentElement.id) continue;
  cell.parentElement.id = name;
  cell.parentElement.tabIndex = -1;
}
// Focus above every diagram: by system, by finding, and by words of a flow (its object, its ends, its integration).
// What is out of focus fades; nothing moves. Without script the diagrams are simply whole.
for (const [index, svg] of document.querySelectorAll("svg.dfd").entries()) {
  const flows = [...svg.querySelectorAll("g.flow[id]")].map((element) => ({
    element,
    told: element.querySelector("title").textContent,
    findings: (element.dataset.findings ?? "").split(" ").filter(Boolean),
  }));
  if (flows.length < 2) continue;
  const bar = document.createElement("div");
  bar.className = "filter focus";
  const add = (text, control) => {
    const label = document.createElement("label");
    label.append(`${text} `, control);
    bar.append(label);
    return control;
  };
  const choice = (all, options) => {
    const select = document.createElement("select");
    select.append(new Option(all, ""), ...options.map(([text, value]) => new Option(text, value)));
    return select;
  };
  const lanes = [...svg.querySelectorAll("g.lane[data-system]")];
  const named = lanes.map((lane) => [lane.textContent.trim(), `in-${lane.dataset.system}`]);
  const system = lanes.length > 1 ? add("System", choice("every system", named)) : null;
  const ids = [...new Set(flows.flatMap((flow) => flow.findings))].sort();
  const marked = [["with any finding", "*"], ...ids.map((id) => [id, id])];
  const finding = ids.length ? add("Finding", choice("every flow", marked)) : null;
  const words = document.createElement("input");
  words.type = "search";
  const objects = document.createElement("datalist");
  objects.id = `objects-${index}`;
  words.setAttribute("list", objects.id);
  const carried = flows.map((flow) => flow.told.match(/^\S+ (.*?): /)?.[1]).filter(Boolean);
  objects.append(...[...new Set(carried)].sort().map((object) => new Option(object)));
  add("Object or other words", words);
  const count = document.createElement("span");
  count.setAttribute("role", "status");
  bar.append(objects, count);
  svg.before(bar);
  const focus = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { element, told, findings } of flows) {
      const fits =
        (!system?.value || element.classList.contains(system.value)) &&
        (!finding?.value || (finding.value === "*" ? findings.length > 0 : findings.includes(finding.value))) &&
        wanted.every((word) => told.toLowerCase().includes(word));
      element.classList.toggle("faded", !fits);
      if (fits) shown += 1;
    }
    count.textContent = shown < flows.length ? `${shown} of ${flows.length} flows` : "";
  };
  for (const control of [system, finding, words]) control?.addEventListener("input", focus);
}
