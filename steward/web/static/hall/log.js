// What happened in this page, newest last: for whoever looks into it from outside.
const KEPT = 300;
export const entries = [];

export function note(what, detail = {}) {
  entries.push({ at: performance.now(), what, ...detail });
  if (entries.length > KEPT) entries.shift();
}
