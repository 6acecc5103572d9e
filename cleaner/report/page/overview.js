const LISTED = 12; // rows of a long table before somebody asks for all

function overview() {
  return el(
    "div.overview",
    null,
    el("h1", null, data.run.name),
    el("p.soft", null, aboutRun()),
    el("p.sample", null, `${data.sample} The figures are those of the whole run.`),
    el("dl.tiles", null, totals()),
    el("div.columns", null, lookFirst(), attention()),
    el("div.columns", null, categoryTable(), distribution()),
    ruleTable(),
    outletTable(),
  );
}

function aboutRun() {
  const { run } = data;
  const only = Object.entries(run.only).map(([part, value]) => `${part} ${value}`);
  const more = run.more_recipes ? ` and ${number(run.more_recipes)} more for single outlets` : "";
  const said = [
    only.length && `Only ${only.join(", ")}`,
    run.is_finished ? `Run finished ${run.when}` : `The run is not finished: this is what it had done by ${run.when}`,
    run.recipes.length && `rules recipe ${run.recipes[0]}${more}`,
    `report by cleaner ${run.version}`,
  ];
  return said.filter(Boolean).join(" · ");
}

function totals() {
  const { written, documents: all, characters, removed, removals, flagged, failed } = data.totals;
  const again = data.unreadable && `${number(data.unreadable)} when read again`;
  return [
    tile("documents cleaned", number(written), `of ${number(all)}`),
    tile("characters removed", percent(share(removed, characters)), `${number(removed)} of ${number(characters)}`),
    tile("removals", number(removals), `by ${counted(data.rules.total, "rule")}`),
    tile("flagged", number(flagged), percent(share(flagged, written))),
    tile("failed", number(failed + data.unreadable), again || percent(share(failed, all))),
  ];
}

const tile = (name, value, more) =>
  el("div", null, el("dt", null, name), el("dd", null, el("strong", null, value), more && el("span", null, more)));

function lookFirst() {
  const first = new Map(); // the riskiest removal of each document
  for (const found of removalsOf((removal) => removal[RISK] >= MIDDLE)) {
    if (!first.has(found.shown)) first.set(found.shown, found);
  }
  const worst = [...first.values()].slice(0, 5);
  const title = "Look here first";
  if (!worst.length) return section(title, el("p.soft", null, "No removal in the shown documents is risky."));
  const lead = "The removals that would do most harm if they were wrong, one of a document.";
  return section(
    title,
    el("p.soft.lead", null, lead),
    el("div.cards", null, worst.map((found) => card(found, 60))),
    el("p.all", null, link(["documents"], {}, "All shown documents, the riskiest first")),
  );
}

const FLAGS = {
  "cut-refused": "a cut would have taken too much of the prose, and was not made",
  emptied: "nothing is left",
  "no-article": "nothing that is left reads as an article",
  "too-long": "too long for the heuristics, so only rules were used",
};

function attention() {
  const named = [...data.failed, ...data.problems];
  const counts = (name, rows) => rows.length && table([{ name }, { name: "documents" }], rows);
  const odd = `${counted(data.unusual_total, "document")} with an unusual share removed`;
  const parts = [
    counts("flag", data.flags.map(flagRow)),
    counts("why documents failed", data.failures.map(failureRow)),
    named.length && folded(`${counted(named.length, "document")} by name`, el("ul.names", null, named.map(namedRow))),
    data.unusual.length && folded(odd, unusual()),
  ].filter(Boolean);
  const none = "No document was flagged, none failed, and none lost an unusual share.";
  return section("Needs a look", parts.length ? parts : el("p.soft", null, none));
}

const flagRow = ([flag, count]) => [
  el("span", null, link(["documents"], { flag }, flag), el("small", null, FLAGS[flag])),
  number(count),
];
const failureRow = ([why, count]) => [why, number(count)];
const namedRow = ([name, why]) => el("li", null, el("b", null, name), ` ${why}`);
const folded = (title, ...children) => el("details", null, el("summary", null, title), ...children);

function unusual() {
  const places = new Map(documents.map((shown) => [shown.name, shown.at]));
  const rows = data.unusual.map(([name, , part, usual]) => [
    places.has(name) ? link(["doc", places.get(name)], {}, name) : name,
    percent(part),
    percent(usual),
  ]);
  const first = data.unusual_total > rows.length ? `The ${number(rows.length)} most unusual. ` : "";
  const usual = `Usual: the median of the outlet, or of all documents where it has fewer than ${data.few}.`;
  const head = [{ name: "document" }, { name: "removed" }, { name: "usual" }];
  return [table(head, rows), el("p.soft", null, first + usual)];
}

function categoryTable() {
  const most = Math.max(...data.categories.map((row) => row[2]), 0);
  const head = [
    { name: "category" },
    { name: "", class: "bars" },
    { name: "removals" },
    { name: "characters" },
    { name: "share", class: "number wide" },
  ];
  const rows = data.categories.map(([category, removals, characters]) => [
    chip(category),
    bar(characters, most, category),
    number(removals),
    number(characters),
    percent(share(characters, data.totals.removed)),
  ]);
  return section("By category", rows.length ? table(head, rows) : el("p.soft", null, "Nothing was removed."));
}

function distribution() {
  const most = Math.max(...data.shares, 1);
  const columns = data.shares.map((count, at) => {
    const range = at ? `${10 * (at - 1)} to ${10 * at} %` : "nothing";
    return el(
      "li",
      { title: `${range}: ${counted(count, "document")}` },
      el("span.count", null, count ? number(count) : ""),
      el("span.column", { "--part": count / most }),
      el("span.name", null, 10 * at),
    );
  });
  const axis = "documents, by up to how many percent of their characters were removed";
  return section("Share of a document removed", el("ol.histogram", null, columns), el("p.soft.axis", null, axis));
}

function ruleTable() {
  const most = Math.max(...data.rules.rows.map((row) => row[4]), 0);
  const head = [
    { name: "rule" },
    { name: "", class: "bars wide" },
    { name: "category", class: "wide" },
    { name: "removals" },
    { name: "documents", class: "number wide" },
    { name: "characters" },
    { name: "confidence", class: "number wide" },
  ];
  const rows = data.rules.rows.map(([rule, category, removals, found, characters, confidence]) => [
    ruleLink(rule),
    bar(characters, most, category),
    chip(category),
    number(removals),
    number(found),
    number(characters),
    confidence.toFixed(2),
  ]);
  return section("By rule", long(head, rows, data.rules.total, "rules"));
}

function outletTable() {
  const most = Math.max(...data.outlets.rows.map((row) => row[3]), 0);
  const head = [
    { name: "outlet" },
    { name: "", class: "bars wide" },
    { name: "documents" },
    { name: "removals", class: "number wide" },
    { name: "characters" },
    { name: "removed" },
  ];
  const rows = data.outlets.rows.map(([outlet, found, removals, characters, part]) => [
    link(["outlet", outlet], {}, outlet),
    bar(characters, most),
    number(found),
    number(removals),
    number(characters),
    percent(part),
  ]);
  return section("By outlet", long(head, rows, data.outlets.total, "outlets"));
}

/** Make a table that shows its first rows, and all when asked. */
function long(head, rows, total, what) {
  const whole = table(head, rows);
  const others = [...whole.tBodies[0].rows].slice(LISTED);
  const hideOthers = (isHidden) => others.forEach((row) => row.toggleAttribute("hidden", isHidden));
  hideOthers(true);
  const all = () => {
    hideOthers(false);
    more.remove();
  };
  const more = el("button.more", { type: "button", click: all }, `Show all ${number(rows.length)}`);
  const left = `${number(total - rows.length)} more ${what}; see cleaner stats.`;
  return [whole, others.length > 0 && more, total > rows.length && el("p.soft", null, left)];
}
