// The server's time, as well as it can be known here: the least delayed of its last tellings.
const KEPT = 12;
const offsets = [];

export function tell(serverIso) {
  const offset = Date.parse(serverIso) - Date.now();
  if (Number.isNaN(offset)) return;
  offsets.push(offset);
  if (offsets.length > KEPT) offsets.shift();
}

/** Milliseconds since 1970 on the server's clock. */
export function serverNow() {
  return Date.now() + (offsets.length ? Math.max(...offsets) : 0);
}

export function known() {
  return offsets.length > 0;
}

const ZONE = "Asia/Shanghai";
const PARTS = new Intl.DateTimeFormat("zh-CN", {
  timeZone: ZONE, year: "numeric", month: "numeric", day: "numeric", weekday: "long",
  hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
});

/** {year, month, day, weekday, hour, minute, second} of an instant in the district. */
export function district(milliseconds) {
  const parts = {};
  for (const { type, value } of PARTS.formatToParts(new Date(milliseconds))) parts[type] = value;
  return parts;
}

/** 11月16日 09:00 */
export function shortInstant(iso) {
  const at = district(Date.parse(iso));
  return `${at.month}月${at.day}日 ${at.hour}:${at.minute}`;
}

/** 11月16日 星期二 09:00, or 今天 09:00 when it is this day there. */
export function nearInstant(iso) {
  const at = district(Date.parse(iso));
  const now = district(serverNow());
  const time = `${at.hour}:${at.minute}`;
  if (at.year === now.year && at.month === now.month && at.day === now.day) return `今天 ${time}`;
  return `${at.month}月${at.day}日 ${at.weekday} ${time}`;
}
