/** The gateway's HTTP interface: one function a route, one error class, a deadline for every call. */

const BASE = '/chat/api';
const ASK_DEADLINE = 20000; // the server waits at most 12 s for an answer
const DEADLINE = 10000;
const STALLED = 30000; // nothing moved for so long: the network is gone

/**
 * @typedef {{title: string, token?: string, url?: string}} Button
 * @typedef {{document: string, article: string|null, title?: string, url?: string|null}} Citation
 * @typedef {{kind: 'photo'|'document'|'voice'|'location', id?: string, media_type?: string, size?: number,
 *   url?: string, name?: string}} Attachment url and name only for what this page itself is sending
 * @typedef {{id: string, author: 'worker'|'bot'|'staff'|'system', name?: string|null, text: string, time: string,
 *   buttons?: Button[], citations?: Citation[], basis?: string|null, more?: string|null,
 *   attachment?: Attachment|null, reply_to?: string|null}} Message
 * @typedef {{state: string, queue?: number, assigned?: string, typing?: boolean}} Conversation
 * @typedef {{status: string, received?: string, conversation?: Conversation, messages: Message[]}} Answer
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
    if (!response.ok) throw refusal(response.status, response.headers.get('Retry-After'), body);
    return { status: response.status, body: body ? JSON.parse(body) : null };
  } catch (error) {
    if (error instanceof ApiError) throw error;
    // fetch, abort and a body cut off half way all mean the same to the visitor: no answer came
    throw unreachable();
  } finally {
    clearTimeout(timer);
  }
}

const unreachable = () => new ApiError(0, '没连上，请看看网络');

/** @param {number} status @param {string|null} after the Retry-After header @param {string|null} body */
function refusal(status, after, body) {
  let message = `出了点问题（${status}），请过一会儿再试`;
  try {
    message = JSON.parse(body || '').error.message || message;
  } catch (notOurs) {
    // a proxy's own error page: our sentence stands
  }
  const wait = Number.parseInt(after || '', 10);
  return new ApiError(status, message, wait > 0 ? wait : 0);
}

/** @param {string} path @param {object} [body] */
function post(path, body, deadline = DEADLINE) {
  const options = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body || {}) };
  return call(path, options, deadline);
}

/**
 * Send one message; the same id again gets the same answer.
 * @param {{id: string, text?: string, button?: string}} message
 * @returns {Promise<Answer>}
 */
export async function ask(message) {
  const { status, body } = await post('/messages', message, ASK_DEADLINE);
  return answer(status, body);
}

/** @param {number} status @param {object|null} body @returns {Answer} */
function answer(status, body) {
  return { messages: [], ...body, status: status === 202 ? 'queued' : (body && body.status) || 'answered' };
}

/**
 * Send a place; the same id again gets the same answer.
 * @param {string} id @param {{lat: number, lon: number}} location @returns {Promise<Answer>}
 */
export async function sendPlace(id, location) {
  const { status, body } = await post('/attachments', { id, location }, ASK_DEADLINE);
  return answer(status, body);
}

/**
 * Send a file; the same id again gets the same answer.
 * @param {{id: string, file: Blob, name: string, text: string}} sent
 * @param {(part: number) => void} progress from 0 to 1
 * @param {AbortSignal} signal
 * @returns {Promise<Answer>}
 */
export function sendFile({ id, file, name, text }, progress, signal) {
  const form = new FormData();
  form.append('id', id);
  if (text) form.append('text', text);
  form.append('file', file, name);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // fetch does not tell how far an upload has got
    let timer = 0;
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(() => request.abort(), STALLED);
    };
    const failed = () => {
      clearTimeout(timer);
      reject(unreachable());
    };
    request.open('POST', ATTACHMENTS);
    request.upload.addEventListener('progress', (event) => {
      alive();
      if (event.lengthComputable) progress(event.loaded / event.total);
    });
    request.addEventListener('load', () => {
      clearTimeout(timer);
      const after = request.getResponseHeader('Retry-After');
      if (request.status >= 400) reject(refusal(request.status, after, request.responseText));
      else resolve(answer(request.status, JSON.parse(request.responseText)));
    });
    request.addEventListener('error', failed);
    request.addEventListener('abort', failed);
    signal.addEventListener('abort', () => request.abort());
    alive();
    request.send(form);
  });
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
export const ATTACHMENTS = `${BASE}/attachments`;
export const EVENTS = `${BASE}/events`;
