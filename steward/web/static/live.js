// Parts of a page marked data-live are kept as they are on the server; what has the focus is left.
// When they cannot be, the page says so: what is old must not look new.
const LOOK_MS = 5000;
// Where the page is had from, if not where it stands: after a refused form.
const own = document.querySelector("[data-live-from]");
const TOKEN = /name="csrf_token" value="[^"]*"/g; // another one each time

/** Says at the top of the page why it is no longer kept; "" when it is again. */
function tell(words) {
  let note = document.querySelector("[data-stale]");
  if (!words) return void note?.remove();
  if (!note) {
    note = document.createElement("p");
    note.className = "warning";
    note.dataset.stale = "";
    note.setAttribute("role", "alert");
    document.querySelector("main").prepend(note);
  }
  if (note.textContent !== words) note.textContent = words;
}

function same(one, other) {
  return one.outerHTML.replace(TOKEN, "") === other.outerHTML.replace(TOKEN, "");
}

async function refresh() {
  let fresh;
  try {
    // Not the act of a person: it does not keep a log-in from ending.
    const answer = await fetch(own?.dataset.liveFrom ?? location.pathname + location.search, {
      headers: { Accept: "text/html", "Steward-Background": "1" },
    });
    if (answer.redirected) return void tell("本页已停止更新：登录已过期，请刷新页面重新登录。");
    if (answer.status >= 500) throw new Error(answer.status);
    if (!answer.ok) return; // a page that only a form leads to
    fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return void tell("与服务器断开，下面的内容可能不是最新的；恢复后自动更新。");
  }
  tell("");
  for (const part of document.querySelectorAll("[data-live]")) {
    const made = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
    if (made && !part.contains(document.activeElement) && !same(part, made)) part.replaceWith(made);
  }
}

async function look() {
  if (document.visibilityState === "visible") await refresh();
  setTimeout(look, LOOK_MS);
}

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") refresh();
});
setTimeout(look, LOOK_MS);
