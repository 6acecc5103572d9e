// What the page knows, and questions about it. Texts are untrusted: they only ever become text nodes.
const data = JSON.parse(document.getElementById("data").textContent);
const documents = data.documents.map((shown, at) => ({ ...shown, at, outlet: shown.outlet || "unknown" }));

// Places in a removal; a refused cut has category, rule and reason.
const [CATEGORY, RULE, CONFIDENCE, REASON, RISK, WHY] = [0, 1, 2, 3, 4, 5];
// Places in a passage.
const [REMOVAL, REFUSALS, TEXT, HIDDEN, END] = [0, 1, 2, 3, 4];
const HIGH = 50;
const MIDDLE = 40; // as in cleaner/risk.py

const numbers = new Intl.NumberFormat("en");
const number = (value) => numbers.format(value);
const counted = (value, what) => `${number(value)} ${what}${value === 1 ? "" : "s"}`;

function percent(share) {
  if (share > 0 && share < 0.001) return "< 0.1 %";
  return `${(100 * share).toFixed(share < 0.9995 ? 1 : 0)} %`;
}

const share = (part, whole) => (whole ? part / whole : 0);
const level = (risk) => (risk >= HIGH ? "high" : risk >= MIDDLE ? "middle" : "low");
const textOf = (passage) => passage[TEXT] + (passage[HIDDEN] ? "\n…\n" : "") + passage[END];
const cutsOf = (shown) => [...shown.removals, ...shown.refusals];

const texts = new Map();

/** Return name and text of a document, and both in lower case. */
function searchable(shown) {
  if (!texts.has(shown.at)) {
    const whole = `${shown.name}\n${shown.passages.map(textOf).join("")}`;
    texts.set(shown.at, { whole, lower: whole.toLowerCase() });
  }
  return texts.get(shown.at);
}

/** Return the documents that all filters let through, the riskiest first. */
function chosen(filters) {
  const wanted = filters.q?.toLowerCase();
  return documents.filter(
    (shown) =>
      shown.risk >= Number(filters.min || 0) &&
      (!filters.outlet || shown.outlet === filters.outlet) &&
      (!filters.flag || shown.flags.includes(filters.flag)) &&
      ((!filters.category && !filters.rule) ||
        cutsOf(shown).some(
          (cut) =>
            (!filters.category || cut[CATEGORY] === filters.category) && (!filters.rule || cut[RULE] === filters.rule),
        )) &&
      (!wanted || searchable(shown).lower.includes(wanted)),
  );
}

/** Return all removals of the shown documents that a question lets through, the riskiest first. */
function removalsOf(asks, among = documents) {
  const found = [];
  for (const shown of among) {
    shown.removals.forEach((removal, at) => asks(removal, shown) && found.push({ shown, removal, at }));
  }
  return found.sort((a, b) => b.removal[RISK] - a.removal[RISK] || a.shown.at - b.shown.at || a.at - b.at);
}

/** Return the place of a document's riskiest removal, or -1. */
function riskiest(shown) {
  const risks = shown.removals.map((removal) => removal[RISK]);
  return risks.indexOf(Math.max(...risks));
}

/** Return the text of a removal with what stands before and after it. */
function excerpt(shown, at, around) {
  const place = shown.passages.findIndex((passage) => passage[REMOVAL] === at);
  const before = shown.passages.slice(Math.max(0, place - 4), place).map(textOf).join("");
  const after = shown.passages.slice(place + 1, place + 5).map(textOf).join("");
  return { before: before.slice(-around), removed: textOf(shown.passages[place]), after: after.slice(0, around) };
}

/** Return the values that a filter can have in the shown documents, the most frequent first. */
const choices = (valuesOf) => tally(documents.flatMap((shown) => [...new Set(valuesOf(shown))]));

/** Count equal values, the most frequent first. */
function tally(values) {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) || 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}
