/** The line to write in: grows with the text, Enter sends, an unfinished Chinese word never does. */

export const LONGEST = 1000;
const WARN_FROM = 0.8 * LONGEST;

export class Composer {
  /** @param {{form: HTMLFormElement, input: HTMLTextAreaElement, hint: HTMLElement}} parts @param {(text: string) => void} say */
  constructor({ form, input, hint }, say) {
    this.input = input;
    this.hint = hint;
    this.say = say;
    this.composing = false;
    input.value = '';
    input.addEventListener('compositionstart', () => { this.composing = true; });
    input.addEventListener('compositionend', () => { this.composing = false; });
    input.addEventListener('input', () => this.changed());
    input.addEventListener('keydown', (event) => this.key(event));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.submit();
    });
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    // keyCode 229: Safari ends the composition before it reports the Enter that ended it
    const unfinished = this.composing || event.isComposing || event.keyCode === 229;
    if (event.key !== 'Enter' || event.shiftKey || unfinished) return;
    event.preventDefault();
    this.submit();
  }

  submit() {
    const text = this.input.value.trim();
    if (!text) {
      this.input.focus();
      return;
    }
    this.set('');
    this.say(text);
    this.input.focus();
  }

  /** Give her words back to her, unless she is already writing other ones. @param {string} text */
  giveBack(text) {
    if (!this.input.value.trim()) this.set(text);
    this.input.focus();
  }

  /** @param {string} text */
  set(text) {
    this.input.value = text;
    this.changed();
  }

  changed() {
    this.input.style.height = 'auto';
    this.input.style.height = `${this.input.scrollHeight + 2}px`;
    const length = [...this.input.value].length;
    this.hint.classList.toggle('over', length > LONGEST);
    if (length > LONGEST) this.hint.textContent = `多了 ${length - LONGEST} 字，请分两条发`;
    else if (length > WARN_FROM) this.hint.textContent = `还能写 ${LONGEST - length} 字`;
    else this.hint.textContent = '';
  }
}
