/**
 * What this phone keeps: the size of the type and messages that have not reached the server. Nothing else.
 * A browser may refuse storage (private window, full disk); the page then works on, without remembering.
 */

const PREFIX = 'niangjia.';

/** @param {string} key @returns {string|null} */
export function read(key) {
  try {
    return localStorage.getItem(PREFIX + key);
  } catch (refused) {
    return null; // as if nothing had been kept
  }
}

/** @param {string} key @param {string} value @returns {boolean} whether it was kept */
export function write(key, value) {
  try {
    localStorage.setItem(PREFIX + key, value);
    return true;
  } catch (refused) {
    return false;
  }
}

/** @param {string} key */
export function remove(key) {
  try {
    localStorage.removeItem(PREFIX + key);
  } catch (refused) {
    return; // where nothing can be kept, nothing has to go
  }
}

/** @param {string} prefix @returns {string[]} keys that begin with it */
export function keys(prefix) {
  try {
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(PREFIX + prefix))
      .map((key) => key.slice(PREFIX.length));
  } catch (refused) {
    return [];
  }
}

/** Leave nothing of this page on the phone. */
export function wipe() {
  write('leaving', '1'); // so that there is a change, of which other tabs hear
  for (const store of ['localStorage', 'sessionStorage']) {
    try {
      window[store].clear();
    } catch (refused) {
      continue; // refused storage holds nothing
    }
  }
}

/** Whether this is the first time in this tab; where it cannot be remembered, it is not. @param {string} what */
export function onceInThisTab(what) {
  try {
    if (sessionStorage.getItem(PREFIX + what)) return false;
    sessionStorage.setItem(PREFIX + what, '1');
    return true;
  } catch (refused) {
    return false;
  }
}

/** @param {string} what */
export function forgetInThisTab(what) {
  try {
    sessionStorage.removeItem(PREFIX + what);
  } catch (refused) {
    return; // nothing was kept
  }
}
