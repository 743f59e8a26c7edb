"use strict";

const PAGE = 50;
const LONGEST = 2000;

/** An element with attributes and children; a child that is a text becomes a text node. */
function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

async function unpacked() {
  const packed = JSON.parse(document.getElementById("record").textContent);
  const bytes = Uint8Array.from(atob(packed.bytes), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

function show(record) {
  const text = (place) => (place < 0 ? null : record.texts[place]);
  const lineAt = (place) => {
    const [turn, status, customer, said, reply, session, tier, flow, step, fault] = record.lines[place];
    return {
      turn, status, customer: text(customer), said: text(said), reply: text(reply),
      session: text(session), tier: text(tier), flow: text(flow), step: text(step), fault: text(fault),
    };
  };
  const letterOf = (outcome) => (record.signs[outcome] || ["!"])[0];
  const badge = (outcome) => make("span", { class: "badge", "data-sign": letterOf(outcome) }, outcome);
  const findings = record.findings;
  const found = findings.outcome.length;
  const titled = (title, ...children) => make("div", { class: "card" }, make("h3", {}, title), ...children);

  /** A text, or its beginning and a button that shows the rest. */
  function readable(whole, into) {
    if (whole.length <= LONGEST) { into.append(whole); return into; }
    const more = make("button", { type: "button" }, `show all ${whole.length.toLocaleString("en")} characters`);
    into.append(whole.slice(0, LONGEST), "… ", more);
    more.addEventListener("click", () => into.replaceChildren(whole));
    return into;
  }

  const mono = (whole) => readable(whole, make("span", { class: "mono" }));

  function showHead(head) {
    const verdict = make("div", { class: "verdict", "data-verdict": head.verdict },
      make("h1", {}, head.verdict),
      make("span", { class: "soft" }, head.partial ? "partial: the run was cut short" : "the restore report"));
    const about = make("dl", { class: "about" }, ...head.about.map(([name, value]) =>
      make("div", {}, make("dt", {}, name), make("dd", {}, value))));
    const reasons = make("ul", { class: "reasons" }, ...head.reasons.map((reason) => make("li", {}, reason)));
    const facts = make("div", { class: "facts" }, ...head.facts.map(([number, words]) =>
      make("div", { class: "card" }, make("b", {}, number), make("span", { class: "soft small" }, words))));
    const panels = make("div", { class: "panels" });
    if (head.rates.length) {
      panels.append(titled("Rates", ...head.rates.map(([name, percent, words]) => make("div", { class: "rate" },
        make("span", {}, name), make("b", {}, percent),
        make("progress", { max: 100, value: parseInt(percent, 10), "aria-label": name }),
        make("small", {}, words)))));
    }
    if (head.fired.length) {
      panels.append(titled("Faults that struck", make("div", { class: "chips" }, ...head.fired.map(([name, number, does]) =>
        make("span", { class: number === "0" ? "chip none" : "chip", title: does }, name, make("b", {}, number))))));
    }
    if (head.tiers.length) {
      panels.lastElementChild.append(make("h3", { class: "below" }, "Turns by the tier that served them"),
        make("div", { class: "chips" }, ...head.tiers.map(([name, number]) =>
          make("span", { class: "chip" }, name, make("b", {}, number)))));
    }
    panels.append(titled("Not covered", head.gaps.length
      ? make("ul", { class: "plain" }, ...head.gaps.map((gap) => make("li", {}, gap)))
      : make("p", { class: "small" }, "Everything was covered.")));
    document.getElementById("overview").append(verdict, about, reasons, facts, panels);
  }

  function showMatrix(matrix) {
    const section = document.getElementById("matrix");
    if (!matrix.columns.length || !matrix.rows.length) {
      section.append(make("p", { class: "soft" }, "No fault was injected."));
      return;
    }
    const header = make("tr", {}, make("th", { scope: "col" }, make("b", { class: "hidden" }, "step")),
      ...matrix.columns.map(([name, does]) => make("th", { scope: "col", title: does }, make("span", {}, name))));
    const body = make("tbody");
    let flow = null;
    for (const [rowFlow, step, cells] of matrix.rows) {
      if (rowFlow !== flow && step) {
        body.append(make("tr", { class: "flow" }, make("th", { scope: "rowgroup", colspan: matrix.columns.length + 1 }, rowFlow)));
      }
      flow = rowFlow;
      const row = make("tr", {}, make("th", { scope: "row", title: `${rowFlow} ${step}` }, step || rowFlow));
      cells.forEach((cell, index) => row.append(make("td", {}, cellOf(cell, `${matrix.columns[index][0]} at ${rowFlow} ${step}`))));
      body.append(row);
    }
    const legend = make("div", { class: "legend" },
      ...matrix.legend.map((outcome) => make("span", {},
        make("span", { class: "cell", "data-sign": letterOf(outcome), "aria-hidden": "true" }, letterOf(outcome)), outcome)),
      make("span", {}, make("span", { class: "cell open", "aria-hidden": "true" }, "·"), "uncovered"),
      make("span", { class: "soft push" }, matrix.covered));
    section.append(make("div", { class: "card" },
      make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Flow step by fault" },
        make("table", { class: "matrix" }, make("thead", {}, header), body)), legend));
  }

  function cellOf([outcome, plans, fired, finding, scenario], where) {
    if (outcome === null) {
      const why = plans === "0" ? "never tried" : `tried in ${plans} plans, never struck`;
      return make("span", { class: "cell open", title: `${where}: ${why}` },
        make("span", { "aria-hidden": "true" }, "·"), make("span", { class: "hidden" }, `uncovered, ${why}`));
    }
    const words = `${outcome}: ${where}, struck in ${fired} of ${plans} plans`;
    const attributes = { class: "cell", "data-sign": letterOf(outcome), title: words, "aria-label": words };
    const target = finding >= 0 ? `#finding-${finding + 1}` : scenario >= 0 ? `#scenario-${scenario + 1}` : null;
    return target ? make("a", { ...attributes, href: target }, letterOf(outcome)) : make("span", attributes, letterOf(outcome));
  }

  function meta(line, differs) {
    const part = (name, words, title) => make("span", { class: differs.includes(name) ? "differs" : null, title }, words);
    const place = line.flow ? `${line.flow} › ${line.step || "?"}` : "no flow";
    return make("div", { class: "meta" },
      part("session", line.session ? `session ${short(line.session)}` : "session not told", line.session),
      part("tier", line.tier ? `from ${short(line.tier)}` : "tier not told", null),
      part(differs.includes("flow") ? "flow" : "step", place, null),
      line.status === 200 ? null : part("status", `status ${line.status}`, null));
  }

  const short = (id) => (id.length > 20 ? `${id.slice(0, 8)}…${id.slice(-4)}` : id);

  /** One line of a transcript: a message and its answer as bubbles, or a fault. */
  function exchange(place, side, differs, isFirst, other) {
    if (place < 0) return make("div", { class: "empty" });
    const line = lineAt(place);
    if (line.fault !== null) {
      const strike = make("div", { class: "strike" }, make("b", {}, `⚡ ${line.fault} `));
      return make("div", { class: "exchange" }, (strike.append(readable(line.reply, make("span"))), strike));
    }
    const reply = make("div", { class: line.status >= 400 ? "bubble service error" : "bubble service" });
    if (isFirst && other !== null && differs.includes("reply")) mark(line.reply, other, reply);
    else readable(line.reply, reply);
    return make("div", { class: isFirst ? "exchange first" : "exchange", "data-side": side },
      make("div", { class: "meta" }, make("span", {}, `turn ${line.turn}`), make("span", { class: "who" }, line.customer)),
      readable(line.said, make("div", { class: "bubble customer" })), reply, meta(line, differs));
  }

  /** A reply with the part that the other one does not have marked. */
  function mark(mine, other, into) {
    if (mine.length > LONGEST || other.length > LONGEST) { readable(mine, into); return; }
    const end = Math.min(mine.length, other.length);
    let before = 0;
    while (before < end && mine[before] === other[before]) before += 1;
    let after = 0;
    while (after < end - before && mine[mine.length - 1 - after] === other[other.length - 1 - after]) after += 1;
    into.append(mine.slice(0, before), make("mark", {}, mine.slice(before, mine.length - after)), mine.slice(mine.length - after));
  }

  function sideBySide([first, ...rows]) {
    const chat = make("div", { class: "chat" }, make("h3", {}, "Clean run"), make("h3", {}, "With the fault"));
    rows.forEach(([clean, faulted, names], index) => {
      const isFirst = index === first;
      const differs = names ? names.split(",") : [];
      if (isFirst) chat.append(make("div", { class: "flag" }, "First difference"));
      const replies = [clean, faulted].map((place) => (place < 0 ? null : lineAt(place).reply));
      chat.append(exchange(clean, "clean run", [], isFirst, replies[1]));
      chat.append(exchange(faulted, "with the fault", differs, isFirst, replies[0]));
    });
    return chat;
  }

  function copyable(words) {
    const pre = make("pre", { tabindex: 0 }, words);
    const button = make("button", { type: "button" }, "Copy");
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(words);
      } catch {
        getSelection().selectAllChildren(pre);
        document.execCommand("copy");
      }
      button.textContent = "Copied";
      document.getElementById("said").textContent = "The Gherkin is copied.";
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    });
    return make("div", { class: "gherkin" }, pre, button);
  }

  /** A disclosure whose body is made when it is first opened. */
  function disclosure(id, summary, fill) {
    const element = make("details", { id }, make("summary", {}, summary));
    element.addEventListener("toggle", () => fillOnce(element));
    element.fill = fill;
    return element;
  }

  function fillOnce(element) {
    if (element.open && element.fill) {
      element.append(make("div", { class: "body" }, ...element.fill()));
      element.fill = null;
    }
  }

  function findingOf(index) {
    const get = (name) => text(findings[name][index]);
    const line = make("span", { class: "line" }, badge(findings.outcome[index]), make("b", {}, get("scenario")),
      make("span", { class: "soft small" }, get("plan")));
    return disclosure(`finding-${index + 1}`, line, () => [
      readable(get("sentence"), make("p", { class: "told" })),
      make("dl", { class: "pairs" }, ...[
        ["law", get("law")], ["plan", `${get("plan")}, ${findings.plans[index]}`],
        ["where", `${get("feature")}:${findings.line[index]}`],
        [`turn ${findings.turn[index]}, ${get("field")}`, null],
      ].flatMap(([name, value]) => [make("dt", {}, name), value === null
        ? make("dd", {}, mono(get("expected")), " became ", mono(get("actual")))
        : readable(value, make("dd"))])),
      make("div", {}, make("h3", {}, "The shortest scenario that shows it"), copyable(get("gherkin")),
        record.head.masked ? make("p", { class: "soft small" }, "Personal data is masked here; a report with --show-personal-data has the scenario that runs.") : null),
      sideBySide(findings.pairs[index]),
    ]);
  }

  const list = { page: 0, query: "", matching: [...Array(found).keys()] };

  function matches(index) {
    if (!list.query) return true;
    return [findings.outcome[index], ...["scenario", "plan", "law", "sentence", "feature"].map((name) => text(findings[name][index]))]
      .some((words) => words.toLowerCase().includes(list.query));
  }

  function showPage() {
    const start = list.page * PAGE;
    const shown = list.matching.slice(start, start + PAGE);
    document.getElementById("list").replaceChildren(...shown.map(findingOf));
    const range = list.matching.length ? `${start + 1} to ${start + shown.length} of ${list.matching.length.toLocaleString("en")}` : "none";
    document.getElementById("range").textContent = range;
    document.getElementById("previous").disabled = start === 0;
    document.getElementById("next").disabled = start + PAGE >= list.matching.length;
  }

  function search(query) {
    list.query = query.trim().toLowerCase();
    list.matching = [...Array(found).keys()].filter(matches);
    list.page = 0;
    showPage();
  }

  function showFindings() {
    const section = document.getElementById("findings");
    if (!found) {
      const words = record.head.partial ? "None was written down before the run was cut short." : "No law was broken.";
      section.append(make("p", { class: "soft" }, words));
      return;
    }
    const input = make("input", { type: "search", placeholder: "Scenario, fault, law, outcome", "aria-label": "Search the findings", id: "query" });
    const previous = make("button", { type: "button", id: "previous" }, "Previous");
    const next = make("button", { type: "button", id: "next" }, "Next");
    input.addEventListener("input", () => search(input.value));
    previous.addEventListener("click", () => { list.page -= 1; showPage(); });
    next.addEventListener("click", () => { list.page += 1; showPage(); });
    section.append(
      make("div", { class: "tools" }, input, make("span", { id: "range", class: "soft small push", role: "status" }), previous, next),
      make("div", { id: "list" }));
    if (found <= PAGE) section.querySelector(".tools").hidden = found < 6;
    showPage();
    if (found === 1) section.querySelector("details").open = true;
  }

  function showScenarios() {
    const section = document.getElementById("scenarios");
    let feature = null;
    record.scenarios.forEach((scenario, index) => {
      if (scenario.feature !== feature) {
        feature = scenario.feature;
        section.append(make("h3", { class: "feature" }, text(feature)));
      }
      const mark = { passed: "✓", failed: "✗", inconclusive: "?", skipped: "–" }[scenario.status];
      const line = make("span", { class: "line" },
        make("span", { class: `status ${scenario.status}`, title: scenario.status }, mark, make("span", { class: "hidden" }, scenario.status)),
        make("span", {}, text(scenario.name)),
        ...scenario.tags.map((tag) => make("span", { class: "soft small" }, `@${text(tag)}`)),
        make("span", { class: "soft small push" }, scenario.plans), scenario.outcome ? badge(scenario.outcome) : null);
      section.append(disclosure(`scenario-${index + 1}`, line, () => [
        make("p", { class: "soft small" }, `${text(scenario.feature)}:${scenario.line}`),
        scenario.message < 0 ? null : readable(text(scenario.message), make("pre", { class: "gherkin" })),
        scenario.reasons.length ? make("ul", { class: "reasons" }, ...scenario.reasons.map((place) => make("li", {}, text(place)))) : null,
        scenario.lines.length
          ? make("div", { class: "chat single" }, ...scenario.lines.map((place) => exchange(place, null, [], false, null)))
          : make("p", { class: "soft small" }, "It was not played."),
      ].filter(Boolean)));
    });
    if (!record.scenarios.length) section.append(make("p", { class: "soft" }, "No scenario was played."));
  }

  /** Opens what the address names, and brings it into view. */
  function follow() {
    const [, kind, number] = location.hash.match(/^#(finding|scenario)-(\d+)$/) || [];
    if (!kind) return;
    if (kind === "finding" && !document.getElementById(`finding-${number}`) && number >= 1 && number <= found) {
      const input = document.getElementById("query");
      input.value = "";
      search("");
      list.page = Math.floor((number - 1) / PAGE);
      showPage();
    }
    const element = document.getElementById(`${kind}-${number}`);
    if (!element) return;
    element.open = true;
    fillOnce(element);
    element.scrollIntoView();
    element.querySelector("summary").focus({ preventScroll: true });
  }

  showHead(record.head);
  showMatrix(record.matrix);
  showFindings();
  showScenarios();
  follow();
  addEventListener("hashchange", follow);
  document.body.addEventListener("click", (event) => {
    const link = event.target.closest("a.cell");
    if (link && link.hash === location.hash) follow();
  });
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("#findings details:not([open])")];
    for (const element of opened) { element.open = true; fillOnce(element); }
  });
  addEventListener("afterprint", () => { for (const element of opened) element.open = false; });
}

document.getElementById("theme").addEventListener("click", () => {
  const root = document.documentElement;
  const isDark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = isDark ? "light" : "dark";
});

unpacked().then(show);
