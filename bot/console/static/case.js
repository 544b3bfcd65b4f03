/** Cases, with scripts: word that something changed, and buttons that are pressed once. Without them all works too. */

import { bind, startKeys } from './keys.js';
import { Live } from './live.js';

const fresh = document.getElementById('fresh');
const { heard, me, conversation } = fresh.dataset;
const live = new Live(me, Number(heard));

live.addEventListener('change', ({ detail }) => {
  const concerns = detail.kind === 'case' && (!conversation || Number(conversation) === detail.conversation);
  if (concerns) fresh.hidden = false;
});
live.addEventListener('reset', () => { fresh.hidden = false; });
live.start();

// A form that was opened to be filled in is written in at once.
document.addEventListener('toggle', ({ target }) => {
  const field = target.open && target.matches('.do') && target.querySelector('textarea, select, [type=radio]');
  if (field) field.focus();
}, true);

document.addEventListener('submit', ({ target }) => {
  const button = target.method === 'post' && target.querySelector('button');
  if (button) setTimeout(() => { button.disabled = true; }); // after its value was taken along
});
addEventListener('pageshow', () => document.querySelectorAll('form button:disabled').forEach((button) => { button.disabled = false; }));
const search = document.querySelector('[type=search]');
if (search) bind('/', () => search.focus());
startKeys();
document.body.dataset.ready = 'yes';
