/** One message → its bubble. Everything from the server goes in as text. */

import { view, words } from './attachment.js';
import { link, paragraphs, safeUrl } from './richtext.js';
import * as speech from './speech.js';

/** @typedef {import('./api.js').Message} Message */

const NAMES = { worker: '我', bot: '娘家人（自动回答）', staff: '工会工作人员', system: '提示' };
const FACE = /^[\u{1F600}-\u{1F64F}]\uFE0F?\s*/u;
const BADGES = { bot: '家', staff: '工' };

/** @param {string} tag @param {string} className @param {string} [text] */
function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

/**
 * @param {Message} message
 * @param {(button: import('./api.js').Button) => void} press
 * @returns {HTMLElement}
 */
export function bubble(message, press) {
  const author = Object.keys(NAMES).includes(message.author) ? message.author : 'system';
  const element = make('article', `msg ${author}`);
  element.dataset.testid = 'message';
  element.dataset.author = author;
  element.append(heading(author, message.name), body(message, author));
  const buttons = (message.buttons || []).filter((button) => button.token || safeUrl(button.url));
  if (buttons.length) element.append(chips(buttons, press));
  element.dataset.id = message.id;
  return element;
}

/** @param {string} author @param {string|null|undefined} name of who of the staff it is */
function heading(author, name) {
  const who = make('p', 'who');
  if (BADGES[author]) {
    const badge = make('span', 'badge', BADGES[author]);
    badge.setAttribute('aria-hidden', 'true');
    who.append(badge);
  }
  const shown = author === 'staff' && name ? `${name}（${NAMES.staff}）` : NAMES[author];
  who.append(make('span', 'name', shown), make('span', 'vh', '：'));
  return who;
}

/** @param {Message} message @param {string} author */
function body(message, author) {
  const box = make('div', 'bubble');
  const text = make('div', 'text');
  text.dataset.testid = 'text';
  // What she typed stays as she typed it: no links made of her numbers.
  if (author === 'worker') text.textContent = words(message);
  else text.append(...paragraphs(message.text));
  if (message.attachment) box.append(view(message.attachment));
  box.append(text);
  const grounds = basis(message);
  const aloud = author === 'bot' && speech.available ? speech.button(message.text) : null;
  const foot = make('div', 'foot');
  if (grounds) foot.append(grounds);
  if (aloud) foot.append(aloud);
  if (foot.childElementCount) box.append(foot);
  return box;
}

/** @param {Message} message @returns {HTMLElement|null} 依据, folded */
function basis(message) {
  const citations = message.citations || [];
  if (!citations.length && !message.basis && !message.more) return null;
  const details = make('details', 'basis');
  details.dataset.testid = 'basis';
  details.append(make('summary', '', summary(citations.length, Boolean(message.more), Boolean(message.basis))));
  if (citations.length) {
    const list = make('ul', 'citations');
    list.append(...citations.map(citation));
    details.append(list);
  }
  if (message.basis) details.append(testid(make('p', 'basis-line', message.basis), 'basis-line'));
  if (message.more) {
    const more = testid(make('div', 'more'), 'more');
    more.append(...paragraphs(message.more));
    details.append(more);
  }
  return details;
}

/** @param {number} citations @param {boolean} more @param {boolean} line */
function summary(citations, more, line) {
  if (!citations && !line) return '更多说明';
  return more ? '依据和更多说明' : '依据';
}

/** @param {HTMLElement} element @param {string} name */
function testid(element, name) {
  element.dataset.testid = name;
  return element;
}

/** @param {import('./api.js').Citation} cited */
function citation(cited) {
  const item = testid(make('li', ''), 'citation');
  const bare = /[《〔]/.test(cited.document);
  const name = `${bare ? cited.document : `《${cited.document}》`}${cited.article || ''}`;
  const url = safeUrl(cited.url);
  item.append(url ? link(url, name) : name);
  return item;
}

/** @param {import('./api.js').Button[]} buttons @param {(button: import('./api.js').Button) => void} press */
function chips(buttons, press) {
  const faces = buttons.every(({ title }) => FACE.test(title));
  const group = testid(make('div', faces ? 'chips faces' : 'chips'), 'buttons');
  group.setAttribute('role', 'group');
  group.setAttribute('aria-label', '可以点的选项');
  group.append(...buttons.map((button) => chip(button, press)));
  return group;
}

/** @param {import('./api.js').Button} button @param {(button: import('./api.js').Button) => void} press */
function chip(button, press) {
  const url = safeUrl(button.url);
  if (url) {
    const anchor = testid(link(url, button.title), 'button-link');
    anchor.className = 'chip';
    return anchor;
  }
  const control = testid(make('button', 'chip', button.title), 'button');
  control.setAttribute('type', 'button');
  control.dataset.title = button.title;
  const face = FACE.exec(button.title);
  if (face) draw(control, face[0].trim(), button.title.slice(face[0].length));
  control.addEventListener('click', () => press(button));
  return control;
}

/** A face, large, and what it means below it. @param {HTMLElement} control @param {string} face @param {string} meaning */
function draw(control, face, meaning) {
  const picture = make('span', 'face', face);
  picture.setAttribute('aria-hidden', 'true');
  control.replaceChildren(picture, make('span', 'meaning', meaning));
  control.setAttribute('aria-label', meaning || face);
}

/**
 * What stands under a message of her own until the server has it.
 * @param {HTMLElement} element @param {string} text empty when there is nothing to say
 */
export function delivery(element, text) {
  element.querySelectorAll('.delivery').forEach((old) => old.remove());
  element.classList.toggle('waiting', Boolean(text));
  if (text) element.append(testid(make('p', 'delivery', text), 'delivery'));
}
