/** 清除本机记录: leave a shared phone clean, and, if she wants, the server too. */

import { ApiError, erase, forget } from './api.js';
import * as storage from './storage.js';

const part = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @param {() => void} leave stops everything that talks to the server or writes to the phone */
export function wireWipe(leave) {
  const dialog = /** @type {HTMLDialogElement} */ (part('wipe'));

  const show = (/** @type {boolean} */ confirming) => {
    part('wipe-choose').hidden = confirming;
    part('wipe-confirm').hidden = !confirming;
    part('wipe-error').textContent = '';
    dialog.setAttribute('aria-labelledby', confirming ? 'wipe-sure' : 'wipe-title');
  };

  const run = async (/** @type {() => Promise<unknown>} */ request) => {
    dialog.querySelectorAll('button').forEach((button) => { button.disabled = true; });
    try {
      await request();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status !== 401) {
        part('wipe-error').textContent = `没清掉：${error.message}`;
        return;
      } // 401: the server knows nobody here, so only the phone is left to clean
    } finally {
      dialog.querySelectorAll('button').forEach((button) => { button.disabled = false; });
    }
    leave();
    storage.wipe();
    location.reload(); // never from the browser's cache: the page brings the new cookie
  };

  part('clear').addEventListener('click', () => {
    show(false);
    if (dialog.showModal) dialog.showModal();
    else dialog.setAttribute('open', '');
    part('wipe-cancel').focus();
  });
  part('forget').addEventListener('click', () => run(forget));
  part('erase').addEventListener('click', () => {
    show(true);
    part('erase-back').focus();
  });
  part('erase-confirm').addEventListener('click', () => run(erase));
  part('erase-back').addEventListener('click', () => {
    show(false);
    part('erase').focus();
  });
  part('wipe-cancel').addEventListener('click', () => {
    if (dialog.close) dialog.close();
    else dialog.removeAttribute('open');
  });
}
