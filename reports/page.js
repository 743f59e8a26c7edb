const MOST_SCENARIOS = 200;
const MOST_REASONS = 3;
const MOST_GAPS = 12;
const MOST_PRINTED = 50;

function showHead(report) {
  const { head } = report;
  const marks = { pass: "✓", fail: "✗", inconclusive: "?" };
  const says = { pass: "Every conversation survived.", fail: "A conversation is lost.", inconclusive: "It could not be decided." };
  const verdict = make("div", { class: "verdict", "data-verdict": head.verdict },
    make("span", { class: "seal", "aria-hidden": "true" }, marks[head.verdict]),
    make("div", {}, make("h1", {}, head.verdict, head.partial ? make("small", {}, " partial: the run was cut short") : null), make("p", {}, says[head.verdict])));
  const whole = head.outcomes.map(([outcome, , plans]) => `${plans} ${outcome}`).join(", ");
  const ends = head.outcomes.length ? make("div", { class: "ends" },
    make("div", { class: "share", role: "img", "aria-label": `Plans by how they end: ${whole}` }, ...head.outcomes.map(([, letter, , share]) => {
      const part = make("span", { "data-sign": letter });
      part.style.flexGrow = share;
      return part;
    })),
    make("ul", { class: "legend", "aria-label": "Plans by how they end" }, make("li", { class: "soft", "aria-hidden": "true" }, "Plans by how they end"), ...head.outcomes.map(([outcome, letter, plans]) =>
      make("li", {}, make("span", { class: "cell", "data-sign": letter, "aria-hidden": "true" }, letter), make("b", {}, plans), make("span", {}, outcome))))) : null;
  const { told, more } = head.losses;
  const losses = told.length ? make("ul", { class: "losses", "aria-label": "What customers lose" },
    ...told.map(([outcome, letter, sentence, number, why, findings]) => make("li", {}, badge([outcome, letter]),
      make("div", {}, make("a", { href: `#finding-${number + 1}` }, sentence), make("small", { class: "soft" }, `${why} · ${findings}`)))),
    more ? make("li", {}, make("a", { class: "small", href: "#findings" }, `and ${more.toLocaleString("en")} more`)) : null) : null;
  const facts = make("div", { class: "facts" }, ...head.facts.map(([number, noun, words]) =>
    make("div", { class: "card" }, make("b", {}, number), make("span", {}, noun), make("small", { class: "soft" }, words))));
  const rates = make("div", { class: "rates" }, ...head.rates.map(([name, percent, words, share]) => make("div", { class: "card rate" },
    ring(share, percent), make("div", {}, make("b", {}, name), make("small", { class: "soft" }, words)))));
  const chips = (pairs) => make("div", { class: "chips" }, ...pairs.map(([name, number, does]) =>
    make("span", { class: number === "0" && !head.partial ? "chip none" : "chip", title: does || null }, name, make("b", {}, number))));
  const panels = make("div", { class: "panels" });
  if (head.fired.length) {
    panels.append(panel(make("h2", {}, `Plans in which each fault struck${head.partial ? ", before the run was cut short" : ""}`), chips(head.fired),
      head.tiers.length ? make("h2", { class: "below" }, "Turns after a fault, by the tier that served them") : null, head.tiers.length ? chips(head.tiers) : null));
  }
  panels.append(panel(make("h2", {}, "Not covered"), head.gaps.length ? listing(head.gaps, MOST_GAPS, { class: "plain" }, gapOf) : soft("Everything was covered."),
  head.laws.length ? make("h2", { class: "below" }, "Laws checked in every play") : null,
  head.laws.length ? make("div", { class: "chips" }, ...head.laws.map(([name, says]) => make("span", { class: "chip", title: says }, name))) : null));
  const about = make("dl", { class: "about" }, ...head.about.map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value))));
  document.getElementById("overview").append(...[verdict, ends, losses].filter(Boolean),
    listing(head.reasons, MOST_REASONS, { class: "reasons" }, (reason) => readable(reason, make("span"))), about, facts, rates, panels);
}

const panel = (...children) => make("div", { class: "card" }, ...children);

/** What was left open, in a sentence, with every name that is not in it. */
const gapOf = ([sentence, lists]) => [sentence, ...lists.map(([what, names]) => make("details", { class: "more" },
  make("summary", {}, `all ${names.length.toLocaleString("en")} ${what}`), make("ul", { class: "plain" }, ...names.map((name) => make("li", {}, name)))))];

/** A share of 100 as a ring around its number. */
function ring(share, percent) {
  const round = 2 * Math.PI * 22;
  return draw("svg", { viewBox: "0 0 56 56", class: "ring", role: "img", "aria-label": percent },
    draw("circle", { cx: 28, cy: 28, r: 22, class: "ring-all" }),
    draw("circle", { cx: 28, cy: 28, r: 22, class: "ring-part", "stroke-dasharray": `${(round * share) / 100} ${round}`, transform: "rotate(-90 28 28)" }),
    draw("text", { x: 28, y: 32, class: "ring-name" }, percent));
}

/** A disclosure whose body is made when it is first opened. */
function disclosure(id, summary, fill) {
  const element = make("details", { id, class: "card" }, make("summary", {}, summary));
  let filled = null;
  element.fill = () => {
    filled = filled || fill().then((parts) => element.append(make("div", { class: "body" }, ...parts.filter(Boolean))));
    return filled;
  };
  element.addEventListener("toggle", () => { if (element.open) element.fill(); });
  return element;
}

function showScenarios(report) {
  const section = document.getElementById("scenarios");
  const { scenarios } = report;
  const text = (place) => report.texts[place];
  const total = scenarios.name.length;
  const place = make("div");
  section.append(place);
  let feature = -1;
  let until = 0;
  const button = make("button", { type: "button" }, "Show more scenarios");

  function one(index) {
    const status = scenarios.status[index];
    const mark = { passed: "✓", failed: "✗", inconclusive: "?", skipped: "–" }[status];
    const line = make("span", { class: "line" },
      make("span", { class: `status ${status}`, title: status }, mark, make("span", { class: "hidden" }, status)),
      make("span", {}, text(scenarios.name[index])),
      ...scenarios.tags[index].map((tag) => make("span", { class: "soft small" }, `@${text(tag)}`)),
      make("span", { class: "soft small push" }, scenarios.plans[index]), scenarios.outcome[index] < 0 ? null : badge(report.signs[scenarios.outcome[index]]));
    return disclosure(`scenario-${index + 1}`, line, async () => scenarioOf(report, index, await unpacked("transcripts")));
  }

  function extend(end) {
    for (; until < Math.min(end, total); until += 1) {
      if (scenarios.feature[until] !== feature) {
        feature = scenarios.feature[until];
        place.append(make("h3", { class: "feature" }, text(feature)));
      }
      place.append(one(until));
    }
    button.hidden = until >= total;
  }

  button.addEventListener("click", () => extend(until + MOST_SCENARIOS));
  section.append(button);
  extend(MOST_SCENARIOS);
  if (!total) section.append(make("p", { class: "soft" }, "No scenario was played."));
  return { extend };
}

function scenarioOf(report, index, part) {
  const scenario = part.scenarios[index];
  const text = (place) => part.texts[place];
  const lines = scenario.lines.map((place) => lineOf(part, place));
  return [
    soft(`${report.texts[report.scenarios.feature[index]]}:${report.scenarios.line[index]}`),
    scenario.message < 0 ? null : readable(text(scenario.message), make("pre", { class: "message" })),
    scenario.reasons.length ? make("ul", { class: "reasons" }, ...scenario.reasons.map((place) => make("li", {}, text(place)))) : null,
    lines.length ? lanes(lines, -1, `Over time, scenario ${index + 1}`) : null,
    lines.length ? make("div", { class: "chat single" }, ...causesFirst(lines, (line) => line).map((line) => exchange(line, null, [], false, null, []))) : soft("It was not played."),
    scenario.classes.length ? make("details", { class: "kept" }, make("summary", {}, "Plans by how they end"),
      make("table", { class: "plain-table" }, make("tbody", {}, ...scenario.classes.map(([last, outcome, plans]) =>
        make("tr", {}, make("th", { scope: "row" }, text(last)), make("td", {}, report.signs[outcome][0]), make("td", {}, plans))))),
      scenario.more ? soft(`and ${scenario.more} more classes in the record`) : null) : null,
    scenario.masks.length ? make("details", { class: "kept" }, make("summary", {}, "What varies between two clean runs, and is masked"),
      make("ul", {}, ...scenario.masks.map((place) => make("li", { class: "mono" }, text(place))))) : null,
  ];
}

function show(report) {
  showHead(report);
  showMatrix(report);
  const findings = showFindings(report);
  showLatencies(report);
  showTrend(report);
  const scenarios = showScenarios(report);

  /** Opens what the address names, and brings it into view. */
  async function follow() {
    const [, kind, number] = location.hash.match(/^#(finding|scenario)-(\d+)$/) || [];
    if (kind === "finding") {
      await findings.choose(Number(number) - 1);
      document.getElementById("finding")?.scrollIntoView();
      document.getElementById("finding")?.focus({ preventScroll: true });
    } else if (kind === "scenario") {
      scenarios.extend(Number(number));
      const element = document.getElementById(`scenario-${number}`);
      if (!element) return;
      element.open = true;
      await element.fill();
      element.scrollIntoView();
      element.querySelector("summary").focus({ preventScroll: true });
    }
  }

  follow();
  addEventListener("hashchange", follow);
  document.body.addEventListener("click", (event) => {
    const link = event.target.closest("a.cell");
    if (link && link.hash === location.hash) follow();
  });
  const print = make("div", { id: "printed" });
  document.getElementById("findings").append(print);
  const fill = async () => {
    const count = Math.min(MOST_PRINTED, report.findings.outcome.length);
    const all = await Promise.all([...Array(count).keys()].map((index) => findingOf(report, index)));
    print.replaceChildren(...all);
  };
  // What is printed has to be there before the dialogue asks for it; a few findings are cheap.
  if (report.findings.outcome.length > 1) requestIdleCallback(fill);
  // Nobody can open on paper what was not covered.
  let unfolded = [];
  addEventListener("beforeprint", () => {
    unfolded = [...document.querySelectorAll("#overview details:not([open])")];
    for (const folded of unfolded) {
      folded.open = true;
      folded.dispatchEvent(new Event("toggle"));
    }
  });
  addEventListener("afterprint", () => unfolded.forEach((folded) => { folded.open = false; }));
  document.body.dataset.ready = "yes";
}

document.getElementById("theme").addEventListener("click", () => {
  const root = document.documentElement;
  const isDark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = isDark ? "light" : "dark";
});

unpacked("overview").then(show);
