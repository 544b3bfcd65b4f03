/** Every page that staff work in: the list at the side, live, and the keys that belong to it. */

import { ApiError, post } from './api.js';
import { Attention } from './attention.js';
import { bind, startKeys } from './keys.js';
import { List } from './list.js';
import { Live } from './live.js';
import { Sound } from './sound.js';
import { tellError } from './toast.js';
import { followKeyboard } from './viewport.js';
import { startCounting } from './waiting.js';

const side = document.getElementById('side');
const net = document.getElementById('net');

/** The one line of this page. */
export const live = new Live(side.dataset.me, Number(side.dataset.heard));

const list = new List();
const attention = new Attention(new Sound(document.getElementById('sound')), live);

live.addEventListener('change', ({ detail }) => {
  list.take(detail);
  attention.change(detail);
});
live.addEventListener('counts', ({ detail }) => attention.counts(detail));
live.addEventListener('reset', () => list.reload().catch(unlessNetwork));
live.addEventListener('state', ({ detail }) => {
  net.textContent = detail ? '' : '连接断了，正在重连…';
  if (detail) list.reload().catch(unlessNetwork);
});
live.addEventListener('signedout', () => {
  const link = document.createElement('a');
  link.href = `/login?next=${encodeURIComponent(location.pathname + location.search)}`;
  link.textContent = '重新登录';
  net.replaceChildren('登录已经过期，请', link, '。没发出去的话还在。');
});

/** The line's own banner tells of a network that is away; anything else is a fault. @param {Error} error */
function unlessNetwork(error) {
  if (!(error instanceof ApiError)) throw error;
}

async function claimFocused() {
  const row = document.activeElement.closest('.row');
  if (!row) return;
  try {
    await post(`/conversations/${row.dataset.id}/claim`);
    location.assign(row.href);
  } catch (error) {
    tellError(error);
  }
}

bind('j', () => list.move(1));
bind('k', () => list.move(-1));
bind('/', () => document.getElementById('search').focus());
bind('?', () => document.getElementById('keys').showModal());
bind('c', claimFocused);
document.getElementById('show-keys').addEventListener('click', () => document.getElementById('keys').showModal());

startKeys();
startCounting();
followKeyboard();
attention.begin();
live.start();
side.dataset.ready = 'yes';
