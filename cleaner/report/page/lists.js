const ROWS = 50;
const FILTERS = {
  category: ["any category", (shown) => cutsOf(shown).map((cut) => cut[CATEGORY])],
  rule: ["any rule", (shown) => cutsOf(shown).map((cut) => cut[RULE])],
  outlet: ["any outlet", (shown) => [shown.outlet]],
  flag: ["flagged or not", (shown) => shown.flags],
};

/** Show the list of documents, or only new results if it is shown already, so that its controls keep the focus. */
function list(filters) {
  const there = document.getElementById("results");
  if (!there) return el("div.list", null, el("h1", null, "Documents"), controls(filters), el("div", { id: "results" }, results(filters)));
  for (const name of Object.keys(FILTERS)) document.getElementById(`by-${name}`).value = filters[name] || "";
  document.getElementById("by-min").value = filters.min || 0;
  document.getElementById("least").textContent = filters.min || "any";
  there.replaceChildren(...results(filters));
  return null;
}

function controls(filters) {
  const change = (name) => (event) => refine({ [name]: event.target.value === "0" ? "" : event.target.value });
  const selects = Object.entries(FILTERS).map(([name, [any, valuesOf]]) => {
    const options = choices(valuesOf).map(([value, count]) =>
      el("option", { value, selected: value === filters[name] }, `${value} (${number(count)})`),
    );
    return el("label", null, el("span", null, name), el("select", { id: `by-${name}`, change: change(name) }, el("option", { value: "" }, any), options));
  });
  const risk = el("input", { id: "by-min", type: "range", min: 0, max: 100, step: 5, value: filters.min || 0, input: change("min") });
  return el("div.filters", null, selects, el("label", null, el("span", null, "risk from ", el("output", { id: "least" }, filters.min || "any")), risk));
}

function results(filters) {
  const found = chosen(filters);
  const asked = Object.entries(filters).filter(([, value]) => value);
  const said = [
    el("b", null, number(found.length)),
    ` of ${counted(documents.length, "document")}`,
    asked.length > 0 && el("span.soft", null, ` · ${asked.map(([name, value]) => ({ q: `holds “${value}”`, min: `risk ${value} and more` })[name] || `${name} ${value}`).join(", ")}`),
    asked.length > 0 && el("a.clear", { href: "#/documents" }, "clear"),
  ];
  announce(`${number(found.length)} of ${counted(documents.length, "document")}`);
  const rows = inPieces(found, (shown) => row(shown, filters), ROWS, el("ol.rows"));
  return [el("p.count", { id: "count" }, said), ...(found.length ? rows : [el("p.soft", null, "No document passes all filters.")])];
}

/** One document in a list: risk, name, what is known of it, and why it is risky. */
function row(shown, filters) {
  const worst = riskiest(shown);
  const facts = [shown.outlet === "unknown" ? "unknown outlet" : shown.outlet, counted(shown.cuts, "removal"), `${percent(share(shown.removed, shown.characters))} removed`];
  return el(
    "li",
    null,
    el(
      "a.row",
      { href: address(["doc", shown.at], filters) },
      badge(shown.risk),
      el("span.name", null, shown.name),
      el("span.facts", null, facts.join(" · "), shown.flags.map((flag) => el("span.flag", null, flag))),
      found(shown, filters.q) || (worst >= 0 && worstOf(shown, worst)),
    ),
  );
}

function worstOf(shown, at) {
  const removal = shown.removals[at];
  return el("span.why", { title: removal[WHY] }, el("span.taken", { "data-category": removal[CATEGORY] }, oneLine(excerpt(shown, at, 0).removed, 140)), el("small", null, removal[WHY]));
}

/** Show where a document holds what was searched. */
function found(shown, query) {
  if (!query) return null;
  const { whole, lower } = searchable(shown);
  const at = lower.indexOf(query.toLowerCase());
  if (at < 0 || whole.length !== lower.length || at < shown.name.length) return null;
  const end = at + query.length;
  return el("span.why", null, `…${whole.slice(Math.max(shown.name.length, at - 60), at)}`, el("b.hit", null, whole.slice(at, end)), `${whole.slice(end, end + 80)}…`);
}

function oneLine(text, longest) {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}

/** One removal in its surroundings, with its document. */
function card({ shown, removal, at }, around, kind = "") {
  const { before, removed, after } = excerpt(shown, at, around);
  return el(
    "article.card",
    null,
    el(
      "a.row",
      { href: address(["doc", shown.at, at]) },
      badge(removal[RISK]),
      el("span.quote", null, `…${oneLine(before, around)} `, el("mark", { "data-category": removal[CATEGORY] }, oneLine(removed, 300)), ` ${oneLine(after, around)}…`),
      el("small", null, removal[WHY]),
    ),
    el("p.source", null, kind !== "category" && chip(removal[CATEGORY]), kind !== "rule" && ruleLink(removal[RULE]), link(["doc", shown.at], {}, shown.name)),
  );
}

const SUBJECTS = {
  category: {
    asks: (name) => (removal) => removal[CATEGORY] === name,
    totals(name) {
      const row = data.categories.find(([category]) => category === name);
      return row && [["removals", number(row[1])], ["characters", number(row[2])], ["of all removed", percent(share(row[2], data.totals.removed))]];
    },
  },
  rule: {
    asks: (name) => (removal) => removal[RULE] === name,
    totals(name) {
      const row = data.rules.rows.find(([rule]) => rule === name);
      return row && [["removals", number(row[2])], ["documents", number(row[3])], ["characters", number(row[4])], ["mean confidence", row[5].toFixed(2)]];
    },
  },
  outlet: {
    asks: (name) => (_, shown) => shown.outlet === name,
    totals(name) {
      const row = data.outlets.rows.find(([outlet]) => outlet === name);
      return row && [["documents", number(row[1])], ["removals", number(row[2])], ["characters", number(row[3])], ["removed", percent(row[4])]];
    },
  },
};

/** The page of a rule, a category or an outlet: figures of the whole run, then its removals in the shown documents. */
function subject(kind, name) {
  const filters = { [kind]: name };
  const among = chosen(filters);
  const removals = removalsOf(SUBJECTS[kind].asks(name), among);
  const totals = SUBJECTS[kind].totals(name);
  const parts = kind === "category" ? [] : [...new Set(removals.map(({ removal }) => removal[CATEGORY]))];
  const rules = kind === "rule" ? [] : tally(removals.map(({ removal }) => removal[RULE]));
  const refused = among.filter((shown) => shown.refusals.some((cut) => SUBJECTS[kind].asks(name)(cut, shown)));
  return el(
    "div.subject",
    null,
    el("p.kind", null, kind),
    el("h1", null, breakable(name)),
    parts.length > 0 && el("p.chips", null, parts.map(chip)),
    totals ? el("dl.tiles", { "aria-label": "whole run" }, totals.map(([said, value]) => tile(said, value))) : el("p.soft", null, "The tables of this page hold no figures of the whole run for it."),
    el("p", null, "Figures of the whole run. This page shows ", link(["documents"], filters, counted(among.length, "document")), ` of it, with ${counted(removals.length, "removal")}`, refused.length > 0 && ` and refused cuts in ${number(refused.length)}`, "."),
    rules.length > 0 && section("Rules", el("ul.rules", null, rules.slice(0, 2 * LISTED).map(([rule, count]) => el("li", null, ruleLink(rule), el("span.number", null, number(count)))))),
    removals.length > 0 && section("Removals, the riskiest first", inPieces(removals, (found) => card(found, 100, kind), 25, el("div.cards"))),
    refused.length > 0 && section("Documents with refused cuts", inPieces(refused, (shown) => row(shown, filters), ROWS, el("ol.rows"))),
  );
}

function tally(values) {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) || 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}
