const LANE = 26;
const TOP = 30;

/** What happened to a conversation, from left to right: who wrote, which parts took part, and the
 * faults as bands across all of them. */
function lanes(all, brokenTurn, label) {
  const happened = all.filter((line) => line.fault !== NO_RETRY);
  const lines = causesFirst(happened, (line) => line);
  const left = leftAlone(all);
  const isNarrow = innerWidth < 720;
  const margin = isNarrow ? 104 : 128;
  const messages = lines.filter((line) => line.fault === null);
  const people = [...new Set(messages.map(nameOf))];
  const nodes = [...new Set(messages.map(hostOf))].sort();
  const names = [...people, ...nodes, "memory", "store", "effects", "language model"];
  const row = (name) => TOP + names.indexOf(name) * LANE;
  const step = Math.max(isNarrow ? 58 : 78, Math.min(150, (isNarrow ? innerWidth - 214 : 640) / lines.length));
  const width = lines.length * step + 10;
  const bottom = TOP + names.length * LANE + 6;
  const tall = { height: bottom + (left.size ? 29 : 16) };
  const heads = draw("svg", { viewBox: `0 0 ${margin} ${tall.height}`, width: margin, ...tall, "aria-hidden": "true" });
  const svg = draw("svg", { viewBox: `0 0 ${width} ${tall.height}`, width, ...tall, role: "img" });
  for (const name of names) {
    heads.append(draw("text", { x: margin - 6, y: row(name) + 4, class: "lane-name" }, fitting(name, isNarrow ? 14 : 18), draw("title", {}, name)));
    svg.append(draw("line", { x1: 0, x2: width - 6, y1: row(name), y2: row(name), class: "lane" }));
  }
  const own = new Map();
  const owners = new Map();
  const told = [];
  let effects = 0;
  let now = null;
  let broken = null;
  lines.forEach((line, index) => {
    const x = index * step + step / 2;
    if (line.fault !== null) {
      const struck = struckBy(happened, happened.indexOf(line));
      const begin = index * step + 5;
      const end = ((struck === null ? index : lines.indexOf(happened[struck[1]])) + 1) * step - 5;
      // A name that is longer than its column has room at the foot of a band over several.
      const place = struck === null ? { x, y: 13 } : { x: (begin + end) / 2, y: bottom - 12 };
      svg.append(draw("rect", { x: begin, y: 20, width: end - begin, height: bottom - 26, rx: 6, class: "band" }),
        draw("text", { ...place, class: "band-name" }, fitting(line.fault, (end - begin + 10) / 8), draw("title", {}, `${line.fault}: ${line.reply}`)));
      told.push(`fault ${line.fault}`);
      return;
    }
    const passed = now === null || line.at === null ? 0 : line.at - now;
    now = line.at ?? now;
    if (passed > 60) {
      const at = x - step / 2;
      svg.append(draw("line", { x1: at, x2: at, y1: 20, y2: bottom, class: "reach" }), draw("text", { x: at, y: bottom + 11, class: "time-name" }, `+${spell(passed)}`));
      told.push(`${spell(passed)} later`);
    }
    told.push(`turn ${line.turn} served from ${line.tier || "an unknown tier"}${line.overlaps ? ", at once with the next" : ""}`);
    const isBroken = line.turn === brokenTurn;
    const name = draw("text", { x, y: 13, class: isBroken ? "turn-name broken" : "turn-name" }, `turn ${line.turn}`);
    if (isBroken && broken === null) broken = name;
    svg.append(name);
    const next = line.overlaps ? lines.findIndex((one, place) => place > index && one.fault === null) : -1;
    if (next >= 0) atOnce(svg, x, next * step + step / 2, row(nameOf(line)), row(nameOf(lines[next])), bottom);
    const dot = (lane, kind, words) => svg.append(draw("circle", { cx: x, cy: row(lane), r: 6, class: `dot ${kind}` }, draw("title", {}, words)));
    const who = nameOf(line);
    svg.append(draw("line", { x1: x, x2: x, y1: row(who), y2: row(line.tier === "memory" || line.tier === "store" ? line.tier : hostOf(line)), class: "reach" }));
    dot(who, isError(line) ? "bad" : "said", line.said.slice(0, 200));
    if (left.has(line)) {
      svg.append(draw("text", { x, y: bottom + 24, class: "time-name" }, "left alone", draw("title", {}, "It was not answered, and the customer did not send it again.")));
      told.push("left alone");
    }
    const owner = owners.get(line.session);
    const isAnother = line.session !== null && (owner !== undefined ? owner !== line.customer : own.has(line.customer) && own.get(line.customer) !== line.session);
    if (line.session !== null) {
      own.set(line.customer, line.session);
      if (owner === undefined) owners.set(line.session, line.customer);
    }
    const isOwed = Boolean(line.over) && owner === undefined;
    const whose = owner !== undefined && owner !== line.customer ? `the session of ${owner}` : isOwed ? "a new session, as the one before was over" : "another session";
    dot(hostOf(line), isAnother && !isOwed ? "bad" : line.tier === "new" || isAnother ? "begun" : "served", isAnother ? `${whose}: ${line.session}` : `session ${line.session || "not told"}`);
    if (line.tier === "memory") dot("memory", "served", "memory had the session");
    else if (line.tier === "store" || line.tier === "new") dot("memory", "hollow", "memory was asked, and did not have the session");
    if (line.tier === "store") dot("store", "served", `restored from the store${line.read ? `: ${line.read}` : ""}`);
    else if (line.read) dot("store", "hollow", `asked: ${line.read}`);
    if (line.wrote) {
      const at = x + (line.tier === "store" || line.read ? 14 : 0);
      svg.append(draw("rect", { x: at - 5, y: row("store") - 5, width: 10, height: 10, rx: 1.5, class: "dot wrote" }, draw("title", {}, `written: ${line.wrote}`)));
    }
    if (line.model) dot("language model", "served", line.model);
    const count = line.effects ? [...line.effects.matchAll(/×(\d+)/g)].reduce((sum, [, number]) => sum + Number(number), 0) : 0;
    if (count > effects) dot("effects", "begun", line.effects);
    effects = Math.max(effects, count);
  });
  svg.setAttribute("aria-label", `${label}: ${told.join(", ")}`);
  return make("figure", { class: "drawing" }, make("div", { class: "lanes" }, heads, scrolling(label, svg, broken)),
    make("figcaption", { class: "soft small" }, "Filled: it served the turn, or something left the conversation. Hollow: it was asked. Square: it was written to. Green: something new. Red: an error, or the wrong session. Shaded: a fault. Bars: served at once."));
}

/** The messages that were answered with an error, or not at all, and then left alone. */
function leftAlone(lines) {
  const left = new Set();
  lines.forEach((line, index) => {
    if (line.fault !== NO_RETRY) return;
    const [last, first] = lines.slice(0, index).filter((one) => one.fault === null).reverse();
    [last, first?.overlaps ? first : null].filter((one) => one && isError(one)).forEach((one) => left.add(one));
  });
  return left;
}

/** Two messages that are served at once: bars in the lanes of those who wrote, one above the other. */
function atOnce(svg, from, to, one, other, bottom) {
  const bar = (x, y) => draw("rect", { x, y, width: to - from, height: 7, rx: 3.5, class: "span" });
  svg.append(bar(from - 9, one - 8), bar(from + 9, other + 1), draw("text", { x: (from + to) / 2, y: bottom + 11, class: "time-name" }, "at once"));
}

/** Seconds as people say them. */
function spell(seconds) {
  const [size, unit] = [[86400, "days"], [3600, "h"], [60, "min"]].find(([least, name]) => seconds >= least * (name === "days" ? 2 : 1));
  return `${Number((seconds / size).toPrecision(2)).toLocaleString("en")} ${unit}`;
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
  const table = make("table", { class: "plain-table" }, make("thead", {}, make("tr", {}, ...["", "turns", "mean", "median", "95 of 100 within"].map((name) => (name ? make("th", { scope: "col" }, name) : make("td", {}))))),
    make("tbody", {}, ...rows.map(([tier, ...cells]) => make("tr", {}, make("th", { scope: "row" }, tier), ...cells.slice(0, 4).map((cell) => make("td", {}, cell))))));
  const plot = make("div");
  section.append(make("div", { class: "card" }, cost ? make("p", { class: "told" }, cost) : null, plot, scrolling("Latencies in numbers", table),
    soft("Real time from handing a message over to its answer, of turns as written and of turns after a fault. Each tier has its own scale of turns.")));
  let drawn = 0;
  new ResizeObserver(() => {
    const width = Math.min(900, plot.clientWidth);
    if (!width || width === drawn) return;
    drawn = width;
    plot.replaceChildren(distributions(rows, width));
  }).observe(plot);
}

function distributions(rows, width) {
  const bounds = rows.flatMap(([, , , , , buckets]) => buckets.map(([bound]) => bound));
  const low = Math.log2(Math.min(...bounds)) - 1;
  const high = Math.log2(Math.max(...bounds)) + 1;
  const left = 44;
  const tall = 84;
  const x = (bound) => left + ((Math.log2(bound) - low) / (high - low)) * (width - left - 16);
  const height = rows.length * tall + 30;
  const told = rows.map(([tier, turns, mean, middle, most]) => `${tier}: ${turns} turns, mean ${mean}, median ${middle}, 95 of 100 within ${most}`).join("; ");
  const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, width, height, class: "latencies", role: "img", "aria-label": told });
  const apart = 2 * Math.ceil((high - low) / ((width - left) / 60) / 2) || 2;
  for (let power = Math.ceil(low / apart) * apart; power <= high; power += apart) {
    const at = x(2 ** power);
    svg.append(draw("line", { x1: at, x2: at, y1: 0, y2: height - 24, class: "lane" }));
    if (at <= width - 24) svg.append(draw("text", { x: at, y: height - 8, class: "turn-name" }, micros(2 ** power)));
  }
  rows.forEach(([tier, , , , , buckets], number) => {
    const base = (number + 1) * tall - 6;
    const top = base - tall + 32;
    const most = Math.max(...buckets.map(([, turns]) => turns));
    svg.append(draw("text", { x: left, y: top - 11, class: "tier-name" }, tier));
    for (const [y, count] of [[base, 0], [top, most]]) {
      svg.append(draw("line", { x1: left, x2: width - 10, y1: y, y2: y, class: "lane" }), draw("text", { x: left - 6, y: y + 4, class: "count-name" }, brief(count)));
    }
    for (const [bound, turns] of buckets) {
      const tallness = Math.max(2, (turns / most) * (base - top));
      svg.append(draw("rect", { x: x(bound / 2 ** 0.25), y: base - tallness, width: Math.max(3, x(bound) - x(bound / 2 ** 0.25) - 1), height: tallness, class: `pillar pillar-${number % 4}` },
        draw("title", {}, `${turns.toLocaleString("en")} turns within ${micros(bound)}`)));
    }
  });
  return svg;
}

const brief = (count) => count.toLocaleString("en", { notation: "compact" });

function micros(number) {
  if (number >= 1e6) return `${(number / 1e6).toPrecision(2)} s`;
  return number >= 1000 ? `${Number((number / 1000).toPrecision(2))} ms` : `${Number(number.toPrecision(2))} µs`;
}

const MOST_CHANGES = 8;
const MOST_RUNS = 12;

/** The runs given, from left to right, and what each of them had. */
function showTrend(report) {
  const section = document.getElementById("trend");
  const { runs, rates, outcomes, differences, worse, better, untold } = report.trend;
  if (runs.length < 2) {
    section.append(make("p", { class: "soft" }, "One run has no trend. Give earlier records as well: ", make("code", {}, "coolwind report EARLIER… RECORD --format html")));
    return;
  }
  const measures = [["findings", runs.map(([, , count]) => count), ""], ...rates.map((one) => [...one, " %"]), ...outcomes.map((one) => [...one, ""])];
  const targets = new Set(runs.map(([, , , target]) => target)).size;
  const table = make("table", { class: "plain-table" },
    make("thead", {}, make("tr", {}, ...["run", ...(targets > 1 ? ["target"] : []), "verdict", ...measures.map(([name]) => name.replaceAll("_", " "))].map((name) => make("th", { scope: "col" }, name)))),
    make("tbody", {}, ...runs.map(([began, verdict, , target], index) => make("tr", {}, make("th", { scope: "row" }, began), targets > 1 ? make("td", {}, target) : null, make("td", {}, verdict),
      ...measures.map(([, values, unit]) => make("td", {}, measured(values[index], unit))))).reverse()));
  const listed = (title, changes, kind) => make("div", { class: `card ${kind}` }, make("h3", {}, title),
    changes.length ? listing(changes, MOST_CHANGES, { class: "plain" }, (change) => change) : soft("Nothing."));
  section.append(make("p", { class: "soft small" }, `${runs.length} runs${targets > 1 ? ` of ${targets} targets` : ""}, from ${runs[0][0]} to ${runs[runs.length - 1][0]}; each number is of the newest.`),
    make("div", { class: "panels" }, ...measures.map((one) => curve(...one))),
    make("details", { class: "more", open: runs.length <= MOST_RUNS ? "" : null }, make("summary", {}, "Each run in numbers, the newest first"), scrolling("Each run in numbers", table)),
    ...differences.map((difference) => make("p", { class: "soft" }, `Beside the run before: ${difference}`)),
    make("div", { class: "columns" }, listed("Worse than the run before", worse, "worse"), listed("Better than the run before", better, "better")),
    untold.length ? listed("Tried by one of the two only, or without a verdict", untold, "untold") : "");
}

const measured = (value, unit) => (value === null ? "—" : `${Math.floor(value).toLocaleString("en")}${unit}`);

function curve(name, values, unit) {
  const most = Math.max(unit ? 100 : 1, ...values);
  const x = (index) => 8 + (index / Math.max(1, values.length - 1)) * 204;
  const y = (value) => 56 - (value / most) * 46;
  const points = values.map((value, index) => (value === null ? null : [x(index), y(value), value])).filter(Boolean);
  const newest = values[values.length - 1];
  const svg = draw("svg", { viewBox: "0 0 220 64", class: "curve", role: "img", "aria-label": `${name}: ${values.map((value) => measured(value, unit)).join(", ")}` },
    draw("line", { x1: 8, x2: 212, y1: 56, y2: 56, class: "lane" }), draw("polyline", { points: points.map(([cx, cy]) => `${cx},${cy}`).join(" "), class: "line-of" }),
    ...points.map(([cx, cy, value]) => draw("circle", { cx, cy, r: 3, class: "dot served" }, draw("title", {}, measured(value, unit)))));
  return make("div", { class: "card" }, make("h3", {}, name.replaceAll("_", " ")), make("b", { class: "figure" }, measured(newest, unit)),
    newest === null ? soft("The newest run tells nothing of it.") : null, svg);
}
