const LISTED = 12;

function overview() {
  const { totals } = data;
  return el(
    "div.overview",
    null,
    el("h1", null, data.run.name),
    el("p.soft", null, aboutRun()),
    el("p.sample", null, data.sample, " The figures are those of the whole run."),
    el(
      "dl.tiles",
      null,
      tile("documents cleaned", number(totals.written), `of ${number(totals.documents)}`),
      tile("characters removed", percent(share(totals.removed, totals.characters)), `${number(totals.removed)} of ${number(totals.characters)}`),
      tile("removals", number(totals.removals), `by ${counted(data.rules.total, "rule")}`),
      tile("flagged", number(totals.flagged), percent(share(totals.flagged, totals.written))),
      tile("failed", number(totals.failed + data.unreadable), data.unreadable ? `${number(data.unreadable)} when read again` : percent(share(totals.failed, totals.documents))),
    ),
    el("div.columns", null, lookFirst(), attention()),
    el("div.columns", null, categoryTable(), distribution()),
    ruleTable(),
    outletTable(),
  );
}

function aboutRun() {
  const { run } = data;
  const only = Object.entries(run.only).map(([part, value]) => `${part} ${value}`);
  const recipe = run.recipes.length && `rules recipe ${run.recipes[0]}${run.more_recipes ? ` and ${number(run.more_recipes)} more for single outlets` : ""}`;
  return [
    only.length && `Only ${only.join(", ")}`,
    run.is_finished ? `Run finished ${run.when}` : `The run is not finished: this is what it had done by ${run.when}`,
    recipe,
    `report by cleaner ${run.version}`,
  ]
    .filter(Boolean)
    .join(" · ");
}

const tile = (name, value, more) => el("div", null, el("dt", null, name), el("dd", null, el("strong", null, value), more && el("span", null, more)));

function lookFirst() {
  const risky = removalsOf((removal) => removal[RISK] >= MIDDLE);
  const worst = risky.filter((found, at) => risky.findIndex(({ shown }) => shown === found.shown) === at).slice(0, 5);
  if (!worst.length) return section("Look here first", el("p.soft", null, "No removal in the shown documents is risky."));
  return section(
    "Look here first",
    el("p.soft.lead", null, "The removals that would do most harm if they were wrong, one of a document."),
    el("div.cards", null, worst.map((found) => card(found, 60))),
    el("p", null, link(["documents"], {}, "All shown documents, the riskiest first")),
  );
}

const FLAGS = {
  "cut-refused": "a cut would have taken too much of the prose, and was not made",
  emptied: "nothing is left",
  "no-article": "nothing that is left reads as an article",
  "too-long": "too long for the heuristics, so only rules were used",
};

function attention() {
  const parts = [];
  if (data.flags.length) {
    const rows = data.flags.map(([flag, count]) => [
      el("span", null, link(["documents"], { flag }, flag), el("small", null, FLAGS[flag])),
      number(count),
    ]);
    parts.push(table([{ name: "flag" }, { name: "documents" }], rows));
  }
  if (data.failures.length) {
    parts.push(table([{ name: "why documents failed" }, { name: "documents" }], data.failures.map(([why, count]) => [why, number(count)])));
  }
  const named = [...data.failed, ...data.problems];
  if (named.length) parts.push(folded(`${counted(named.length, "document")} by name`, el("ul.names", null, named.map(([name, why]) => el("li", null, el("b", null, name), ` ${why}`)))));
  if (data.unusual.length) parts.push(folded(`${counted(data.unusual_total, "document")} with an unusual share removed`, unusual()));
  if (!parts.length) parts.push(el("p.soft", null, "No document was flagged, none failed, and none lost an unusual share."));
  return section("Needs a look", parts);
}

const folded = (title, ...children) => el("details", null, el("summary", null, title), ...children);

function unusual() {
  const places = new Map(documents.map((shown) => [shown.name, shown.at]));
  const rows = data.unusual.map(([name, , part, usual]) => [
    places.has(name) ? link(["doc", places.get(name)], {}, name) : name,
    percent(part),
    percent(usual),
  ]);
  return el("div", null, table([{ name: "document" }, { name: "removed" }, { name: "usual" }], rows), el("p.soft", null, `Usual: the median of the outlet, or of all documents where it has fewer than ${data.few}.`));
}

function categoryTable() {
  const most = Math.max(...data.categories.map((row) => row[2]), 0);
  const rows = data.categories.map(([category, removals, characters]) => [
    chip(category),
    bar(characters, most, category),
    number(removals),
    number(characters),
    percent(share(characters, data.totals.removed)),
  ]);
  const head = [{ name: "category" }, { name: "", class: "bars" }, { name: "removals" }, { name: "characters" }, { name: "share", class: "number wide" }];
  return section("By category", rows.length ? table(head, rows) : el("p.soft", null, "Nothing was removed."));
}

function distribution() {
  const most = Math.max(...data.shares, 1);
  const names = data.shares.map((_, at) => `${10 * at}`);
  const columns = data.shares.map((count, at) =>
    el("li", { title: `${at ? `${10 * (at - 1)} to ${10 * at} %` : "nothing"}: ${counted(count, "document")}` }, el("span.count", null, count ? number(count) : ""), el("span.column", { "--part": count / most }), el("span.name", null, names[at])),
  );
  return section("Share of a document removed", el("ol.histogram", null, columns), el("p.soft.axis", null, "documents, by up to how many percent of their characters were removed"));
}

/** Make a table that shows its first rows, and all when asked. */
function long(head, rows, total, what) {
  const whole = table(head, rows);
  const hidden = [...whole.tBodies[0].rows].slice(LISTED);
  hidden.forEach((row) => (row.hidden = true));
  const more = el("button.more", { type: "button", click: () => (hidden.forEach((row) => (row.hidden = false)), (more.hidden = true)) }, `Show all ${number(rows.length)}`);
  return [whole, hidden.length > 0 && more, total > rows.length && el("p.soft", null, `${number(total - rows.length)} more ${what}; see cleaner stats.`)];
}

function ruleTable() {
  const most = Math.max(...data.rules.rows.map((row) => row[4]), 0);
  const rows = data.rules.rows.map(([rule, category, removals, found, characters, confidence]) => [
    el("span", null, ruleLink(rule)),
    bar(characters, most, category),
    el("span", null, chip(category)),
    number(removals),
    number(found),
    number(characters),
    confidence.toFixed(2),
  ]);
  const head = [{ name: "rule" }, { name: "", class: "bars wide" }, { name: "category", class: "wide" }, { name: "removals" }, { name: "documents", class: "number wide" }, { name: "characters" }, { name: "confidence", class: "number wide" }];
  return section("By rule", long(head, rows, data.rules.total, "rules"));
}

function outletTable() {
  const most = Math.max(...data.outlets.rows.map((row) => row[3]), 0);
  const rows = data.outlets.rows.map(([outlet, found, removals, characters, part]) => [
    link(["outlet", outlet], {}, outlet),
    bar(characters, most),
    number(found),
    number(removals),
    number(characters),
    percent(part),
  ]);
  const head = [{ name: "outlet" }, { name: "", class: "bars wide" }, { name: "documents" }, { name: "removals", class: "number wide" }, { name: "characters" }, { name: "removed" }];
  return section("By outlet", long(head, rows, data.outlets.total, "outlets"));
}
