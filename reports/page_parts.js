"use strict";

const LONGEST = 2000;
const LONGEST_VALUE = 160;
const SVG = document.getElementById("blank").namespaceURI;

function dressed(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** An element with attributes and children; a child that is a text becomes a text node. */
const make = (name, attributes, ...children) => dressed(document.createElement(name), attributes, children);

/** The same for a part of a drawing. */
const draw = (name, attributes, ...children) => dressed(document.createElementNS(SVG, name), attributes, children);

/** A part of the data, unpacked; each is read once. */
const unpacked = (() => {
  const known = new Map();
  const read = async (name) => {
    const packed = document.getElementById(`data-${name}`).textContent;
    const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return JSON.parse(await new Response(stream).text());
  };
  return (name) => {
    if (!known.has(name)) known.set(name, read(name));
    return known.get(name);
  };
})();

/** A text, or its beginning and a button that shows the rest. */
function readable(whole, into, most = LONGEST) {
  if (whole.length <= most) { into.append(whole); return into; }
  const more = make("button", { type: "button" }, `show all ${whole.length.toLocaleString("en")} characters`);
  into.append(whole.slice(0, most), "… ", more);
  more.addEventListener("click", () => into.replaceChildren(whole));
  return into;
}

/** A list of the first few, and of the others on demand; `one` makes the content of an item. */
function listing(items, most, attributes, one) {
  const list = (some) => make("ul", attributes, ...some.map((item, index) => dressed(make("li"), null, [].concat(one(item, index)))));
  if (items.length <= most + 1) return list(items);
  const rest = items.slice(most);
  const more = make("details", { class: "more" }, make("summary", {}, `and ${rest.length.toLocaleString("en")} more`));
  more.addEventListener("toggle", () => more.append(list(rest)), { once: true });
  return make("div", {}, list(items.slice(0, most)), more);
}

/** A text whose frame is as high as it gets scrolls in it: the tab key then stops there. */
const scrollable = new ResizeObserver((entries) => entries.forEach(({ target }) => {
  if (target.scrollHeight > target.clientHeight) target.setAttribute("tabindex", 0);
  else target.removeAttribute("tabindex");
}));

/** The bubble of a message or a reply. */
function bubble(kind, ...children) {
  const made = make("div", { class: `bubble ${kind}`, dir: "auto" }, ...children);
  scrollable.observe(made);
  return made;
}

/** A region that scrolls sideways, with a shadow at an edge that hides something. `start` is the
 * part of its content that is brought into view. */
function scrolling(label, content, start = null, tabindex = 0) {
  const inner = make("div", { class: "scroll", tabindex, role: "region", "aria-label": label }, content);
  const frame = make("div", { class: "edges" }, inner);
  const look = () => {
    frame.classList.toggle("before", inner.scrollLeft > 2);
    frame.classList.toggle("behind", inner.scrollLeft + inner.clientWidth < inner.scrollWidth - 2);
  };
  let waits = start !== null;
  inner.addEventListener("scroll", look, { passive: true });
  const observer = new ResizeObserver(() => {
    if (waits && inner.clientWidth) {
      waits = false;
      inner.scrollLeft = start.getBoundingClientRect().left - inner.getBoundingClientRect().left - inner.clientWidth / 2;
    }
    look();
  });
  observer.observe(inner);
  observer.observe(content);
  return frame;
}

const mono = (whole) => (whole.trim() ? readable(whole, make("span", { class: "mono" }), LONGEST_VALUE) : empty());
const empty = (words = "(empty)") => make("span", { class: "soft" }, words);
const short = (id) => (id.length > 20 ? `${id.slice(0, 8)}…${id.slice(-4)}` : id);
const soft = (words) => make("p", { class: "soft small" }, words);
const say = (words) => { document.getElementById("said").textContent = words; };

/** An outcome as a coloured word. */
const badge = ([outcome, letter]) => make("span", { class: "badge", "data-sign": letter }, outcome);

/** A line of a transcript by its place in a part of the data; see `page_pool.py`. */
function lineOf(part, place) {
  const text = (number) => (number < 0 ? null : part.texts[number]);
  const [turn, status, tab, at, repeats, overlaps, over, ...rest] = part.lines[place];
  const [customer, said, reply, session, tier, flow, step, fault, effects, read, wrote, model, point, node, ...details] = rest.map(text);
  return { turn, status, tab, at, repeats, overlaps, over, customer, said, reply, session, tier, flow, step, fault, effects, read, wrote, model, point, node, details };
}

/** Stands in the place of a fault where a customer leaves a message alone; see `record.py`. */
const NO_RETRY = "no-retry";

const isError = (line) => line.status >= 400 || line.status === 0;

/** A text in a frame, with a button that copies it. */
function copyable(words, what, name = "Copy") {
  const pre = make("pre", { tabindex: 0, role: "region", "aria-label": what }, words);
  const button = make("button", { type: "button" }, name);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(words);
    } catch {
      getSelection().selectAllChildren(pre);
      document.execCommand("copy");
    }
    button.textContent = "Copied";
    say(`${what} is copied.`);
    setTimeout(() => { button.textContent = name; }, 1500);
  });
  return make("div", { class: "copyable" }, pre, button);
}

/** The places of the first and the last message that a fault inside a turn struck; the transcript
 * has it behind them. Null for anything else. */
function struckBy(lines, place) {
  const fault = lines[place];
  if (!fault || fault.fault === null || fault.fault === NO_RETRY || fault.point === null) return null;
  let last = place - 1;
  while (last >= 0 && lines[last] && lines[last].fault !== null) last -= 1;
  let first = last + 1;
  while (first > 0 && lines[first - 1] && lines[first - 1].fault === null && lines[first - 1].turn >= fault.turn) first -= 1;
  return first > last ? null : [first, last];
}

/** The same items, each fault inside a turn before the messages that it struck. */
function causesFirst(items, line) {
  const lines = items.map(line);
  const ordered = [];
  items.forEach((item, place) => {
    const struck = struckBy(lines, place);
    ordered.splice(struck === null ? ordered.length : ordered.indexOf(items[struck[0]]), 0, item);
  });
  return ordered;
}
