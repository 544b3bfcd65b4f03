/**
 * News from the server. Of all tabs of one account one holds the line (a browser opens six to one place at most) and
 * passes the news on; when it is closed, another one takes over.
 *
 * Events: `change` (detail: conversation, kind, row, counts), `counts`, `reset` (something was missed: fetch anew),
 * `state` (detail: whether the server is heard), `signedout`.
 */

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 15000;
const NAMES = ['conversation', 'ready', 'reset', 'signed_out'];

export class Live extends EventTarget {
  /** @param {string} me the account @param {number} after the latest event that the page knows of */
  constructor(me, after) {
    super();
    this.name = `niangjia.live.${me}`;
    this.last = after;
    this.leads = false;
    this.online = true;
    this.ended = false;
    this.wait = FIRST_WAIT;
    this.timer = 0;
    this.source = null;
    this.others = 'BroadcastChannel' in window ? new BroadcastChannel(this.name) : null;
  }

  start() {
    if (this.others && navigator.locks) {
      this.others.onmessage = ({ data }) => this.fromOther(data);
      navigator.locks.request(this.name, () => {
        this.lead();
        return new Promise(() => {}); // held until the tab is closed
      });
      this.others.postMessage({ hello: this.last });
    } else {
      this.lead();
    }
    addEventListener('online', () => this.again());
    addEventListener('offline', () => this.leads && this.broken());
  }

  lead() {
    this.leads = true;
    this.open();
  }

  open() {
    clearTimeout(this.timer);
    if (this.ended) return;
    if (this.source) this.source.close();
    this.source = new EventSource(`/events?after=${this.last}`);
    for (const name of NAMES) {
      this.source.addEventListener(name, (event) => this.hear(name, Number(event.lastEventId), event.data));
    }
    this.source.addEventListener('error', () => this.broken());
  }

  /** Try at once: the network is back. */
  again() {
    this.wait = FIRST_WAIT;
    if (this.leads && !this.online) this.open();
  }

  broken() {
    if (this.source) this.source.close();
    this.source = null;
    this.tell({ online: false });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.open(), this.wait * (0.75 + Math.random() / 2));
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
  }

  hear(name, id, data) {
    this.wait = FIRST_WAIT;
    this.tell({ online: true });
    this.tell({ name, id, data: JSON.parse(data) });
  }

  /** To this tab and to the others. */
  tell(news) {
    if (this.others) this.others.postMessage(news);
    this.take(news);
  }

  fromOther(news) {
    if ('hello' in news) {
      if (!this.leads) return;
      this.others.postMessage({ online: this.online });
      this.others.postMessage({ newest: this.last, missed: news.hello });
    } else if ('newest' in news) {
      if (news.missed === this.last && news.newest > this.last) {
        this.last = news.newest;
        this.dispatchEvent(new CustomEvent('reset'));
      }
    } else {
      this.take(news);
    }
  }

  take(news) {
    if ('online' in news) {
      if (news.online === this.online) return;
      this.online = news.online;
      this.dispatchEvent(new CustomEvent('state', { detail: this.online }));
      return;
    }
    this.last = Math.max(this.last, news.id || 0);
    if (news.name === 'signed_out') {
      this.ended = true;
      if (this.source) this.source.close();
      clearTimeout(this.timer);
      this.dispatchEvent(new CustomEvent('signedout'));
      return;
    }
    if (news.data.counts) this.dispatchEvent(new CustomEvent('counts', { detail: news.data.counts }));
    if (news.name === 'reset') this.dispatchEvent(new CustomEvent('reset'));
    if (news.name === 'conversation') this.dispatchEvent(new CustomEvent('change', { detail: news.data }));
  }
}
