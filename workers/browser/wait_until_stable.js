// Brings a loaded page to rest: every image and font here, animations at their end, DOM quiet.
// Runs in an isolated world, so nothing the page redefined is called.
async (quietMs) => {
  for (const lazy of document.querySelectorAll('[loading="lazy"]')) lazy.loading = 'eager';
  const images = [...document.images].map((image) => image.decode().catch(() => {}));
  await Promise.all([document.fonts.ready, ...images]);
  if (quietMs > 0 && document.scripts.length > 0) {
    await new Promise((rested) => {
      let timer = setTimeout(rested, quietMs);
      new MutationObserver(() => {
        clearTimeout(timer);
        timer = setTimeout(rested, quietMs);
      }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
      setTimeout(rested, 20 * quietMs);
    });
    await document.fonts.ready;
  }
  for (const animation of document.getAnimations()) {
    const { endTime } = animation.effect?.getComputedTiming() ?? {};
    Number.isFinite(endTime) ? animation.finish() : animation.cancel();
  }
  document.activeElement?.blur?.();
  const { scrollWidth, scrollHeight } = document.documentElement;
  return { width: scrollWidth, height: Math.max(scrollHeight, document.body?.scrollHeight ?? 0) };
}
