const ROWS = 50; // documents, before somebody asks for more
const QUOTED = 300; // characters of a removal that a card quotes
const FILTERS = {
  category: ["any category", (shown) => cutsOf(shown).map((cut) => cut[CATEGORY])],
  rule: ["any rule", (shown) => cutsOf(shown).map((cut) => cut[RULE])],
  outlet: ["any outlet", (shown) => [shown.outlet]],
  flag: ["flagged or not", (shown) => shown.flags],
};

/** Show the list of documents, or only new results if it is shown already, so that its controls keep the focus. */
function list(filters) {
  const there = document.getElementById("results");
  if (!there) {
    const found = el("div", { id: "results" }, results(filters));
    return el("div.list", null, el("h1", null, "Documents"), el("div.filters", null, controls(filters)), found);
  }
  for (const name of Object.keys(FILTERS)) document.getElementById(`by-${name}`).value = filters[name] || "";
  document.getElementById("by-min").value = filters.min || 0;
  document.getElementById("least").textContent = filters.min || "any";
  there.replaceChildren(...results(filters).filter(Boolean));
  return null;
}

function controls(filters) {
  const change = (name) => (event) => refine({ [name]: event.target.value === "0" ? "" : event.target.value });
  const selects = Object.entries(FILTERS).map(([name, [any, valuesOf]]) => {
    const options = choices(valuesOf).map(([value, count]) =>
      el("option", { value, selected: value === filters[name] }, `${value} (${number(count)})`),
    );
    const select = { id: `by-${name}`, change: change(name) };
    return el("label", null, el("span", null, name), el("select", select, el("option", { value: "" }, any), options));
  });
  const least = el("span", null, "risk from ", el("output", { id: "least" }, filters.min || "any"));
  const slider = { id: "by-min", type: "range", min: 0, max: 100, step: 5, value: filters.min || 0 };
  return [...selects, el("label", null, least, el("input", { ...slider, input: change("min") }))];
}

function results(filters) {
  const found = chosen(filters);
  const count = `of ${counted(documents.length, "document")}`;
  const words = { q: "text", min: "risk from" };
  const asked = Object.entries(filters).map(([name, value]) => `${words[name] || name} ${value}`);
  announce(`${number(found.length)} ${count}`);
  return [
    el(
      "p.count",
      { id: "count" },
      el("b", null, number(found.length)),
      ` ${count}`,
      asked.length > 0 && el("span.soft", null, ` · ${asked.join(", ")}`),
      asked.length > 0 && el("a.clear", { href: "#/documents" }, "clear"),
    ),
    ...inPieces(found, (shown) => row(shown, filters), ROWS, el("ol.rows")),
    !found.length && el("p.soft", null, "No document passes all filters."),
  ];
}

/** One document in a list: risk, name, what is known of it, and why it is risky or where it holds what was searched. */
function row(shown, filters) {
  const facts = [
    shown.outlet === "unknown" ? "unknown outlet" : shown.outlet,
    counted(shown.cuts, "removal"),
    `${percent(share(shown.removed, shown.characters))} removed`,
  ];
  return el(
    "li",
    null,
    el(
      "a.row",
      { href: address(["doc", shown.at], filters) },
      badge(shown.risk),
      el("span.name", null, shown.name),
      el("span.facts", null, facts.join(" · "), shown.flags.map((flag) => el("span.flag", null, flag))),
      hit(shown, filters.q) || worst(shown),
    ),
  );
}

function worst(shown) {
  const at = riskiest(shown);
  if (at < 0) return null;
  const removal = shown.removals[at];
  const text = oneLine(excerpt(shown, at, 0).removed, 140);
  const taken = el("span.taken", { "data-category": removal[CATEGORY] }, text);
  return el("span.why", null, taken, el("small", null, removal[WHY]));
}

/** Show where the text of a document holds what was searched. */
function hit(shown, query) {
  if (!query) return null;
  const { whole, lower } = searchable(shown);
  const at = lower.indexOf(query.toLowerCase(), shown.name.length);
  if (at < 0 || whole.length !== lower.length) return null;
  const end = at + query.length;
  const before = whole.slice(Math.max(shown.name.length, at - 60), at);
  const after = whole.slice(end, end + 80);
  return el("span.why", null, `…${before}`, el("b.hit", null, whole.slice(at, end)), `${after}…`);
}

function oneLine(text, longest) {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}

/** One removal in its surroundings, with its document. */
function card({ shown, removal, at }, around, kind = "") {
  const { before, removed, after } = excerpt(shown, at, around);
  const category = { "data-category": removal[CATEGORY] };
  return el(
    "article.card",
    null,
    el(
      "a.row",
      { href: address(["doc", shown.at, at]) },
      badge(removal[RISK]),
      el(
        "span.quote",
        null,
        `…${oneLine(before, around)} `,
        el("mark", category, oneLine(removed, QUOTED)),
        ` ${oneLine(after, around)}…`,
      ),
      el("small", null, removal[WHY]),
    ),
    el(
      "p.source",
      null,
      kind !== "category" && chip(removal[CATEGORY]),
      kind !== "rule" && ruleLink(removal[RULE]),
      link(["doc", shown.at], {}, shown.name),
    ),
  );
}
