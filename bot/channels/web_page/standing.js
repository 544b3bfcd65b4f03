/** Where the conversation stands: with the bot, in the queue, with somebody of the staff who may be typing. */

const part = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));

/** @typedef {import('./api.js').Conversation} Conversation */

export class Standing {
  /** @param {() => void} leave takes her out of the queue */
  constructor(leave) {
    /** @type {Conversation} */
    this.now = { state: 'pending' };
    part('leave').addEventListener('click', () => {
      part('leave').disabled = true; // until the server says where she stands now
      leave();
    });
  }

  get withStaff() {
    return this.now.state === 'open';
  }

  /** Whether somebody of the staff writes to her just now. */
  get typing() {
    return Boolean(this.withStaff && this.now.assigned && this.now.typing);
  }

  /** @param {Conversation} conversation */
  show(conversation) {
    this.now = conversation;
    const words = this.words();
    if (part('state').textContent !== words) part('state').textContent = words;
    const waits = this.withStaff && !conversation.assigned;
    part('waiting').hidden = !waits;
    part('leave').disabled = false;
  }

  words() {
    if (!this.withStaff) return '自动回答，附依据';
    if (this.now.assigned) return `工作人员${this.now.assigned}在和你说话`;
    return Number.isInteger(this.now.queue) ? `已转人工，排第 ${this.now.queue} 位` : '已转人工';
  }
}
