const LANE = 26;
const WIDEST = 150;
const NARROWEST = 78;
const MARGIN = 128;

/** What happened to a conversation, from left to right: who wrote, which parts took part, and the
 * faults as bands across all of them. */
function lanes(lines, brokenTurn) {
  const people = [...new Set(lines.filter((line) => line.fault === null).map(nameOf))];
  const nodes = [...new Set(lines.filter((line) => line.fault === null).map(hostOf))].sort();
  const parts = [...nodes, "memory", "store", "effects", "language model"];
  const names = [...people, ...parts];
  const row = (name) => 30 + names.indexOf(name) * LANE;
  const step = Math.max(NARROWEST, Math.min(WIDEST, 640 / lines.length));
  const width = MARGIN + lines.length * step + 10;
  const height = 30 + names.length * LANE + 6;
  const words = lines.map((line) => (line.fault === null ? `turn ${line.turn} served from ${line.tier || "an unknown tier"}` : `fault ${line.fault}`)).join(", ");
  const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, width, height, class: "lanes", role: "img", "aria-label": `Over time: ${words}` });
  for (const name of names) {
    svg.append(draw("line", { x1: MARGIN, x2: width - 6, y1: row(name), y2: row(name), class: "lane" }),
      draw("text", { x: MARGIN - 12, y: row(name) + 4, class: "lane-name" }, fitting(name, 18)));
  }
  let session = null;
  let effects = 0;
  lines.forEach((line, index) => {
    const x = MARGIN + index * step + step / 2;
    if (line.fault !== null) {
      // What strikes inside a turn is told after it.
      const inside = line.point === null ? index : lines.findIndex((one) => one.fault === null && one.turn >= line.turn);
      const begin = MARGIN + Math.min(index, inside < 0 ? index : inside) * step + 5;
      svg.append(draw("rect", { x: begin, y: 20, width: x + step / 2 - 5 - begin, height: height - 26, rx: 6, class: "band" }),
        draw("text", { x, y: 13, class: "band-name" }, fitting(line.fault, step / 7.2), draw("title", {}, `${line.fault}: ${line.reply}`)));
      return;
    }
    const isBroken = line.turn === brokenTurn;
    svg.append(draw("text", { x, y: 13, class: isBroken ? "turn-name broken" : "turn-name" }, `turn ${line.turn}`));
    const dot = (name, kind, told) => svg.append(draw("circle", { cx: x, cy: row(name), r: 6, class: `dot ${kind}` }, draw("title", {}, told)));
    const who = nameOf(line);
    const partner = line.tier === "memory" ? "memory" : line.tier === "store" ? "store" : hostOf(line);
    svg.append(draw("line", { x1: x, x2: x, y1: row(who), y2: row(partner), class: "reach" }));
    dot(who, line.status >= 400 || line.status === 0 ? "bad" : "said", line.said.slice(0, 200));
    const isAnother = session !== null && line.session !== null && line.session !== session && people.length === 1;
    session = line.session || session;
    dot(hostOf(line), isAnother ? "bad" : line.tier === "new" ? "begun" : "served", isAnother ? `another session: ${line.session}` : `session ${line.session || "not told"}`);
    if (line.tier === "memory") dot("memory", "served", "memory had the session");
    if (line.tier === "store") dot("store", "served", "restored from the store");
    else if (line.calls && /(^|, )store /.test(line.calls)) dot("store", "hollow", line.calls);
    if (line.calls && /model/.test(line.calls)) dot("language model", "served", line.calls);
    const count = line.effects ? [...line.effects.matchAll(/×(\d+)/g)].reduce((sum, [, number]) => sum + Number(number), 0) : 0;
    if (count > effects) dot("effects", "begun", line.effects);
    effects = Math.max(effects, count);
  });
  return make("figure", { class: "drawing" }, make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Over time" }, svg),
    make("figcaption", { class: "soft small" }, "Filled: it served the turn, or something left the conversation. Hollow: it was asked. Green: something new. Red: an error, or another session. Shaded: a fault."));
}

const fitting = (words, most) => (words.length > most ? `${words.slice(0, most - 1)}…` : words);

const hostOf = (line) => line.node || "node";

const nameOf = (line) => (line.tab > 1 ? `${line.customer}, tab ${line.tab}` : line.customer);

/** By tier, how many turns took how long; time grows by factors to the right. */
function showLatencies(report) {
  const section = document.getElementById("latency");
  const { rows, cost } = report.latencies;
  if (!rows.length) {
    section.append(make("p", { class: "soft" }, "The record does not tell how long turns took, or by which tier they were served."));
    return;
  }
  const bounds = rows.flatMap(([, , , , , buckets]) => buckets.map(([bound]) => bound));
  const low = Math.log2(Math.min(...bounds)) - 1;
  const high = Math.log2(Math.max(...bounds)) + 1;
  const width = 760;
  const left = 120;
  const tall = 64;
  const x = (bound) => left + ((Math.log2(bound) - low) / (high - low)) * (width - left - 16);
  const height = rows.length * tall + 30;
  const told = rows.map(([tier, turns, mean, middle, most]) => `${tier}: ${turns} turns, mean ${mean}, median ${middle}, 95 of 100 within ${most}`).join("; ");
  const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, class: "latencies", role: "img", "aria-label": told });
  for (let power = Math.ceil(low / 2) * 2; power <= high; power += 2) {
    const at = x(2 ** power);
    svg.append(draw("line", { x1: at, x2: at, y1: 0, y2: height - 24, class: "lane" }), draw("text", { x: at, y: height - 8, class: "turn-name" }, micros(2 ** power)));
  }
  rows.forEach(([tier, , , , , buckets], number) => {
    const base = (number + 1) * tall - 6;
    const most = Math.max(...buckets.map(([, turns]) => turns));
    svg.append(draw("text", { x: left - 12, y: base - 4, class: "lane-name" }, tier), draw("line", { x1: left, x2: width - 10, y1: base, y2: base, class: "lane" }));
    for (const [bound, turns] of buckets) {
      const tallness = Math.max(2, (turns / most) * (tall - 18));
      svg.append(draw("rect", { x: x(bound / 2 ** 0.25), y: base - tallness, width: Math.max(3, x(bound) - x(bound / 2 ** 0.25) - 1), height: tallness, class: `bar bar-${number % 4}` },
        draw("title", {}, `${turns.toLocaleString("en")} turns within ${micros(bound)}`)));
    }
  });
  const table = make("table", { class: "plain-table" }, make("thead", {}, make("tr", {}, ...["", "turns", "mean", "median", "95 of 100 within"].map((name) => (name ? make("th", { scope: "col" }, name) : make("td", {}))))),
    make("tbody", {}, ...rows.map(([tier, ...cells]) => make("tr", {}, make("th", { scope: "row" }, tier), ...cells.slice(0, 4).map((cell) => make("td", {}, cell))))));
  section.append(make("div", { class: "card" }, cost ? make("p", { class: "told" }, cost) : null,
    make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Distributions" }, svg),
    make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Latencies in numbers" }, table),
    soft("Real time from handing a message over to its answer, of turns as written and of turns after a fault.")));
}

function micros(number) {
  if (number >= 1e6) return `${(number / 1e6).toPrecision(2)} s`;
  return number >= 1000 ? `${Number((number / 1000).toPrecision(2))} ms` : `${Number(number.toPrecision(2))} µs`;
}

/** The runs given, from left to right. */
function showTrend(report) {
  const section = document.getElementById("trend");
  const { runs, rates, outcomes, worse, better } = report.trend;
  if (runs.length < 2) {
    section.append(make("p", { class: "soft" }, "One run has no trend. Give earlier records as well: ", make("code", {}, "coolwind report EARLIER… RECORD --format html")));
    return;
  }
  const small = make("div", { class: "panels" }, curve("findings", runs.map(([, , count]) => count), ""),
    ...rates.map(([name, values]) => curve(name, values, " %")), ...outcomes.map(([name, values]) => curve(name, values, "")));
  const listed = (title, changes, kind) => make("div", { class: `card ${kind}` }, make("h3", {}, title),
    changes.length ? make("ul", { class: "plain" }, ...changes.map((change) => make("li", {}, change))) : soft("Nothing."));
  section.append(make("p", { class: "soft small" }, `${runs.length} runs, from ${runs[0][0]} to ${runs[runs.length - 1][0]}`), small,
    make("div", { class: "columns" }, listed("Worse than the run before", worse, "worse"), listed("Better than the run before", better, "better")));
}

function curve(name, values, unit) {
  const told = values.filter((value) => value !== null);
  const most = Math.max(unit ? 100 : 1, ...told);
  const x = (index) => 8 + (index / Math.max(1, values.length - 1)) * 204;
  const y = (value) => 56 - (value / most) * 46;
  const points = values.map((value, index) => (value === null ? null : [x(index), y(value)])).filter(Boolean);
  const last = told.length ? `${Math.floor(told[told.length - 1])}${unit}` : "—";
  const svg = draw("svg", { viewBox: "0 0 220 64", class: "curve", role: "img", "aria-label": `${name}: ${values.map((value) => (value === null ? "none" : Math.floor(value) + unit)).join(", ")}` },
    draw("line", { x1: 8, x2: 212, y1: 56, y2: 56, class: "lane" }), draw("polyline", { points: points.map((point) => point.join(",")).join(" "), class: "line-of" }),
    ...points.map(([cx, cy]) => draw("circle", { cx, cy, r: 3, class: "dot served" })));
  return make("div", { class: "card" }, make("h3", {}, name.replaceAll("_", " ")), make("b", { class: "figure" }, last), svg);
}
