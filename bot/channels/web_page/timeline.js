/**
 * The conversation on the screen: every message of the server once, in the order of its ids, and below them what
 * has not reached the server yet.
 */

import { onItsWay, words } from './attachment.js';
import { bubble, delivery } from './bubble.js';
import { apart, spoken } from './clock.js';

/** @typedef {import('./api.js').Message} Message */
/** @typedef {{message: Message, element: HTMLElement, stamp: HTMLElement|null}} Entry */

/** Ids are decimal numbers of any length. @param {string} a @param {string} b */
export const later = (a, b) => (a.length !== b.length ? a.length > b.length : a > b);

export class Timeline {
  /** @param {HTMLElement} log @param {(button: import('./api.js').Button) => void} press */
  constructor(log, press) {
    this.log = log;
    this.press = press;
    /** @type {Entry[]} in the order of their ids */
    this.entries = [];
    /** @type {Map<string, Entry>} by client id, in the order of writing */
    this.local = new Map();
  }

  /** @param {string} id */
  has(id) {
    return this.entries.some((entry) => entry.message.id === id);
  }

  get empty() {
    return !this.entries.length && !this.local.size;
  }

  /** @returns {Message|null} the newest that the server has */
  get last() {
    return this.entries.length ? this.entries[this.entries.length - 1].message : null;
  }

  /** Whether this is among her last words that nobody answered yet. @param {string} text */
  unanswered(text) {
    for (let index = this.entries.length - 1; index >= 0; index -= 1) {
      const { message } = this.entries[index];
      if (message.author !== 'worker') return false;
      if (message.text === text) return true;
    }
    return false;
  }

  /**
   * Show what is new of these; one already shown is left as it is.
   * @param {Message[]} messages
   * @param {(message: Message) => string|null} expected client id of the bubble in which her own message stands already
   * @returns {HTMLElement[]} the bubbles that were added
   */
  add(messages, expected = () => null) {
    const added = [];
    for (const message of messages) {
      if (this.has(message.id)) continue;
      const clientId = message.author === 'worker' ? expected(message) : null;
      const own = clientId !== null ? this.local.get(clientId) : undefined;
      if (own && clientId !== null) {
        this.adopt(clientId, own, message);
      } else {
        const entry = { message, element: bubble(message, this.press), stamp: null };
        this.place(entry);
        added.push(entry.element);
      }
    }
    this.refresh();
    return added;
  }

  /**
   * Show a message of her own before the server has it.
   * @param {string} clientId @param {string} text @param {Date} at @param {import('./api.js').Attachment|null} attachment
   */
  addLocal(clientId, text, at, attachment = null) {
    const message = { id: '', author: /** @type {const} */ ('worker'), text, time: at.toISOString(), attachment };
    const entry = { message, element: bubble(message, this.press), stamp: null };
    this.local.set(clientId, entry);
    this.log.append(entry.element);
    this.refresh();
    return entry.element;
  }

  /** The server keeps her message under this id. @param {string} clientId @param {string} id */
  bind(clientId, id) {
    const own = this.local.get(clientId);
    if (!own) return;
    if (this.has(id)) this.dropLocal(clientId);
    else this.adopt(clientId, own, { ...own.message, id });
    this.refresh();
  }

  /** @param {string} clientId */
  dropLocal(clientId) {
    const own = this.local.get(clientId);
    if (!own) return;
    this.local.delete(clientId);
    if (own.stamp) own.stamp.remove();
    own.element.remove();
    this.refresh();
  }

  /** Keep the bubble that she sees and give it the server's id and text. */
  adopt(clientId, own, message) {
    this.local.delete(clientId);
    own.message = message;
    own.element.dataset.id = message.id;
    const text = own.element.querySelector('.text');
    if (text.textContent !== words(message)) text.textContent = words(message);
    delivery(own.element, '');
    onItsWay(own.element, null, 1, () => {});
    this.place(own);
  }

  /** Put an entry among the others by its id; an element that already stands right is not moved. */
  place(entry) {
    let index = this.entries.length;
    while (index > 0 && later(this.entries[index - 1].message.id, entry.message.id)) index -= 1;
    this.entries.splice(index, 0, entry);
    const next = this.entries[index + 1] || this.local.values().next().value;
    const before = next ? next.stamp || next.element : null;
    const after = entry.stamp || entry.element;
    if (entry.element.isConnected && (entry.element.nextElementSibling || null) === before) return;
    if (after !== entry.element) this.log.insertBefore(after, before);
    this.log.insertBefore(entry.element, before);
  }

  /** Time stamps, names said once a group, and which quick replies still work. */
  refresh(now = new Date()) {
    let before = null;
    let author = null;
    for (const entry of [...this.entries, ...this.local.values()]) {
      const time = new Date(entry.message.time);
      const stamped = apart(before, time);
      this.stamp(entry, stamped ? spoken(time, now) : '', entry.message.time);
      entry.element.classList.toggle('continued', !stamped && author === entry.message.author);
      before = time;
      author = entry.message.author;
    }
    this.closeUsed();
  }

  /** @param {Entry} entry @param {string} text @param {string} time */
  stamp(entry, text, time) {
    if (!text) {
      if (entry.stamp) entry.stamp.remove();
      entry.stamp = null;
      return;
    }
    if (!entry.stamp) {
      entry.stamp = document.createElement('p');
      entry.stamp.className = 'stamp';
      entry.stamp.dataset.testid = 'time-stamp';
      entry.stamp.append(document.createElement('time'));
      this.log.insertBefore(entry.stamp, entry.element);
    }
    const shown = /** @type {HTMLTimeElement} */ (entry.stamp.firstElementChild);
    if (shown.textContent !== text) shown.textContent = text;
    shown.dateTime = time;
  }

  /** A group of quick replies is closed once one was used; the newest group stays open. */
  closeUsed() {
    const said = [];
    let newest = true;
    for (const entry of [...this.entries, ...this.local.values()].reverse()) {
      if (entry.message.author === 'worker') said.push(entry.message.text);
      const buttons = entry.element.querySelectorAll('.chips button');
      if (!buttons.length) continue;
      const used = [...buttons].filter((button) => said.includes(button.dataset.title));
      buttons.forEach((button) => {
        button.disabled = !newest && used.length > 0;
        button.classList.toggle('used', used.includes(button));
      });
      newest = false;
    }
  }
}
