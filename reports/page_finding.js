const MOST_BROKEN = 5;
const MOST_CHANGED = 6;
const MOST_KEPT = 14;
const LONGEST_LOG = 20000;

/** Two transcripts side by side, as chat bubbles. */
function sideBySide(part, [first, ...rows]) {
  const reference = rows.flatMap(([clean]) => (clean < 0 ? [] : [lineOf(part, clean)]));
  const chat = make("div", { class: "chat" }, make("h3", {}, referenceName(reference)), make("h3", {}, "With the fault"));
  const heard = ([, faulted]) => (faulted < 0 ? null : lineOf(part, faulted));
  causesFirst(rows, heard).forEach((row) => {
    const [clean, faulted, names, ...changed] = row;
    const isFirst = row === rows[first];
    const differs = names ? names.split(",") : [];
    const told = isFirst ? changed.map((one) => one.map((place) => part.texts[place])) : [];
    if (isFirst) chat.append(make("div", { class: "flag" }, "First difference"));
    const lines = [clean, faulted].map((place) => (place < 0 ? null : lineOf(part, place)));
    chat.append(exchange(lines[0], "clean run", isFirst ? differs : [], isFirst, lines[1], []));
    chat.append(exchange(lines[1], "with the fault", differs, isFirst, lines[0], told));
  });
  return chat;
}

/** What the faulted transcript is held against: where a message may be left alone, a correct service
 * may not have made its turn. */
function referenceName(lines) {
  const notMade = new Set(lines.filter((line) => line.fault === null && line.status === 0).map((line) => line.turn));
  const turns = `${notMade.size === 1 ? "turn" : "turns"} ${[...notMade].join(", ")}`;
  return notMade.size ? `Clean run without ${turns}, which may not have happened` : "Clean run";
}

/** One line of a transcript: a message and its answer as bubbles, or a fault. `differs` names what
 * the other line has not, and `changed` has the name and both values of what stands in no bubble. */
function exchange(line, side, differs, isFirst, other, changed) {
  if (line === null) return make("div", { class: "gap" });
  if (line.fault === NO_RETRY) {
    return make("div", { class: "exchange", "data-side": side }, make("div", { class: "strike left" }, make("b", {}, "Left alone"), ` by ${line.customer}: `, readable(line.reply, make("span"))));
  }
  if (line.fault !== null) {
    const strike = make("div", { class: "strike" }, make("b", {}, `⚡ ${line.fault}`), line.point ? ` at ${line.point}` : "", " ");
    // Where it struck at a point, that is all that is told of it.
    if (!line.point || !line.reply.endsWith(` at ${line.point}`)) strike.append(readable(line.reply, make("span")));
    return make("div", { class: "exchange", "data-side": side }, strike);
  }
  const reply = bubble(isError(line) ? "service error" : "service");
  if (!line.reply.trim()) reply.append(empty(line.status === 0 ? "no answer" : undefined));
  else if (isFirst && differs.includes("reply")) mark(line.reply, other === null ? "" : other.reply, reply);
  else readable(line.reply, reply);
  return make("div", { class: isFirst ? "exchange first" : "exchange", "data-side": side },
    make("div", { class: "meta" }, make("span", {}, `turn ${line.turn}`, line.repeats ? ", delivered again" : null, line.overlaps ? ", at once with the next" : null),
      make("span", { class: "push" }, line.tab > 1 ? `${line.customer}, tab ${line.tab}` : line.customer)),
    readable(line.said.trim() ? line.said : "", bubble("customer", line.said.trim() ? null : empty())), reply, meta(line, differs), changed.length ? changes(changed) : null);
}

/** What no bubble shows, clean → faulted. */
const changes = (changed) => make("div", { class: "changes" }, make("b", {}, "Different here"),
  listing(changed, MOST_CHANGED, {}, ([name, clean, faulted]) => [make("b", {}, name), ": ", mono(clean), " → ", mono(faulted)]));

function meta(line, differs) {
  const part = (name, words, title) => make("span", { class: differs.includes(name) ? "differs" : null, title }, words);
  const place = line.flow ? `${line.flow} › ${line.step || "?"}` : line.step || "no flow";
  const below = make("div", { class: "meta" },
    part("session", line.session ? `session ${short(line.session)}` : "session not told", line.session),
    part("tier", line.tier ? `from ${short(line.tier)}` : "tier not told", null),
    line.node ? part("node", `by ${short(line.node)}`, line.node) : null,
    part(differs.includes("flow") ? "flow" : "step", place, null),
    line.status === 200 ? null : part("status", line.status ? `status ${line.status}` : "no status", null),
    line.effects ? part("effects", line.effects, "What has left the conversation so far") : null);
  if (!line.details.length) return below;
  return make("div", {}, below, make("details", { class: "kept" },
    make("summary", { class: differs.includes("kept") ? "differs" : null }, `${line.details.length} ${line.details.length === 1 ? "change" : "changes"} in what is kept`),
    listing(line.details, MOST_KEPT, {}, mono)));
}

/** What each process of the service wrote last, to be unfolded. */
const written = (part, logs) => logs.filter(([, words]) => part.texts[words].trim()).map(([process, words]) =>
  make("details", { class: "log" }, make("summary", {}, part.texts[process]), readable(part.texts[words].trimEnd(), make("pre", { dir: "auto" }), LONGEST_LOG)));

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

/** Everything that is known of one finding. */
async function findingOf(report, index) {
  const part = await unpacked(`block-${Math.floor(index / report.block)}`);
  const finding = part.findings[index % report.block];
  const text = (place) => part.texts[place];
  const of = (name) => report.texts[report.findings[name][index]];
  const sign = report.signs[report.findings.outcome[index]];
  const known = finding.known && finding.known.map(text);
  const broken = listing(finding.broken, MOST_BROKEN, { class: "broken" }, ([law, turn, field, expected, actual]) =>
    [make("b", {}, `${text(law)} law`), ` in turn ${turn}, ${text(field)}: `, mono(text(expected)), " became ", mono(text(actual))]);
  const faulted = finding.pairs.slice(1).map(([, place]) => place).filter((place) => place >= 0).map((place) => lineOf(part, place));
  const logs = written(part, finding.logs);
  return make("article", { class: "finding card", "aria-label": `Finding ${index + 1}` },
    make("header", {}, badge(sign), make("h3", {}, of("scenario")), make("span", { class: "soft small mono" }, text(finding.where))),
    readable(text(finding.sentence), make("p", { class: "told" })),
    make("p", { class: "soft small" }, readable(of("plan"), make("b", {})), `, ${finding.shown}`),
    ...finding.struck.map(([fault, does]) => make("p", { class: "soft small" }, make("b", {}, text(fault)), ": ", readable(text(does), make("span")))),
    of("also") ? readable(`In this scenario, ${sign[0]} came of these faults as well: ${of("also")}.`, make("p", { class: "soft small" })) : null,
    make("h4", {}, "What happened, over time"),
    lanes(faulted, finding.broken[0][1], `Over time, finding ${index + 1}`),
    make("div", { class: "columns" },
      make("div", {}, make("h4", {}, "The shortest scenario that shows it"), copyable(text(finding.gherkin), `Scenario of finding ${index + 1}`, finding.masked ? "Copy (masked)" : "Copy"),
        finding.masked ? soft("Personal data is masked here; a report with --show-personal-data has the scenario that runs.") : null),
      make("div", {}, make("h4", {}, "Play it again"), copyable(`coolwind replay ${text(finding.id)}${report.replay}`, `Command of finding ${index + 1}`),
        make("h4", {}, finding.broken.length > 1 ? "Laws broken, the nearest to the cause first" : "Law broken"), broken,
        known ? make("div", { class: "known" }, make("h4", {}, "Known class of bug"), make("b", {}, known[0]), make("p", { class: "small" }, known[1]),
          known[2] ? make("p", { class: "soft small" }, `Seen in ${known[2]}.`) : null) : null)),
    make("h4", {}, "Clean and faulted, turn by turn"),
    sideBySide(part, finding.pairs),
    logs.length ? make("h4", {}, "What the service wrote last, with the fault") : null, ...logs);
}

/** The list of findings, of which only what is in view is on the page, and the one that is chosen. */
function showFindings(report) {
  const section = document.getElementById("findings");
  const total = report.findings.outcome.length;
  if (!total) {
    const words = report.head.partial ? "None was written down before the run was cut short." : "No law was broken.";
    section.append(make("p", { class: "soft" }, words));
    return { choose: async () => {} };
  }
  const of = (name, index) => report.texts[report.findings[name][index]];
  const input = make("input", { type: "search", placeholder: "Scenario, fault, law, outcome", "aria-label": "Search the findings", id: "query" });
  const range = make("span", { id: "range", class: "soft small", role: "status" });
  const space = make("div", { class: "space", role: "presentation" });
  const list = make("div", { class: "list", id: "list", role: "listbox", tabindex: 0, "aria-label": "Findings" }, space);
  const shown = make("div", { id: "finding", tabindex: -1 });
  section.append(make("div", { class: total === 1 ? "browse single" : "browse" }, make("div", { class: "card side" }, input, range, list), shown));
  const state = { matching: [...Array(total).keys()], chosen: -1, height: 64 };

  function render() {
    const start = Math.max(0, Math.floor(list.scrollTop / state.height) - 4);
    const end = Math.min(state.matching.length, start + Math.ceil(list.clientHeight / state.height) + 8);
    space.replaceChildren(...state.matching.slice(start, end).map((index, offset) => {
      const option = make("div", { class: "option", role: "option", id: `option-${index}`, "aria-selected": String(index === state.chosen),
        "aria-posinset": start + offset + 1, "aria-setsize": state.matching.length },
      make("span", { class: "line" }, badge(report.signs[report.findings.outcome[index]]), make("span", { class: "clip soft small" }, of("law", index))),
      make("span", { class: "clip" }, of("scenario", index)), make("span", { class: "clip soft small" }, of("plan", index)));
      option.style.transform = `translateY(${(start + offset) * state.height}px)`;
      option.addEventListener("click", () => go(index));
      return option;
    }));
    if (state.chosen >= 0 && document.getElementById(`option-${state.chosen}`)) list.setAttribute("aria-activedescendant", `option-${state.chosen}`);
    else list.removeAttribute("aria-activedescendant");
  }

  function measure() {
    const probe = make("div", { class: "option" }, make("span", { class: "line" }, make("span", { class: "badge" }, "x")),
      make("span", { class: "clip" }, "x"), make("span", { class: "clip small" }, "x"));
    space.append(probe);
    state.height = Math.max(48, Math.ceil(probe.getBoundingClientRect().height));
    probe.remove();
    space.style.height = `${state.matching.length * state.height}px`;
    render();
  }

  async function choose(index) {
    if (index < 0 || index >= total) return;
    state.chosen = index;
    if (!state.matching.includes(index)) { input.value = ""; search(""); }
    const top = state.matching.indexOf(index) * state.height;
    if (top < list.scrollTop || top + state.height > list.scrollTop + list.clientHeight) list.scrollTop = Math.max(0, top - state.height);
    render();
    const article = await findingOf(report, index);
    if (state.chosen === index) shown.replaceChildren(article);
  }

  function go(index) {
    history.replaceState(null, "", `#finding-${index + 1}`);
    choose(index);
  }

  function search(query) {
    const wanted = query.trim().toLowerCase();
    const matches = (index) => [report.signs[report.findings.outcome[index]][0], of("scenario", index), of("plan", index), of("law", index), of("feature", index), of("also", index)]
      .some((words) => words.toLowerCase().includes(wanted));
    state.matching = [...Array(total).keys()].filter((index) => !wanted || matches(index));
    range.textContent = `${state.matching.length.toLocaleString("en")} of ${total.toLocaleString("en")}`;
    list.scrollTop = 0;
    space.style.height = `${state.matching.length * state.height}px`;
    if (state.matching.includes(state.chosen)) { render(); return; }
    state.chosen = -1;
    shown.replaceChildren(soft("No finding has these words."));
    render();
    choose(state.matching[0] ?? -1);
  }

  list.addEventListener("scroll", () => requestAnimationFrame(render), { passive: true });
  list.addEventListener("keydown", (event) => {
    const now = state.matching.indexOf(state.chosen);
    const page = Math.max(1, Math.floor(list.clientHeight / state.height));
    const steps = { ArrowDown: now + 1, ArrowUp: now - 1, PageDown: now + page, PageUp: now - page, Home: 0, End: state.matching.length - 1 };
    if (event.key === "Enter") { shown.focus(); return; }
    if (!(event.key in steps) || !state.matching.length) return;
    event.preventDefault();
    go(state.matching[Math.min(state.matching.length - 1, Math.max(0, steps[event.key]))]);
  });
  input.addEventListener("input", () => search(input.value));
  addEventListener("resize", measure);
  search("");
  measure();
  return { choose };
}
