/** One conversation: kept right by the server's news, and what staff do with it. */

import { ApiError, get, post, toNodes } from './api.js';
import { Canned } from './canned.js';
import { Composer } from './composer.js';
import { startDialogs } from './dialogs.js';
import { live } from './inbox.js';
import { bind } from './keys.js';
import { startReveal } from './reveal.js';
import { Suggestions } from './suggestions.js';
import { tellError, toast } from './toast.js';
import { Transcript } from './transcript.js';

const DONE = {
  claim: '接过来了',
  release: '已放回队列',
  resolve: '已结束，职工会收到满意度评价',
  transfer: '已转交',
  'back-to-bot': '已交给机器人',
  name: '记下了',
  'call-back': '记下了',
};

const talk = document.getElementById('talk');
const side = document.getElementById('side');
const alert = document.getElementById('alert');
const polite = document.getElementById('polite');
const base = `/conversations/${talk.dataset.id}`;
const recent = Number(talk.dataset.recent);
const part = (name) => document.querySelector(`[data-part="${name}"]`);

let fetching = null;
let again = false;

const standing = () => ({
  mine: talk.dataset.mine === 'yes',
  state: talk.dataset.state,
  assignee: talk.dataset.assignee,
});

const transcript = new Transcript({ olderWanted: older });
const composer = new Composer({
  id: `${side.dataset.me}.${talk.dataset.id}`,
  base,
  longest: Number(talk.dataset.longest),
  standing,
  sent: () => refresh().catch(unlessNetwork),
  claim: async () => {
    await post(`${base}/claim`);
    talk.dataset.mine = 'yes';
  },
});
const suggestions = new Suggestions(base, (text) => {
  composer.setMode('reply');
  composer.insert(text);
});
new Canned(`/canned.json?conversation=${talk.dataset.id}`, composer);

/** Fetch what is new; calls that come meanwhile lead to one more. */
function refresh() {
  if (fetching) {
    again = true;
    return fetching;
  }
  fetching = fetchNew().finally(() => {
    fetching = null;
    if (again) {
      again = false;
      refresh().catch(unlessNetwork);
    }
  });
  return fetching;
}

/** A network that is away is told by the line's banner, and once it is back the page is fetched anew. @param {Error} error */
function unlessNetwork(error) {
  if (!(error instanceof ApiError) || error.status) tellError(error);
}

function address(params) {
  const query = new URLSearchParams(side.dataset.query);
  for (const [name, value] of Object.entries(params)) query.set(name, String(value));
  return `${base}/messages?${query}`;
}

async function fetchNew() {
  let answer;
  try {
    answer = await get(address({ after: transcript.askedAfter(recent) }));
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
    gone();
    return;
  }
  const added = transcript.take(answer.messages);
  talk.dataset.state = answer.state;
  talk.dataset.mine = answer.mine ? 'yes' : 'no';
  talk.dataset.assignee = answer.assignee;
  for (const [name, { html, version }] of Object.entries(answer.parts)) exchange(part(name), html, version);
  composer.show();
  tellOf(added);
}

/** Put a part of the page anew, the focus where it was. */
function exchange(place, html, version) {
  if (place.dataset.version === version) return;
  const focused = place.contains(document.activeElement) ? document.activeElement.dataset.testid : null;
  place.replaceChildren(toNodes(html));
  place.dataset.version = version;
  const again = focused && place.querySelector(`[data-testid="${focused}"]`);
  if (again) again.focus();
}

function tellOf(added) {
  const said = added.filter(({ author }) => author === 'worker');
  if (!said.length) return;
  const texts = said.map(({ id }) => document.querySelector(`#m${id} .text`).textContent);
  polite.textContent = `职工：${texts.join('；')}`;
  suggestions.load();
}

async function older() {
  try {
    const answer = await get(address({ before: transcript.oldest }));
    transcript.prepend(answer.messages);
    transcript.earlier.parentElement.hidden = !answer.has_earlier;
  } catch (error) {
    tellError(error);
  }
}

/** It was passed on to where this account does not see it, or erased. */
function gone() {
  const link = document.createElement('a');
  link.href = `/inbox${side.dataset.query}`;
  link.textContent = '回到收件箱';
  alert.replaceChildren('这个对话已经转到别处，或者已经删除。', link);
  for (const control of document.querySelectorAll('.actions button, #send')) control.disabled = true;
}

/** A button of the head: done by script, the page stays. */
async function act(form) {
  const name = form.dataset.act;
  const button = form.querySelector('button');
  button.disabled = true;
  alert.textContent = '';
  try {
    await post(`${base}/${name}`);
    finished(name);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    alert.textContent = error.message;
  } finally {
    button.disabled = false;
    await refresh().catch(unlessNetwork);
  }
  if (name === 'claim' && standing().mine) composer.focus('reply');
}

function finished(name) {
  if (DONE[name]) toast(DONE[name]);
}

document.addEventListener('submit', (event) => {
  const form = event.target.closest('.actions form[data-act]');
  if (!form) return;
  event.preventDefault();
  act(form);
});
startDialogs((name) => {
  finished(name);
  refresh().catch(unlessNetwork);
});
startReveal(base);

live.addEventListener('change', ({ detail }) => {
  if (String(detail.conversation) === talk.dataset.id) refresh().catch(unlessNetwork);
});
live.addEventListener('state', ({ detail }) => {
  if (detail) refresh().catch(unlessNetwork);
});
live.addEventListener('reset', () => refresh().catch(unlessNetwork));

function press(testid) {
  const button = part('head').querySelector(`[data-testid="${testid}"]`);
  if (button) button.click();
}

bind('c', () => press('claim'));
bind('e', () => press('resolve'));
bind('r', () => composer.focus('reply'));
bind('n', () => composer.focus('note'));
bind('s', () => suggestions.take(1));

/** The details have no room beside the talk on a small screen. @param {boolean} shown */
function showDetails(shown) {
  document.body.classList.toggle('details-open', shown);
  const button = document.getElementById('to-details');
  button.setAttribute('aria-expanded', String(shown));
  if (shown) document.getElementById('from-details').focus();
  else button.focus();
}

document.addEventListener('click', (event) => {
  if (event.target.closest('#to-details')) showDetails(true);
  if (event.target.closest('#from-details')) showDetails(false);
});

suggestions.load();
talk.dataset.ready = 'yes';
