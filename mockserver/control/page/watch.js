/** What a view loads from the server again and again while somebody sees it. */

/**
 * A function that says that what a view shows is outdated: `load` is called soon, when `root` is visible, and not
 * again within `pause` milliseconds. It loads nothing once `view.isGone`.
 */
export function loaderOf(view, root, load, pause) {
  let isLoading = false;
  let isOutdated = false;
  return async () => {
    isOutdated = true;
    if (isLoading) return;
    isLoading = true;
    while (isOutdated && !view.isGone && root.checkVisibility()) {
      isOutdated = false;
      await load().catch(() => {}); // what is away or refuses is shown by the page itself
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
    isLoading = false;
  };
}
