// Waits until the page has been left alone for `quietMs`, at most `mostMs`: no animation runs that
// ends, and the document stays as it is. With `forChange` it first waits for something to happen.
// Gives the milliseconds until it was at rest. Runs in an isolated world.
async (quietMs, mostMs, forChange) => {
  const started = performance.now();
  let last = forChange ? Infinity : started;
  const observer = new MutationObserver(() => (last = performance.now()));
  observer.observe(document, {
    subtree: true, childList: true, attributes: true, characterData: true,
  });
  const isAtWork = (animation) =>
    animation.playState === 'running' &&
    Number.isFinite(animation.effect?.getComputedTiming().endTime);
  for (;;) {
    await new Promise((next) => setTimeout(next, 16));
    const now = performance.now();
    if (document.getAnimations().some(isAtWork)) last = now;
    if (now - last > quietMs || now - started > mostMs) break;
  }
  observer.disconnect();
  await document.fonts.ready;
  return Number.isFinite(last) ? last - started : null;
}
