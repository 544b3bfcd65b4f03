/** What was said: new things come in at the end, older ones at the top, changed ones are exchanged. */

import { toNodes } from './api.js';

const NEAR = 80; // px from the end that still count as the end

export class Transcript {
  /** @param {{olderWanted: () => Promise<void>}} on */
  constructor(on) {
    this.log = document.getElementById('log');
    this.scroller = document.getElementById('talk-scroll');
    this.pill = document.getElementById('pill');
    this.earlier = document.getElementById('earlier');
    this.on = on;
    this.following = true;
    this.loading = false;
    this.scroller.addEventListener('scroll', () => this.look(), { passive: true });
    this.pill.addEventListener('click', () => {
      this.toEnd();
      this.scroller.focus();
    });
    this.earlier.addEventListener('click', () => this.loadOlder());
    // Pictures that load, a composer that grows: who was at the end stays there.
    const settle = new ResizeObserver(() => this.following && this.toEnd());
    settle.observe(this.log);
    settle.observe(this.scroller);
    this.toEnd();
  }

  get messages() {
    return [...this.log.querySelectorAll('.msg[data-kind="message"]')];
  }

  get oldest() {
    const [first] = this.messages;
    return first ? Number(first.dataset.id) : null;
  }

  /** The message after which is asked again: the page's last ones may have changed. @param {number} recent */
  askedAfter(recent) {
    const all = this.messages;
    const at = all.length - recent - 1;
    return at >= 0 ? Number(all[at].dataset.id) : Math.max(0, (this.oldest || 1) - 1);
  }

  /** @param {{id: number, kind: string, version: string, html: string}[]} said @returns {typeof said} what is new */
  take(said) {
    const added = [];
    let last = null;
    for (const each of said) {
      const known = document.getElementById(`${each.kind === 'note' ? 'n' : 'm'}${each.id}`);
      if (known && known.dataset.version === each.version) {
        last = known;
        continue;
      }
      const item = toNodes(each.html).firstElementChild;
      if (known) {
        keepOpen(known, item);
        known.replaceWith(item);
      } else {
        item.classList.add('arrived');
        if (last) last.after(item);
        else this.log.append(item);
        added.push(each);
      }
      last = item;
    }
    if (added.length) this.arrived(added);
    return added;
  }

  arrived(added) {
    const nothing = this.log.querySelector('.nothing');
    if (nothing) nothing.remove();
    this.days();
    if (this.following) this.toEnd();
    else if (added.some((each) => each.author !== 'system')) this.pill.hidden = false;
  }

  /** Put older messages on top; what is read stays where it is. */
  prepend(said) {
    const rest = this.scroller.scrollHeight - this.scroller.scrollTop;
    const items = said
      .filter((each) => !document.getElementById(`${each.kind === 'note' ? 'n' : 'm'}${each.id}`))
      .map((each) => toNodes(each.html).firstElementChild);
    this.log.prepend(...items);
    this.days();
    this.scroller.scrollTop = this.scroller.scrollHeight - rest;
  }

  /** A line above the first message of each day. */
  days() {
    let day = '';
    let line = null;
    for (const item of [...this.log.children]) {
      if (item.classList.contains('day')) {
        if (line) line.remove();
        line = item;
      } else if (item.dataset.day) {
        if (item.dataset.day !== day) {
          if (!line) {
            line = document.createElement('li');
            line.className = 'day';
            item.before(line);
          }
          line.textContent = item.dataset.day;
        } else if (line) {
          line.remove();
        }
        day = item.dataset.day;
        line = null;
      }
    }
  }

  look() {
    const { scrollHeight, clientHeight, scrollTop } = this.scroller;
    this.following = scrollHeight - clientHeight - scrollTop < NEAR;
    if (this.following) this.pill.hidden = true;
    if (scrollTop < NEAR && scrollHeight > clientHeight) this.loadOlder();
  }

  async loadOlder() {
    if (this.loading || this.earlier.parentElement.hidden) return;
    this.loading = true;
    try {
      await this.on.olderWanted();
    } finally {
      this.loading = false;
    }
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.following = true;
    this.pill.hidden = true;
  }
}

/** What somebody unfolded stays so when its message is exchanged. */
function keepOpen(before, after) {
  const folds = after.querySelectorAll('details');
  before.querySelectorAll('details').forEach((fold, index) => {
    if (folds[index]) folds[index].open = fold.open;
  });
}
