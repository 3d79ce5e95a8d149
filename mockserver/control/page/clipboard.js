/** Copying text, also where a page has no clipboard because it came by plain HTTP from another machine. */

import { element } from "./dom.js";

const SHOWN = 1600; // milliseconds that a button says that it has copied

/** Copy a text, and let the button say so. */
export async function copyFrom(control, text) {
  const label = control.textContent;
  const isCopied = await copyText(text);
  control.textContent = isCopied ? "Copied" : "Cannot copy";
  control.disabled = true;
  setTimeout(() => {
    control.textContent = label;
    control.disabled = false;
  }, SHOWN);
}

async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

/** Copy by the selection of a text field, which works without the clipboard's permission. */
function copySelected(text) {
  const focused = document.activeElement;
  const area = element("textarea", { class: "visually-hidden", "aria-hidden": "true", value: text });
  (focused?.closest("dialog") ?? document.body).append(area);
  area.select();
  const isCopied = document.execCommand("copy");
  area.remove();
  focused?.focus();
  return isCopied;
}
