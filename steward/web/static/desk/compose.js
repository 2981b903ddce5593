// Writing an announcement: how it is read after each pause in typing, and nothing typed is lost.
const READ_MS = 350;
const KEEP_MS = 1200;
const AGAIN_MS = 5000;
const form = document.querySelector("#compose");
const spoken = document.querySelector("#spoken");
const told = form.querySelector("[data-kept]");
const conflict = document.querySelector("#conflict");
let elsewhere = !conflict.hidden && !conflict.querySelector("[data-ways]").hidden;
let changed = false; // since it was last kept
let keeping = null; // the request under way
let keepLater, readLater;
let asked = 0;
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
  } catch (error) {
    changed = true;
    const why = error.message === "Failed to fetch" ? "服务器没有回答" : error.message;
    told.textContent = `还没有存上：${why}。写的都在这一页上`;
    keepLater = setTimeout(keep, AGAIN_MS);
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
  fetch(form.dataset.keep, {
    method: "POST",
    body: contents(),
    headers: { "X-CSRFToken": form.elements.csrf_token.value },
    keepalive: true,
  }).catch(() => {});
});
