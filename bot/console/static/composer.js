/**
 * Where staff write: to the worker, or a note for each other. A draft is kept for each of the two and each
 * conversation until it was sent; nothing that failed is ever dropped.
 */

import { ApiError, post } from './api.js';
import { tab } from './storage.js';

const TYPING_EVERY = 3000;
const NEAR_THE_END = 0.8;

export class Composer {
  /**
   * @param {{id: string, base: string, longest: number, standing: () => {mine: boolean, state: string, assignee: string},
   *   sent: () => void, claim: () => Promise<void>}} talk
   */
  constructor(talk) {
    this.talk = talk;
    this.form = document.getElementById('composer');
    this.input = document.getElementById('input');
    this.button = document.getElementById('send');
    this.error = document.getElementById('send-error');
    this.hint = document.getElementById('hint');
    this.busy = false;
    this.typed = 0;
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.send();
    });
    this.form.addEventListener('change', (event) => event.target.name === 'mode' && this.switched());
    this.input.addEventListener('input', () => this.changed());
    this.input.addEventListener('keydown', (event) => this.key(event));
    this.mode = this.startingMode();
    this.show();
    this.restore();
  }

  /** Who may not reply begins with a note, unless a reply was begun. */
  startingMode() {
    const blocked = this.isTaken() && !this.draft('reply').text;
    return blocked || (this.draft('note').text && !this.draft('reply').text) ? 'note' : 'reply';
  }

  isTaken() {
    const { mine, assignee } = this.talk.standing();
    return !mine && Boolean(assignee);
  }

  draft(mode) {
    return JSON.parse(tab.get(`draft.${this.talk.id}.${mode}`) || '{"text": "", "key": ""}');
  }

  /** The key makes a text that is sent twice, after an answer that was lost, one message. */
  keep(text) {
    const { key } = this.draft(this.mode);
    const kept = text ? JSON.stringify({ text, key: key || newKey() }) : null;
    tab.set(`draft.${this.talk.id}.${this.mode}`, kept);
  }

  /** @param {'reply'|'note'} mode */
  setMode(mode) {
    if (mode === this.mode) return;
    this.mode = mode;
    this.say('');
    this.show();
    this.restore();
  }

  switched() {
    this.setMode(new FormData(this.form).get('mode'));
  }

  restore() {
    this.put(this.draft(this.mode).text);
  }

  /** What the page says about who may write changed. */
  show() {
    const { mine, state } = this.talk.standing();
    this.form.querySelector(`[name=mode][value=${this.mode}]`).checked = true;
    this.form.classList.toggle('noting', this.mode === 'note');
    const unclaimed = this.mode === 'reply' && !mine && !this.isTaken();
    this.button.textContent = this.mode === 'note' ? '存备注' : unclaimed ? (state === 'open' ? '接过来并发送' : '接待并发送') : '发送';
    this.button.disabled = this.busy || (this.mode === 'reply' && this.isTaken());
    this.input.placeholder = this.mode === 'note' ? '写给同事看的，职工看不到' : '回复职工… 开头打 / 用快捷回复';
    this.count();
  }

  /** @param {'reply'|'note'} mode */
  focus(mode) {
    this.setMode(mode);
    this.input.focus();
  }

  /** Put a text in: where the cursor is, or instead of what is there. @param {string} text */
  insert(text, instead = false) {
    const { selectionStart: start, selectionEnd: end, value } = this.input;
    const before = instead ? '' : value.slice(0, start);
    const gap = before && !before.endsWith('\n') ? '\n' : '';
    this.put(`${before}${gap}${text}${instead ? '' : value.slice(end)}`);
    this.keep(this.input.value);
    this.input.focus();
    const place = before.length + gap.length + text.length;
    this.input.setSelectionRange(place, place);
  }

  put(text) {
    this.input.value = text;
    this.grow();
    this.count();
  }

  changed() {
    this.keep(this.input.value);
    this.grow();
    this.count();
    this.say('');
    if (this.mode === 'reply' && this.talk.standing().mine && this.input.value) this.tellTyping();
  }

  tellTyping() {
    if (Date.now() - this.typed < TYPING_EVERY) return;
    this.typed = Date.now();
    post(`${this.talk.base}/typing`).catch((error) => {
      if (!(error instanceof ApiError)) throw error; // the worker does not see the dots: nothing to tell staff of
    });
  }

  grow() {
    this.input.style.height = 'auto';
    this.input.style.height = `${this.input.scrollHeight + 2}px`;
  }

  count() {
    const length = [...this.input.value].length;
    const over = length - this.talk.longest;
    this.hint.classList.toggle('over', over > 0);
    this.hint.classList.toggle('near', over <= 0 && length > NEAR_THE_END * this.talk.longest);
    if (over > 0) this.hint.textContent = `多了 ${over} 字，请分两条`;
    else if (length > NEAR_THE_END * this.talk.longest) this.hint.textContent = `还能写 ${-over} 字`;
    else this.hint.textContent = 'Enter 发送 · Shift+Enter 换行';
  }

  key(event) {
    // keyCode 229: Safari ends a composition before it reports the Enter that ended it
    if (event.defaultPrevented || event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.send();
  }

  say(text) {
    this.error.textContent = text;
  }

  async send() {
    const text = this.input.value;
    if (this.busy) return;
    if (!text.trim()) {
      this.input.focus();
      return;
    }
    if (this.mode === 'reply' && this.isTaken()) {
      this.say(`${this.talk.standing().assignee}正在接待，你发不了；可以改成内部备注。你写的还在框里。`);
      return;
    }
    this.keep(text);
    this.working(true);
    this.say('');
    const { mode } = this;
    try {
      if (mode === 'reply' && !this.talk.standing().mine) await this.talk.claim();
      const { key } = this.draft(mode);
      await post(`${this.talk.base}/${mode === 'note' ? 'notes' : 'messages'}`, { text, key });
      tab.set(`draft.${this.talk.id}.${mode}`, null);
      if (this.mode === mode && this.input.value === text) this.put('');
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.say(`${error.message}${/[。！？]$/.test(error.message) ? '' : '。'}没有发出去，你写的还在框里。`);
    } finally {
      this.working(false);
      this.talk.sent();
    }
  }

  working(busy) {
    this.busy = busy;
    this.form.setAttribute('aria-busy', String(busy));
    this.show();
  }
}

function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
