/** The height that a phone's keyboard leaves: what is written stays above it, and where it is low, only that. */

const LOW = 520; // px

export function followKeyboard() {
  const seen = window.visualViewport;
  if (!seen) return;
  const fit = () => {
    const zoomed = seen.scale > 1.01;
    document.documentElement.style.setProperty('--height', zoomed ? '100dvh' : `${seen.height}px`);
    document.documentElement.classList.toggle('low', seen.height < LOW);
    if (!zoomed) window.scrollTo(0, 0);
  };
  seen.addEventListener('resize', fit);
  fit();
}
