
document.addEventListener("input", ({ target }) => {
  const found = stepAt(["type", "select"], target, ({ text }) => text === target.value);
  if (found) take(found.step);
});
