/** Recording her voice, where the browser can; three minutes at the most. */

export const LONGEST = 180; // seconds
const TYPES = ['audio/webm;codecs=opus', 'audio/mp4', 'audio/ogg;codecs=opus'];
const ENDINGS = { 'audio/webm': '.webm', 'audio/mp4': '.m4a', 'audio/ogg': '.ogg' };

export const available = Boolean(
  window.MediaRecorder && navigator.mediaDevices && navigator.mediaDevices.getUserMedia,
);

/** Why there is no recording, in her words. @param {unknown} error */
export function whyNot(error) {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') {
    return '手机没让这个网页用话筒。想录音，先在手机或浏览器的设置里允许；打字说也一样。';
  }
  if (name === 'NotFoundError') return '这里没有话筒，打字说也一样。';
  return '录不了音，可能别的应用正在用话筒。打字说也一样。';
}

export class Recorder {
  /** @param {(seconds: number) => void} tick every second @param {() => void} full when it is long enough */
  constructor(tick, full) {
    this.tick = tick;
    this.full = full;
    this.timer = 0;
    /** @type {Blob[]} */
    this.pieces = [];
    this.stopped = false;
  }

  /** Ask for the microphone and begin. Rejects with a DOMException when it is not to be had. */
  async start() {
    this.stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    if (this.stopped) { // she changed her mind while the browser asked
      this.release();
      return;
    }
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
    this.recorder = new MediaRecorder(this.stream, { mimeType, audioBitsPerSecond: 32000 });
    this.recorder.addEventListener('dataavailable', (event) => this.pieces.push(event.data));
    this.recorder.start(1000);
    const began = Date.now();
    this.timer = setInterval(() => {
      const seconds = Math.floor((Date.now() - began) / 1000);
      this.tick(seconds);
      if (seconds >= LONGEST) this.full();
    }, 500);
  }

  /** @returns {Promise<{blob: Blob, name: string}>} */
  finish() {
    return new Promise((resolve) => {
      this.recorder.addEventListener('stop', () => {
        const type = this.recorder.mimeType.split(';')[0];
        this.release();
        resolve({ blob: new Blob(this.pieces, { type }), name: `录音${ENDINGS[type] || ''}` });
      }, { once: true });
      this.recorder.stop();
    });
  }

  /** Let the microphone go; what was recorded is forgotten unless `finish` took it. */
  release() {
    this.stopped = true;
    clearInterval(this.timer);
    if (this.recorder && this.recorder.state !== 'inactive') this.recorder.stop();
    if (this.stream) this.stream.getTracks().forEach((track) => track.stop());
  }
}
