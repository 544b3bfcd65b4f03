/** What is asked before something is done: native dialogs whose forms are sent by script, with errors inside. */

import { ApiError, get, post } from './api.js';

/** @param {(act: string) => void} done called with what was done, after the server took it */
export function startDialogs(done) {
  document.addEventListener('click', (event) => {
    const opener = event.target.closest('[data-opens]');
    if (opener) open(document.getElementById(opener.dataset.opens), opener);
    const closer = event.target.closest('[data-closes]');
    if (closer) closer.closest('dialog').close();
  });
  document.addEventListener('submit', (event) => {
    const form = event.target.closest('dialog form[data-act]');
    if (!form) return;
    event.preventDefault();
    send(form, done);
  });
  const transfer = document.getElementById('transfer-dialog');
  transfer.querySelector('[name=department]').addEventListener('change', () => showPeople(transfer));
}

/** @param {HTMLDialogElement} dialog @param {HTMLElement} opener the button that says what it is about */
function open(dialog, opener) {
  const error = dialog.querySelector('.send-error');
  if (error) error.textContent = '';
  if (dialog.id === 'name-dialog') dialog.querySelector('[name=name]').value = opener.dataset.name;
  if (dialog.id === 'call-back-dialog') prepareCall(dialog, opener.dataset);
  if (dialog.dataset.targets) loadTargets(dialog);
  dialog.showModal();
}

async function send(form, done) {
  const error = form.querySelector('.send-error');
  const button = form.querySelector('.primary');
  error.textContent = '';
  button.disabled = true;
  try {
    await post(form.action, new FormData(form));
    form.closest('dialog').close();
    form.querySelectorAll('textarea').forEach((field) => { field.value = ''; });
    done(form.dataset.act);
  } catch (failure) {
    if (!(failure instanceof ApiError)) throw failure;
    error.textContent = failure.message;
  } finally {
    button.disabled = false;
  }
}

/** @param {DOMStringMap} about which promise to telephone */
function prepareCall(dialog, about) {
  const form = dialog.querySelector('form');
  form.reset();
  form.action = `/call-backs/${Number(about.promise)}/attempts`;
  form.attempts.value = about.attempts;
  dialog.querySelector('[data-hours]').textContent = about.hours;
  const [show, number] = dialog.querySelector('.phone').children;
  show.hidden = false;
  number.hidden = true;
  number.textContent = '';
  show.onclick = () => showPhone(dialog, show, number, about.promise);
}

async function showPhone(dialog, show, number, promise) {
  try {
    const told = await post(`/call-backs/${Number(promise)}/number`);
    number.textContent = told.number;
    number.href = `tel:${told.number.replace(' 转 ', ',').replace(/-/g, '')}`;
    number.hidden = false;
    show.hidden = true;
    number.focus();
  } catch (failure) {
    if (!(failure instanceof ApiError)) throw failure;
    dialog.querySelector('.send-error').textContent = failure.message;
  }
}

async function loadTargets(dialog) {
  try {
    const { departments } = await get(dialog.dataset.targets);
    const select = dialog.querySelector('[name=department]');
    const chosen = select.value;
    dialog.departments = departments;
    select.replaceChildren(option('', '请选部门'), ...departments.map(({ id, name }) => option(id, name)));
    select.value = chosen;
    showPeople(dialog);
  } catch (failure) {
    if (!(failure instanceof ApiError)) throw failure;
    dialog.querySelector('.send-error').textContent = failure.message;
  }
}

function showPeople(dialog) {
  const chosen = Number(dialog.querySelector('[name=department]').value);
  const department = (dialog.departments || []).find(({ id }) => id === chosen);
  const people = department ? department.people : [];
  dialog.querySelector('[name=person]').replaceChildren(
    option('', '部门里谁都可以'),
    ...people.map(({ id, name, present }) => option(id, present ? name : `${name}（现在不在）`)),
  );
}

function option(value, text) {
  const element = document.createElement('option');
  element.value = String(value);
  element.textContent = text;
  return element;
}
