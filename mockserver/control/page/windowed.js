/** A long table of which only the rows in sight, and a few around them, are elements of the page. */

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

  constructor(scroller, body, draw) {
    this.scroller = scroller;
    this.body = body;
    this.table = body.parentElement;
    this.draw = draw;
    this.current = null; // the id of the row that Tab reaches
    this.rowHeight = 0;
    scroller.addEventListener("scroll", () => this.#schedule(), { passive: true });
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
    const anchor = this.#anchor();
    this.#rows = rows;
    this.table.setAttribute("aria-rowcount", rows.length + 1);
    this.table.hidden = rows.length === 0;
    this.#render();
    if (anchor) this.#scrollTo(anchor);
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

  /** The row at the top edge, and where it is, if it has to stay: below the newest, or while keys move the focus. */
  #anchor() {
    const { scrollTop } = this.scroller;
    if (!this.#rows.length || (scrollTop < 1 && !this.body.querySelector(":focus-visible"))) return null;
    const index = Math.min(this.#rows.length - 1, Math.floor(scrollTop / this.rowHeight));
    return { row: this.#at(index), rest: scrollTop - index * this.rowHeight };
  }

  #scrollTo({ row, rest }) {
    let [low, high] = [0, this.#rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#rows[middle].sequence < row.sequence) low = middle + 1;
      else high = middle;
    }
    this.scroller.scrollTop = Math.max(0, this.#rows.length - 1 - low) * this.rowHeight + rest;
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
    this.table.parentElement.style.paddingTop = `${first * height}px`;
    this.table.parentElement.style.paddingBottom = `${(this.#rows.length - last) * height}px`;
    this.#place(first, last);
  }

  /** Make the elements of the rows from `first` to `last` the children of the body, moving none that stays. */
  #place(first, last) {
    const wanted = new Map();
    for (let index = first; index < last; index += 1) wanted.set(this.#at(index).id, index);
    for (const [id, drawn] of this.#drawn) {
      if (wanted.has(id)) continue;
      drawn.remove();
      this.#drawn.delete(id);
    }
    let next = this.body.firstElementChild;
    for (const [id, index] of wanted) {
      const drawn = this.#element(id, index);
      if (drawn === next) next = next.nextElementSibling;
      else this.body.insertBefore(drawn, next);
    }
    this.#keepReachable();
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
