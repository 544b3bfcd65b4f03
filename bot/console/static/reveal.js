/** Numbers and places that are shown only when somebody asks for them; the server writes down who did. */

import { get, post } from './api.js';
import { tellError } from './toast.js';

const SHOWN = 60000; // ms

/** @param {string} base the conversation's address */
export function startReveal(base) {
  document.getElementById('log').addEventListener('click', (event) => {
    const number = event.target.closest('.number:not(.shown)');
    if (number) showNumber(base, number).catch(tellError);
    const place = event.target.closest('[data-place]');
    if (place) {
      event.preventDefault();
      showPlace(place).catch(tellError);
    }
  });
}

async function showNumber(base, button) {
  const { label } = button.dataset;
  const { number } = await post(`${base}/reveal`, { label });
  button.textContent = number;
  button.classList.add('shown');
  setTimeout(() => {
    button.textContent = label;
    button.classList.remove('shown');
  }, SHOWN);
}

async function showPlace(link) {
  const { lat, lon, url } = await get(link.getAttribute('href'));
  const map = document.createElement('a');
  map.href = url;
  map.target = '_blank';
  map.rel = 'noopener noreferrer';
  map.dataset.testid = 'map';
  map.textContent = '在高德地图上看';
  link.replaceWith(map, ` 北纬 ${lat.toFixed(6)}，东经 ${lon.toFixed(6)}`);
  map.focus();
}
