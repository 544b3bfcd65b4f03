/** The list at the side: kept right by what the server tells, fetched anew where that is not enough. */

import { getHtml } from './api.js';
import { compare, fill, fits, sortKey } from './row.js';
import { tab } from './storage.js';
import { tellError } from './toast.js';

const SETTLE = 400; // ms in which several changes lead to one fetch

export class List {
  constructor() {
    this.side = document.getElementById('side');
    this.about = this.side.dataset;
    this.rows = document.getElementById('rows');
    this.scroller = document.getElementById('rows-scroll');
    this.empty = document.getElementById('empty');
    this.more = document.getElementById('more');
    this.blank = document.getElementById('blank-row');
    this.words = JSON.parse(this.about.words);
    this.timer = 0;
    this.more.addEventListener('click', () => this.loadMore().catch(tellError));
    this.keepScroll();
  }

  /** Leaving for a conversation and coming back finds the list where it was. */
  keepScroll() {
    const key = `scroll.${this.about.query}`;
    this.scroller.scrollTop = Number(tab.get(key)) || 0;
    addEventListener('pagehide', () => tab.set(key, String(Math.round(this.scroller.scrollTop))));
    const current = this.rows.querySelector('[aria-current]');
    if (current) current.scrollIntoView({ block: 'nearest' });
  }

  /** @param {{conversation: number, row: import('./row.js').Row|null}} change */
  take(change) {
    if (this.about.q) {
      this.reloadSoon(); // only the server knows what a search finds
      return;
    }
    const shown = this.find(change.conversation);
    if (!change.row || !fits(change.row, this.about)) {
      if (shown) this.remove(shown.parentElement);
      return;
    }
    const item = shown ? shown.parentElement : this.blank.content.firstElementChild.cloneNode(true);
    fill(item, change.row, this.about, this.words);
    this.place(item, sortKey(change.row, this.about.view));
    this.settle();
  }

  find(id) {
    return this.rows.querySelector(`.row[data-id="${Number(id)}"]`);
  }

  place(item, key) {
    const others = [...this.rows.children].filter((other) => other !== item);
    const next = others.find((other) => compare(JSON.parse(other.firstElementChild.dataset.sort), key) > 0);
    if (!next && this.rows.dataset.before) {
      this.remove(item); // it stands on a page that is not loaded
      return;
    }
    if (item.isConnected && item.nextElementSibling === (next || null)) return;
    const focused = item.contains(document.activeElement);
    this.rows.insertBefore(item, next || null);
    if (focused) item.firstElementChild.focus();
  }

  remove(item) {
    if (item.contains(document.activeElement)) {
      const near = item.nextElementSibling || item.previousElementSibling;
      if (near) near.firstElementChild.focus();
    }
    item.remove();
    this.settle();
    if (!this.rows.children.length && this.rows.dataset.before) this.reloadSoon();
  }

  settle() {
    this.empty.hidden = this.rows.children.length > 0;
    this.more.parentElement.hidden = !this.rows.dataset.before;
  }

  reloadSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.reload().catch(tellError), SETTLE);
  }

  address(extra) {
    const query = new URLSearchParams(this.about.query);
    query.set('current', this.about.current);
    for (const [name, value] of Object.entries(extra)) query.set(name, value);
    return `/inbox/list?${query}`;
  }

  /** Fetch the list anew. An error leaves what is there: the line is down, and says so. */
  async reload() {
    const fresh = (await getHtml(this.address({}))).firstElementChild;
    const focused = document.activeElement.closest('.row');
    this.rows.replaceChildren(...fresh.children);
    this.rows.dataset.before = fresh.dataset.before;
    this.settle();
    const again = focused && !focused.isConnected && this.find(focused.dataset.id);
    if (again) again.focus();
  }

  async loadMore() {
    this.more.disabled = true;
    try {
      const next = (await getHtml(this.address({ before: this.rows.dataset.before }))).firstElementChild;
      const added = [...next.children].filter((item) => !this.find(item.firstElementChild.dataset.id));
      this.rows.append(...added);
      this.rows.dataset.before = next.dataset.before;
      if (added.length && this.more === document.activeElement) added[0].firstElementChild.focus();
    } finally {
      this.more.disabled = false;
      this.settle();
    }
  }

  /** Move along the list. @param {1|-1} step */
  move(step) {
    const rows = [...this.rows.querySelectorAll('.row')];
    if (!rows.length) return;
    const at = rows.findIndex((row) => row === document.activeElement);
    const from = at >= 0 ? at : rows.findIndex((row) => row.hasAttribute('aria-current'));
    const to = from < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, from + step));
    rows[to].focus();
    rows[to].scrollIntoView({ block: 'nearest' });
  }
}
