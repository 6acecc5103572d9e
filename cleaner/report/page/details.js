// What is said of the removal or refused cut that is pointed at, has the focus, or was tapped.
const descriptions = new WeakMap();
const details = document.getElementById("details");
const LINGER = 250; // milliseconds in which the pointer can go over to the details
const MARGIN = 8; // pixels around them
let described = null; // the mark that they are about
let isPinned = false; // whether they stay when the pointer leaves
let leaving = 0;

function removalDetails(shown, at, cut) {
  const count = `${number(at + 1)} of ${number(shown.cuts)}`;
  return [
    el("p.top", null, chip(cut[CATEGORY]), badge(cut[RISK]), el("span.soft.number", null, count), steps()),
    el("p", null, ruleLink(cut[RULE])),
    el("p", null, cut[REASON] || "no reason on record"),
    el("p.soft", null, `Confidence ${cut[CONFIDENCE].toFixed(2)}. Risk ${cut[RISK]}${cut[WHY] && `: ${cut[WHY]}`}.`),
  ];
}

function refusalDetails(shown, passage) {
  const refusals = passage[REFUSALS].map((at) => shown.refusals[at]);
  return [
    el("p.top", null, el("b", null, "Stays: a cut was refused"), steps()),
    refusals.map(([category, rule, reason]) => [
      el("p", null, chip(category), " ", ruleLink(rule)),
      el("p.soft", null, reason),
    ]),
  ];
}

/** Buttons for those who have no keys. */
function steps() {
  const button = (said, name, click) => el("button", { type: "button", "aria-label": name, click }, said);
  return el(
    "span.steps",
    null,
    button("‹", "previous removal", () => visitNext(-1)),
    button("›", "next removal", () => visitNext(1)),
    button("×", "close", hide),
  );
}

function show(mark, pin) {
  clearTimeout(leaving);
  isPinned = pin || (isPinned && mark === described);
  if (mark === described) return;
  described?.setAttribute("aria-expanded", "false");
  described?.removeAttribute("aria-describedby");
  described = mark;
  details.replaceChildren(...descriptions.get(mark)().flat(2));
  details.hidden = false;
  mark.setAttribute("aria-expanded", "true");
  mark.setAttribute("aria-describedby", "details");
  place(mark);
}

/** Put the details under the mark, or above it where there is no room; on a phone the style puts them at the bottom. */
function place(mark) {
  const around = mark.getBoundingClientRect();
  const [line] = mark.getClientRects();
  const { offsetWidth: width, offsetHeight: height } = details;
  const below = around.bottom + MARGIN + height < innerHeight;
  const top = below ? around.bottom + MARGIN : Math.max(around.top - height - MARGIN, MARGIN);
  const left = Math.max(MARGIN, Math.min(line.left, document.documentElement.clientWidth - width - MARGIN));
  details.style.setProperty("--top", `${Math.round(top + scrollY)}px`);
  details.style.setProperty("--left", `${Math.round(left + scrollX)}px`);
}

function hide() {
  clearTimeout(leaving);
  described?.setAttribute("aria-expanded", "false");
  described?.removeAttribute("aria-describedby");
  described = null;
  isPinned = false;
  details.hidden = true;
}

const removals = () => [...document.querySelectorAll("#text mark")];

/** Go to a removal of the document that is read. */
function visit(at) {
  const mark = document.querySelector(`#text mark[data-removal="${at}"]`);
  if (!mark) return;
  mark.scrollIntoView({ block: "center" });
  mark.focus({ preventScroll: true });
  show(mark, true);
}

/** Go to the next removal after the one that is described or else has the focus, or to the one before it. */
function visitNext(by) {
  const all = removals();
  if (!all.length) return;
  const at = all.indexOf(described ?? document.activeElement);
  const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by;
  if (all[next]) visit(all[next].dataset.removal);
  else announce(by > 0 ? "That was the last removal" : "That was the first removal");
}

const markOf = (node) => (node instanceof Element ? node.closest("#text [role=button]") : null);

document.addEventListener("focusin", (event) => {
  const mark = markOf(event.target);
  if (mark) show(mark, true);
});
document.addEventListener("click", (event) => {
  const mark = markOf(event.target);
  if (mark) show(mark, true);
  else if (event.target instanceof Element && !event.target.closest("#details, .kinds")) hide();
});
document.addEventListener("mouseover", (event) => {
  const mark = markOf(event.target);
  if (mark && !isPinned) show(mark, false);
  else if (event.target instanceof Element && event.target.closest("#details")) clearTimeout(leaving);
});
document.addEventListener("mouseout", (event) => {
  const isLeft = markOf(event.target) || (event.target instanceof Element && event.target.closest("#details"));
  if (isLeft && !isPinned) {
    clearTimeout(leaving);
    leaving = setTimeout(hide, LINGER);
  }
});
addEventListener("resize", () => described && place(described));
