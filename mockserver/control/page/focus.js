/** The focus of the keyboard, while what is shown is replaced by something newer. */

/** Replace children, and give the focus to the child that takes the place of the focused one (by `data-focus`). */
export function keepFocus(parent, replace) {
  const key = parent.contains(document.activeElement) ? document.activeElement.dataset.focus : undefined;
  replace();
  if (key === undefined) return;
  const same = [...parent.querySelectorAll("[data-focus]")].find((child) => child.dataset.focus === key);
  if (same && !same.disabled) return same.focus();
  const row = same?.closest("tr");
  (row?.querySelector("button:not(:disabled)") ?? parent).focus();
}
