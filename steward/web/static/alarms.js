// Keeps the count of alarms in the header as it is on the server, on every page.
const EVERY_MS = 10000;
const link = document.querySelector("[data-alarms]");
const count = link?.querySelector("[data-count]");
const title = document.title;

function show(unseen) {
  count.textContent = unseen;
  count.hidden = unseen === 0;
  link.title = unseen ? `${unseen} 个告警还没有人处理` : "没有需要处理的告警";
  document.title = unseen ? `（${unseen} 个告警）${title}` : title;
}

function away(why) {
  link.dataset.away = "";
  link.title = why;
}

/** False when the log-in has ended: whoever comes next logs in. */
async function look() {
  try {
    // Not the act of a person: it does not keep a log-in from ending.
    const answer = await fetch(link.dataset.alarms, {
      headers: { Accept: "application/json", "Steward-Background": "1" },
    });
    if (answer.status === 401) {
      away("登录已过期，请重新登录");
      return false;
    }
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const { unseen } = await answer.json();
    delete link.dataset.away;
    show(unseen);
  } catch {
    away("与服务器断开：告警可能不是最新的");
  }
  return true;
}

async function follow() {
  if (await look()) setTimeout(follow, EVERY_MS);
}

if (link) {
  show(Number(count.textContent));
  setTimeout(follow, EVERY_MS);
  // Whoever comes back to this window wants to know at once.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") look();
  });
}
