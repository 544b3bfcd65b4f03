/**
 * What she wrote, kept on the phone until the server has answered for it. One message after another; the next one
 * leaves as soon as the server has stored the one before. A message keeps its id for ever, so sending it again
 * cannot make two of it.
 */

import * as api from './api.js';
import * as storage from './storage.js';

const KEY = 'out.';
const FIRST_WAIT = 2000;
const LONGEST_WAIT = 30000;

/** @typedef {{id: string, at: number, shown: string, text?: string, button?: string}} Draft */
/** @typedef {Draft & {posting: boolean, stored: boolean}} Item */

/** A random id, also where the page is not served over https. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20)].join('-');
}

export class Outbox {
  /**
   * @param {{sending: (item: Item) => void, kept: (item: Item, error: api.ApiError, wait: number) => void,
   *   sent: (item: Item, answer: object) => void, refused: (item: Item, error: api.ApiError) => void}} on
   */
  constructor(on) {
    this.on = on;
    /** @type {Item[]} */
    this.items = [];
    this.wait = FIRST_WAIT;
    this.timer = 0;
    this.closed = false;
  }

  /** @returns {Draft[]} what an earlier visit could not send, oldest first */
  restore() {
    const drafts = storage.keys(KEY).map((key) => parse(storage.read(key))).filter((draft) => draft !== null);
    drafts.sort((a, b) => a.at - b.at);
    this.items = drafts.map((draft) => ({ ...draft, posting: false, stored: false }));
    return drafts;
  }

  /** @param {{shown: string, text?: string, button?: string}} said @returns {Item} */
  put(said) {
    const draft = { id: newId(), at: Date.now(), ...said };
    storage.write(KEY + draft.id, JSON.stringify(draft));
    const item = { ...draft, posting: false, stored: false };
    this.items.push(item);
    return item;
  }

  /** @param {string} id */
  has(id) {
    return this.items.some((item) => item.id === id);
  }

  /** The one whose arrival at the server is not known yet. @returns {string|null} */
  get expected() {
    const item = this.items.find((each) => each.posting && !each.stored);
    return item ? item.id : null;
  }

  get busy() {
    return this.items.some((item) => item.posting);
  }

  /** The server showed her message: it has it. @param {string} id */
  stored(id) {
    const item = this.items.find((each) => each.id === id);
    if (!item || item.stored) return;
    item.stored = true;
    this.flush();
  }

  /** Try now, whatever the waiting time; a limit set by the server is still waited for. */
  wake() {
    if (this.timer && !this.limited) {
      clearTimeout(this.timer);
      this.timer = 0;
    }
    this.wait = FIRST_WAIT;
    this.flush();
  }

  /** Send what can be sent. */
  flush() {
    if (this.timer || this.closed) return;
    for (const item of [...this.items]) {
      if (!item.posting) this.post(item);
      if (!item.stored) return;
    }
  }

  /** @param {Item} item */
  async post(item) {
    item.posting = true;
    this.on.sending(item);
    const { id, text, button } = item;
    try {
      const answer = await api.ask(button ? { id, button } : { id, text });
      if (this.closed) return;
      this.forget(item);
      this.wait = FIRST_WAIT;
      this.on.sent(item, answer);
      this.flush();
    } catch (error) {
      if (!(error instanceof api.ApiError)) throw error;
      if (!this.closed) this.failed(item, error);
    }
  }

  /** @param {Item} item @param {api.ApiError} error */
  failed(item, error) {
    item.posting = false;
    if (!error.passing && error.status !== 401) {
      this.forget(item);
      this.on.refused(item, error);
      this.flush();
      return;
    }
    this.limited = error.status === 429;
    const wait = error.wait ? error.wait * 1000 : this.limited ? 10000 : this.wait;
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = 0;
      this.limited = false;
      this.flush();
    }, wait);
    this.on.kept(item, error, Math.ceil(wait / 1000));
  }

  /** @param {Item} item */
  forget(item) {
    this.items = this.items.filter((each) => each !== item);
    storage.remove(KEY + item.id);
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
  }
}

/** @param {string|null} kept @returns {Draft|null} null for what is no message of ours */
function parse(kept) {
  try {
    const draft = JSON.parse(kept || '');
    const said = typeof draft.text === 'string' || typeof draft.button === 'string';
    return typeof draft.id === 'string' && typeof draft.shown === 'string' && said ? draft : null;
  } catch (broken) {
    return null;
  }
}
