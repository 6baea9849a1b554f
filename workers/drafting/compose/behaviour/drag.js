
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
