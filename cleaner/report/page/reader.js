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
  const first = (category) => shown.removals.findIndex((removal) => removal[CATEGORY] === category);
  return el(
    "aside.about",
    null,
    el("div.risk", null, badge(shown.risk), el("ul", null, shown.why.map(([said, points]) => el("li", null, `${said} `, el("span.soft", null, `+${points}`))), !shown.why.length && el("li", null, "nothing was removed"))),
    el(
      "dl.facts",
      null,
      fact("outlet", [link(["outlet", shown.outlet], {}, shown.outlet), shown.how && el("small", null, shown.how)]),
      fact("removed", `${percent(share(shown.removed, shown.characters))}, ${number(shown.removed)} of ${number(shown.characters)} characters`),
      shown.flags.length > 0 && fact("flags", shown.flags.map((flag) => el("span.flag", null, flag))),
      shown.dropped > 0 && fact("page", `${counted(shown.dropped, "part")} dropped before the text was taken from it`),
    ),
    kinds.length > 0 &&
      el("ul.kinds", null, kinds.map(([category, count]) => el("li", null, el("button", { type: "button", "data-category": category, click: () => visit(first(category)) }, el("span", null, category), el("span.number", null, number(count)))))),
  );
}

const fact = (name, value) => el("div", null, el("dt", null, name), el("dd", null, value));

function body(shown) {
  const parts = [];
  let last = "";
  for (const passage of shown.passages) {
    const cut = passage[REMOVAL] >= 0 ? shown.removals[passage[REMOVAL]] : null;
    if (cut) {
      const run = `${cut[CATEGORY]} ${cut[RULE]}`;
      parts.push(...spaced(passage, (content) => removed(shown, passage, cut, content, run !== last)));
      last = run;
    } else if (passage[REFUSALS].length) {
      const run = `refused ${passage[REFUSALS]}`;
      parts.push(...spaced(passage, (content) => refused(shown, passage, content, run !== last)));
      if (passage[TEXT].trim()) last = run;
    } else {
      parts.push(...kept(passage));
      if (passage[TEXT].trim()) last = "";
    }
  }
  if (shown.rest) {
    const left = shown.cuts - shown.removals.length;
    parts.push(el("p.gap", null, `The last ${counted(shown.rest, "character")} are not in this page${left ? `, nor ${counted(left, "removal")} among them` : ""}.`));
  }
  if (!shown.passages.length && !shown.rest) parts.push(el("p.soft", null, "The document holds no text."));
  return parts;
}

/** Put white space around a passage outside of its mark, so that the mark is as wide as its text. */
function spaced(passage, make) {
  const whole = passage[TEXT];
  const text = whole.trimStart();
  const lead = whole.slice(0, whole.length - text.length);
  const tail = passage[HIDDEN] ? passage[END] : text;
  const core = tail.trimEnd();
  if (!text || !core) return [make([whole])];
  const content = passage[HIDDEN] ? [text, gap(passage[HIDDEN]), core] : [core];
  return [lead, make(content), tail.slice(core.length)];
}

const gap = (hidden) => el("span.gap", null, ` … ${counted(hidden, "character")} not in this page … `);

function removed(shown, passage, cut, content, isFirst) {
  const mark = el("mark", { "data-category": cut[CATEGORY], "data-removal": passage[REMOVAL], tabindex: 0, role: "button", "aria-expanded": "false", "aria-haspopup": "dialog" }, content);
  if (isFirst) mark.append(label(cut[CATEGORY], cut[RULE]));
  descriptions.set(mark, () => removalDetails(shown, passage[REMOVAL], cut));
  return mark;
}

function refused(shown, passage, content, isFirst) {
  const mark = el("span.refused", { tabindex: 0, role: "button", "aria-expanded": "false", "aria-haspopup": "dialog" }, content.flatMap((part) => (typeof part === "string" ? shortened(part) : [part])));
  if (isFirst) mark.append(label("kept", "a cut was refused"));
  descriptions.set(mark, () => refusalDetails(shown, passage));
  return mark;
}

const label = (name, more) => el("span.label", { "aria-hidden": "true" }, name, el("span", null, ` ${more}`));

function kept(passage) {
  if (passage[HIDDEN]) return [...shortened(passage[TEXT]), gap(passage[HIDDEN]), ...shortened(passage[END])];
  return shortened(passage[TEXT]);
}

/** Fold the middle of a long text; printing unfolds it. */
function shortened(text) {
  if (text.length <= FOLD) return [text];
  const start = boundary(text, EDGE);
  const end = boundary(text, text.length - EDGE);
  const middle = el("span.middle", { hidden: true }, text.slice(start, end));
  const open = el("button.fold", { type: "button", click: (event) => (event.stopPropagation(), (middle.hidden = false), open.remove()) }, `… ${counted(end - start, "character")} stay …`);
  return [text.slice(0, start), open, middle, text.slice(end)];
}

/** Return the end of the word at a place. */
function boundary(text, at) {
  const found = text.slice(at, at + 60).search(/\s/);
  return found < 0 ? at : at + found;
}
