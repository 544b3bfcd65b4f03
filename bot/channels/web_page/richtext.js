/**
 * Server text → nodes: paragraphs, steps, telephone numbers and addresses. Text nodes only, never markup.
 * No lookbehind in the patterns: older iPhones refuse the whole file for it.
 */

const HOTLINES = '12351|12333|12348|12345|12356|12350|12315|12366|12393|12355|12338|12320|12328|12329';
const CANDIDATE = new RegExp([
  'https?://[^\\s<>"\'，。；、！？：（）()【】《》「」“”‘’]+',
  '(?:\\+?86[- ]?)?1[3-9]\\d[- ]?\\d{4}[- ]?\\d{4}', // mobile
  '0\\d{2,3}[- ]?\\d{7,8}', // landline with its area code
  '[48]00[- ]?\\d{3}[- ]?\\d{4}',
  HOTLINES,
  '110|119|120|122',
].join('|'), 'g');

const NOT_BEFORE = /[\dA-Za-z.,¥￥$第〔[\-–—+]$/;
const NOT_AFTER = /^(?:[\dA-Za-z〕\]]|[-–—.,]\d|\s?(?:元|块|万|亿|年|月|天|日|条|款|岁|[%％‰]))/;
const COUNTED = /^\s?[千百号项人名次个件份页级度期时点分秒米里吨斤公克倍多]/;
const CALLED = /(?:打|拨|报|叫|呼|电话|热线|急救|报警|火警|马上|立即|赶紧)\s*[:：（(]?\s*$/;
const WHAT_FOR = /^\s*[（(]?\s*(?:急救|报警|火警|公安|救护|求助|交警|消防)/;
const CHAINED = /^\s*[、，,/／或和]*\s*(?:者|再)?(?:打|拨打)?\s*$/;

/** @typedef {{text: string, href: string|null}} Piece */

/**
 * Split a line into plain and linked pieces. Years, sums, and article numbers are not telephone numbers; 110, 119,
 * 120 and 122 only count where they are called or named.
 * @param {string} line @returns {Piece[]}
 */
export function pieces(line) {
  const found = [];
  let done = 0;
  let lastCall = -1; // where the last telephone number ended
  for (const match of line.matchAll(CANDIDATE)) {
    const start = match.index || 0;
    const text = match[0].startsWith('http') ? match[0].replace(/[.,;:!?]+$/, '') : match[0];
    const end = start + text.length;
    const href = text.startsWith('http') ? safeUrl(text) : telephone(text, line, start, end, lastCall);
    if (!href || start < done) continue;
    if (href.startsWith('tel:')) lastCall = end;
    if (start > done) found.push({ text: line.slice(done, start), href: null });
    found.push({ text, href });
    done = end;
  }
  if (done < line.length) found.push({ text: line.slice(done), href: null });
  return found;
}

/** @param {string} text @param {string} line @param {number} start @param {number} end @param {number} lastCall */
function telephone(text, line, start, end, lastCall) {
  const before = line.slice(0, start);
  const after = line.slice(end);
  if (NOT_BEFORE.test(before) || NOT_AFTER.test(after)) return null;
  if (text.length === 3) {
    const chained = lastCall >= 0 && CHAINED.test(line.slice(lastCall, start));
    if (COUNTED.test(after) || !(chained || CALLED.test(before) || WHAT_FOR.test(after))) return null;
  }
  return `tel:${text.replace(/[- ]/g, '')}`;
}

/** The address if it is one that a page may offer, else null. @param {string|null|undefined} url */
export function safeUrl(url) {
  return url && /^(?:https?:\/\/[^\s]+|tel:\+?[\d-]+|\/chat\/api\/documents\/[\w-]+\.\w+)$/i.test(url) ? url : null;
}

/** @param {string} href @param {string} text */
export function link(href, text) {
  const anchor = document.createElement('a');
  anchor.href = href;
  anchor.textContent = text;
  if (!href.startsWith('tel:')) {
    anchor.target = '_blank';
    anchor.rel = 'noopener noreferrer';
  }
  return anchor;
}

const LABEL = /^(怎么办|期限|材料|注意|提醒)：/;
const STEP = /^(?:\d{1,2}[.、．]|[①-⑳]|[-•·])\s*/;

/** @param {string} text @returns {HTMLElement[]} a paragraph for each line that is not empty */
export function paragraphs(text) {
  return text.split('\n').filter((line) => line.trim()).map((line) => {
    const shown = line.trim().replace(/^#+\s*/, '');
    const paragraph = document.createElement('p');
    const label = LABEL.exec(shown);
    if (shown !== line.trim() || (label && label[0] === shown)) paragraph.className = 'label';
    else if (STEP.test(shown)) return step(paragraph, shown);
    fill(paragraph, label ? label[0] : '', label ? shown.slice(label[0].length) : shown);
    return paragraph;
  });
}

/** A line of a list, its number or dot hanging. @param {HTMLElement} paragraph @param {string} line */
function step(paragraph, line) {
  const mark = document.createElement('span');
  const [found] = /** @type {RegExpExecArray} */ (STEP.exec(line));
  mark.className = 'mark';
  mark.textContent = `${found.trim().replace(/^[-•·]$/, '•')} `;
  paragraph.className = 'step';
  paragraph.append(mark);
  fill(paragraph, '', line.slice(found.length));
  return paragraph;
}

/** @param {HTMLElement} paragraph @param {string} label @param {string} rest */
function fill(paragraph, label, rest) {
  if (label) {
    const strong = document.createElement('strong');
    strong.textContent = label;
    paragraph.append(strong);
  }
  for (const { text, href } of pieces(rest)) paragraph.append(href ? link(href, text) : text);
}
