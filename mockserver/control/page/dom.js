/** Elements of the page. Text that comes from elsewhere is only ever set as text. */

let controls = 0; // that have a label; each has an id of its own

/**
 * An element with attributes, listeners and children.
 *
 * A function under a name such as `onclick` is a listener; `true` is an attribute without a value; `false`,
 * `null` and `undefined` are left out, also among the children. Strings and numbers become text.
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) setAttribute(made, key, value);
  made.append(...children.flat(Infinity).filter(isShown));
  return made;
}

/** Replace the children of an element. */
export function fill(parent, ...children) {
  parent.replaceChildren(...children.flat(Infinity).filter(isShown));
}

/** A button with a text, or with several children. */
export function button(label, onclick, attributes = {}) {
  return element("button", { type: "button", class: "button", onclick, ...attributes }, label);
}

/**
 * A labelled control: the label is before the control, or after it for checkboxes.
 *
 * The control is not inside the label, whose text would otherwise have the options of a `select`.
 */
export function field(label, control) {
  control.id ||= `control-${++controls}`;
  const isAfter = control.type === "checkbox";
  const text = element("label", { for: control.id }, label);
  return element("span", { class: isAfter ? "field check" : "field" }, isAfter ? [control, text] : [text, control]);
}

/** A `select` with options, each a value or `[value, text]`. */
export function select(options, attributes = {}) {
  const made = element("select", attributes);
  setOptions(made, options);
  return made;
}

/** Replace the options of a `select`, and keep the chosen value where it is still offered. */
export function setOptions(control, options) {
  const pairs = options.map((option) => (Array.isArray(option) ? option : [option, option]));
  const chosen = control.value;
  fill(control, pairs.map(([value, text]) => element("option", { value }, text)));
  if (pairs.some(([value]) => value === chosen)) control.value = chosen;
}

/** What a view shows while it has nothing else to show: a title, and what to do about it. */
export function emptyState(title, ...advice) {
  return element("div", { class: "empty" }, element("p", { class: "empty-title" }, title), element("p", {}, advice));
}

/** A message about an error or another event, which screen readers read out; `kind` is info, warning or error. */
export function notice(kind, ...children) {
  const role = kind === "error" ? "alert" : "status";
  return element("div", { class: "notice", "data-kind": kind, role }, children);
}

/** A short word in a frame, such as the source of an answer. */
export function badge(text, kind = "neutral") {
  return element("span", { class: "badge", "data-kind": kind }, text);
}

/** The status code of an answer, coloured by its class. */
export function statusCode(status) {
  return element("span", { class: "status", "data-class": String(status ?? "")[0] }, status ?? "none");
}

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

/** The time of day of a timestamp. */
export function clockTime(timestamp) {
  return CLOCK.format(new Date(timestamp));
}

/** The head of a view: its title, and its tools. */
export function toolbar(title, ...tools) {
  return element("div", { class: "toolbar" }, element("h2", {}, title), tools);
}

/** Text in lines as it is, which scrolls. */
export function codeBlock(label, text) {
  return element("pre", { class: "body", tabindex: "0", role: "group", "aria-label": label }, text);
}

function setAttribute(made, key, value) {
  if (value === null || value === undefined || value === false) return;
  if (typeof value === "function") made.addEventListener(key.slice(2), value);
  else if (key === "value" && "value" in made) made.value = value;
  else made.setAttribute(key, value === true ? "" : value);
}

function isShown(child) {
  return child !== null && child !== undefined && child !== false;
}
