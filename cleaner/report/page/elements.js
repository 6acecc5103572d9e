/** Make an element; children that are strings or numbers become text. */
function el(tag, properties, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElement(name);
  element.classList.add(...classes);
  for (const [key, value] of Object.entries(properties || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") element.addEventListener(key, value);
    else if (key.startsWith("--")) element.style.setProperty(key, value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(2).filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

/** Return the address of a page with its filters. */
function address(path, filters = {}) {
  const set = Object.entries(filters).filter(([, value]) => value);
  const query = new URLSearchParams(set).toString();
  return `#/${path.map((part) => encodeURIComponent(part)).join("/")}${query && `?${query}`}`;
}

const link = (path, filters, ...children) => el("a", { href: address(path, filters) }, ...children);
const chip = (category) => el("a.chip", { "data-category": category, href: address(["category", category]) }, category);

const ruleLink = (rule) => el("a.rule", { href: address(["rule", rule]) }, breakable(rule));

/** Let a name break behind its slashes. */
const breakable = (name) => name.split(/(?<=\/)/).flatMap((part, at) => (at ? [el("wbr"), part] : [part]));

function badge(risk) {
  const properties = { "data-level": level(risk), title: `risk ${risk} of 100` };
  return el("span.badge", properties, el("span.unseen", null, "risk "), risk);
}

/** Make a table: the first column names, the others are numbers but for those called so. */
function table(head, rows, className = "") {
  const cells = (tag, row) => row.map((cell, at) => el(tag, { class: head[at].class || (at ? "number" : "") }, cell));
  return el(
    "table",
    { class: className },
    el("thead", null, el("tr", null, cells("th", head.map((column) => column.name)))),
    el("tbody", null, rows.map((row) => el("tr", null, cells("td", row)))),
  );
}

const bar = (part, most, category) =>
  el("span.bar", { "--part": most ? part / most : 0, "data-category": category, "aria-hidden": "true" });

const opened = new Map(); // how many rows were asked for, by address and list, for those who come back

/** Show some rows, and more when asked. */
function inPieces(rows, make, size, holder) {
  const key = `${location.hash} ${holder.className}`;
  let shown = 0;
  const more = el("button.more", { type: "button", click: () => add(size) });
  function add(count) {
    const next = rows.slice(shown, shown + count).map(make);
    holder.append(...next);
    shown += next.length;
    more.textContent = `Show ${number(Math.min(size, rows.length - shown))} more of ${number(rows.length - shown)}`;
    more.hidden = shown >= rows.length;
    opened.set(key, shown);
  }
  add(Math.max(size, opened.get(key) || 0));
  return [holder, more];
}

function section(title, ...children) {
  return el("section", null, el("h2", null, title), ...children);
}
