const CARDS = 25; // removals, before somebody asks for more
const AROUND = 100; // characters before and after a removal

// For each kind of page: which cuts it is about, and the figures of the whole run.
const SUBJECTS = {
  category: {
    concerns: (cut, _, name) => cut[CATEGORY] === name,
    rows: () => data.categories,
    figures: ([, removals, characters]) => ({
      removals: number(removals),
      characters: number(characters),
      "of all removed": percent(share(characters, data.totals.removed)),
    }),
  },
  rule: {
    concerns: (cut, _, name) => cut[RULE] === name,
    rows: () => data.rules.rows,
    figures: ([, , removals, found, characters, confidence]) => ({
      removals: number(removals),
      documents: number(found),
      characters: number(characters),
      "mean confidence": confidence.toFixed(2),
    }),
  },
  outlet: {
    concerns: (_, shown, name) => shown.outlet === name,
    rows: () => data.outlets.rows,
    figures: ([, found, removals, characters, part]) => ({
      documents: number(found),
      removals: number(removals),
      characters: number(characters),
      removed: percent(part),
    }),
  },
};

/** The page of a rule, a category or an outlet: figures of the whole run, then its removals in the shown documents. */
function subject(kind, name) {
  const { concerns } = SUBJECTS[kind];
  const filters = { [kind]: name };
  const among = chosen(filters);
  const removals = removalsOf((removal, shown) => concerns(removal, shown, name), among);
  const refused = among.filter((shown) => shown.refusals.some((cut) => concerns(cut, shown, name)));
  const categories = kind === "category" ? [] : tally(removals.map(({ removal }) => removal[CATEGORY]));
  const rules = kind === "rule" ? [] : tally(removals.map(({ removal }) => removal[RULE]));
  const known = figures(kind, name);
  return el(
    "div.subject",
    null,
    el("p.kind", null, kind),
    el("h1", null, breakable(name)),
    categories.length > 0 && el("p.chips", null, categories.map(([category]) => chip(category))),
    known,
    el(
      "p",
      null,
      known ? "These are figures of the whole run. This page shows " : "This page shows ",
      link(["documents"], filters, counted(among.length, "document")),
      ` of it, with ${counted(removals.length, "removal")}`,
      refused.length > 0 && ` and refused cuts in ${number(refused.length)}`,
      ".",
    ),
    rules.length > 0 && section("Rules", el("ul.rules", null, rules.slice(0, 2 * LISTED).map(ruleCount))),
    removals.length > 0 &&
      section(
        "Removals, the riskiest first",
        inPieces(removals, (found) => card(found, AROUND, kind), CARDS, el("div.cards")),
      ),
    refused.length > 0 &&
      section(
        "Documents with refused cuts",
        inPieces(refused, (shown) => row(shown, filters), ROWS, el("ol.rows")),
      ),
  );
}

function figures(kind, name) {
  const of = SUBJECTS[kind].rows().find(([subject]) => subject === name);
  if (!of) return null;
  return el("dl.tiles", null, Object.entries(SUBJECTS[kind].figures(of)).map(([said, value]) => tile(said, value)));
}

const ruleCount = ([rule, count]) => el("li", null, ruleLink(rule), el("span.number", null, number(count)));
