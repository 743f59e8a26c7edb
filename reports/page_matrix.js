const MOST_GROUPS = 40;

/** The matrix: all scenarios together, then, page by page, each of them as a row that can be
 * opened. */
function showMatrix(report) {
  const section = document.getElementById("matrix");
  const { columns, rows, legend, covered, uncovered } = report.matrix;
  if (!columns.length || !rows.length) {
    section.append(make("p", { class: "soft" }, "No fault was injected."));
    return;
  }
  const split = make("input", { type: "checkbox", id: "split" });
  const tiers = lettersOf(rows);
  const shown = { report, tiers, split };
  const table = make("table", { class: "matrix", role: "grid", "aria-labelledby": "matrix-title" },
    make("thead", {}, make("tr", {}, make("td", {}),
      ...columns.map(([name, does]) => make("th", { scope: "col", title: does }, make("span", {}, name))))));
  table.style.setProperty("--columns", columns.length);
  table.append(groupOf(shown, "All scenarios", rows, true));
  const pages = make("span", { class: "pages" });
  const each = make("button", { type: "button" }, "Each scenario");
  const turn = async (from) => {
    const isOn = from !== null;
    each.setAttribute("aria-pressed", String(isOn));
    table.querySelectorAll("tbody.one").forEach((one) => one.remove());
    const groups = isOn ? await unpacked("groups") : [];
    if (each.getAttribute("aria-pressed") !== String(isOn)) return;
    table.append(...groups.slice(from, from + MOST_GROUPS).map(([place, its]) => {
      const name = report.texts[report.scenarios.name[place]];
      const group = groupOf(shown, report.scenarios.partial[place] ? `partial: ${name}` : name, its, false);
      group.classList.add("one");
      return group;
    }));
    pages.replaceChildren(...(groups.length > MOST_GROUPS ? pager(groups.length, from, turn) : []));
    rove(table, null);
  };
  each.setAttribute("aria-pressed", "false");
  each.addEventListener("click", () => turn(each.getAttribute("aria-pressed") === "true" ? null : 0));
  const letters = make("div", { class: "legend", hidden: "" }, make("span", { class: "soft" }, "Tier that served the next turn:"),
    ...[...tiers].map(([tier, letter]) => make("span", {}, make("b", {}, letter), tier)),
    make("span", { class: "soft" }, "No letter: no turn came after the fault, or its tier is not told."));
  split.addEventListener("change", () => {
    letters.hidden = !split.checked;
    table.querySelectorAll("td").forEach((one) => one.fill?.());
    rove(table, null);
  });
  const key = make("div", { class: "legend" },
    ...legend.map((number) => make("span", {}, signed(report.signs[number]), report.signs[number][0])),
    make("span", {}, make("span", { class: "cell open", "aria-hidden": "true" }, "·"), uncovered));
  section.append(make("div", { class: "card" },
    make("div", { class: "tools" }, each, pages,
      make("label", {}, split, " split by the tier that served next"),
      make("span", { class: "soft small push" }, covered)),
    scrolling("Matrix", table, null, null), letters, key));
  walk(table);
  rove(table, null);
}

const signed = ([, letter]) => make("span", { class: "cell", "data-sign": letter, "aria-hidden": "true" }, letter);

/** A letter of its own for each tier. */
function lettersOf(rows) {
  const letters = new Map();
  const tiers = new Set(rows.flatMap(([, , cells]) => cells.flatMap((cell) => (cell ? cell[5].map(([tier]) => tier) : []))));
  for (const tier of tiers) {
    const free = [...tier, ..."123456789"].find((letter) => /\S/.test(letter) && ![...letters.values()].includes(letter));
    letters.set(tier, free || "+");
  }
  return letters;
}

/** Buttons that turn the pages of a long list. */
function pager(total, from, turn) {
  const until = Math.min(total, from + MOST_GROUPS);
  const button = (words, to) => {
    const one = make("button", { type: "button", disabled: to < 0 || to >= total ? "" : null }, words);
    one.addEventListener("click", () => turn(to));
    return one;
  };
  return [button("Previous", from - MOST_GROUPS), make("span", { class: "soft small", role: "status" }, ` ${(from + 1).toLocaleString("en")} to ${until.toLocaleString("en")} of ${total.toLocaleString("en")} `), button("Next", from + MOST_GROUPS)];
}

/** What can be gone to in a row: the button that opens it, and its cells. */
const stops = (row) => [...row.querySelectorAll(".opens, .cell")];

/** Leaves one place of the grid where the tab key stops: this one, or the first. */
function rove(table, place) {
  const first = table.querySelector(".opens");
  const current = place || table.querySelector('[tabindex="0"]') || first;
  table.querySelectorAll('.opens, [tabindex="0"]').forEach((one) => one.setAttribute("tabindex", -1));
  current.setAttribute("tabindex", 0);
}

/** The arrow keys go from cell to cell. */
function walk(table) {
  table.addEventListener("focusin", (event) => rove(table, event.target.closest(".opens, .cell")));
  table.addEventListener("keydown", (event) => {
    const rows = [...table.querySelectorAll("tbody tr")];
    const row = event.target.closest("tr");
    const mine = stops(row);
    const column = mine.indexOf(event.target);
    const across = mine.length - column;
    const beside = (other) => other && stops(other)[Math.max(0, stops(other).length - across)];
    const down = rows.indexOf(row);
    const targets = {
      ArrowRight: () => mine[column + 1], ArrowLeft: () => mine[column - 1],
      ArrowDown: () => beside(rows[down + 1]), ArrowUp: () => beside(rows[down - 1]),
      Home: () => mine[0], End: () => mine[mine.length - 1],
    };
    if (column < 0 || !(event.key in targets) || event.altKey || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    targets[event.key]()?.focus();
  });
}

/** The cells of one fault as one: the worst outcome, where that leads, and all plans. */
function summed(cells) {
  const tried = cells.filter(Boolean);
  if (!tried.length) return 0;
  const [outcome, , , finding, scenario] = tried.reduce((one, other) => (other[0] > one[0] ? other : one));
  // Plans may be more than a number holds exactly.
  const total = (place) => tried.reduce((sum, cell) => sum + BigInt(cell[place].replaceAll(",", "")), 0n).toLocaleString("en");
  const tiers = new Map();
  for (const [tier, worst] of tried.flatMap((cell) => cell[5])) tiers.set(tier, Math.max(worst, tiers.get(tier) ?? 0));
  return [outcome, total(1), total(2), finding, scenario, [...tiers]];
}

/** A group of rows below one that sums them up: the worst outcome of each fault. */
function groupOf(shown, name, rows, isOpen) {
  const { columns } = shown.report.matrix;
  const body = make("tbody");
  const button = make("button", { type: "button", class: "opens", tabindex: -1, "aria-expanded": "false", title: name }, name);
  const sums = columns.map((_, index) => summed(rows.map(([, , cells]) => cells[index])));
  const filled = (cell, where) => {
    const place = make("td");
    place.fill = () => place.replaceChildren(...cellOf(shown, cell, where));
    place.fill();
    return place;
  };
  body.append(make("tr", { class: "sum" }, make("th", { scope: "rowgroup" }, button),
    ...sums.map((cell, index) => filled(cell, `${columns[index][0]} in ${name}`))));
  const toggle = () => {
    const opens = button.getAttribute("aria-expanded") === "false";
    button.setAttribute("aria-expanded", String(opens));
    if (!opens) { [...body.children].slice(1).forEach((row) => row.remove()); return; }
    for (const [flow, step, cells] of rows) {
      const where = step ? `${flow} › ${step}` : flow;
      body.append(make("tr", {}, make("th", { scope: "row", title: where },
        step ? make("span", { class: "soft" }, `${flow} › `) : null, step || flow),
      ...cells.map((cell, index) => filled(cell, `${columns[index][0]} at ${where}`))));
    }
  };
  button.addEventListener("click", toggle);
  if (isOpen) toggle();
  return body;
}

/** The parts of one cell: the worst outcome, and the same by tier where that is wanted. */
function cellOf({ report, tiers, split }, cell, where) {
  if (!cell || cell[0] < 0) {
    const tried = cell ? `tried in ${cell[1]} plans, never struck` : "never tried";
    const words = `uncovered: ${where}, ${report.head.partial ? report.matrix.uncovered : tried}`;
    return [make("span", { class: "cell open", tabindex: -1, role: "img", title: words, "aria-label": words }, "·")];
  }
  const [number, plans, fired, finding, scenario, byTier] = cell;
  const [outcome, letter] = report.signs[number];
  const words = `${outcome}: ${where}, struck in ${fired} of ${plans} plans`;
  const attributes = { class: "cell", "data-sign": letter, tabindex: -1, title: words, "aria-label": words };
  const target = finding >= 0 ? `#finding-${finding + 1}` : scenario >= 0 ? `#scenario-${scenario + 1}` : null;
  const whole = target ? make("a", { ...attributes, href: target }, letter) : make("span", { ...attributes, role: "img" }, letter);
  if (!split.checked || !byTier.length) return [whole];
  return [whole, make("span", { class: "tiers" },
    ...byTier.map(([tier, worst]) => make("span", { "data-sign": report.signs[worst][1], title: `${tier}: ${report.signs[worst][0]}` }, tiers.get(tier))))];
}
