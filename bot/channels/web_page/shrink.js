/**
 * A photo as a phone takes it → one that goes through a weak network: smaller, and without the place where it was taken.
 * Whatever cannot be done here is done by the server.
 */

const LONGEST_SIDE = 2560;
const STRIP = 3; // longer than this many widths: a screenshot of a chat, to be read and not looked at
const LIGHT = 1500000; // bytes that are sent as they are

/** @param {File} file @returns {Promise<Blob>} */
export async function shrink(file) {
  if (file.type === 'image/gif') return file;
  const url = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const long = Math.max(image.naturalWidth, image.naturalHeight);
    const short = Math.min(image.naturalWidth, image.naturalHeight);
    if (!short || long > STRIP * short || (long <= LONGEST_SIDE && file.size <= LIGHT)) return file;
    const smaller = await drawn(image, Math.min(1, LONGEST_SIDE / long));
    return smaller && smaller.size < file.size ? smaller : file;
  } catch (undecoded) {
    return file; // a format that this browser does not show: the server says whether it can
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** @param {HTMLImageElement} image @param {number} scale @returns {Promise<Blob|null>} */
function drawn(image, scale) {
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(image.naturalWidth * scale);
  canvas.height = Math.round(image.naturalHeight * scale);
  const paper = canvas.getContext('2d');
  if (!paper) return Promise.resolve(null);
  paper.fillStyle = '#fff';
  paper.fillRect(0, 0, canvas.width, canvas.height);
  paper.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => { canvas.toBlob(resolve, 'image/jpeg', 0.85); });
}
