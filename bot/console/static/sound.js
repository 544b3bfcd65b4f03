/** Short tones for what is new; another, repeated one while an alarm waits. Nothing is loaded for it. */

import { settings } from './storage.js';
import { toast } from './toast.js';

const REPEAT = 6000; // ms between two alarm tones
const NEW = [[660, 0, 0.12], [880, 0.14, 0.16]]; // Hz, start and length in s
const ALARM = [[988, 0, 0.18], [740, 0.22, 0.18], [988, 0.44, 0.18], [740, 0.66, 0.28]];

export class Sound {
  /** @param {HTMLButtonElement} button switches it off and on */
  constructor(button) {
    this.button = button;
    this.on = settings.get('sound') !== 'off';
    this.context = null;
    this.timer = 0;
    this.played = 0;
    this.explained = false;
    this.show();
    button.addEventListener('click', () => this.toggle());
    // A browser lets a page sound only after it was touched, or the page before it of the same site.
    if (navigator.userActivation && navigator.userActivation.hasBeenActive) this.wake();
    for (const kind of ['pointerdown', 'keydown']) addEventListener(kind, () => this.wake());
  }

  toggle() {
    this.on = !this.on;
    settings.set('sound', this.on ? 'on' : 'off');
    this.show();
    if (this.on) this.play(NEW);
  }

  show() {
    this.button.setAttribute('aria-pressed', String(this.on));
    this.button.textContent = this.on ? '声音：开' : '声音：关';
  }

  wake() {
    if (this.context && this.context.state === 'running') return;
    if (!this.context && 'AudioContext' in window) this.context = new AudioContext();
    if (this.context && this.context.state === 'suspended') this.context.resume();
  }

  news() {
    if (!this.timer) this.play(NEW);
  }

  /** Sound the alarm until it is taken. @param {boolean} waits whether there is one that nobody has taken */
  alarm(waits) {
    if (waits === Boolean(this.timer)) return;
    clearInterval(this.timer);
    this.timer = waits ? setInterval(() => this.play(ALARM), REPEAT) : 0;
    if (waits) this.play(ALARM);
  }

  play(tones) {
    if (!this.on) return;
    this.played += 1;
    this.button.dataset.played = String(this.played);
    this.button.dataset.tone = tones === ALARM ? 'alarm' : 'new';
    if (!this.context || this.context.state !== 'running') {
      this.explain();
      return;
    }
    for (const [pitch, start, length] of tones) this.tone(pitch, this.context.currentTime + start, length);
  }

  explain() {
    if (this.explained) return;
    this.explained = true;
    toast('浏览器还不让这个页面响，点一下页面的任何地方就好了。');
  }

  tone(pitch, start, length) {
    const tone = this.context.createOscillator();
    const volume = this.context.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, start);
    volume.gain.exponentialRampToValueAtTime(0.2, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + length);
    tone.connect(volume).connect(this.context.destination);
    tone.start(start);
    tone.stop(start + length);
  }
}
