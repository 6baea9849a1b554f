
let card = null;
let from = null;
document.addEventListener("pointerdown", (event) => {
  card = event.target.closest("[data-card]");
  from = event;
});
document.addEventListener("pointermove", ({ clientX, clientY }) => {
  if (card) card.style.translate = `${clientX - from.clientX}px ${clientY - from.clientY}px`;
});
document.addEventListener("pointerup", ({ clientX, clientY }) => {
  const under = card ? document.elementsFromPoint(clientX, clientY) : [];
  const column = under.find((one) => one.matches("[data-column]"));
  if (column && !column.contains(card)) column.querySelector("[data-lane]").append(card);
  card?.style.removeProperty("translate");
  card = null;
});

document.addEventListener("keydown", ({ key, target }) => {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[key];
  if (!step || !target.matches("[data-card]")) return;
  const lanes = [...document.querySelectorAll("[data-lane]")];
  lanes[lanes.indexOf(target.closest("[data-lane]")) + step]?.append(target);
  target.focus();
});
