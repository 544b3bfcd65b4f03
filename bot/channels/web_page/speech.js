/** Reading a bubble aloud, one at a time, where the browser can. */

import { pieces } from './richtext.js';

export const available = 'speechSynthesis' in window && 'SpeechSynthesisUtterance' in window;

/** @type {HTMLButtonElement|null} */
let speaking = null;

/** Telephone numbers are said digit by digit. @param {string} text */
export function sayable(text) {
  return pieces(text)
    .map(({ text: part, href }) => (href && href.startsWith('tel:') ? part.replace(/\D/g, '').split('').join(' ') : part))
    .join('');
}

/** @param {string} text @returns {HTMLButtonElement} */
export function button(text) {
  const control = document.createElement('button');
  control.type = 'button';
  control.className = 'aloud';
  control.dataset.testid = 'read-aloud';
  control.textContent = '朗读';
  control.setAttribute('aria-label', '朗读这一条');
  control.addEventListener('click', () => {
    const again = speaking === control;
    stop();
    if (!again) start(control, text);
  });
  return control;
}

/** @param {HTMLButtonElement} control @param {string} text */
function start(control, text) {
  // Sentence by sentence: some phones fall silent after fifteen seconds of one utterance.
  const sentences = text.match(/[^。！？\n]+[。！？]?/g) || [];
  speaking = control;
  control.textContent = '停止';
  control.setAttribute('aria-label', '停止朗读');
  sentences.forEach((sentence, index) => {
    const utterance = new SpeechSynthesisUtterance(sayable(sentence));
    utterance.lang = 'zh-CN';
    utterance.rate = 0.95;
    if (index === sentences.length - 1) utterance.onend = () => speaking === control && stop();
    utterance.onerror = () => speaking === control && stop();
    speechSynthesis.speak(utterance);
  });
}

export function stop() {
  if (!available) return;
  speechSynthesis.cancel();
  if (!speaking) return;
  speaking.textContent = '朗读';
  speaking.setAttribute('aria-label', '朗读这一条');
  speaking = null;
}
