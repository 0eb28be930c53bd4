// Countdown clocks. The server writes the sentence and the instant (<time class="clock" data-deadline="…"
// data-total-s="…">); this keeps it true every second, by the server's clock. The text is changed quietly:
// only becoming overdue is announced, through the polite region #clock-news.
const SOON_S = 7200;
const SOON_PART = 0.2;

export function startClocks(serverTime, words) {
  const skew = serverTime ? Date.parse(serverTime) - Date.now() : 0;
  const tick = () => {
    const now = Date.now() + skew;
    for (const clock of document.querySelectorAll(".clock[data-deadline]")) {
      show(clock, now, words);
    }
  };
  tick();
  window.setInterval(tick, 1000);
}

function show(clock, now, words) {
  const left = Math.floor((Date.parse(clock.dataset.deadline) - now) / 1000);
  const state = stateOf(left, Number(clock.dataset.totalS || 0));
  const text = sentence(left, words);
  if (clock.textContent !== text) {
    clock.textContent = text;
  }
  if (clock.dataset.state !== state) {
    const before = clock.dataset.state;
    clock.dataset.state = state;
    clock.classList.toggle("soon", state === "soon");
    clock.classList.toggle("overdue", state === "overdue");
    if (before && state === "overdue") {
      announce(`${clock.dataset.name ?? ""} ${text}`.trim());
    }
  }
}

export function stateOf(left, total) {
  if (left < 0) {
    return "overdue";
  }
  return left < SOON_S || (total > 0 && left < total * SOON_PART) ? "soon" : "calm";
}

export function sentence(left, words) {
  const pattern = left >= 0 ? "{length} left" : "overdue by {length}";
  return (words[pattern] ?? pattern).replace("{length}", duration(Math.abs(left), words));
}

export function duration(seconds, words) {
  const parts = [];
  let rest = seconds;
  for (const [size, unit] of [[86400, "{n} d"], [3600, "{n} h"], [60, "{n} min"], [1, "{n} s"]]) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count && parts.length < 2 && (size > 1 || !parts.length)) {
      parts.push((words[unit] ?? unit).replace("{n}", count));
    } else if (parts.length) {
      break;
    }
  }
  return parts.join(" ") || (words["{n} s"] ?? "{n} s").replace("{n}", "0");
}

function announce(text) {
  const region = document.getElementById("clock-news");
  if (region) {
    region.textContent = text;
  }
}
