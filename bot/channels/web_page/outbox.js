/**
 * What she wrote, kept on the phone until the server has answered for it. One message after another; the next one
 * leaves as soon as the server has stored the one before. A message keeps its id for ever, so sending it again
 * cannot make two of it.
 *
 * Files and places go beside the words, one at a time, and hold no words up. They are kept in memory only: a browser's
 * storage is too small for them, and a place is nobody else's business. What is kept is that there was one.
 */

import * as api from './api.js';
import * as storage from './storage.js';

const KEY = 'out.';
const LOST = 'file.';
const FIRST_WAIT = 2000;
const LONGEST_WAIT = 30000;

/** @typedef {{id: string, at: number, shown: string, text?: string, button?: string}} Draft */
/** @typedef {Draft & {posting: boolean, stored: boolean, chosen?: import('./attach.js').Chosen, part: number,
 *   stop: AbortController}} Item */

/** A random id, also where the page is not served over https. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20)].join('-');
}

export class Outbox {
  /**
   * @param {{sending: (item: Item) => void, progress: (item: Item) => void, kept: (item: Item, error: api.ApiError, wait: number) => void,
   *   sent: (item: Item, answer: object) => void, refused: (item: Item, error: api.ApiError) => void}} on
   */
  constructor(on) {
    this.on = on;
    /** @type {Item[]} */
    this.items = [];
    this.wait = FIRST_WAIT;
    this.timer = 0;
    this.fileWait = FIRST_WAIT;
    this.fileTimer = 0;
    this.closed = false;
    /** Whether an earlier page was closed while a file was on its way. */
    this.lost = false;
  }

  /** @returns {Draft[]} what an earlier visit could not send, oldest first */
  restore() {
    const drafts = storage.keys(KEY).map((key) => parse(storage.read(key))).filter((draft) => draft !== null);
    drafts.sort((a, b) => a.at - b.at);
    this.items = drafts.map(asItem);
    this.lost = storage.keys(LOST).length > 0;
    storage.keys(LOST).forEach(storage.remove);
    return drafts;
  }

  /** @param {{shown: string, text?: string, button?: string}} said @returns {Item} */
  put(said) {
    const draft = { id: newId(), at: Date.now(), ...said };
    storage.write(KEY + draft.id, JSON.stringify(draft));
    return this.keep(asItem(draft));
  }

  /** @param {import('./attach.js').Chosen} chosen @returns {Item} */
  putFile(chosen) {
    const draft = { id: newId(), at: Date.now(), shown: chosen.text, text: chosen.text };
    storage.write(LOST + draft.id, '1');
    return this.keep({ ...asItem(draft), chosen });
  }

  /** @param {Item} kept @returns {Item} */
  keep(kept) {
    this.items.push(kept);
    return kept;
  }

  /** Whether something would be lost if the page were closed. */
  get hasFiles() {
    return this.items.some((each) => each.chosen && !each.stored);
  }

  /** Take a file back that is on its way. @param {string} id */
  cancel(id) {
    const found = this.items.find((each) => each.id === id);
    if (!found) return;
    this.forget(found);
    found.stop.abort();
    this.flush();
  }

  /** @param {string} id */
  has(id) {
    return this.items.some((item) => item.id === id);
  }

  /**
   * Whose arrival at the server is not known yet, among words or among files.
   * @param {boolean} file @returns {string|null}
   */
  expected(file) {
    const found = this.items.find((each) => each.posting && !each.stored && Boolean(each.chosen) === file);
    return found ? found.id : null;
  }

  /** Whether the server is making an answer; it is not while a file is still on its way. */
  get busy() {
    return this.items.some((each) => each.posting && (!each.chosen || each.stored || each.part >= 1));
  }

  /** The server showed her message: it has it. @param {string} id */
  stored(id) {
    const found = this.items.find((each) => each.id === id);
    if (!found || found.stored) return;
    found.stored = true;
    storage.remove(LOST + id);
    this.flush();
  }

  /** Try now, whatever the waiting time; a limit set by the server is still waited for. */
  wake() {
    if (this.timer && !this.limited) {
      clearTimeout(this.timer);
      this.timer = 0;
    }
    if (this.fileTimer && !this.fileLimited) {
      clearTimeout(this.fileTimer);
      this.fileTimer = 0;
    }
    this.wait = FIRST_WAIT;
    this.fileWait = FIRST_WAIT;
    this.flush();
  }

  /** Send what can be sent. */
  flush() {
    if (this.closed) return;
    const files = this.items.filter((each) => each.chosen && !each.stored);
    if (!this.fileTimer && files.length && !files.some((each) => each.posting)) this.post(files[0]);
    if (this.timer) return;
    for (const each of this.items.filter(({ chosen }) => !chosen)) {
      if (!each.posting) this.post(each);
      if (!each.stored) return;
    }
  }

  /** @param {Item} item */
  async post(item) {
    item.posting = true;
    this.on.sending(item);
    try {
      const answer = await this.send(item);
      if (this.closed) return;
      this.forget(item);
      if (item.chosen) this.fileWait = FIRST_WAIT;
      else this.wait = FIRST_WAIT;
      this.on.sent(item, answer);
      this.flush();
    } catch (error) {
      if (!(error instanceof api.ApiError)) throw error;
      if (!this.closed && this.items.includes(item)) this.failed(item, error);
    }
  }

  /** @param {Item} item @returns {Promise<api.Answer>} */
  send({ id, text, button, chosen, stop }) {
    if (!chosen) return api.ask(button ? { id, button } : { id, text });
    if (chosen.place) return api.sendPlace(id, chosen.place);
    const file = { id, text: chosen.text, file: chosen.file, name: chosen.name };
    return api.sendFile(file, (part) => this.progress(id, part), stop.signal);
  }

  /** @param {string} id @param {number} part */
  progress(id, part) {
    const found = this.items.find((each) => each.id === id);
    if (!found) return;
    found.part = part;
    this.on.progress(found);
  }

  /** @param {Item} item @param {api.ApiError} error */
  failed(item, error) {
    item.posting = false;
    item.part = 0;
    if (!error.passing && error.status !== 401) {
      this.forget(item);
      this.on.refused(item, error);
      this.flush();
      return;
    }
    const limited = error.status === 429;
    const usual = item.chosen ? this.fileWait : this.wait;
    const wait = error.wait ? error.wait * 1000 : limited ? 10000 : usual;
    if (item.chosen) this.waitForFile(wait, limited);
    else this.waitForWords(wait, limited);
    this.on.kept(item, error, Math.ceil(wait / 1000));
  }

  /** @param {number} wait @param {boolean} limited by the server */
  waitForWords(wait, limited) {
    this.limited = limited;
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = 0;
      this.limited = false;
      this.flush();
    }, wait);
  }

  /** @param {number} wait @param {boolean} limited by the server */
  waitForFile(wait, limited) {
    this.fileLimited = limited;
    this.fileWait = Math.min(this.fileWait * 2, LONGEST_WAIT);
    clearTimeout(this.fileTimer);
    this.fileTimer = setTimeout(() => {
      this.fileTimer = 0;
      this.fileLimited = false;
      this.flush();
    }, wait);
  }

  /** @param {Item} item */
  forget(item) {
    this.items = this.items.filter((each) => each !== item);
    storage.remove(KEY + item.id);
    storage.remove(LOST + item.id);
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    clearTimeout(this.fileTimer);
  }
}

/** @param {Draft} draft @returns {Item} */
function asItem(draft) {
  return { ...draft, posting: false, stored: false, part: 0, stop: new AbortController() };
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
