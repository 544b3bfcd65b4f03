/** The gateway's HTTP interface: one function a route, one error class, a deadline for every call. */

const BASE = '/chat/api';
const ASK_DEADLINE = 20000; // the server waits at most 12 s for an answer
const DEADLINE = 10000;

/**
 * @typedef {{title: string, token?: string, url?: string}} Button
 * @typedef {{document: string, article: string|null, title?: string, url?: string|null}} Citation
 * @typedef {{id: string, author: 'worker'|'bot'|'staff'|'system', text: string, time: string, buttons?: Button[],
 *   citations?: Citation[], basis?: string|null, more?: string|null, reply_to?: string|null}} Message
 * @typedef {{state: string, queue?: number}} Conversation
 */

/** A call that did not succeed; status 0 when no answer came at all. */
export class ApiError extends Error {
  /** @param {number} status @param {string} message in the visitor's language @param {number} wait seconds, 0 if unsaid */
  constructor(status, message, wait = 0) {
    super(message);
    this.status = status;
    this.wait = wait;
  }

  /** Whether the same call may succeed later without any change. */
  get passing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** @param {string} path @param {RequestInit} options @param {number} deadline in ms */
async function call(path, options, deadline) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), deadline);
  try {
    const response = await fetch(BASE + path, {
      credentials: 'same-origin', cache: 'no-store', signal: stop.signal, ...options,
    });
    const body = response.status === 204 ? null : await response.text();
    if (!response.ok) throw refusal(response, body);
    return { status: response.status, body: body ? JSON.parse(body) : null };
  } catch (error) {
    if (error instanceof ApiError) throw error;
    // fetch, abort and a body cut off half way all mean the same to the visitor: no answer came
    throw new ApiError(0, '没连上，请看看网络');
  } finally {
    clearTimeout(timer);
  }
}

/** @param {Response} response @param {string|null} body */
function refusal(response, body) {
  let message = `出了点问题（${response.status}），请过一会儿再试`;
  try {
    message = JSON.parse(body || '').error.message || message;
  } catch (notOurs) {
    // a proxy's own error page: our sentence stands
  }
  const wait = Number.parseInt(response.headers.get('Retry-After') || '', 10);
  return new ApiError(response.status, message, wait > 0 ? wait : 0);
}

/** @param {string} path @param {object} [body] */
function post(path, body, deadline = DEADLINE) {
  const options = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body || {}) };
  return call(path, options, deadline);
}

/**
 * Send one message; the same id again gets the same answer.
 * @param {{id: string, text?: string, button?: string}} message
 * @returns {Promise<{status: string, conversation?: Conversation, messages: Message[]}>}
 */
export async function ask(message) {
  const { status, body } = await post('/messages', message, ASK_DEADLINE);
  return { messages: [], ...body, status: status === 202 ? 'queued' : (body && body.status) || 'answered' };
}

/**
 * @param {string|null} after id of the last message known
 * @returns {Promise<{conversation?: Conversation, messages: Message[]}>}
 */
export async function history(after) {
  const query = after === null ? '' : `?after=${encodeURIComponent(after)}`;
  const { body } = await call(`/messages${query}`, { method: 'GET' }, DEADLINE);
  return { messages: [], ...body };
}

export const forget = () => post('/forget');
export const erase = () => post('/erase');
export const EVENTS = `${BASE}/events`;
