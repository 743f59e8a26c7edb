"use strict";

const LONGEST = 2000;
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
function readable(whole, into) {
  if (whole.length <= LONGEST) { into.append(whole); return into; }
  const more = make("button", { type: "button" }, `show all ${whole.length.toLocaleString("en")} characters`);
  into.append(whole.slice(0, LONGEST), "… ", more);
  more.addEventListener("click", () => into.replaceChildren(whole));
  return into;
}

const mono = (whole) => readable(whole, make("span", { class: "mono" }));
const short = (id) => (id.length > 20 ? `${id.slice(0, 8)}…${id.slice(-4)}` : id);
const card = (title, ...children) => make("div", { class: "card" }, make("h3", {}, title), ...children);
const soft = (words) => make("p", { class: "soft small" }, words);
const say = (words) => { document.getElementById("said").textContent = words; };

/** An outcome as a coloured word. */
const badge = ([outcome, letter]) => make("span", { class: "badge", "data-sign": letter }, outcome);

/** A line of a transcript by its place in a part of the data; see `page_pool.py`. */
function lineOf(part, place) {
  const text = (number) => (number < 0 ? null : part.texts[number]);
  const [turn, status, tab, at, repeats, ...rest] = part.lines[place];
  const [customer, said, reply, session, tier, flow, step, fault, effects, calls, point, node, ...details] = rest.map(text);
  return { turn, status, tab, at, repeats, customer, said, reply, session, tier, flow, step, fault, effects, calls, point, node, details };
}

/** A text in a frame, with a button that copies it. */
function copyable(words, what) {
  const pre = make("pre", { tabindex: 0, role: "region", "aria-label": what }, words);
  const button = make("button", { type: "button" }, "Copy");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(words);
    } catch {
      getSelection().selectAllChildren(pre);
      document.execCommand("copy");
    }
    button.textContent = "Copied";
    say(`${what} is copied.`);
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
  return make("div", { class: "copyable" }, pre, button);
}
