// Follows the alarms: the count in the header, and the open ones where a page lists them.
const EVERY_MS = 10000;
const link = document.querySelector("[data-alarms]");
const count = link?.querySelector("[data-count]");
const title = document.title;
let stamp = link?.dataset.stamp;

function show(unseen) {
  count.textContent = unseen;
  count.hidden = unseen === 0;
  link.title = unseen ? `${unseen} 个告警还没有人处理` : "没有需要处理的告警";
  document.title = unseen ? `（${unseen} 个告警）${title}` : title;
}

/** Puts the list in anew; what somebody is about to press stays under the finger. */
async function list(place) {
  const answer = await fetch(place.dataset.openAlarms);
  if (!answer.ok) return false;
  if (place.contains(document.activeElement)) return false;
  const drawn = new DOMParser().parseFromString(await answer.text(), "text/html");
  place.replaceChildren(...drawn.body.childNodes);
  return true;
}

async function look() {
  try {
    const answer = await fetch(link.dataset.alarms, { headers: { Accept: "application/json" } });
    if (answer.status === 401) return false;  // logged out: whoever comes next logs in
    if (!answer.ok) throw new Error(answer.status);
    const pulse = await answer.json();
    delete link.dataset.away;
    show(pulse.unseen);
    if (pulse.stamp !== stamp) {
      const drawn = await Promise.all([...document.querySelectorAll("[data-open-alarms]")].map(list));
      if (drawn.every(Boolean)) stamp = pulse.stamp;
    }
  } catch {
    link.dataset.away = "";
    link.title = "与服务器断开：告警可能不是最新的";
  }
  return true;
}

async function follow() {
  if (await look()) setTimeout(follow, EVERY_MS);
  else {
    link.dataset.away = "";
    link.title = "登录已过期，请重新登录";
  }
}

if (link) {
  show(Number(count.textContent));
  setTimeout(follow, EVERY_MS);
}
