/** The chat page: puts its parts together and says what is going on. */

import { ApiError } from './api.js';
import { delivery } from './bubble.js';
import { Composer } from './composer.js';
import { Follow } from './follow.js';
import { Outbox } from './outbox.js';
import { wireSize } from './size.js';
import * as speech from './speech.js';
import * as storage from './storage.js';
import { Stream } from './stream.js';
import { Timeline } from './timeline.js';
import { wireWipe } from './wipe.js';

const part = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));

const follow = new Follow(part('scroller'), part('pill'));
const timeline = new Timeline(part('log'), pressButton);
const composer = new Composer({ form: part('composer'), input: part('input'), hint: part('hint') }, (text) => say({ shown: text, text }));
const outbox = new Outbox({ sending, kept, sent, refused });
const stream = new Stream({ messages, state: showConnection, refused: visitorUnknown });

/** Whether the history is on the screen. */
let loaded = false;
let online = true;
let state = 'pending';

/* ---- saying something ---- */

/** @param {{shown: string, text?: string, button?: string}} said */
function say(said) {
  const item = outbox.put(said);
  showError('');
  timeline.addLocal(item.id, said.shown, new Date(item.at));
  if (!online) delivery(localBubble(item.id), '没网，连上后自动发');
  showWelcome();
  follow.own();
  outbox.flush();
}

/** @param {import('./api.js').Button} button */
function pressButton(button) {
  part('scroller').focus({ preventScroll: true }); // the pressed button may be closed, and its focus lost
  say({ shown: button.title, button: button.token });
}

/** @param {string} id */
function localBubble(id) {
  const entry = timeline.local.get(id);
  return entry ? entry.element : null;
}

/* ---- what becomes of it ---- */

/** @param {import('./outbox.js').Item} item */
function sending(item) {
  const element = localBubble(item.id);
  if (element) delivery(element, '');
  showWaiting();
}

/** @param {import('./outbox.js').Item} item @param {ApiError} error @param {number} wait seconds */
function kept(item, error, wait) {
  if (error.status === 401) visitorUnknown();
  const element = localBubble(item.id);
  if (element) delivery(element, error.status === 0 ? '没网，连上后自动发' : '还没送到，会自动再发');
  if (error.status === 429) showError(`${error.message}（${wait} 秒后自动再发）`);
  if (error.status === 0) stream.sync();
  showWaiting();
}

/** @param {import('./outbox.js').Item} item @param {any} answer */
function sent(item, answer) {
  showError('');
  storage.forgetInThisTab('reloaded');
  if (answer.conversation) showState(answer.conversation);
  timeline.bind(item.id, answer.received);
  receive(answer.messages);
}

/** @param {import('./outbox.js').Item} item @param {ApiError} error */
function refused(item, error) {
  timeline.dropLocal(item.id);
  if (item.text) composer.giveBack(item.text);
  showError(`${error.message}${item.text ? '（刚才的话还在输入框里，改一下再发）' : '（也可以直接打字说）'}`);
  showWelcome();
  showWaiting();
}

/* ---- what comes in ---- */

/** @param {{conversation?: any, messages: any[]}} answer */
function messages(answer) {
  if (answer.conversation) showState(answer.conversation);
  receive(answer.messages);
}

/** @param {import('./api.js').Message[]} list */
function receive(list) {
  const expected = loaded ? outbox.expected : null;
  const added = timeline.add(list, expected);
  if (expected && !timeline.local.has(expected)) outbox.stored(expected);
  showWelcome();
  if (loaded) follow.news(added.filter((element) => element.dataset.author !== 'worker'));
  showWaiting();
}

/** The cookie is no longer good: the page fetches a new one, once. */
function visitorUnknown() {
  if (storage.onceInThisTab('reloaded')) location.reload();
  else showError('页面认不出你了，请关掉这个页面，重新打开');
}

/* ---- what the page says ---- */

/** @param {string} text */
function showError(text) {
  part('error').textContent = text;
  follow.settle();
}

/** @param {boolean} reachable */
function showConnection(reachable) {
  if (reachable === online) return;
  online = reachable;
  part('net').textContent = online ? '' : '网络断了，正在重连…';
  if (online) outbox.wake();
}

/** @param {{state: string, queue?: number}} conversation */
function showState(conversation) {
  state = conversation.state;
  const ahead = Number.isInteger(conversation.queue) ? `，排第 ${conversation.queue} 位` : '';
  part('state').textContent = state === 'open' ? `已转人工${ahead}` : '自动回答，附依据';
}

/** The indicator while an answer is made; a word where it will take longer. */
function showWaiting() {
  const last = timeline.last;
  const unanswered = loaded && online && !outbox.items.length && last !== null && last.author === 'worker';
  part('typing').hidden = !(outbox.busy && online && state !== 'open');
  const words = state === 'open' ? '已送到，工作人员看到就会回你' : '已收到，答案会自动出现';
  const text = unanswered ? words : '';
  if (part('notice').textContent !== text) part('notice').textContent = text;
  follow.settle();
}

function showWelcome() {
  part('welcome').hidden = !(loaded && timeline.empty);
}

/* ---- the phone itself ---- */

/** The keyboard of an iPhone covers the page instead of shrinking it. */
function fitKeyboard() {
  const view = window.visualViewport;
  if (!view) return;
  const fit = () => {
    if (view.scale > 1.01) return; // zoomed in, not covered
    document.documentElement.style.setProperty('--height', `${view.height}px`);
    window.scrollTo(0, 0);
    follow.settle();
  };
  view.addEventListener('resize', fit);
  fit();
}

function wirePhone() {
  window.addEventListener('online', () => stream.wake());
  window.addEventListener('offline', () => showConnection(false));
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && look(true));
  window.addEventListener('storage', (event) => event.key === null && location.reload()); // cleared in another tab
  window.addEventListener('pagehide', speech.stop);
  window.addEventListener('pageshow', (event) => event.persisted && location.reload());
  setInterval(() => document.visibilityState === 'visible' && look(false), 60000);
}

/** 今天 becomes 昨天, and a stream that died without a word is found out. @param {boolean} back after being hidden */
function look(back) {
  timeline.refresh();
  if (back) stream.wake();
  else stream.sync();
}

async function start() {
  wireSize(part('size'), part('size-name'), () => {
    composer.changed();
    follow.settle();
  });
  fitKeyboard();
  wirePhone();
  wireWipe(() => {
    outbox.close();
    stream.close();
    speech.stop();
  });
  document.querySelectorAll('[data-testid="suggestion"]').forEach((chip) => {
    chip.addEventListener('click', () => pressSuggestion(chip.textContent || ''));
  });
  const log = part('log');
  const drafts = outbox.restore();
  log.setAttribute('aria-live', 'off'); // a whole history is not read out
  await stream.sync();
  loaded = true;
  for (const draft of drafts) {
    // The server may have it, and only the answer was lost: sending it again tells, showing it twice frightens.
    if (!outbox.has(draft.id) || timeline.unanswered(draft.shown)) continue;
    timeline.addLocal(draft.id, draft.shown, new Date(draft.at));
  }
  showWelcome();
  showWaiting();
  if (timeline.empty) follow.toBeginning(); // the notice on personal data first
  else follow.toEnd();
  stream.open();
  outbox.flush();
  log.setAttribute('aria-busy', 'false');
  setTimeout(() => log.setAttribute('aria-live', 'polite'), 500);
}

/** @param {string} text */
function pressSuggestion(text) {
  part('scroller').focus({ preventScroll: true });
  say({ shown: text, text });
}

start();
