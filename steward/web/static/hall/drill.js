// The sign over the whole page while what is said is an exercise or a test: a word and stripes.
const SIGNS = {
  exercise: { word: "演练", words: "演练播报，不是真实情况" },
  test: { word: "测试", words: "测试播报，不是真实情况" },
};

export class Drill {
  constructor(sign) {
    this.sign = sign;
  }

  /** `status` of what plays; "actual" takes the sign away. */
  show(status) {
    const sign = SIGNS[status];
    if (sign) {
      this.sign.querySelector("[data-drill-word]").textContent = sign.word;
      this.sign.querySelector("[data-drill-words]").textContent = sign.words;
    }
    this.sign.hidden = !sign;
  }
}
