// Two unnamed sounds at a time; who won is shown at the end and kept nowhere.
const page = document.querySelector("[data-course]");
const { takes, pairs } = JSON.parse(page.dataset.course);
const listening = page.querySelector("[data-listening]");
const result = page.querySelector("[data-result]");
const tally = Object.fromEntries(
  Object.keys(takes).map((id) => [id, { better: 0, same: 0, worse: 0 }]),
);
const sound = new Audio();
let round = 0;

async function play(side) {
  mark(side);
  sound.src = takes[pairs[round][side]].sound;
  try {
    await sound.play();
    complain("");
  } catch (error) {
    if (error.name !== "AbortError") complain("这段声音放不出来，请检查声音设备，或回到试听页重新合成");
  }
}

function mark(side) {
  for (const button of page.querySelectorAll("[data-play]")) {
    button.toggleAttribute("data-playing", Number(button.dataset.play) === side);
  }
}

function complain(text) {
  const fault = page.querySelector("[data-fault]");
  fault.textContent = text;
  fault.hidden = !text;
}

function answer(choice) {
  const [first, second] = pairs[round];
  if (choice === 0) {
    tally[first].same += 1;
    tally[second].same += 1;
  } else {
    tally[choice === 1 ? first : second].better += 1;
    tally[choice === 1 ? second : first].worse += 1;
  }
  sound.pause();
  round += 1;
  if (round < pairs.length) ask();
  else reveal();
}

function ask() {
  mark(-1);
  complain("");
  page.querySelector("[data-round]").textContent = `第 ${round + 1} 组，共 ${pairs.length} 组`;
}

function reveal() {
  listening.hidden = true;
  result.hidden = false;
  page.querySelector("h1").textContent = "盲听结果";
  const points = ({ better, worse }) => better - worse;
  const order = Object.keys(takes).sort((a, b) => points(tally[b]) - points(tally[a]));
  const best = order.filter((id) => points(tally[id]) === points(tally[order[0]]));
  const said = best.map((id) => `${takes[id].name} ${takes[id].pace} 倍`).join("、");
  page.querySelector("[data-winner]").textContent =
    best.length === order.length ? "分不出高下" : `您选出的是：${said}`;
  for (const id of order) {
    const row = result.querySelector("tbody").insertRow();
    const { better, same, worse } = tally[id];
    for (const text of [takes[id].name, `${takes[id].pace} 倍`, better, same, worse]) {
      row.insertCell().textContent = text;
    }
  }
}

page.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.play) play(Number(button.dataset.play));
  if (button?.dataset.answer) answer(Number(button.dataset.answer));
});
document.addEventListener("keydown", (event) => {
  if (listening.hidden || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  const act = {
    ArrowLeft: () => play(0), ArrowRight: () => play(1),
    1: () => answer(1), 2: () => answer(2), 0: () => answer(0),
  }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
sound.addEventListener("ended", () => mark(-1));
listening.hidden = false;
ask();
