
let view = document.body.dataset.view;
let opener = null;
let timer = 0;
const has = (words, one) => (words ?? "").split(" ").includes(one);
const all = (selector) => [...document.querySelectorAll(selector)];

/** The step that something done to an element takes: the one of this view, or else of another. */
function stepOf(kinds, target, fits = () => true) {
  const steps = STEPS.filter(
    (step) => kinds.includes(step.on) && step.target === target && fits(step),
  );
  const [other] = steps;
  const step = steps.find(({ from }) => from === view) ?? other;
  if (step && step === other && step.to === view) return { ...step, to: step.from };
  return step;
}

/** The step of what was done within an element, from the inside out. */
function stepAt(kinds, inner, fits) {
  for (let one = inner.closest("[id]"); one; one = one.parentElement?.closest("[id]")) {
    const step = stepOf(kinds, one.id, fits);
    if (step) return { step, element: one };
  }
  return null;
}

function take(step, element) {
  if (element) opener = element;
  if (step.page) location.href = step.page;
  else if (ROUTED) location.hash = step.to;
  else show(step.to);
}

/** Open a dialog, its fields as they were written. */
function open(dialog) {
  for (const field of dialog.querySelectorAll("input, textarea")) field.value = field.defaultValue;
  dialog.showModal();
}

/** Show the parts of a view, and hide what they stand in for. */
function show(next) {
  view = next;
  const focused = document.activeElement;
  for (const part of all("[data-views]")) {
    const isShown = has(part.dataset.views, view);
    if (part.localName !== "dialog") part.hidden = !isShown;
    else if (isShown && !part.open) open(part);
    else if (!isShown && part.open) part.close();
  }
  for (const node of all("[data-except]")) {
    node.classList.toggle("away", has(node.dataset.except, view));
  }
  for (const trigger of all("[aria-controls]")) {
    const part = document.getElementById(trigger.getAttribute("aria-controls"));
    trigger.setAttribute("aria-expanded", String(has(part?.dataset.views, view)));
  }
  if (!focused?.checkVisibility({ visibilityProperty: true })) opener?.focus();
  clearTimeout(timer);
  const alone = STEPS.find(({ on, from }) => on === "wait" && from === view);
  if (alone) timer = setTimeout(() => take(alone), 1000 * alone.seconds);
}

/** Leave what was opened over the page; whether there was something. */
function dismiss() {
  const isOpen = all("[data-dismiss]").some((part) => has(part.dataset.views, view));
  const step = isOpen && STEPS.find(({ on, to }) => on === "click" && to === view);
  if (step) show(step.from);
  return Boolean(step);
}

document.addEventListener("click", (event) => {
  const found = stepAt(["click", "check", "select"], event.target);
  if (!found) {
    if (!event.target.closest("[data-views]")) dismiss();
    return;
  }
  if (found.element.closest("a, button")) event.preventDefault();
  take(found.step, found.element);
});

document.addEventListener("keydown", (event) => {
  const step = STEPS.find(({ on, from, text }) => on === "key" && from === view && text === event.key);
  if (step) take(step);
  else if (event.key === "Escape") dismiss();
  else if (["Enter", " "].includes(event.key) && event.target.matches("[role=button]")) {
    event.preventDefault();
    event.target.click();
  }
});

document.addEventListener("input", ({ target }) => {
  const found = stepAt(["type", "select"], target, ({ text }) => text === target.value);
  if (found) take(found.step);
});

let hovered = null;
document.addEventListener("pointerover", ({ target }) => {
  const isOver = (element) => element.contains(target) || target.closest("div[data-views]");
  if (hovered && !isOver(hovered.element)) {
    if (view === hovered.step.to) show(hovered.from);
    hovered = null;
  }
  const found = hovered ? null : stepAt(["hover"], target);
  if (!found) return;
  hovered = { ...found, from: view };
  take(found.step);
});

let dragged = null;
document.addEventListener("pointerdown", ({ target, clientX, clientY }) => {
  const found = stepAt(["drag"], target);
  dragged = found && { ...found, clientX, clientY };
});
document.addEventListener("dragstart", (event) => {
  if (dragged) event.preventDefault(); // a picture would be taken along, and no release be heard
});
document.addEventListener("pointerup", ({ clientX, clientY }) => {
  if (dragged && Math.hypot(clientX - dragged.clientX, clientY - dragged.clientY) > 8) {
    take(dragged.step);
  }
  dragged = null;
});

const first = view;
const addressed = () => {
  const name = location.hash.slice(1);
  return STEPS.some(({ to }) => to === name) ? name : first;
};
addEventListener("hashchange", () => show(addressed()));
show(addressed());
