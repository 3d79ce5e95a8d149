/** A long table of which only the rows around those in sight are elements of the page. */

const AROUND = 8; // rows drawn above and below those in sight

/**
 * The rows of a table in a scroller, newest first; each is as high as `--row-height` of the table says.
 *
 * `draw(row, index)` makes the element of a row, which holds a link. Rows that stay are kept as elements, so
 * the focus stays with them; what is in sight stays in sight when rows are added above.
 */
export class WindowedRows {
  #rows = [];
  #drawn = new Map(); // elements by the ids of their rows
  #frame = null;
  #reference = null; // a row that is drawn, and its index when it was

  constructor(scroller, body, draw) {
    this.scroller = scroller;
    this.body = body;
    this.table = body.parentElement;
    this.draw = draw;
    this.current = null; // the id of the row that Tab reaches
    this.rowHeight = 0;
    this.isPointed = false; // the last row was reached with a pointer, not with keys
    scroller.addEventListener("scroll", () => this.#schedule(), { passive: true });
    scroller.addEventListener("pointerdown", () => { this.isPointed = true; });
    body.addEventListener("keydown", () => { this.isPointed = false; });
    body.addEventListener("focusin", (event) => this.#focused(event.target.closest("tr")));
    this.observer = new ResizeObserver(() => this.#schedule());
    this.observer.observe(scroller);
  }

  end() {
    this.observer.disconnect();
    cancelAnimationFrame(this.#frame);
  }

  /** Show these rows, which are oldest first. */
  show(rows) {
    this.rowHeight = parseFloat(getComputedStyle(this.table).getPropertyValue("--row-height"));
    this.#rows = [...rows]; // they grow before they are shown again
    this.table.setAttribute("aria-rowcount", rows.length + 1);
    this.table.hidden = rows.length === 0;
    const moved = this.#hasToStay() ? this.#indexOf(this.#reference.row) - this.#reference.index : 0;
    if (moved) {
      this.#pad(this.#reference.index + moved, this.#drawn.size);
      this.scroller.scrollTop = Math.max(0, this.scroller.scrollTop + moved * this.rowHeight);
    }
    this.#render();
  }

  /** Draw again the rows in sight, of which `isCurrent` says which one is open. */
  redraw(isCurrent) {
    for (const [id, drawn] of this.#drawn) {
      if (isCurrent({ id })) drawn.setAttribute("aria-current", "true");
      else drawn.removeAttribute("aria-current");
    }
  }

  /** Move the focus to the row with an index, or the nearest one, and bring it into sight. */
  focus(index) {
    const target = Math.max(0, Math.min(this.#rows.length - 1, index));
    const [top, height] = [target * this.rowHeight, this.rowHeight];
    const inSight = this.scroller.clientHeight - this.#headHeight;
    const { scrollTop } = this.scroller;
    if (top < scrollTop) this.scroller.scrollTop = top;
    else if (top + height > scrollTop + inSight) this.scroller.scrollTop = top + height - inSight;
    this.#render();
    this.#drawn.get(this.#at(target).id).querySelector("a").focus({ preventScroll: true });
  }

  get #headHeight() {
    return this.table.tHead.offsetHeight;
  }

  #at(index) {
    return this.#rows[this.#rows.length - 1 - index];
  }

  /** Whether what is in sight has to stay there: below the newest row, or while keys move the focus. */
  #hasToStay() {
    const hasKeys = !this.isPointed && this.body.querySelector(":focus-visible") !== null;
    return this.#reference !== null && (this.scroller.scrollTop >= 1 || hasKeys);
  }

  #indexOf(row) {
    let [low, high] = [0, this.#rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#rows[middle].sequence < row.sequence) low = middle + 1;
      else high = middle;
    }
    return this.#rows.length - 1 - low;
  }

  #schedule() {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      this.#render();
    });
  }

  #render() {
    const height = this.rowHeight;
    if (!height) return; // nothing was shown yet
    const first = Math.max(0, Math.floor(this.scroller.scrollTop / height) - AROUND);
    const count = Math.ceil(this.scroller.clientHeight / height) + 2 * AROUND;
    const last = Math.min(this.#rows.length, first + count);
    this.#pad(first, last - first);
    this.#place(first, last);
    this.#reference = last > first ? { row: this.#at(first), index: first } : null;
  }

  /** Leave the room of the rows that are not drawn above and below those that are. */
  #pad(first, drawn) {
    const { style } = this.table.parentElement;
    style.paddingTop = `${first * this.rowHeight}px`;
    style.paddingBottom = `${Math.max(0, this.#rows.length - first - drawn) * this.rowHeight}px`;
  }

  /** Make the elements of the rows from `first` to `last` the children of the body, moving none that stays. */
  #place(first, last) {
    const wanted = new Map();
    for (let index = first; index < last; index += 1) wanted.set(this.#at(index).id, index);
    let next = this.body.firstElementChild;
    for (const [id, index] of wanted) {
      while (next && !wanted.has(next.dataset.id)) next = next.nextElementSibling;
      const drawn = this.#element(id, index);
      if (drawn === next) next = next.nextElementSibling;
      else this.body.insertBefore(drawn, next);
    }
    this.#remove(wanted);
    this.#keepReachable();
  }

  /** Remove the rows that are out of sight; last, because removing the focus lays out the table as it is then. */
  #remove(wanted) {
    for (const [id, drawn] of this.#drawn) {
      if (wanted.has(id)) continue;
      drawn.remove();
      this.#drawn.delete(id);
    }
  }

  #element(id, index) {
    const known = this.#drawn.get(id);
    if (known) known.setAttribute("aria-rowindex", index + 2);
    const drawn = known ?? this.draw(this.#at(index), index);
    this.#drawn.set(id, drawn);
    return drawn;
  }

  /** Tab reaches one row: the one that had the focus, or the first. */
  #keepReachable() {
    if (this.#drawn.has(this.current)) return;
    const first = this.body.firstElementChild;
    if (first) this.#focused(first);
  }

  #focused(row) {
    this.#drawn.get(this.current)?.querySelector("a").setAttribute("tabindex", -1);
    this.current = row.dataset.id;
    row.querySelector("a").setAttribute("tabindex", 0);
  }
}
