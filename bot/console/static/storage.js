/** What a browser keeps; a browser that keeps nothing loses no function but memory. */

function guarded(name) {
  return {
    get(key) {
      try {
        return window[name].getItem(`niangjia.${key}`);
      } catch (forbidden) {
        return null;
      }
    },
    set(key, value) {
      try {
        if (value === null) window[name].removeItem(`niangjia.${key}`);
        else window[name].setItem(`niangjia.${key}`, value);
      } catch (forbidden) {
        // full or switched off: it is only remembered until the page is left
      }
    },
  };
}

/** Settings of this browser. */
export const settings = guarded('localStorage');
/** What belongs to this tab: drafts, where a list was scrolled to. */
export const tab = guarded('sessionStorage');
