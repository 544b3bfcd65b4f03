/** The chat page: puts its parts together and says what is going on. */

import { ApiError } from './api.js';
import { Attach } from './attach.js';
import { onItsWay } from './attachment.js';
import { delivery } from './bubble.js';
import { Composer } from './composer.js';
import { Follow } from './follow.js';
import { Outbox } from './outbox.js';
import { wireSize } from './size.js';
import * as speech from './speech.js';
import { Standing } from './standing.js';
import * as storage from './storage.js';
import { Stream } from './stream.js';
import { Timeline } from './timeline.js';
import { wireWipe } from './wipe.js';

const part = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));

const follow = new Follow(part('scroller'), part('pill'));
const timeline = new Timeline(part('log'), pressButton);
const composer = new Composer({ form: part('composer'), input: part('input'), hint: part('hint') }, (text) => say({ shown: text, text }));
const outbox = new Outbox({ sending, progress, kept, sent, refused });
const stream = new Stream({ messages, stands, state: showConnection, refused: visitorUnknown });
const standing = new Standing(() => say({ shown: LEAVE, text: LEAVE }));
const attach = new Attach({ send: sayWith, refuse: showError, changed: () => follow.settle() });

/** The words with which she leaves the queue. */
const LEAVE = '不等了';
const SHOWN = { 0: '没网，连上后自动传', 429: '传得太快了，等一会儿自动传' };

/** Whether the history is on the screen. */
let loaded = false;
let online = true;

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

/** Send a file or a place. @param {import('./attach.js').Chosen} chosen */
function sayWith(chosen) {
  const item = outbox.putFile(chosen);
  const { kind, file, name } = chosen;
  const url = file ? URL.createObjectURL(file) : ''; // held as long as the page: the picture stays where it is
  showError('');
  const shown = { kind, url, name, size: file ? file.size : 0 };
  timeline.addLocal(item.id, chosen.text, new Date(item.at), shown);
  progress(item);
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
  if (element && item.chosen) progress(item);
  else if (element) delivery(element, '');
  showWaiting();
}

/** How far a file has got. @param {import('./outbox.js').Item} item */
function progress(item) {
  const percent = Math.floor(item.part * 100);
  if (!item.posting) showOnItsWay(item, '等着传，先别关页面');
  else if (item.chosen.place) showOnItsWay(item, '正在发位置…');
  else showOnItsWay(item, item.part < 1 ? `正在传 ${percent}%，先别关页面` : '传完了，正在存…');
  showWaiting();
}

/** @param {import('./outbox.js').Item} item @param {string} text */
function showOnItsWay(item, text) {
  const element = localBubble(item.id);
  if (element) onItsWay(element, text, item.part, () => cancel(item));
}

/** @param {import('./outbox.js').Item} item */
function cancel(item) {
  outbox.cancel(item.id);
  timeline.dropLocal(item.id);
  showWelcome();
  showWaiting();
  part('scroller').focus({ preventScroll: true }); // the pressed button is gone
}

/** @param {import('./outbox.js').Item} item @param {ApiError} error @param {number} wait seconds */
function kept(item, error, wait) {
  if (error.status === 401) visitorUnknown();
  const element = localBubble(item.id);
  if (item.chosen) showOnItsWay(item, SHOWN[error.status] || '没传上去，会自动再传');
  else if (element) delivery(element, error.status === 0 ? '没网，连上后自动发' : '还没送到，会自动再发');
  if (error.status === 429) showError(`${error.message}（${wait} 秒后自动再发）`);
  if (error.status === 0) stream.sync();
  showWaiting();
}

/** @param {import('./outbox.js').Item} item @param {any} answer */
function sent(item, answer) {
  showError('');
  storage.forgetInThisTab('reloaded');
  if (answer.conversation && !stream.tells) stands(answer.conversation);
  timeline.bind(item.id, answer.received);
  receive(answer.messages);
}

/** @param {import('./outbox.js').Item} item @param {ApiError} error */
function refused(item, error) {
  timeline.dropLocal(item.id);
  if (item.text) composer.giveBack(item.text);
  const hint = item.text ? '（刚才的话还在输入框里，改一下再发）' : '（也可以直接打字说）';
  showError(item.chosen ? error.message : error.message + hint);
  showWelcome();
  showWaiting();
}

/* ---- what comes in ---- */

/** @param {{conversation?: any, messages: any[]}} answer */
function messages(answer) {
  if (answer.conversation && !stream.tells) stands(answer.conversation);
  receive(answer.messages);
}

/** @param {import('./api.js').Conversation} conversation */
function stands(conversation) {
  standing.show(conversation);
  showWaiting();
}

/** @param {import('./api.js').Message[]} list */
function receive(list) {
  const own = [outbox.expected(false), outbox.expected(true)];
  const added = timeline.add(list, (message) => (loaded ? own[message.attachment ? 1 : 0] : null));
  own.filter((id) => id !== null && !timeline.local.has(id)).forEach((id) => outbox.stored(id));
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

/** The indicator while an answer is made; a word where it will take longer. */
function showWaiting() {
  const last = timeline.last;
  const unanswered = loaded && online && !outbox.items.length && last !== null && last.author === 'worker';
  const { typing, withStaff } = standing;
  part('typing').hidden = !(online && (typing || (outbox.busy && !withStaff)));
  const doing = typing ? `${standing.now.assigned}正在打字` : '正在查，请稍等';
  if (part('doing').textContent !== doing) part('doing').textContent = doing;
  const words = withStaff ? '已送到，工作人员看到就会回你' : '已收到，答案会自动出现';
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
  window.addEventListener('beforeunload', (event) => outbox.hasFiles && event.preventDefault());
  part('log').addEventListener('load', () => follow.settle(), true); // a photo came: what was below it went down
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
    attach.close();
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
  if (outbox.lost) showError('上次有照片或文件没传完，页面就关了。请重新选一次再发。');
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
