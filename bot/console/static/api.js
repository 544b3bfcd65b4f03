/** Calls to the console's own server: one error class, a deadline for every call. */

const DEADLINE = 15000; // ms
const csrf = document.querySelector('meta[name="csrf"]').content;

/** A call that did not succeed; status 0 when no answer came at all. The message is for staff. */
export class ApiError extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

async function call(path, options) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), DEADLINE);
  let response;
  let body;
  try {
    response = await fetch(path, { credentials: 'same-origin', cache: 'no-store', signal: stop.signal, ...options });
    body = await response.text();
  } catch (error) {
    // fetch, abort and a body cut off half way mean the same: no answer came
    throw new ApiError(0, 'network', '没连上服务器，请看看网络再试一次。');
  } finally {
    clearTimeout(timer);
  }
  if (!response.ok) throw refusal(response.status, body);
  return body;
}

function refusal(status, body) {
  try {
    const { code, message } = JSON.parse(body).error;
    return new ApiError(status, code, message);
  } catch (notOurs) {
    // a proxy's own error page: our sentence stands
    return new ApiError(status, 'unexpected', `出了点问题（${status}），请过一会儿再试。`);
  }
}

/** @returns {Promise<any>} the JSON of an answer */
export async function get(path) {
  return JSON.parse(await call(path, { headers: { Accept: 'application/json' } }));
}

/** @returns {Promise<DocumentFragment>} a part of a page, made of the server's own escaped HTML */
export async function getHtml(path) {
  return toNodes(await call(path, { headers: { Accept: 'application/json' } })); // so that errors come as JSON
}

/** @param {Record<string, string>|FormData} fields @returns {Promise<any>} */
export async function post(path, fields = {}) {
  const body = new URLSearchParams(fields instanceof FormData ? [...fields] : fields);
  const answer = await call(path, { method: 'POST', body, headers: { Accept: 'application/json', 'X-CSRF-Token': csrf } });
  return answer ? JSON.parse(answer) : null;
}

/** Only for HTML that the server's templates made: everything in it is escaped. */
export function toNodes(html) {
  const template = document.createElement('template');
  template.innerHTML = html;
  return template.content;
}
