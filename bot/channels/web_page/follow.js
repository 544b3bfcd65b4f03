/**
 * Where the conversation is scrolled to: at the newest, unless she scrolled up. An answer longer than the screen is
 * shown from its beginning, and a pill says that there is more below.
 */

const NEAR = 60; // px from the end that still count as the end
const ABOVE = 72; // px of her own question that stay visible above a long answer
const BURST = 3000; // ms within which bubbles belong to one answer

export class Follow {
  /** @param {HTMLElement} scroller @param {HTMLElement} pill */
  constructor(scroller, pill) {
    this.scroller = scroller;
    this.pill = pill;
    this.bottom = true;
    /** @type {HTMLElement|null} the beginning of the answer that is coming in */
    this.beginning = null;
    this.since = 0;
    scroller.addEventListener('scroll', () => this.look(), { passive: true });
    pill.addEventListener('click', () => {
      this.toEnd();
      this.scroller.focus();
    });
    if ('ResizeObserver' in window) new ResizeObserver(() => this.bottom && this.toEnd()).observe(scroller);
  }

  get end() {
    return this.scroller.scrollHeight - this.scroller.clientHeight;
  }

  look() {
    this.bottom = this.end - this.scroller.scrollTop < NEAR;
    if (this.bottom) this.pill.hidden = true;
  }

  toBeginning() {
    this.scroller.scrollTop = 0;
    this.look();
  }

  toEnd() {
    this.scroller.scrollTop = this.end;
    this.bottom = true;
    this.pill.hidden = true;
  }

  /** She said something: she wants to be where it is. */
  own() {
    this.beginning = null;
    this.toEnd();
  }

  /** @param {HTMLElement[]} added bubbles that others wrote */
  news(added) {
    if (!added.length) return;
    const now = Date.now();
    if (!this.beginning || !this.beginning.isConnected || now - this.since > BURST) this.beginning = added[0];
    this.since = now;
    if (!this.bottom) {
      this.tell('有新消息');
      return;
    }
    const top = this.beginning.getBoundingClientRect().top - this.scroller.getBoundingClientRect().top;
    const target = Math.min(this.end, this.scroller.scrollTop + top - ABOVE);
    this.scroller.scrollTop = Math.max(this.scroller.scrollTop, target);
    this.look();
    if (!this.bottom) this.tell('下面还有');
  }

  /** @param {string} text */
  tell(text) {
    this.pill.textContent = text;
    this.pill.hidden = false;
  }

  /** Something other than a message grew or went at the end. */
  settle() {
    if (this.bottom) this.toEnd();
  }
}
