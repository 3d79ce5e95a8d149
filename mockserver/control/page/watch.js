/** How views follow what changes: in the store, and on the server. */

/**
 * Call the functions of `listeners` when one of their names changes in the store: `{"state route": () => …}`.
 *
 * Returns the function that unmounts the view, which then `isGone`.
 */
export function follow(view, store, listeners) {
  const ends = Object.entries(listeners).map(([names, listener]) => store.subscribe(names.split(" "), listener));
  return () => {
    view.isGone = true;
    ends.forEach((end) => end());
  };
}

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
