/** What comes with a message of her own: the photo, the recording, the file; and how far it has got. */

import { ATTACHMENTS } from './api.js';

/** @typedef {import('./api.js').Message} Message */
/** @typedef {import('./api.js').Attachment} Attachment */

const NAMES = { photo: '照片', voice: '录音', document: '文件' };
const LABEL = /^〔(?:照片|文件|语音|位置)〕/;

/** @param {string} tag @param {string} className @param {string} [text] */
function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

/** Her own words beside what she sent; the server puts a label before them. @param {Message} message */
export function words(message) {
  return message.attachment ? message.text.replace(LABEL, '') : message.text;
}

/** 12 KB, 1.5 MB @param {number} bytes */
export function spokenSize(bytes) {
  return bytes < 1048576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

/** @param {Attachment} attachment @returns {HTMLElement} */
export function view(attachment) {
  const url = attachment.url || `${ATTACHMENTS}/${attachment.id}`;
  if (attachment.kind === 'photo') return photo(url);
  if (attachment.kind === 'voice') return voice(url);
  if (attachment.kind === 'location') return make('p', 'sent-place', '位置（只有工作人员看得到）');
  return file(attachment, url);
}

/** A small picture; a tap makes it large. @param {string} url */
function photo(url) {
  const control = make('button', 'photo');
  control.setAttribute('type', 'button');
  control.setAttribute('aria-expanded', 'false');
  control.setAttribute('aria-label', '你发的照片，点一下放大');
  control.dataset.testid = 'photo';
  const image = document.createElement('img');
  image.alt = '';
  image.src = url;
  image.addEventListener('error', () => control.replaceWith(make('p', 'sent-place', '照片已存好，这里显示不出来')));
  control.append(image);
  control.addEventListener('click', () => {
    const large = control.classList.toggle('large');
    control.setAttribute('aria-expanded', String(large));
    control.setAttribute('aria-label', large ? '你发的照片，点一下缩小' : '你发的照片，点一下放大');
  });
  return control;
}

/** @param {string} url */
function voice(url) {
  const sound = document.createElement('audio');
  sound.controls = true;
  sound.preload = 'none';
  sound.src = url;
  sound.setAttribute('aria-label', '你发的录音');
  sound.dataset.testid = 'voice';
  return sound;
}

/** @param {Attachment} attachment @param {string} url */
function file(attachment, url) {
  const name = attachment.name || NAMES[attachment.kind] || '文件';
  const text = attachment.size ? `${name}（${spokenSize(attachment.size)}）` : name;
  const anchor = make('a', 'file', text);
  anchor.setAttribute('href', url);
  anchor.setAttribute('download', attachment.name || '');
  anchor.dataset.testid = 'file';
  return anchor;
}

/**
 * What stands under a file that is on its way; null as words takes it away.
 * @param {HTMLElement} element the message @param {string|null} text @param {number} part 0 to 1 @param {() => void} cancel
 */
export function onItsWay(element, text, part, cancel) {
  let box = element.querySelector('.on-its-way');
  if (text === null) {
    if (box) box.remove();
    return;
  }
  if (!box) {
    box = make('div', 'on-its-way');
    /** @type {HTMLElement} */ (box).dataset.testid = 'upload';
    const bar = document.createElement('progress');
    bar.max = 1;
    bar.setAttribute('aria-label', '传了多少');
    const stop = make('button', 'stop', '取消');
    stop.setAttribute('type', 'button');
    stop.setAttribute('aria-label', '取消发送');
    stop.dataset.testid = 'upload-cancel';
    stop.addEventListener('click', cancel);
    box.append(bar, make('span', 'how-far'), stop);
    element.append(box);
  }
  box.querySelector('progress').value = part;
  const shown = box.querySelector('.how-far');
  if (shown.textContent !== text) shown.textContent = text;
}
