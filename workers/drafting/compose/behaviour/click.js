
/** Leave what was opened over the page, with all that came with it. */
function dismiss() {
  const over = all("[data-dismiss]").findLast(({ id }) => shown.has(id));
  const step = over && STEPS.find(({ shows = [] }) => shows.includes(over.id));
  if (step) take({ shows: step.hides, hides: step.shows });
}

/** Whether a click is on the backdrop of a dialog. */
function isBeside({ target, clientX, clientY }) {
  const { left, right, top, bottom } = target.getBoundingClientRect();
  const inside = clientX >= left && clientX <= right && clientY >= top && clientY <= bottom;
  return target.localName === "dialog" && !inside;
}

document.addEventListener("click", (event) => {
  const found = stepAt(["click", "check", "select"], event.target);
  if (!found) {
    if (isBeside(event) || !event.target.closest("[data-part]")) dismiss();
    return;
  }
  if (found.element.closest("a, button")) event.preventDefault();
  take(found.step, found.element);
});

document.addEventListener("keydown", (event) => {
  const step = STEPS.find(({ on, text, hides = [] }) => on === "key" && text === event.key && hides.every((id) => shown.has(id)));
  if (step) take(step);
  else if (event.key === "Escape") dismiss();
  else if (["Enter", " "].includes(event.key) && event.target.matches("[role=button]")) {
    event.preventDefault();
    event.target.click();
  }
});
