// The browser's memory; where it is forbidden the page lives without one.
export function read(name) {
  try {
    return localStorage.getItem(name);
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}

/** True when it was kept. */
export function write(name, value) {
  try {
    localStorage.setItem(name, value);
    return true;
  } catch (error) {
    if (error instanceof DOMException) return false;
    throw error;
  }
}

export function remove(name) {
  try {
    localStorage.removeItem(name);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}

/** A random name of `length` small letters and digits; needs no secure context. */
export function randomName(length) {
  const letters = "0123456789abcdefghijklmnopqrstuvwxyz";
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => letters[byte % 36]).join("");
}
