/** A word on what was done; read out, gone after a while. */

import { ApiError } from './api.js';

const SHOWN = 6000;
const place = document.getElementById('toasts');

/** @param {string} text */
export function toast(text) {
  const note = document.createElement('p');
  note.className = 'toast';
  note.dataset.testid = 'toast';
  note.textContent = text;
  place.replaceChildren(note);
  setTimeout(() => note.remove(), SHOWN);
}

/** What to do with a call that failed: say it; what is no failed call is a fault of the page. @param {Error} error */
export function tellError(error) {
  if (!(error instanceof ApiError)) throw error;
  toast(error.message);
}
