const FOLD = 900; // characters from which on a passage that stays is folded
const EDGE = 280; // characters of it that show before and after the fold

/** One document with what was removed in its place. */
function reader(shown, filters) {
  const among = chosen(filters);
  const siblings = among.includes(shown) ? among : documents;
  return el(
    "div.reader",
    null,
    el("div.head", null, way(shown, siblings, filters), el("h1", null, shown.name)),
    about(shown),
    el("article.text", { id: "text", dir: "auto" }, body(shown)),
  );
}

function way(shown, siblings, filters) {
  const at = siblings.indexOf(shown);
  const step = (to, said, id) =>
    siblings[to]
      ? el("a.step", { id, href: address(["doc", siblings[to].at], filters), "aria-label": `${id} document` }, said)
      : el("span.step", { "aria-hidden": "true" }, said);
  return el(
    "p.way",
    null,
    link(["documents"], filters, "Documents"),
    step(at - 1, "‹", "previous"),
    el("span.number", null, `${number(at + 1)} of ${number(siblings.length)}`),
    step(at + 1, "›", "next"),
  );
}

function about(shown) {
  const kinds = tally(shown.removals.map((removal) => removal[CATEGORY]));
  const amount = `${number(shown.removed)} of ${number(shown.characters)} characters`;
  const first = (category) => shown.removals.findIndex((removal) => removal[CATEGORY] === category);
  const kind = ([category, count]) => {
    const properties = { type: "button", "data-category": category, click: () => visit(first(category)) };
    return el("li", null, el("button", properties, el("span", null, category), el("span.number", null, number(count))));
  };
  return el(
    "aside.about",
    null,
    el("div.risk", null, badge(shown.risk), el("ul", null, reasons(shown))),
    el(
      "dl.facts",
      null,
      fact("outlet", [link(["outlet", shown.outlet], {}, shown.outlet), shown.how && el("small", null, shown.how)]),
      fact("removed", `${percent(share(shown.removed, shown.characters))}, ${amount}`),
      shown.flags.length > 0 && fact("flags", shown.flags.map((flag) => el("span.flag", null, flag))),
      shown.dropped > 0 && fact("page", `${counted(shown.dropped, "part")} dropped before the text was taken from it`),
    ),
    kinds.length > 0 && el("ul.kinds", null, kinds.map(kind)),
  );
}

/** Say what makes the risk of a document; its riskiest removal can be gone to. */
function reasons(shown) {
  if (!shown.why.length) return el("li", null, shown.cuts ? "nothing risky was removed" : "nothing was removed");
  const worst = riskiest(shown);
  return shown.why.map(([said, points]) => {
    const isRemoval = shown.removals[worst]?.[RISK] === points && said === "its riskiest removal";
    const name = isRemoval ? el("button.link", { type: "button", click: () => visit(worst) }, said) : said;
    return el("li", null, name, el("span.soft.number", null, ` +${points}`));
  });
}

const fact = (name, value) => el("div", null, el("dt", null, name), el("dd", null, value));

function body(shown) {
  const parts = [];
  isLineEnded = null;
  let last = "";
  for (const passage of shown.passages) {
    const cut = passage[REMOVAL] >= 0 && shown.removals[passage[REMOVAL]];
    const isRefused = passage[REFUSALS].length > 0;
    const run = cut ? `${cut[CATEGORY]} ${cut[RULE]}` : isRefused ? `refused ${passage[REFUSALS]}` : "";
    const isFirst = run !== last;
    if (cut) parts.push(...spaced(passage, (content) => removed(shown, passage, cut, content, isFirst)));
    else if (isRefused) parts.push(...spaced(passage, (content) => refused(shown, passage, content, isFirst)));
    else parts.push(...kept(passage));
    if (cut || passage[TEXT].trim()) last = run;
  }
  if (shown.rest) {
    const left = shown.cuts - shown.removals.length;
    const others = left ? `, nor ${counted(left, "removal")} among them` : "";
    parts.push(el("p.gap", null, `The last ${counted(shown.rest, "character")} are not in this page${others}.`));
  }
  if (!parts.length) parts.push(el("p.soft", null, "The document holds no text."));
  return parts;
}

/** Put white space around a passage outside of its mark, so that the mark is as wide as its text. */
function spaced(passage, make) {
  const whole = passage[TEXT] + passage[END];
  const [, lead, tail] = whole.match(/^(\s*)[^]*?(\s*)$/);
  if (lead.length === whole.length) return [make([whole])];
  const before = [...typeset(lead), paragraph()];
  isLineEnded = false;
  const text = passage[TEXT].slice(lead.length);
  const content = passage[HIDDEN]
    ? [...typeset(text), gap(passage[HIDDEN]), ...typeset(passage[END].slice(0, passage[END].length - tail.length))]
    : typeset(text.slice(0, text.length - tail.length));
  return [...before, make(content), ...typeset(tail)].filter(Boolean);
}

const gap = (hidden) => el("span.gap", null, ` … ${counted(hidden, "character")} not in this page … `);

function removed(shown, passage, cut, content, isFirst) {
  const mark = el("mark", { "data-category": cut[CATEGORY], "data-removal": passage[REMOVAL], ...BUTTON }, content);
  if (isFirst) mark.append(label(cut[CATEGORY], el("code", null, cut[RULE])));
  descriptions.set(mark, () => removalDetails(shown, passage[REMOVAL], cut));
  return mark;
}

function refused(shown, passage, content, isFirst) {
  const mark = el("span.refused", BUTTON, content);
  if (isFirst) mark.append(label("kept", "a cut was refused"));
  descriptions.set(mark, () => refusalDetails(shown, passage));
  return mark;
}

const BUTTON = { tabindex: 0, role: "button", "aria-expanded": "false", "aria-haspopup": "dialog" };
const label = (name, more) => el("span.label", { "aria-hidden": "true" }, el("b", null, name), " ", more);

function kept(passage) {
  if (!passage[HIDDEN]) return shortened(passage[TEXT]);
  return [...shortened(passage[TEXT]), gap(passage[HIDDEN]), ...shortened(passage[END])];
}

/** Fold the middle of a long text; printing unfolds it. */
function shortened(text) {
  if (text.length <= FOLD) return typeset(text);
  const start = boundary(text, EDGE);
  const end = boundary(text, text.length - EDGE);
  const head = typeset(text.slice(0, start));
  const middle = el("span.middle", { hidden: true }, typeset(text.slice(start, end)));
  const unfold = () => {
    middle.hidden = false;
    button.remove();
  };
  const said = `… ${counted(end - start, "character")} stay …`;
  const button = el("button.fold", { type: "button", click: unfold }, said);
  return [...head, button, middle, ...typeset(text.slice(end))];
}

/** Return the end of the word at a place. */
function boundary(text, at) {
  const found = text.slice(at, at + 60).search(/\s/);
  return found < 0 ? at : at + found;
}

let isLineEnded; // of the text that is set; null at its beginning

/** Set a text: instead of blank lines, whether there are any or not, there is some space between its lines. */
function typeset(text) {
  const parts = [];
  for (const piece of text.split(/(?<=\n)/)) {
    const isBlank = !piece.trim();
    if (!isBlank) parts.push(paragraph());
    if (isBlank && piece.endsWith("\n") && isLineEnded !== false) continue;
    if (!isBlank) isLineEnded = false;
    if (piece.endsWith("\n")) isLineEnded = true;
    parts.push(piece);
  }
  return parts.filter(Boolean);
}

/** Return the space before a line. */
function paragraph() {
  if (!isLineEnded) return null;
  isLineEnded = false;
  return el("i.space");
}
