/** 照片 · 文件 · 录音 · 位置: choosing, looking at it once more, and handing it over to be sent. */

import { spokenSize } from './attachment.js';
import { Recorder, LONGEST, available as canRecord, whyNot } from './recorder.js';
import { shrink } from './shrink.js';

const MEGABYTE = 1048576;
const LIMITS = {
  photo: { most: 10 * MEGABYTE, words: '这张照片太大了，最多 10 MB。请截个屏再发。' },
  document: { most: 20 * MEGABYTE, words: '这个文件太大了，最多 20 MB。请把要紧的几页拍照发。' },
  voice: { most: 5 * MEGABYTE, words: '这段录音太长了，最多 5 MB。请分成几段发。' },
};
const TITLES = { photo: '发这张照片？', document: '发这个文件？', voice: '发这段录音？' };
const PLACE_WAIT = 20000;

/**
 * @typedef {{kind: 'photo'|'document'|'voice'|'location', text: string, file?: Blob, name?: string,
 *   place?: {lat: number, lon: number}}} Chosen
 */

const part = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));
const clock = (/** @type {number} */ s) => `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`;

export class Attach {
  /** @param {{send: (chosen: Chosen) => void, refuse: (text: string) => void, changed: () => void}} on */
  constructor(on) {
    this.on = on;
    this.dialog = part('offer');
    /** What the button of the dialog does now. @type {() => void} */
    this.go = () => {};
    /** @type {Recorder|null} */
    this.recorder = null;
    this.url = '';
    this.wireMenu();
    this.wireDialog();
  }

  wireMenu() {
    part('attach').addEventListener('click', () => this.toggle());
    part('choose-photo').addEventListener('click', () => part('photo-file').click());
    part('choose-file').addEventListener('click', () => part('other-file').click());
    part('choose-voice').addEventListener('click', () => this.record());
    part('choose-place').addEventListener('click', () => this.offerPlace());
    part('choose-voice').hidden = !canRecord;
    part('choose-place').hidden = !(navigator.geolocation && window.isSecureContext);
    part('attach-menu').addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== 'Escape') return;
      this.toggle(false);
      part('attach').focus();
    });
    for (const id of ['photo-file', 'other-file']) {
      part(id).addEventListener('change', (/** @type {Event} */ event) => {
        const input = /** @type {HTMLInputElement} */ (event.target);
        const file = input.files && input.files[0];
        input.value = ''; // the same file may be chosen again
        if (file) this.offerFile(file);
      });
    }
  }

  wireDialog() {
    part('offer-form').addEventListener('submit', (/** @type {Event} */ event) => {
      event.preventDefault();
      this.go();
    });
    part('offer-cancel').addEventListener('click', () => this.close());
    this.dialog.addEventListener('close', () => this.clean());
  }

  /** @param {boolean} [open] */
  toggle(open = part('attach-menu').hidden) {
    part('attach-menu').hidden = !open;
    part('attach').setAttribute('aria-expanded', String(open));
    this.on.changed();
    if (open) part('choose-photo').focus();
  }

  /* ---- files ---- */

  /** @param {File} file */
  async offerFile(file) {
    const kind = file.type.startsWith('image/') ? 'photo' : file.type.startsWith('audio/') ? 'voice' : 'document';
    const kept = kind === 'photo' ? await shrink(file) : file;
    if (!file.size) this.refuse('这个文件是空的，请重新选一个。');
    else if (kept.size > LIMITS[kind].most) this.refuse(LIMITS[kind].words);
    else this.offer(kind, kept, file.name);
  }

  /** @param {string} text */
  refuse(text) {
    this.close();
    this.toggle(false);
    this.on.refuse(text);
  }

  /** Show once more what is going to be sent. @param {'photo'|'document'|'voice'} kind @param {Blob} file @param {string} name */
  offer(kind, file, name) {
    this.url = URL.createObjectURL(file);
    this.open(TITLES[kind], kind === 'document' ? `${name}（${spokenSize(file.size)}）` : '', '发送', () => {
      this.send({ kind, file, name, text: part('offer-text').value.trim() });
    });
    part('offer-beside').hidden = false;
    if (kind === 'photo') this.show('img', { alt: '要发的照片' });
    if (kind === 'voice') this.show('audio', { controls: '', 'aria-label': '要发的录音' });
  }

  /** @param {string} tag @param {Record<string, string>} attributes */
  show(tag, attributes) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries({ ...attributes, src: this.url })) element.setAttribute(name, value);
    element.dataset.testid = 'preview';
    element.addEventListener('error', () => element.remove()); // a format that only the server can judge
    part('offer-show').replaceChildren(element);
  }

  /* ---- voice ---- */

  async record() {
    const recorder = new Recorder(
      (seconds) => { part('offer-words').textContent = `${clock(seconds)}，最长 ${clock(LONGEST)}`; },
      () => this.recorded(recorder),
    );
    this.open('录音', '浏览器会问能不能用话筒，点“允许”。', '录好了', () => this.recorded(recorder));
    part('offer-send').disabled = true;
    this.recorder = recorder;
    try {
      await recorder.start();
      if (this.recorder !== recorder) return;
      part('offer-title').textContent = '正在录音…';
      part('offer-send').disabled = false;
      part('offer-send').focus();
    } catch (error) {
      if (this.recorder === recorder) this.refuse(whyNot(error));
    }
  }

  /** @param {Recorder} recorder */
  async recorded(recorder) {
    if (this.recorder !== recorder) return;
    this.recorder = null;
    const { blob, name } = await recorder.finish();
    if (!blob.size) this.refuse('没录到声音，请再录一次，或者打字说。');
    else if (this.dialog.hasAttribute('open')) this.offer('voice', blob, name);
  }

  /* ---- place ---- */

  offerPlace() {
    const words = '只有接待你的工作人员看得到，存的时候加密。点了“发位置”，浏览器还会问你一次。';
    this.open('把你现在的位置发给工会？', words, '发位置', () => this.findPlace());
  }

  findPlace() {
    part('offer-send').disabled = true;
    part('offer-words').textContent = '正在找位置…';
    const asked = Symbol('place');
    this.asked = asked;
    const options = { enableHighAccuracy: true, timeout: PLACE_WAIT, maximumAge: 60000 };
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      if (this.asked !== asked) return; // she closed the question meanwhile
      this.send({ kind: 'location', place: { lat: coords.latitude, lon: coords.longitude }, text: '' });
    }, (error) => {
      if (this.asked !== asked) return;
      this.refuse(error.code === error.PERMISSION_DENIED
        ? '手机没让这个网页用位置。想发，先在手机或浏览器的设置里允许；也可以打字说在哪儿。'
        : '没找到位置。到开阔点的地方再试，或者打字说在哪儿。');
    }, options);
  }

  /* ---- the dialog ---- */

  /** @param {string} title @param {string} words @param {string} button @param {() => void} go */
  open(title, words, button, go) {
    this.go = go;
    part('offer-title').textContent = title;
    part('offer-words').textContent = words;
    part('offer-show').replaceChildren();
    part('offer-beside').hidden = true;
    part('offer-text').value = '';
    part('offer-send').textContent = button;
    part('offer-send').disabled = false;
    if (this.dialog.hasAttribute('open')) return;
    if (this.dialog.showModal) this.dialog.showModal();
    else this.dialog.setAttribute('open', '');
    part('offer-send').focus();
  }

  close() {
    if (this.dialog.close) this.dialog.close();
    else {
      this.dialog.removeAttribute('open');
      this.clean();
    }
  }

  /** Leave no microphone on and no file in memory. */
  clean() {
    if (this.recorder) this.recorder.release();
    this.recorder = null;
    this.asked = null;
    part('offer-show').replaceChildren();
    if (this.url) URL.revokeObjectURL(this.url);
    this.url = '';
    part('attach').focus();
  }

  /** @param {Chosen} chosen */
  send(chosen) {
    this.asked = null;
    this.close();
    this.toggle(false);
    this.on.send(chosen);
  }
}
