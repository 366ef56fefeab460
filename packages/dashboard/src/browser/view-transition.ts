/**
 * Draws a change as a short cross-fade, where the browser can and nobody asked for stillness. Preact draws in a microtask, which comes before the
 * timer that ends the change.
 */
export async function withTransition(change: () => void): Promise<void> {
  if (
    !("startViewTransition" in document) ||
    matchMedia("(prefers-reduced-motion: reduce)").matches
  ) {
    change();
    return;
  }
  const transition = document.startViewTransition(async () => {
    change();
    await new Promise((resolve) => {
      setTimeout(resolve, 0);
    });
  });
  // A transition that another one cuts short is no failure: the change was made.
  transition.finished.catch(() => undefined);
  transition.ready.catch(() => undefined);
  await transition.updateCallbackDone;
}
