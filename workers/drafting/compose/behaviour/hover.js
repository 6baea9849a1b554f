
let hovered = null;
document.addEventListener("pointerover", ({ target }) => {
  const isOver = (element) => element.contains(target) || target.closest("div[data-part]");
  if (hovered && !isOver(hovered.element)) {
    const { shows = [], hides = [] } = hovered.step;
    take({ shows: hides, hides: shows });
    hovered = null;
  }
  hovered ??= stepAt(["hover"], target);
  if (hovered) take(hovered.step);
});
