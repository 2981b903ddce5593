// Writing an announcement: how it is read after each pause in typing, and nothing typed is lost.
const READ_MS = 350;
const KEEP_MS = 1200;
const AGAIN_MS = 5000;
const UNKEPT = "steward-unkept"; // what the server did not take stays in this browser
const UNKEPT_MS = 12 * 3600 * 1000;
const NOT_TYPED = ["csrf_token", "number", "version", "template", "reading"];
const form = document.querySelector("#compose");
const spoken = document.querySelector("#spoken");
const told = form.querySelector("[data-kept]");
const conflict = document.querySelector("#conflict");
let elsewhere = !conflict.hidden && !conflict.querySelector("[data-ways]").hidden;
let changed = false; // since it was last kept
let keeping = null; // the request under way
let keepLater, readLater;
let asked = 0;
let failing = false; // the server did not take what was sent last
document.documentElement.classList.add("js");

function contents(more = {}) {
  const all = new URLSearchParams(new FormData(form));
  for (const [name, value] of Object.entries(more)) all.set(name, value);
  return all;
}

function post(address, body) {
  return fetch(address, {
    method: "POST",
    body,
    headers: { "X-CSRFToken": form.elements.csrf_token.value, Accept: "application/json" },
  });
}

async function sentence(answer) {
  if (answer.status === 401 || answer.status === 403) return "登录已过期，请刷新页面重新登录";
  try {
    return (await answer.json()).error;
  } catch {
    return `服务器没有收下（${answer.status}）`;
  }
}

function count(length) {
  const place = form.querySelector("[data-count]");
  if (!place) return;
  place.textContent = length;
  place.parentElement.classList.toggle("over", length > Number(form.dataset.limit));
}

async function read(more = {}) {
  clearTimeout(readLater);
  const mine = ++asked;
  try {
    const answer = await post(form.dataset.spoken, contents(more));
    if (mine !== asked && !Object.keys(more).length) return false;
    if (!answer.ok) throw new Error(await sentence(answer));
    const { html, length, faults, text } = await answer.json();
    if (more.way) form.elements.text.value = text;
    const at = [...spoken.querySelectorAll("button")].indexOf(document.activeElement);
    spoken.innerHTML = html;
    if (at >= 0) spoken.querySelectorAll("button")[at]?.focus();
    count(length);
    document.querySelector("#wrong-fix").textContent = faults.fix || "";
    return !faults.fix;
  } catch (error) {
    told.textContent = `读法没有更新：${error.message === "Failed to fetch" ? "服务器没有回答" : error.message}`;
    if (changed) hold();
    return false;
  }
}

async function keep() {
  clearTimeout(keepLater);
  if (elsewhere || !changed) return;
  if (keeping) {
    await keeping;
    if (!changed) return;
  }
  changed = false;
  keeping = send();
  await keeping;
  keeping = null;
}

async function send() {
  try {
    const answer = await post(form.dataset.keep, contents());
    if (answer.status === 409) return parted(await sentence(answer));
    if (!answer.ok) throw new Error(await sentence(answer));
    const kept = await answer.json();
    form.elements.number.value = kept.number;
    form.elements.version.value = kept.version;
    for (const one of document.querySelectorAll("[data-version]")) one.value = kept.version;
    form.action = kept.address;
    conflict.querySelector("[data-other]").href = kept.address;
    if (location.pathname !== kept.address) history.replaceState(null, "", kept.address);
    told.textContent = `草稿已存 ${kept.saved}`;
    failing = false;
    forget();
  } catch (error) {
    changed = failing = true;
    const why = error.message === "Failed to fetch" ? "服务器没有回答" : error.message;
    told.textContent = `还没有存上：${why}。写的都在这一页上，离开后也能放回来`;
    hold();
    keepLater = setTimeout(keep, AGAIN_MS);
  }
}

function hold() {
  const typed = [...contents()].filter(([name]) => !NOT_TYPED.includes(name));
  try {
    localStorage.setItem(UNKEPT, JSON.stringify({ at: Date.now(), typed }));
  } catch {
    // the browser keeps nothing; the page itself still has it
  }
}

function forget() {
  try {
    localStorage.removeItem(UNKEPT);
  } catch {
    // nothing was kept
  }
}

/** Offers what was typed here and never reached the server. */
function offer() {
  const place = document.querySelector("#unkept");
  let held;
  try {
    held = JSON.parse(localStorage.getItem(UNKEPT));
  } catch {
    return;
  }
  const text = held?.typed?.find(([name]) => name === "text")?.[1];
  if (!text || Date.now() - held.at > UNKEPT_MS) return;
  if (form.elements.text.value === text) return;
  place.hidden = false;
  place.querySelector("[data-words]").textContent = text.slice(0, 60);
  place.querySelector("[data-back]").addEventListener("click", () => {
    for (const one of form.querySelectorAll("[type=checkbox][name=target]")) one.checked = false;
    for (const [name, value] of held.typed) put(name, value);
    place.hidden = true;
    touched();
    read();
    form.elements.text.focus();
  });
  place.querySelector("[data-away]").addEventListener("click", () => {
    forget();
    place.hidden = true;
  });
}

function put(name, value) {
  for (const one of form.querySelectorAll("input, textarea")) {
    if (one.name !== name) continue;
    if (one.type !== "checkbox" && one.type !== "radio") one.value = value;
    else if (one.value === value) one.checked = true;
  }
}

function parted(words) {
  elsewhere = true;
  conflict.hidden = false;
  conflict.querySelector("[data-words]").textContent = words;
  conflict.querySelector("[data-ways]").hidden = false;
  told.textContent = "";
}

function touched() {
  changed = true;
  document.querySelector("[data-stale]")?.removeAttribute("hidden");
  clearTimeout(keepLater);
  keepLater = setTimeout(keep, KEEP_MS);
}

form.addEventListener("input", ({ target }) => {
  if (target.closest(".fix")) return;
  if (target.name === "text") count([...target.value].length);
  touched();
  clearTimeout(readLater);
  readLater = setTimeout(read, READ_MS);
});

// A word: its reading stands in the small field, with the others it may have.
function choose(button) {
  const [words, ...pinyin] = button.value.split(" ");
  const field = form.elements.fix_pinyin;
  form.elements.fix_words.value = words;
  field.value = pinyin.join(" ");
  const others = form.querySelector("[data-others].others");
  others.replaceChildren("也可能是：");
  for (const other of button.dataset.others.split("|").filter(Boolean)) {
    const one = document.createElement("button");
    one.type = "button";
    one.textContent = other;
    one.addEventListener("click", () => { field.value = other; field.focus(); });
    others.append(one);
  }
  others.hidden = others.childElementCount === 0;
  field.focus();
  field.select();
}

async function settle() {
  if (!(await read({ act: "read" }))) return form.elements.fix_pinyin.focus();
  for (const name of ["fix_words", "fix_pinyin"]) form.elements[name].value = "";
  form.elements.fix_always.checked = false;
  form.querySelector("[data-others].others").hidden = true;
  touched();
}

form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  if (event.target.closest(".fix") && event.target.matches("input:not([type=checkbox])")) {
    event.preventDefault();
    settle();
  } else if (event.target.matches("input:not([type=checkbox], [type=radio])")) {
    event.preventDefault(); // only a button sends the form
  } else if (event.ctrlKey && event.target.matches("textarea")) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("[value=send]"));
  }
});

form.addEventListener("submit", async (event) => {
  const button = event.submitter;
  if (button?.name === "fix") {
    event.preventDefault();
    return choose(button);
  }
  if (button?.value === "read") {
    event.preventDefault();
    return settle();
  }
  if (button?.name === "drop" || button?.name === "way") {
    event.preventDefault();
    await read({ [button.name]: button.value });
    return touched();
  }
  if (form.dataset.sent) return event.preventDefault();
  clearTimeout(keepLater);
  if (keeping) {
    event.preventDefault();
    await keeping;
    if (elsewhere && button?.value !== "copy") return;
    return form.requestSubmit(button);
  }
  form.dataset.sent = "1";
  changed = false;
});

addEventListener("pageshow", () => delete form.dataset.sent);
addEventListener("pagehide", () => {
  if (!changed || elsewhere || form.dataset.sent) return;
  if (failing) hold();
  fetch(form.dataset.keep, {
    method: "POST",
    body: contents(),
    headers: { "X-CSRFToken": form.elements.csrf_token.value },
    keepalive: true,
  }).catch(() => {});
});
offer();
