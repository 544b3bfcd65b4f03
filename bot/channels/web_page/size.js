/** Large type: three sizes, remembered. */

import * as storage from './storage.js';

const SIZES = [
  { key: 'normal', name: '标准', next: '点一下换大' },
  { key: 'large', name: '大', next: '点一下换特大' },
  { key: 'huge', name: '特大', next: '点一下换回标准' },
];

/** @param {HTMLElement} button @param {HTMLElement} label @param {() => void} changed */
export function wireSize(button, label, changed) {
  let index = Math.max(0, SIZES.findIndex(({ key }) => key === storage.read('size')));
  const apply = () => {
    document.documentElement.dataset.size = SIZES[index].key;
    label.textContent = `字号：${SIZES[index].name}，${SIZES[index].next}`;
    changed();
  };
  button.addEventListener('click', () => {
    index = (index + 1) % SIZES.length;
    storage.write('size', SIZES[index].key);
    apply();
  });
  apply();
}
