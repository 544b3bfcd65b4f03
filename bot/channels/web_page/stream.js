/**
 * News from the server: its event stream, and asking for what is new whenever the stream opens or breaks.
 * 'online' means that the server answers, by whichever way.
 */

import { ApiError, EVENTS, history } from './api.js';

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 15000;

export class Stream {
  /**
   * @param {{messages: (answer: {conversation?: object, messages: object[]}) => void,
   *   stands: (conversation: object) => void, state: (online: boolean) => void,
   *   refused: (error: ApiError) => void}} on
   */
  constructor(on) {
    this.on = on;
    /** Where the next question for news starts; only answers to such questions move it, so nothing is skipped. */
    this.cursor = null;
    this.source = null;
    this.timer = 0;
    this.wait = FIRST_WAIT;
    this.closed = false;
    /** Whether this stream tells where the conversation stands; what other answers say of it may be older by then. */
    this.tells = false;
    /** @type {Promise<boolean>|null} */
    this.asking = null;
  }

  open() {
    clearTimeout(this.timer);
    if (this.source) this.source.close();
    const source = new EventSource(EVENTS);
    this.source = source;
    this.tells = false;
    source.addEventListener('open', () => {
      this.wait = FIRST_WAIT;
      clearTimeout(this.timer);
      this.sync();
    });
    source.addEventListener('message', (event) => this.receive(event.data));
    source.addEventListener('state', (event) => {
      this.tells = true;
      this.on.stands(JSON.parse(event.data));
    });
    source.addEventListener('error', () => this.broken());
  }

  /** @param {string} data */
  receive(data) {
    this.on.state(true);
    this.on.messages({ messages: [JSON.parse(data)] });
  }

  /** The stream broke: find out whether the network did too, and open it again after a while. */
  async broken() {
    if (this.closed) return;
    if (this.source) this.source.close();
    this.source = null;
    this.tells = false;
    await this.sync();
    this.retry();
  }

  retry() {
    if (this.closed || this.source) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.open(), this.wait);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
  }

  /** Begin anew: the phone was away, and what looks like an open stream may be a dead one. */
  wake() {
    this.wait = FIRST_WAIT;
    if (!this.closed) this.open();
  }

  /** Fetch what is new. @returns {Promise<boolean>} whether the server answered */
  sync() {
    // One that is under way may have left before what is asked for was there.
    if (this.asking) return this.asking.then(() => this.sync());
    this.asking = this.fetch().finally(() => {
      this.asking = null;
    });
    return this.asking;
  }

  async fetch() {
    try {
      const answer = await history(this.cursor);
      if (this.closed) return false;
      const newest = answer.messages[answer.messages.length - 1];
      if (newest) this.cursor = newest.id;
      this.on.state(true);
      this.on.messages(answer);
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (this.closed) return false;
      if (error.passing) this.lost(error);
      else this.on.refused(error);
      return false;
    }
  }

  /** @param {ApiError} error */
  lost(error) {
    if (error.status === 429) return; // somebody is there, only busy
    this.on.state(false);
    if (!this.source) return;
    this.source.close(); // it hears nothing any more, whatever it says
    this.source = null;
    this.tells = false;
    this.retry();
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    if (this.source) this.source.close();
  }
}
