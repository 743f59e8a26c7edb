const MOST_GROUPS = 100;

/** The matrix: all scenarios together, then each of them as a row that can be opened. */
function showMatrix(report) {
  const section = document.getElementById("matrix");
  const { columns, rows, legend, covered } = report.matrix;
  if (!columns.length || !rows.length) {
    section.append(make("p", { class: "soft" }, "No fault was injected."));
    return;
  }
  const table = make("table", { class: "matrix" },
    make("caption", { class: "hidden" }, "Outcomes by step of the conversation and by fault"),
    make("thead", {}, make("tr", {}, make("td", {}),
      ...columns.map(([name, does]) => make("th", { scope: "col", title: does }, make("span", {}, name))))));
  table.append(groupOf(report, "All scenarios", rows, true));
  const split = make("input", { type: "checkbox", id: "split" });
  split.addEventListener("change", () => table.classList.toggle("split", split.checked));
  const each = make("button", { type: "button" }, "Each scenario");
  each.setAttribute("aria-pressed", "false");
  each.addEventListener("click", async () => {
    const isOn = each.getAttribute("aria-pressed") === "true";
    each.setAttribute("aria-pressed", String(!isOn));
    if (isOn) {
      table.querySelectorAll("tbody.one, tbody.more").forEach((one) => one.remove());
    } else {
      addGroups(report, table, await unpacked("groups"), 0);
    }
  });
  const key = make("div", { class: "legend" },
    ...legend.map((number) => make("span", {}, signed(report.signs[number]), report.signs[number][0])),
    make("span", {}, make("span", { class: "cell open", "aria-hidden": "true" }, "·"), "uncovered"));
  section.append(make("div", { class: "card" },
    make("div", { class: "tools" }, each,
      make("label", {}, split, " split by the tier that served next"),
      make("span", { class: "soft small push" }, covered)),
    make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "What each fault did, where" }, table), key));
}

const signed = ([, letter]) => make("span", { class: "cell", "data-sign": letter, "aria-hidden": "true" }, letter);

function addGroups(report, table, groups, from) {
  for (const [place, rows] of groups.slice(from, from + MOST_GROUPS)) {
    const name = report.texts[report.scenarios.name[place]];
    const group = groupOf(report, name, rows, false);
    group.classList.add("one");
    table.append(group);
  }
  const left = groups.length - from - MOST_GROUPS;
  if (left <= 0) return;
  const button = make("button", { type: "button" }, `Show ${Math.min(left, MOST_GROUPS)} more of ${left.toLocaleString("en")}`);
  const more = make("tbody", { class: "more" }, make("tr", {}, make("th", { colspan: report.matrix.columns.length + 1 }, button)));
  button.addEventListener("click", () => { more.remove(); addGroups(report, table, groups, from + MOST_GROUPS); });
  table.append(more);
}

/** A group of rows below one that sums them up: the worst outcome of each fault. */
function groupOf(report, name, rows, isOpen) {
  const { columns } = report.matrix;
  const body = make("tbody");
  const button = make("button", { type: "button", class: "opens", "aria-expanded": "false", title: name }, name);
  const worst = columns.map((_, index) => rows.map(([, , cells]) => cells[index])
    .reduce((one, other) => (other && other[0] > (one ? one[0] : -1) ? other : one), 0));
  body.append(make("tr", { class: "sum" }, make("th", { scope: "rowgroup" }, button),
    ...worst.map((cell, index) => make("td", {}, cellOf(report, cell, `${columns[index][0]} in ${name}`)))));
  const toggle = () => {
    const opens = button.getAttribute("aria-expanded") === "false";
    button.setAttribute("aria-expanded", String(opens));
    if (!opens) { [...body.children].slice(1).forEach((row) => row.remove()); return; }
    for (const [flow, step, cells] of rows) {
      const where = step ? `${flow} › ${step}` : flow;
      body.append(make("tr", {}, make("th", { scope: "row", title: where },
        step ? make("span", { class: "soft" }, `${flow} › `) : null, step || flow),
      ...cells.map((cell, index) => make("td", {}, cellOf(report, cell, `${columns[index][0]} at ${where}`)))));
    }
  };
  button.addEventListener("click", toggle);
  if (isOpen) toggle();
  return body;
}

function cellOf(report, cell, where) {
  if (!cell || cell[0] < 0) {
    const why = cell ? `tried in ${cell[1]} plans, never struck` : "never tried";
    return make("span", { class: "cell open", title: `${where}: ${why}` },
      make("span", { "aria-hidden": "true" }, "·"), make("span", { class: "hidden" }, `uncovered, ${why}`));
  }
  const [number, plans, fired, finding, scenario, tiers] = cell;
  const [outcome, letter] = report.signs[number];
  const words = `${outcome}: ${where}, struck in ${fired} of ${plans} plans`;
  const attributes = { class: "cell", "data-sign": letter, title: words, "aria-label": words };
  const target = finding >= 0 ? `#finding-${finding + 1}` : scenario >= 0 ? `#scenario-${scenario + 1}` : null;
  const whole = target ? make("a", { ...attributes, href: target }, letter) : make("span", { ...attributes, role: "img" }, letter);
  if (!tiers.length) return whole;
  return make("span", { class: "both" }, whole, make("span", { class: "tiers" },
    ...tiers.map(([tier, worst]) => make("span", { "data-sign": report.signs[worst][1], title: `${tier}: ${report.signs[worst][0]}` }, tier[0]))));
}
