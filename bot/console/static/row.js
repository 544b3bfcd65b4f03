/**
 * One row of the list out of the server's data: the same as bot/console/views.py makes (a test compares the two).
 * @typedef {{conversation_id: number, title: string, channel: string, state: string, department_id: number|null,
 *   department: string|null, reason: string|null, priority: number, waiting_since: string|null, opened_at: string|null,
 *   assignee_id: number|null, assignee: string|null, last_author: string|null, last_text: string,
 *   last_message_at: string, is_unanswered: boolean}} Row
 */

import { serverNow, show as showWaiting } from './waiting.js';

const ALARM = 2;
const ZONE = { timeZone: 'Asia/Shanghai' };
const clock = new Intl.DateTimeFormat('zh-CN', { ...ZONE, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const day = new Intl.DateTimeFormat('en-CA', { ...ZONE, year: 'numeric', month: '2-digit', day: '2-digit' });
const time = (iso) => (iso ? Date.parse(iso) : 0);

/** Whether a row belongs into a list. @param {Row} row @param {DOMStringMap} list its `data-` attributes */
export function fits(row, list) {
  const views = {
    unassigned: row.state === 'open' && row.assignee_id === null,
    mine: row.state === 'open' && row.assignee_id === Number(list.me),
    all: true,
    resolved: row.state === 'resolved',
    bot: row.state === 'pending',
  };
  return views[list.view]
    && (!list.department || row.department_id === Number(list.department))
    && (!list.channel || row.channel === list.channel)
    && (!list.reason || row.reason === list.reason);
}

/** Its place in a list. @param {Row} row @param {string} view @returns {number[]} */
export function sortKey(row, view) {
  const latest = [-time(row.last_message_at), -row.conversation_id];
  if (view === 'unassigned') return [-row.priority, time(row.opened_at), row.conversation_id];
  if (view === 'mine') {
    return row.is_unanswered && row.waiting_since ? [0, time(row.waiting_since), ...latest] : [1, 0, ...latest];
  }
  return latest;
}

/** @param {number[]} a @param {number[]} b */
export function compare(a, b) {
  const place = a.findIndex((value, index) => value !== b[index]);
  return place < 0 ? 0 : a[place] - b[place];
}

/** @param {Row} row */
export const isAlarm = (row) => row.priority >= ALARM && row.state === 'open';

/** Fill a copy of the blank row. @param {HTMLElement} item @param {Row} row @param {DOMStringMap} list @param {object} words */
export function fill(item, row, list, words) {
  const link = item.querySelector('.row');
  const part = (name) => item.querySelector(`.${name}`);
  const put = (name, text) => {
    const element = part(name);
    if (element.textContent !== text) element.textContent = text;
    if (['reason', 'department'].includes(name)) element.hidden = !text;
  };
  link.href = `/conversations/${row.conversation_id}${list.query}`;
  link.dataset.id = String(row.conversation_id);
  link.dataset.sort = JSON.stringify(sortKey(row, list.view));
  link.classList.toggle('alarm', isAlarm(row));
  if (String(row.conversation_id) === list.current) link.setAttribute('aria-current', 'true');
  part('mark-alarm').hidden = !isAlarm(row);
  part('mark-urgent').hidden = !(row.priority === 1 && row.state === 'open');
  part('dot').hidden = !row.is_unanswered;
  put('title', row.title);
  put('when', when(row.last_message_at));
  part('when').dateTime = row.last_message_at;
  put('snippet', snippet(row, Number(list.me), words));
  put('reason', words.reasons[row.reason] || '');
  put('department', row.department || '');
  put('channel', words.channels[row.channel] || row.channel);
  put('assignee', holder(row, Number(list.me), words));
  showWaiting(part('waiting'), row.waiting_since || '', isAlarm(row) && row.assignee_id === null);
}

function holder(row, me, words) {
  if (row.state !== 'open') return words.states[row.state];
  if (row.assignee_id === null) return '待接';
  return row.assignee_id === me ? '我' : row.assignee || '';
}

function snippet(row, me, words) {
  if (row.last_author === null || row.last_author === 'worker') return row.last_text;
  let who = words.authors[row.last_author];
  if (row.last_author === 'staff') who = row.assignee_id === me ? '我' : row.assignee || who;
  return `${who}：${row.last_text}`;
}

function when(iso) {
  const at = new Date(iso);
  const now = serverNow();
  const date = day.format(at);
  if (date === day.format(now)) return clock.format(at);
  if (date === day.format(now - 86400000)) return '昨天';
  const [year, month, number] = date.split('-').map(Number);
  return date.slice(0, 4) === day.format(now).slice(0, 4) ? `${month}月${number}日` : `${year}/${month}/${number}`;
}
