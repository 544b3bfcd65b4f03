/** Single keys that do things, never while somebody types. */

const bound = new Map();

/** @param {string} key as the browser names it @param {() => void} act */
export function bind(key, act) {
  bound.set(key, act);
}

function isTyping(target) {
  return target instanceof HTMLElement
    && (target.isContentEditable || target.matches('textarea, select, input:not([type="radio"]):not([type="checkbox"])'));
}

function press(event) {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'Escape' && isTyping(event.target) && !event.target.closest('dialog')) {
    event.target.blur();
    return;
  }
  if (isTyping(event.target) || document.querySelector('dialog[open]')) return;
  const act = bound.get(event.key);
  if (!act) return;
  event.preventDefault();
  act();
}

export function startKeys() {
  addEventListener('keydown', press);
}
