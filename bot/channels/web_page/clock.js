/** Times as people say them. */

const two = (/** @type {number} */ n) => String(n).padStart(2, '0');
const dayOf = (/** @type {Date} */ d) => new Date(d.getFullYear(), d.getMonth(), d.getDate());

/**
 * 今天 14:03 · 昨天 09:10 · 11月19日 14:03 · 2025年11月19日 14:03
 * @param {Date} time @param {Date} now
 */
export function spoken(time, now) {
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}`;
  const days = Math.round((dayOf(now).getTime() - dayOf(time).getTime()) / 86400000);
  if (days === 0) return `今天 ${clock}`;
  if (days === 1) return `昨天 ${clock}`;
  const date = `${time.getMonth() + 1}月${time.getDate()}日 ${clock}`;
  return time.getFullYear() === now.getFullYear() ? date : `${time.getFullYear()}年${date}`;
}

/** Whether a time stamp belongs between two messages. @param {Date|null} before @param {Date} after */
export function apart(before, after) {
  return !before || after.getTime() - before.getTime() > 5 * 60000 || dayOf(before).getTime() !== dayOf(after).getTime();
}
