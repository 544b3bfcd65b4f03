/** How long somebody waits: counted up on the page, by the server's clock, in words and colours. */

const LONG = 5 * 60000;
const TOO_LONG = 15 * 60000;
const LEVELS = ['usual', 'long', 'too_long', 'alarm'];
const WORDS = { usual: '', long: '偏久', too_long: '太久', alarm: '马上接' };
const EVERY = 5000;

const side = document.getElementById('side');
const SAME = 10000; // ms that the way of the page explains, so that the clocks may well be the same
const measured = Date.parse(side.dataset.now) - Date.now();
const skew = Math.abs(measured) < SAME ? 0 : measured;

/** The server's time. */
export const serverNow = () => Date.now() + skew;

/** @param {number} ms */
export function duration(ms) {
  const minutes = Math.floor(ms / 60000);
  if (minutes < 1) return '不到 1 分钟';
  if (minutes < 60) return `${minutes} 分钟`;
  if (minutes < 1440) return `${Math.floor(minutes / 60)} 小时${minutes % 60 ? ` ${minutes % 60} 分` : ''}`;
  return `${Math.floor(minutes / 1440)} 天`;
}

/** Show since when somebody waits. @param {HTMLElement} element @param {string} since ISO time, '' for nobody */
export function show(element, since, alarm = false) {
  element.hidden = !since;
  element.dataset.since = since || '';
  element.dataset.level = alarm ? 'alarm' : 'usual';
  count(element);
}

function count(element) {
  if (!element.dataset.since) {
    element.textContent = '';
    return;
  }
  const waited = Math.max(0, serverNow() - Date.parse(element.dataset.since));
  const reached = waited >= TOO_LONG ? 2 : Number(waited >= LONG);
  const level = LEVELS[Math.max(reached, LEVELS.indexOf(element.dataset.level))]; // an alarm begins at the worst
  const plain = waited < 60000 ? '刚开始等' : `等 ${duration(waited)}`;
  const text = WORDS[level] ? `${WORDS[level]} · ${duration(waited)}` : plain;
  if (element.dataset.level !== level) element.dataset.level = level;
  if (element.textContent !== text) element.textContent = text;
}

export function startCounting() {
  setInterval(() => document.querySelectorAll('.waiting[data-since]').forEach(count), EVERY);
}
