/** Answers from the knowledge base to what the worker asked last; one key puts a text into the composer. */

import { ApiError, get } from './api.js';

const MOST = 3;

export class Suggestions {
  /** @param {string} base @param {(text: string) => void} use */
  constructor(base, use) {
    this.base = base;
    this.use = use;
    this.place = document.getElementById('suggestions');
    this.texts = [];
    this.asked = 0;
    this.place.addEventListener('click', (event) => {
      const button = event.target.closest('.suggestion');
      if (button) this.take(Number(button.dataset.number));
    });
    addEventListener('keydown', (event) => {
      const digit = /^Digit([1-3])$/.exec(event.code);
      if (!event.altKey || !digit || document.querySelector('dialog[open]')) return;
      event.preventDefault();
      this.take(Number(digit[1]));
    });
  }

  /** @param {number} number from 1 */
  take(number) {
    const text = this.texts[number - 1];
    if (text) this.use(text);
  }

  /** Ask again: the worker said something. */
  async load() {
    this.asked += 1;
    const { asked } = this;
    try {
      const { question, suggestions } = await get(`${this.base}/suggestions`);
      if (asked === this.asked) this.show(question, suggestions.slice(0, MOST));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (asked === this.asked) this.showAway(error);
    }
  }

  /** @param {ApiError} error */
  showAway(error) {
    this.texts = [];
    this.place.hidden = error.status !== 503; // only the search itself; the rest is told elsewhere
    this.place.replaceChildren(element('p', 'soft', error.message));
  }

  show(question, suggestions) {
    this.texts = suggestions.map(({ text }) => text);
    this.place.hidden = !suggestions.length;
    this.place.replaceChildren(head(question), ...suggestions.map((each, index) => row(each, index + 1)));
  }
}

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}

function head(question) {
  const line = element('div', 'suggestions-head', '');
  line.append(element('p', '', `推荐回答 · 职工问：${question}`), element('kbd', '', 's'));
  return line;
}

function row({ title, confidence, sources }, number) {
  const button = element('button', 'suggestion', '');
  button.type = 'button';
  button.dataset.testid = 'suggestion';
  button.dataset.number = String(number);
  button.title = `放进回复框（Alt+${number}）`;
  button.append(
    element('kbd', '', String(number)),
    element('strong', '', title),
    element('span', 'sure', confidence === null ? '也可能是' : `把握 ${Math.round(confidence * 100)}%`),
    element('span', 'source', sources.join('；')),
  );
  return button;
}
