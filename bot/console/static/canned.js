/** Ready answers: a slash at the beginning opens the list, arrows choose, Enter puts the text in. */

import { get } from './api.js';
import { tellError } from './toast.js';

const MOST = 8;

export class Canned {
  /** @param {string} address @param {import('./composer.js').Composer} composer */
  constructor(address, composer) {
    this.address = address;
    this.composer = composer;
    this.input = composer.input;
    this.list = document.getElementById('canned');
    this.answers = null;
    this.found = [];
    this.at = 0;
    this.input.addEventListener('input', () => this.look().catch(tellError));
    this.input.addEventListener('keydown', (event) => this.key(event), { capture: true });
    this.input.addEventListener('blur', () => this.close());
    this.list.addEventListener('mousedown', (event) => {
      event.preventDefault(); // the focus stays in the text
      const item = event.target.closest('li');
      if (item) this.use(Number(item.dataset.at));
    });
  }

  get isOpen() {
    return !this.list.hidden;
  }

  async look() {
    const typed = /^\/([\p{L}\p{N}_-]*)$/u.exec(this.input.value);
    if (!typed) {
      this.close();
      return;
    }
    if (!this.answers) this.answers = (await get(this.address)).answers;
    if (!this.input.value.startsWith('/')) return;
    const wanted = typed[1].toLowerCase();
    const begins = this.answers.filter(({ shortcut }) => shortcut.startsWith(wanted));
    const has = this.answers.filter(({ shortcut, title }) => !shortcut.startsWith(wanted) && title.includes(wanted));
    this.found = [...begins, ...has].slice(0, MOST);
    this.at = 0;
    this.show();
  }

  show() {
    this.list.hidden = !this.found.length;
    this.list.replaceChildren(...this.found.map((answer, index) => this.item(answer, index)));
    this.mark();
  }

  item({ shortcut, title, text }, index) {
    const item = document.createElement('li');
    const name = document.createElement('span');
    const preview = document.createElement('span');
    item.id = `canned-${index}`;
    item.setAttribute('role', 'option');
    item.dataset.at = String(index);
    item.dataset.testid = 'canned-item';
    name.className = 'shortcut';
    name.textContent = `/${shortcut}`;
    preview.className = 'preview';
    preview.textContent = text;
    item.append(name, ` ${title}`, preview);
    return item;
  }

  mark() {
    [...this.list.children].forEach((item, index) => {
      item.setAttribute('aria-selected', String(index === this.at));
      if (index === this.at) item.scrollIntoView({ block: 'nearest' });
    });
    if (this.isOpen) this.input.setAttribute('aria-activedescendant', `canned-${this.at}`);
    else this.input.removeAttribute('aria-activedescendant');
  }

  key(event) {
    if (!this.isOpen || event.isComposing) return;
    const acts = {
      ArrowDown: () => this.move(1),
      ArrowUp: () => this.move(-1),
      Enter: () => this.use(this.at),
      Tab: () => this.use(this.at),
      Escape: () => this.close(),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  move(step) {
    this.at = (this.at + step + this.found.length) % this.found.length;
    this.mark();
  }

  use(index) {
    const { text } = this.found[index];
    this.close();
    this.composer.insert(text, true);
  }

  close() {
    if (!this.isOpen) return;
    this.list.hidden = true;
    this.mark();
  }
}
