const main = document.getElementById("main");
const search = document.getElementById("search");
const keys = document.getElementById("keys");
const places = new Map(); // how far each address was scrolled
const FILTERED = ["q", ...Object.keys(FILTERS), "min"]; // what an address may ask for
let here = null; // the page that is shown
let isNew = true; // whether it was come to by a link, not by Back

function announce(message) {
  document.getElementById("status").textContent = message;
}

/** Read the address: the path in parts, and the filters. */
function parse() {
  const [path, query] = (location.hash.slice(1) || "/").split("?");
  let parts;
  try {
    parts = path.split("/").filter(Boolean).map(decodeURIComponent);
  } catch {
    parts = []; // somebody typed it
  }
  const asked = new URLSearchParams(query);
  const filters = Object.fromEntries(FILTERED.filter((name) => asked.get(name)).map((name) => [name, asked.get(name)]));
  return { parts, filters, address: location.hash };
}

function view({ parts: [kind, name], filters }) {
  if (kind === "documents") return list(filters);
  if (kind === "doc" && documents[Number(name)]) return reader(documents[Number(name)], filters);
  if (Object.hasOwn(SUBJECTS, kind ?? "") && name) return subject(kind, name);
  return overview();
}

function render() {
  const before = here;
  here = parse();
  hide();
  const [kind, , at] = here.parts;
  const shown = view(here);
  if (shown) main.replaceChildren(shown);
  if (document.activeElement !== search) search.value = here.filters.q || "";
  document.title = [main.querySelector("h1")?.textContent, "Cleaning report"].join(" · ");
  const current = { undefined: "#/", documents: "#/documents", doc: "#/documents" }[kind];
  for (const tab of document.querySelectorAll("header nav a")) {
    if (tab.hash === current) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
  if (before && before.parts[0] !== kind && document.activeElement !== search) main.focus({ preventScroll: true });
  if (kind === "doc" && at) visit(at);
  else if (shown) scrollTo(0, isNew ? 0 : places.get(here.address) || 0);
  isNew = false;
}

/** Show what the address says, if that is not shown already. */
function catchUp() {
  if (location.hash !== here.address) render();
}

/** Go to an address that Back leaves again. */
function go(to) {
  places.set(location.hash, scrollY);
  isNew = true;
  location.hash = to;
}

/** Change the filters of the list; only the first change is one that Back undoes. */
function refine(changes) {
  const { parts, filters } = parse();
  const isListed = parts[0] === "documents";
  const to = address(["documents"], { ...(isListed ? filters : {}), ...changes });
  if (!isListed) return go(to);
  history.replaceState(null, "", to);
  return render();
}

/** Go to another document, or to another row of a list. */
function step(by) {
  const [kind] = here.parts;
  if (kind === "doc") {
    document.getElementById(by > 0 ? "next" : "previous")?.click();
    return;
  }
  const rows = [...main.querySelectorAll("a.row")];
  const at = rows.indexOf(document.activeElement);
  rows[Math.max(0, Math.min(at + by, rows.length - 1))]?.focus();
}

const KEYS = {
  j: () => step(1),
  ArrowRight: () => step(1),
  k: () => step(-1),
  ArrowLeft: () => step(-1),
  n: () => visitNext(1),
  p: () => visitNext(-1),
  "/": () => search.focus(),
  "?": () => keys.showModal(),
  Escape: () => hide(),
};

document.addEventListener("keydown", (event) => {
  const isTyping = event.target instanceof Element && event.target.closest("input, select, textarea");
  if (event.ctrlKey || event.metaKey || event.altKey || keys.open) return;
  if (isTyping) {
    if (event.key === "Escape") {
      event.preventDefault();
      event.target.blur();
    }
    return;
  }
  if (markOf(event.target) === event.target && (event.key === "Enter" || event.key === " ")) {
    event.preventDefault();
    show(event.target, true);
    return;
  }
  if (Object.hasOwn(KEYS, event.key)) {
    event.preventDefault();
    catchUp(); // a fast reader presses the next key before the browser tells of the new address
    KEYS[event.key]();
  }
});

document.addEventListener("click", (event) => {
  const to = event.target instanceof Element && event.target.closest("a[href^='#/']");
  if (!to || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (to.hash === location.hash) scrollTo(0, 0);
  else go(to.hash);
});
addEventListener("hashchange", catchUp);
document.getElementById("find").addEventListener("submit", (event) => event.preventDefault());
search.addEventListener("input", () => refine({ q: search.value.trim() }));
document.getElementById("help").addEventListener("click", () => keys.showModal());

/** Keep what the reader chose, where the browser lets a local file keep anything. */
function theme(chosen) {
  try {
    if (chosen) localStorage.setItem("cleaner-theme", chosen);
    return chosen || localStorage.getItem("cleaner-theme");
  } catch {
    return chosen;
  }
}

const dark = matchMedia("(prefers-color-scheme: dark)");
const root = document.documentElement;
const known = theme();
if (known === "light" || known === "dark") root.dataset.theme = known;
document.getElementById("theme").addEventListener("click", () => {
  const now = root.dataset.theme || (dark.matches ? "dark" : "light");
  root.dataset.theme = now === "dark" ? "light" : "dark";
  theme(root.dataset.theme);
});

history.scrollRestoration = "manual";
render();
