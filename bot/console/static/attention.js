/** What draws the eye and the ear: numbers on tabs and title, the alarm's bar, notices, words for screen readers. */

import { isAlarm } from './row.js';
import { settings } from './storage.js';

const NEW = ['opened', 'raised', 'alarm'];

export class Attention {
  /** @param {import('./sound.js').Sound} sound @param {import('./live.js').Live} live */
  constructor(sound, live) {
    this.sound = sound;
    this.live = live;
    this.bar = document.getElementById('alarm-bar');
    this.polite = document.getElementById('polite');
    this.assertive = document.getElementById('assertive');
    this.notify = document.getElementById('notify');
    this.me = Number(document.getElementById('side').dataset.me);
    this.title = document.title.replace(/^\(\d+\) /, '');
    this.offerNotices();
  }

  /** Begin with what the page was made with. */
  begin() {
    this.alarms(Number(this.bar.dataset.alarms), false);
  }

  counts(counts) {
    for (const element of document.querySelectorAll('[data-count]')) {
      element.textContent = counts[element.dataset.count] || '';
    }
    const waiting = counts.unassigned + counts.mine_unanswered;
    document.title = waiting ? `(${waiting}) ${this.title}` : this.title;
    this.alarms(counts.alarms, true);
  }

  alarms(number, aloud) {
    const before = Number(this.bar.dataset.alarms);
    this.bar.dataset.alarms = String(number);
    this.bar.hidden = !number;
    this.bar.querySelector('span').textContent = `有 ${number} 个求救还没有人接`;
    this.sound.alarm(number > 0 && this.live.leads);
    if (aloud && number > before) this.assertive.textContent = `报警：有 ${number} 个求救还没有人接`;
    if (!number) this.assertive.textContent = '';
  }

  /** @param {{kind: string, row: import('./row.js').Row|null}} change */
  change({ kind, row }) {
    if (!row || !this.live.leads) return;
    const isNew = NEW.includes(kind) && row.state === 'open' && row.assignee_id === null;
    const isForMe = kind === 'message' && row.assignee_id === this.me && row.is_unanswered && row.last_author === 'worker';
    if (isNew) {
      if (!isAlarm(row)) this.polite.textContent = `有新的求助，${row.department || ''}`;
      this.sound.news();
      this.notice();
    } else if (isForMe && document.hidden) {
      this.sound.news();
    }
  }

  offerNotices() {
    if (!('Notification' in window) || Notification.permission === 'denied') return;
    this.notify.hidden = false;
    this.showNotices();
    this.notify.addEventListener('click', async () => {
      const wanted = !this.noticesOn();
      if (wanted && Notification.permission !== 'granted') await Notification.requestPermission();
      settings.set('notify', wanted && Notification.permission === 'granted' ? 'on' : 'off');
      this.showNotices();
    });
  }

  noticesOn() {
    return settings.get('notify') === 'on' && Notification.permission === 'granted';
  }

  showNotices() {
    this.notify.setAttribute('aria-pressed', String(this.noticesOn()));
    this.notify.textContent = this.noticesOn() ? '桌面提醒：开' : '桌面提醒：关';
  }

  /** On a locked screen others read along: neither who nor what. */
  notice() {
    if (!document.hidden || !('Notification' in window) || !this.noticesOn()) return;
    const notice = new Notification('娘家人工作台', { body: '有新的求助', tag: 'niangjia' });
    notice.onclick = () => {
      window.focus();
      notice.close();
    };
  }
}
