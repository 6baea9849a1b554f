
const shown = new Set(); // ids of the parts that are
let opener = null;
let timer = 0;
const byId = (id) => document.getElementById(id);
const all = (selector) => [...document.querySelectorAll(selector)];
const groupOf = (id) => byId(id)?.dataset.group;

/** What is hidden when a step is taken: what it hides, and others of a group that shows one part. */
function leaving({ shows = [], hides = [] }) {
  const groups = new Set([...shows, ...hides].map(groupOf).filter(Boolean));
  const others = [...shown].filter((id) => groups.has(groupOf(id)));
  return [...hides, ...others].filter((id) => !shows.includes(id));
}

const changes = (step) =>
  step.page || (step.shows ?? []).some((id) => !shown.has(id)) || leaving(step).some((id) => shown.has(id));

/** The step that something done to an element takes: the one that was seen here, or else another. */
function stepOf(kinds, target, fits = () => true) {
  const steps = STEPS.filter((step) => kinds.includes(step.on) && step.target === target && fits(step));
  const here = steps.filter(({ hides = [] }) => hides.every((id) => shown.has(id)));
  here.sort((one, other) => (other.hides?.length ?? 0) - (one.hides?.length ?? 0));
  const step = [...here, ...steps].find(changes);
  const toggle = byId(target)?.matches("[aria-expanded], input") && steps.find(({ hides }) => !hides);
  return step ?? (toggle ? { shows: [], hides: toggle.shows } : null);
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
  if (step.page) {
    location.href = step.page;
    return;
  }
  leaving(step).forEach((id) => shown.delete(id));
  (step.shows ?? []).forEach((id) => shown.add(id));
  if (ROUTED) location.hash = [...shown].join("+");
  else update();
}

/** Open a dialog, its fields as they were written. */
function open(dialog) {
  for (const field of dialog.querySelectorAll("input, textarea")) field.value = field.defaultValue;
  dialog.showModal();
}

/** Show the parts that are shown, and hide what they stand in for. */
function update() {
  const focused = document.activeElement;
  for (const part of all("[data-part]")) {
    const isShown = shown.has(part.id);
    if (part.localName !== "dialog") part.hidden = !isShown;
    else if (isShown && !part.open) open(part);
    else if (!isShown && part.open) part.close();
  }
  for (const node of all("[data-except]")) {
    node.classList.toggle("away", node.dataset.except.split(" ").some((id) => shown.has(id)));
  }
  document.documentElement.dataset.theme = [...shown].find((id) => id.startsWith("theme-")) ?? "";
  for (const first of all("[data-instead]")) {
    first.hidden = first.dataset.instead.split(" ").some((id) => shown.has(id));
  }
  for (const trigger of all("[aria-expanded]")) {
    trigger.setAttribute("aria-expanded", String(shown.has(trigger.getAttribute("aria-controls"))));
  }
  if (!focused?.checkVisibility({ visibilityProperty: true })) opener?.focus();
  clearTimeout(timer);
  const alone = STEPS.find(({ on, hides = [] }) => on === "wait" && hides.every((id) => shown.has(id)));
  if (alone) timer = setTimeout(() => take(alone), 1000 * alone.seconds);
}
